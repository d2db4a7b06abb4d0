"""`kb search` says why a hit was found, and what to try when nothing answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_helpers import kb, repository

from kb.cli.explain import LENSES, MEANING, WORDS
from kb.schema import LENSES as ALL_LENSES
from kb.search.hits import ARMS

QUESTION = "sykefravær i hjemmetjenesten"
GAVE = re.compile(r"^ {5}(?P<words>\S.*?) {2,}(?P<bar>▮*) +(?P<value>-?\d+\.\d)\s*$", re.MULTILINE)
BOTTOM = "What to try:"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli-explain"))


def said(*arguments: str, cwd: Path) -> str:
    """What a command printed, on one line a paragraph, so that it does not matter where lines are broken."""
    answer = kb("search", *arguments, cwd=cwd, COLUMNS="300")
    assert answer.stderr == ""
    return "\n".join(line.rstrip() for line in answer.stdout.splitlines())


def test_every_arm_and_every_lens_has_words() -> None:
    assert {*ARMS, "title"} <= set(WORDS)
    assert set(LENSES) == set(ALL_LENSES)
    assert set(MEANING) == {"strong", "possible", "none"}


def test_reasons_stand_strongest_first_and_add_up_to_the_score(root: Path) -> None:
    title = "Sekstimersdag på sykehjemmet Svartedalen (forsøk, avsluttet)"
    text = said(title, "--lens", "lessons", "--limit", "1", "--explain", cwd=root)
    reasons = list(GAVE.finditer(text))
    gave = [float(found["value"]) for found in reasons]
    assert [found["words"] for found in reasons] == [WORDS["title"], WORDS["words"], WORDS["stopped"]]
    assert gave == sorted(gave, reverse=True)
    lengths = [len(found["bar"]) for found in reasons]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] >= 1
    score = re.search(r"Why \(score (\d+\.\d)\):", text)
    assert score is not None
    assert sum(gave) == pytest.approx(float(score[1]), abs=0.2)


def test_words_that_matched_and_their_other_names_are_told(root: Path) -> None:
    text = said(QUESTION, "--limit", "1", "--explain", cwd=root)
    data = json.loads(said(QUESTION, "--limit", "1", "--json", cwd=root))
    assert "words that matched: " + ", ".join(data["hits"][0]["why"]["matched"][:6]) in text
    assert set(data["also"]) == {"sykefravær", "hjemmetjenesten"}
    assert {"hjemmepleje", "hemtjänst", "home care"} <= set(data["also"]["hjemmetjenesten"])
    for word, others in data["also"].items():
        assert f"{word}: also {', '.join(others)}" in text


def test_the_list_says_how_sure_it_is_and_where_it_looked(root: Path) -> None:
    text = said(QUESTION, "--lens", "results", "--explain", cwd=root)
    strength = json.loads(said(QUESTION, "--lens", "results", "--json", cwd=root))["strength"]
    assert MEANING[strength] in text
    assert f"looks first at {LENSES['results']}" in text


def test_without_the_option_the_reason_is_one_line(root: Path) -> None:
    text = said(QUESTION, cwd=root)
    assert not GAVE.search(text)
    assert "also" not in text.splitlines()[2]
    assert re.search(r"^   Why: words in common.* \(.+\)\.$", text, re.MULTILINE)


def test_browsing_has_nothing_to_explain(root: Path) -> None:
    assert said("--explain", cwd=root) == said(cwd=root)


@pytest.mark.parametrize(
    ("arguments", "tips"),
    [
        (("qwxz",), ["whole sentence", "facilitators"]),
        (("qwxz wqzx xzqw zwxq qxwz",), ["in other words", "facilitators"]),
        ((" ".join(f"qwx{letter}z" for letter in "bcdfghjklmnp"),), ["fewer words", "facilitators"]),
        (("qwxz", "--country", "no", "--has-lessons"), ["--country, --has-lessons", "sentence", "facilitators"]),
        (("qwxz", "--lens", "results"), ["Leave out --lens results", "sentence", "facilitators"]),
        (("--country", "is", "--status", "idea"), ["--country, --status"]),
    ],
    ids=["short", "ordinary", "long", "filters", "lens", "browsing"],
)
def test_when_nothing_answers_it_says_what_to_try(root: Path, arguments: tuple[str, ...], tips: list[str]) -> None:
    below = said(*arguments, cwd=root).partition(BOTTOM)[2]
    lines = [line for line in below.splitlines() if line]
    assert len(lines) == len(tips)
    assert all(tip in line for tip, line in zip(tips, lines, strict=True))


def test_a_missing_practice_may_be_written_down(root: Path) -> None:
    assert said("qwxz", cwd=root).endswith("with kb new.")


def test_answers_need_no_advice(root: Path) -> None:
    assert BOTTOM not in said("bygdemødre i Grong", cwd=root)
