"""Only some of the files are reported: those named, or those that git says have changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cases import TODAY, cases, write

from kb.check import check, fix
from kb.errors import ConfigError

PATH, TEXT = next(iter(cases("valid.md"))).files[0]
BAD = TEXT.replace("title: Faste", "tittel: Faste")


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=post@example.no", "-c", "init.defaultBranch=main")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def practices(tmp_path: Path) -> Path:
    """A folder inside a repository whose main branch has one bad practice already."""
    folder = tmp_path / "praksiser"
    write(folder, {"no/oslo/gammel.md": BAD, "no/oslo/felles.md": TEXT})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "start")
    git(tmp_path, "switch", "-qc", "gren")
    return folder


def names(folder: Path, revision: str) -> set[str]:
    return {item.path.name for item in check(folder, changed=revision, today=TODAY).findings}


def test_what_was_there_before_is_not_reported(practices: Path) -> None:
    assert names(practices, "main") == set()


def test_committed_staged_changed_and_new_files_are_reported(practices: Path) -> None:
    write(practices, {"no/oslo/innsendt.md": BAD})
    git(practices, "add", ".")
    git(practices, "commit", "-qm", "ny")
    write(practices, {"no/oslo/lagt-til.md": BAD})
    git(practices, "add", ".")
    write(practices, {"no/oslo/felles.md": BAD, "no/oslo/ny på øy.md": BAD})
    expected = {"innsendt.md", "lagt-til.md", "felles.md", "ny på øy.md"}
    assert names(practices, "main") == expected


def test_what_others_changed_on_the_main_branch_is_not_reported(practices: Path) -> None:
    git(practices, "switch", "-q", "main")
    write(practices, {"no/oslo/andres.md": BAD})
    git(practices, "add", ".")
    git(practices, "commit", "-qm", "andres")
    git(practices, "switch", "-q", "gren")
    assert names(practices, "main") == set()


def test_a_deleted_file_is_not_reported_but_links_to_it_are(practices: Path) -> None:
    (practices / "no/oslo/felles.md").unlink()
    write(practices, {"no/oslo/ny.md": f"{TEXT}\nSe [felles](felles.md).\n"})
    report = check(practices, changed="main", today=TODAY)
    assert [(item.path.name, item.code) for item in report.findings if item.severity == "error"] == [
        ("ny.md", "broken-link")
    ]


def test_ids_and_links_are_resolved_against_unchanged_files(practices: Path) -> None:
    linked = TEXT.replace("language: nb", "language: nb\nrelated: [gammel]")
    write(practices, {"no/oslo/ny.md": f"{linked}\nSe [gammel](gammel.md#utfordringen).\n"})
    assert check(practices, changed="main", today=TODAY).errors == 0


def test_a_new_file_with_a_taken_id_is_reported_even_where_it_sorts_first(practices: Path) -> None:
    write(practices, {"no/asker/felles.md": TEXT.replace("no/oslo/nordstrand", "no/asker")})
    report = check(practices, changed="main", today=TODAY)
    assert [item.code for item in report.findings if item.severity == "error"] == ["duplicate-id"]
    assert "no/oslo/felles.md" in report.findings[0].message


@pytest.mark.parametrize("revision", ["borte", "--output=/tmp/x", "", "main..gren"])
def test_an_unknown_revision_is_an_error_with_a_hint(practices: Path, revision: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check(practices, changed=revision)
    assert "fetch" in caught.value.hint


def test_histories_with_nothing_in_common_are_an_error(practices: Path) -> None:
    git(practices.parent, "switch", "-q", "--orphan", "annen")
    git(practices.parent, "commit", "-qm", "alene", "--allow-empty")
    write(practices, {PATH: TEXT})
    with pytest.raises(ConfigError, match="no commit in common"):
        check(practices, changed="main")


def test_a_folder_outside_git_is_an_error_with_a_hint(tmp_path: Path) -> None:
    write(tmp_path, {PATH: TEXT})
    with pytest.raises(ConfigError, match="not in a git repository") as caught:
        check(tmp_path, changed="main")
    assert caught.value.hint


def test_named_files_and_folders_are_reported_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "praksiser"
    write(folder, {"no/oslo/a.md": BAD, "no/oslo/b.md": BAD, "no/asker/c.md": BAD})

    def reported(*paths: Path | str) -> set[str]:
        return {item.path.name for item in check(folder, paths, today=TODAY).findings}

    assert reported(folder / "no/oslo/a.md") == {"a.md"}
    assert reported("no/oslo") == {"a.md", "b.md"}
    monkeypatch.chdir(tmp_path)
    assert reported("praksiser/no/oslo/b.md", "praksiser/no/asker") == {"b.md", "c.md"}


@pytest.mark.parametrize("path", ["borte.md", "/etc/hostname", "../utenfor.md"])
def test_a_path_outside_or_missing_is_an_error_with_a_hint(tmp_path: Path, path: str) -> None:
    write(tmp_path / "praksiser", {PATH: TEXT})
    (tmp_path / "utenfor.md").write_text("x")
    with pytest.raises(ConfigError) as caught:
        check(tmp_path / "praksiser", [path])
    assert caught.value.hint


def test_only_what_has_changed_is_mended(practices: Path) -> None:
    crlf = TEXT.replace("\n", "\r\n").encode()
    for name in ("felles.md", "ny.md"):
        (practices / "no/oslo" / name).write_bytes(crlf)
    git(practices, "add", "no/oslo/felles.md")
    git(practices, "commit", "-qm", "som main har den")
    git(practices, "branch", "-f", "main")
    assert [mended.path.name for mended in fix(practices, changed="main")] == ["ny.md"]
    assert (practices / "no/oslo/felles.md").read_bytes() == crlf
