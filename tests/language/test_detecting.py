"""Which of the five languages a text is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.language.detect import guess_language
from kb.repository import load

PRACTICES = Path(__file__).parents[2] / "practices"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nb", "Vi har ikke nok ansatte, og hva gjør vi når noen blir syke?"),
        ("nn", "Vi har ikkje nok tilsette, og kva gjer vi når nokon vert sjuke?"),
        ("da", "Vi har ikke nok medarbejdere, og hvad gør vi, når nogen bliver syge?"),
        ("sv", "Vi har inte tillräckligt med personal, och vad gör vi när någon blir sjuk?"),
        ("en", "We do not have enough staff, and what do we do when someone is ill?"),
        ("nb", "Kommunen tok i bruk faste team i hjemmetjenesten etter at de ansatte ba om noe bedre."),
        ("da", "Kommunen tog faste teams i brug i hjemmeplejen, efter at medarbejderne bad om noget bedre."),
        ("nb", "Nattevaktene i bydelen går i turnus på fire uker, og det er for lite."),
        ("sv", "Kommunen i norr har på ett år byggt upp en ny enhet för unga."),
    ],
)
def test_a_sentence_tells_its_language(language: str, sentence: str) -> None:
    assert guess_language(sentence) == language


@pytest.mark.parametrize("text", ["", " \n", "2024 17.5 %", "Xyzzy Plugh"])
def test_what_tells_nothing_gives_the_default(text: str) -> None:
    assert guess_language(text) == ""
    assert guess_language(text, "nb") == "nb"


def test_every_shipped_practice_is_recognised_by_its_body() -> None:
    practices = load(PRACTICES).practices
    assert [(p.id, guess_language(p.body)) for p in practices if guess_language(p.body) != p.language] == []
    assert {p.language for p in practices} == {"nb", "nn", "da", "sv", "en"}
