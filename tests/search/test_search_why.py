"""Why a hit was found is the truth, also where a practice is in another language than the question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import kb
from kb.config import Config
from kb.index.build import build
from kb.search.hits import ARMS, results_json

QUESTION = "sykefravær i hjemmetjenesten"
KNOWN = "goteborg-svartedalen-sextimmarsdag"
FOREIGN = "netherlands-buurtzorg-neighbourhood-care"
NAMES = (
    "no/grong/grong-bygdemodre",
    "no/oslo/oslo-alna-bydelsmodre",
    "no/oslo/oslo-nordstrand-f7-innovasjonsspeidere",
    "no/oslo/oslo-ullern-tillitsmodellen-hovedpilot",
    f"nl/{FOREIGN}",
)


def test_other_names_are_told_for_a_question_and_never_for_browsing(small: Callable[..., Config]) -> None:
    config = small()
    build(config)
    base = kb.KnowledgeBase(config)
    results = base.search(QUESTION)
    assert set(results.also) == {"sykefravær", "hjemmetjenesten"}
    assert "hemtjänst" in results.also["hjemmetjenesten"]
    assert results_json(results)["also"]["sykefravær"] == list(results.also["sykefravær"])
    assert base.search().also == base.similar(KNOWN).also == {}


@pytest.mark.model
def test_words_that_are_made_up_for_are_told_apart(small: Callable[..., Config]) -> None:
    config = small(model="packaged", names=NAMES)
    (config.practices / f"{NAMES[-1]}.i18n.yaml").unlink()
    build(config)
    found = kb.KnowledgeBase(config).search("sykepleiere som leder seg selv i bydelen")
    hits = {hit.practice.id: hit for hit in found}
    assert hits[FOREIGN].why.words > 0
    assert {name for name, hit in hits.items() if hit.why.estimated} == {FOREIGN}
    assert all(hit.score == pytest.approx(sum(getattr(hit.why, arm) for arm in ARMS)) for hit in hits.values())
