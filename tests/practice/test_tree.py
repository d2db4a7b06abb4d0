"""What lies in a folder of practices is seen the same by one process and by two, and what cannot be seen is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb.repository import stamps_by_name, stamps_of
from kb.tree import ENOUGH, SETTLED, Tree, tree

FOLDERS = 3 * ENOUGH


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Places with two practices each, some deeper than others, and what is no practice of anybody's."""
    for number in range(FOLDERS):
        place = tmp_path / f"sted-{number:03}" / ("bydel" if number % 5 == 0 else "")
        place.mkdir(parents=True)
        for name in ("på-norsk.md", "andre.markdown", "andre.i18n.yaml", ".skjult.md"):
            _write(place / name)
    for name in ("README.md", "vocabulary.yaml", "node_modules/x/a.md", ".git/b.md"):
        _write(tmp_path / name)
    return tmp_path


def _write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(str(path), encoding="utf-8")
    os.utime(path, ns=(10**18, 10**18))


def seen(folder: Path, *, shared: bool) -> Tree:
    found = tree(str(folder), shared=shared)
    assert found
    return found


@pytest.mark.parametrize("shared", [False, True])
def test_a_tree_has_the_practices_that_walking_finds(library: Path, shared: bool) -> None:
    files = seen(library, shared=shared).files()
    assert files is not None
    assert stamps_of(files) == stamps_by_name(library)
    assert len(stamps_of(files)) == 2 * FOLDERS


def test_one_process_and_two_see_the_same_tree(library: Path) -> None:
    sums = []
    for shared in (False, True):
        found = seen(library, shared=shared)
        found.asked += 2 * SETTLED
        sums.append(found.sum)
    assert sums[0] == sums[1] != ""


def test_what_is_done_to_any_file_is_another_tree(library: Path) -> None:
    def settled() -> str:
        # As if it were asked for when all of it has long been written.
        found = seen(library, shared=True)
        found.asked += 2 * SETTLED
        return found.sum

    sums = [settled()]
    for number in (0, 1, FOLDERS - 2, FOLDERS - 1):
        _write(library / f"sted-{number:03}" / "ny.md")
        sums.append(settled())
    (library / "sted-001" / "ny.md").unlink()
    sums.append(settled())
    assert sums[-1] == settled()
    assert "" not in sums
    assert len(set(sums)) == len(sums)


def test_what_was_written_just_now_may_be_written_again_unseen(library: Path) -> None:
    assert seen(library, shared=True).sum == ""


@pytest.mark.parametrize("number", [0, 1])
def test_a_link_that_leads_nowhere_is_told_by_whoever_meets_it(library: Path, number: int) -> None:
    (library / f"sted-{FOLDERS - 1 - number:03}" / "borte.md").symlink_to("ingensteds.md")
    assert tree(str(library), shared=True) is None
    assert tree(str(library)) is None


def test_a_link_to_a_folder_is_looked_at_more_closely(library: Path) -> None:
    (library / "også.md").symlink_to(library / "sted-000", target_is_directory=True)
    assert seen(library, shared=True).files() is None


def test_nowhere_and_nothing_are_not_the_same(tmp_path: Path) -> None:
    assert tree(str(tmp_path / "borte")) is None
    assert seen(tmp_path, shared=True).files() == {}
