"""`kb borrow` writes a draft where it belongs, and says what is missing in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_helpers import kb, repository

NAME = "grong-bygdemodre"
DRAFT = Path("practices/no/oslo/oslo-alna-bydelsmodre-2.md")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path)


def test_the_draft_lands_in_the_folder_of_its_place(root: Path) -> None:
    done = kb("borrow", NAME, "--place", "no/oslo/alna", "--title", "Bydelsmødre", cwd=root)
    assert done.returncode == 0, done.stderr
    path, *findings = done.stdout.splitlines()
    assert Path(path) == root / DRAFT
    text = (root / DRAFT).read_text(encoding="utf-8")
    assert "title: Bydelsmødre\n" in text
    assert f"  - practice: {NAME}\n" in text
    assert findings[-1].startswith("1 file checked: ")
    assert any("required-section-empty" in line and "Utfordringen" in line for line in findings)


def test_what_it_says_is_what_the_checker_says(root: Path) -> None:
    borrowed = kb("borrow", NAME, "--place", "Alna", "--title", "Bydelsmødre", cwd=root).stdout.splitlines()
    checked = kb("check", str(DRAFT), cwd=root).stdout.splitlines()
    told = [line.partition(": ")[2] for line in borrowed[1:-1]]
    assert told == [line.partition(": ")[2] for line in checked[:-1]]
    assert borrowed[-1] == checked[-1]


def test_a_second_draft_gets_a_name_of_its_own(root: Path) -> None:
    first, second = (kb("borrow", NAME, "--place", "no/oslo/alna", cwd=root).stdout.splitlines()[0] for _ in range(2))
    assert second == first.replace(".md", "-2.md")


def test_the_draft_can_be_written_elsewhere_but_over_nothing(root: Path) -> None:
    arguments = ("borrow", NAME, "--place", "no/oslo/alna", "--language", "sv", "--status", "pilot", "--out", "utkast")
    done = kb(*arguments, cwd=root)
    assert done.returncode == 0, done.stderr
    [file] = (root / "utkast").iterdir()
    assert "## Utmaningen\n" in file.read_text(encoding="utf-8")
    assert f"utkast/{file.name}:" in done.stdout
    again = kb(*arguments, cwd=root)
    assert again.returncode == 2
    assert "There is already a file" in again.stderr
    assert not (root / "practices" / "no" / "oslo" / file.name).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--place", "no/oslo/alnaa"), "Did you mean no/oslo/alna?"),
        (("--place", "Herøy i Møre"), "There is no place Herøy i Møre."),
        (("--place", "no/oslo", "--language", "xx"), "There is no language xx."),
    ],
)
def test_what_is_not_known_is_said_in_a_sentence(root: Path, arguments: tuple[str, ...], said: str) -> None:
    done = kb("borrow", NAME, *arguments, cwd=root)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_practice_that_is_not_there_is_nothing_found(root: Path) -> None:
    assert kb("borrow", "finnes-ikke", "--place", "no/oslo", cwd=root).returncode == 1
