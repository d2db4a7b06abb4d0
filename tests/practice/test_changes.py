"""When each practice came and was last changed: by git where there is one, else by the files' own times."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest

from kb.changes import Change, changes, head
from kb.contributors import contributors

Commit = Callable[..., str]
TEXT = "Vi hadde for få folk på kveld. " * 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of practices in an empty repository."""
    subprocess.run(["git", "init", "-q", "-b", "main", tmp_path], check=True)
    (tmp_path / "practices").mkdir()
    return tmp_path / "practices"


@pytest.fixture
def git(folder: Path) -> Commit:
    """Run git in the repository, on the first day of a month of 2025; gives the newest commit."""

    def run(*arguments: str, month: int) -> str:
        when = f"2025-{month:02}-01T12:00:00+00:00"
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, env=os.environ | dates, capture_output=True)
        head = ["git", "rev-parse", "--verify", "HEAD"]
        return subprocess.run(head, cwd=folder, capture_output=True, encoding="utf-8", check=False).stdout.strip()

    return run


@pytest.fixture
def commit(git: Commit) -> Commit:
    """Commit everything as it stands, in a month of 2025."""

    def run(month: int) -> str:
        git("add", "-A", month=month)
        return git("commit", "-qm", "endring", month=month)

    return run


def _change(folder: Path, name: str) -> Change:
    path = PurePosixPath(name)
    return changes(folder, [path])[path]


def _months(folder: Path, name: str) -> tuple[int, int]:
    change = _change(folder, name)
    assert change.added is not None
    return change.added.month, change.changed.month


