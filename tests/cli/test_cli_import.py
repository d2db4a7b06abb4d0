"""`kb import` writes drafts where they belong, says what went where, and leaves what it cannot read to be told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_helpers import kb, repository

FORM = """### Hva kaller dere det?

Faste team

### Hvor er dette?

Alna

### Hva strevde dere med?

Mange ansatte.
"""
TABLE = "Navn;Kommune;Bakgrunn;Pris\nEn;Oslo;a;1\nTo;Grong;b;2\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = repository(tmp_path, indexed=False)
    (root / "sak.md").write_text(FORM, encoding="utf-8")
    (root / "tabell.csv").write_bytes(TABLE.encode("cp1252"))
    return root


def test_the_draft_lies_in_the_folder_of_its_place_and_the_check_stops_at_what_is_missing(root: Path) -> None:
    done = kb("import", "sak.md", cwd=root)
    assert done.returncode == 0, done.stderr
    path = "practices/no/oslo/oslo-alna-faste-team.md"
    assert done.stdout.splitlines()[0] == f"{path}  (sak.md)"
    assert "  Hva strevde dere med? → problem" in done.stdout
    checked = kb("check", path, cwd=root)
    assert checked.returncode == 1
    assert checked.stdout.count("missing-key") == 6
    assert "required-section-empty" in checked.stdout


def test_a_table_goes_to_a_folder_and_is_never_written_over_anything(root: Path) -> None:
    done = kb("import", "tabell.csv", "--out", "utkast", cwd=root)
    assert done.returncode == 0, done.stderr
    names = ["grong-to.md", "oslo-en.md"]
    assert sorted(path.name for path in (root / "utkast").iterdir()) == names
    # The mapping of the columns is told once.
    assert done.stdout.count("Bakgrunn → problem") == 1
    assert "Pris → a heading of its own" in done.stdout
    again = kb("import", "tabell.csv", "--out", "utkast", cwd=root)
    assert again.returncode == 0
    assert sorted(path.name for path in (root / "utkast").iterdir()) == sorted(
        [*names, "grong-to-2.md", "oslo-en-2.md"]
    )


def test_a_dry_run_shows_the_drafts_and_writes_nothing(root: Path) -> None:
    before = sorted(root.rglob("*"))
    done = kb("import", "sak.md", "tabell.csv", "--dry-run", cwd=root)
    assert done.returncode == 0
    assert done.stdout.count("\n---\n") == 6
    assert "status:  # mangler: idea, pilot, in-use, scaled, stopped" in done.stdout
    assert sorted(root.rglob("*")) == before


def test_what_cannot_be_read_is_told_and_the_rest_is_written(root: Path) -> None:
    (root / "rader.json").write_text(json.dumps([{"title": "Tre"}, 4]), encoding="utf-8")
    done = kb("import", "finnes-ikke.md", "rader.json", "sak.md", "--out", "utkast", cwd=root)
    assert done.returncode == 1
    assert "finnes-ikke.md" in done.stderr
    assert "rader.json, row 2" in done.stderr
    assert sorted(path.name for path in (root / "utkast").iterdir()) == ["oslo-alna-faste-team.md", "tre.md"]


def test_a_form_can_come_from_a_pipe_and_go_to_a_program(root: Path) -> None:
    done = kb("import", "-", "--json", "--place", "Grong", cwd=root, given=FORM.replace("Alna", "_No response_"))
    assert done.returncode == 0, done.stderr
    (made,) = json.loads(done.stdout)
    assert made["path"].endswith("practices/no/grong/grong-faste-team.md")
    assert made["labels"]["Hva kaller dere det?"] == "title"
    assert {error["code"] for error in made["errors"]} == {"missing-key", "missing-sources", "required-section-empty"}


def test_a_lesson_goes_into_the_practice_that_is_there_once(root: Path) -> None:
    (root / "melding.md").write_text(
        "### Hvilken praksis gjelder det?\n\ngrong-bygdemodre\n\n### Hva har dere lært?\n\nBegynn i det små.\n",
        encoding="utf-8",
    )
    path = root / "practices" / "no" / "grong" / "grong-bygdemodre.md"
    assert kb("import", "melding.md", cwd=root).returncode == 0
    assert path.read_text(encoding="utf-8").count("Begynn i det små.") == 1
    again = kb("import", "melding.md", cwd=root)
    assert again.returncode == 1
    assert "already" in again.stderr
    assert path.read_text(encoding="utf-8").count("Begynn i det små.") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sak.md", "--place", "Alnaa"), "There is no place"),
        (("sak.md", "--language", "fi"), "There is no language"),
        ((), "FILE"),
    ],
)
def test_misuse_is_told(root: Path, arguments: tuple[str, ...], said: str) -> None:
    done = kb("import", *arguments, cwd=root)
    assert done.returncode == 2
    assert said in done.stderr
