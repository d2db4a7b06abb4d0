"""`kb compare` puts practices side by side, for people, programs and spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli_helpers import kb, repository, together

IDS = ("goteborg-svartedalen-sextimmarsdag", "kiruna-sextimmarsdag-hemtjanst", "reykjavik-shorter-working-week")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-compare"))


def test_as_text_goes_row_by_row_and_marks_what_differs(root: Path) -> None:
    answer = kb("compare", *IDS, cwd=root, COLUMNS="200")
    assert answer.returncode == 0, answer.stderr
    for text in (
        "Kiruna  Sekstimersdag i hjemmetjenesten i 16 år",
        "Land  ≠ ulikt",
        "Kiruna: Avsluttet per 2006",
        "Oppnådd: sjukfrånvaro",
        "Reykjavík: Ikke oppgitt",
        "Samme sak, side om side",
    ):
        assert text in answer.stdout


def test_other_forms_are_for_programs_and_documents(root: Path) -> None:
    data, table, markdown = together([("compare", *IDS, form) for form in ("--json", "--csv", "--markdown")], cwd=root)
    assert [practice["id"] for practice in json.loads(data.stdout)["practices"]] == list(IDS)
    assert list(csv.reader(io.StringIO(table.stdout), delimiter=";"))[-1] == ["id", *IDS]
    assert markdown.stdout.startswith("# Sammenlign\n")


def test_what_cannot_be_compared_is_a_sentence_and_a_code(root: Path) -> None:
    one, twice, unknown = together(
        [("compare", IDS[0]), ("compare", IDS[0], IDS[0]), ("compare", IDS[0], "kiruna-sextimmarsdag-hemtjenst")],
        cwd=root,
    )
    assert (one.returncode, twice.returncode, unknown.returncode) == (2, 2, 1)
    assert one.stderr.startswith("kb: There is nothing to compare with.\n    Name at least two")
    assert "is named twice" in twice.stderr
    assert f"Did you mean {IDS[1]}?" in unknown.stderr