def test_a_file_came_when_it_was_first_committed_and_changed_when_it_last_was(folder: Path, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    (folder / "å b.md").write_text(TEXT * 2, encoding="utf-8")
    first = commit(1)
    (folder / "a.md").write_text(TEXT + "Mer.", encoding="utf-8")
    last = commit(3)
    assert (_months(folder, "a.md"), _change(folder, "a.md").commit) == ((1, 3), last)
    assert (_months(folder, "å b.md"), _change(folder, "å b.md").commit) == ((1, 1), first)


def test_a_file_that_is_moved_keeps_its_dates(folder: Path, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    (folder / "a.md").write_text(TEXT + "Mer.", encoding="utf-8")
    changed = commit(2)
    (folder / "no").mkdir()
    (folder / "a.md").rename(folder / "no" / "b.md")
    commit(3)
    (folder / "a.md").write_text("Noe helt annet.", encoding="utf-8")
    commit(4)
    assert (_months(folder, "no/b.md"), _change(folder, "no/b.md").commit) == ((1, 2), changed)
    assert _months(folder, "a.md") == (4, 4)


def test_a_file_that_is_moved_and_changed_keeps_when_it_came(folder: Path, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    (folder / "a.md").rename(folder / "b.md")
    (folder / "b.md").write_text(TEXT + "Mer.", encoding="utf-8")
    commit(2)
    assert _months(folder, "b.md") == (1, 2)


def test_a_file_that_was_deleted_and_written_anew_is_new(folder: Path, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    (folder / "a.md").unlink()
    commit(2)
    (folder / "a.md").write_text("Noe helt annet.", encoding="utf-8")
    commit(3)
    assert _months(folder, "a.md") == (3, 3)


def test_what_is_merged_came_when_it_was_merged(folder: Path, git: Commit, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    git("switch", "-qc", "forslag", month=2)
    (folder / "b.md").write_text(TEXT * 2, encoding="utf-8")
    commit(2)
    git("switch", "-q", "main", month=3)
    (folder / "a.md").write_text(TEXT + "Mer.", encoding="utf-8")
    commit(3)
    merged = git("merge", "-q", "--no-ff", "-m", "flett", "forslag", month=5)
    assert (_months(folder, "b.md"), _change(folder, "b.md").commit) == ((5, 5), merged)
    assert _months(folder, "a.md") == (1, 3)


def test_a_file_that_git_does_not_know_has_its_own_time(folder: Path, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    (folder / "ny.md").write_text(TEXT, encoding="utf-8")
    os.utime(folder / "ny.md", (1_000_000_000, 1_000_000_000))
    found = _change(folder, "ny.md")
    assert found.changed.isoformat() == "2001-09-09T01:46:40+00:00"
    assert (found.added, found.commit) == (found.changed, "")


def test_without_a_repository_every_file_has_its_own_time(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(TEXT, encoding="utf-8")
    os.utime(tmp_path / "a.md", (1_000_000_000, 1_000_000_000))
    assert _change(tmp_path, "a.md").changed.year == 2001
    assert changes(tmp_path, [PurePosixPath("borte.md")]) == {}


def test_an_empty_repository_has_no_history(folder: Path) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    assert _change(folder, "a.md").commit == ""


def test_git_that_is_not_there_is_no_hindrance(folder: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    monkeypatch.setenv("PATH", "")
    assert _change(folder, "a.md").commit == ""


def test_a_file_that_says_something_else_than_its_last_commit_has_no_commit(folder: Path, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    (folder / "b.md").write_text(TEXT * 2, encoding="utf-8")
    last = commit(1)
    (folder / "a.md").write_text("Noe helt annet.", encoding="utf-8")
    assert (_change(folder, "a.md").commit, _change(folder, "b.md").commit) == ("", last)


@pytest.fixture
def shallow(folder: Path, commit: Commit, tmp_path: Path) -> Path:
    """A clone with only the last two of three commits: b came before it, a was changed in it, c came in it."""
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    (folder / "b.md").write_text(TEXT * 2, encoding="utf-8")
    commit(1)
    (folder / "d.md").write_text(TEXT * 3, encoding="utf-8")
    commit(2)
    (folder / "a.md").write_text(TEXT + "Mer.", encoding="utf-8")
    (folder / "c.md").write_text(TEXT * 4, encoding="utf-8")
    commit(3)
    clone = ["git", "clone", "-q", "--depth", "2", f"file://{folder.parent}", str(tmp_path / "klon")]
    subprocess.run(clone, check=True)
    return tmp_path / "klon" / "practices"


def test_in_a_shallow_clone_only_what_happened_after_the_cut_is_told(shallow: Path) -> None:
    changed, new = _change(shallow, "a.md"), _change(shallow, "c.md")
    assert (changed.changed.month, changed.added) == (3, None)
    assert changed.commit == new.commit != ""
    assert new.added == new.changed


@pytest.mark.parametrize("name", ["b.md", "d.md"])
def test_in_a_shallow_clone_the_cut_is_not_taken_for_a_change(shallow: Path, name: str) -> None:
    old = _change(shallow, name)
    assert (old.commit, old.added) == ("", None)
    assert old.changed.month == 2


def test_a_folder_stands_at_a_commit_and_tells_of_what_is_not_in_it(folder: Path, commit: Commit) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    last = commit(4)
    found = head(folder)
    assert found is not None
    assert (found.commit, found.when.month, found.is_clean) == (last, 4, True)
    (folder / "b.md").write_text(TEXT, encoding="utf-8")
    unsaved = head(folder)
    assert unsaved is not None
    assert not unsaved.is_clean


def test_a_folder_that_the_repository_around_it_does_not_hold_stands_nowhere(
    folder: Path, commit: Commit, tmp_path: Path
) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    for name in ("andre", "andre/inni"):
        (tmp_path / name).mkdir()
        assert head(tmp_path / name) is None


def test_without_git_a_folder_stands_nowhere(folder: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.md").write_text(TEXT, encoding="utf-8")
    commit(1)
    monkeypatch.setenv("PATH", "")
    assert head(folder) is None


def test_whoever_wrote_a_practice_is_named_in_the_order_they_came_and_no_address_is(folder: Path, git: Commit) -> None:
    file = folder / "ny.md"
    for month, who, message in (
        (1, "Kari Vik <kari@example.org>", "Ny"),
        (2, "Ola Dal <ola@example.org>", "Mer\n\nCo-authored-by: Siri Li <siri@example.org>"),
        (3, "Kari Vik <kari@example.org>", "Igjen"),
    ):
        file.write_text(f"{TEXT}\n{month}\n", encoding="utf-8")
        git("add", "-A", month=month)
        git("commit", "-q", "--author", who, "-m", message, month=month)
    git("mv", "ny.md", "flyttet.md", month=4)
    git("commit", "-q", "--author", "Per Moen <per@example.org>", "-m", "Flytt", month=4)
    assert contributors(folder)[PurePosixPath("flyttet.md")] == ("Kari Vik", "Ola Dal", "Siri Li", "Per Moen")


def test_a_writer_whose_name_is_an_address_is_left_out(folder: Path, git: Commit) -> None:
    (folder / "ny.md").write_text(TEXT, encoding="utf-8")
    git("add", "-A", month=1)
    git("commit", "-q", "--author", "kari@example.org <kari@example.org>", "-m", "Ny", month=1)
    assert contributors(folder)[PurePosixPath("ny.md")] == ()


def test_without_git_nobody_is_named(tmp_path: Path) -> None:
    assert contributors(tmp_path) == {}
