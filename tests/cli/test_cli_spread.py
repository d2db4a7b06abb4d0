"""`kb spread` tells who borrowed what from whom, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_helpers import kb, repository, together


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-spread"))


def test_the_whole_collection_in_a_page(root: Path) -> None:
    answer = kb("spread", cwd=root, COLUMNS="300")
    assert answer.returncode == 0, answer.stderr
    for text in (
        "4 borrowings, 1 known",
        "Most borrowed",
        "Across borders",
        "Gives and takes",
        "Bydelsmødre (Danmark) →",
    ):
        assert text in answer.stdout


def test_one_practice_with_what_it_comes_from_and_who_took_it_on(root: Path) -> None:
    answer = kb("spread", "oslo-alna-bydelsmodre", cwd=root, COLUMNS="300")
    assert answer.returncode == 0, answer.stderr
    above, _, below = answer.stdout.partition("Borrowed by")
    assert "Stadtteilmütter (Berlin)" in above
    assert "Grong, Norge" in below


def test_as_json_every_borrowing_has_both_ends(root: Path) -> None:
    whole, one = (
        json.loads(answer.stdout)
        for answer in together([("spread", "--json"), ("spread", "grong-bygdemodre", "--json")], cwd=root)
    )
    keys = {node["key"] for node in whole["nodes"]}
    assert len(whole["loans"]) == 4
    assert all({loan["source"], loan["borrower"]} <= keys for loan in whole["loans"])
    assert one["ancestors"][0] == "oslo-alna-bydelsmodre"
    assert one["descendants"] == []


def test_what_a_place_has_not_tried_is_asked_for_by_name_or_key(root: Path) -> None:
    name, key, data = together(
        [
            ("spread", "--untried", "Grong"),
            ("spread", "--untried", "no/grong"),
            ("spread", "--untried", "no", "--json"),
        ],
        cwd=root,
    )
    assert name.returncode == 0, name.stderr
    assert name.stdout == key.stdout
    assert "shared nothing yet of" in name.stdout
    assert json.loads(data.stdout)["place"] == "no"


def test_what_is_unknown_is_said_and_told_by_the_code(root: Path) -> None:
    practice, place, alone = together(
        [("spread", "finnes-ikke"), ("spread", "--untried", "Grongg"), ("spread", "reykjavik-shorter-working-week")],
        cwd=root,
    )
    assert (practice.returncode, place.returncode, alone.returncode) == (1, 2, 1)
    assert "There is no practice finnes-ikke" in practice.stderr
    assert "Did you mean grong?" in place.stderr
    assert "borrowed from nobody and by nobody" in alone.stdout
