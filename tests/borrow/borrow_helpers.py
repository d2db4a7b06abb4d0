"""A loan with every answer given, of any practice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from kb.borrow.draft import conditions_of, lessons_of, version_of
from kb.borrow.loan import STATES, Benefit, Condition, Lesson, Loan
from kb.practice import Practice

ROOT = Path(__file__).resolve().parents[2]
PRACTICES = ROOT / "practices"
DAY = date(2026, 3, 1)
SVARTEDALEN = "goteborg-svartedalen-sextimmarsdag"


def full(source: Practice, **changes: object) -> Loan:
    """Every question answered."""
    conditions = enumerate(conditions_of(source))
    answers: dict[str, object] = {
        "source": source.id,
        "version": version_of(PRACTICES, source),
        "place": "no/oslo/nordstrand",
        "title": "Kortere dag på Lambertseter",
        "problem": "Sykefraværet er 12 prosent. Vi finner ikke vikarer.",
        "keep": "Seks timers dag med full lønn.",
        "change": "Bare én avdeling, og vi måler fra første dag.",
        "conditions": tuple(Condition(text, STATES[number % 3], "Avklart") for number, text in conditions),
        "lessons": tuple(Lesson(text, "Vi avtaler dette på forhånd.") for text in lessons_of(source)),
        "benefits": (Benefit("Lavere sykefravær", "sykefravær", "12 %", "9 %", "2027-12", "lønnssystemet"),),
        "cost": "To stillinger.",
        "owner": "Avdelingsleder i hjemmetjenesten",
        "next_step": "Møte med tillitsvalgte",
        "next_date": "2026-05-02",
    }
    return Loan(**{**answers, **changes})  # type: ignore[arg-type]
