"""Answers to every question that must be answered, and to every question there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from kb import schema
from kb.add.answers import Answers
from kb.practice import Borrowing, Result, Source
from kb.vocabulary import Vocabulary, load_vocabulary

ROOT = Path(__file__).resolve().parents[2]
PRACTICES = ROOT / "practices"
DAY = date(2026, 3, 1)
SVARTEDALEN = "goteborg-svartedalen-sextimmarsdag"

ENOUGH = Answers(
    title="Kjøkkenet veier matrestene",
    summary="Barnehagene kastet mye mat. Kjøkkenet veier restene og lager menyen med barna.",
    place_known="no/oslo/nordstrand",
    areas=("oppvekst",),
    status="in-use",
    status_as_of="2026-02",
    evidence="experience",
    contact="https://www.oslo.kommune.no/bydeler/bydel-nordstrand/",
    sections={"problem": "Mye mat ble kastet.", "practice": "Kjøkkenet veier restene hver dag."},
)
"""What must be answered, and nothing more."""

WHOLE = replace(
    ENOUGH,
    together=("no/bergen",),
    themes=("samskaping",),
    started="2023-08",
    ended="6.2025",
    evidence_note="Kokken har talt; ingen har sammenlignet.",
    results=(
        Result("realised", "Mindre mat kastes", "matsvinn", "31", "prosent", "2024"),
        Result("expected", "Lavere utgifter"),
    ),
    borrowed_from=(
        Borrowing(practice=SVARTEDALEN, note="Å måle fra første dag."),
        Borrowing(where="Malmö", title="Matsvinnet", url="https://malmo.se/mat"),
    ),
    sources=(Source("Mindre matsvinn", "https://www.oslo.kommune.no/mat", "Oslo kommune", "2024"),),
    questions=("hvordan kaste mindre mat i barnehagen", "måle matsvinn hver dag"),
    sections={key: f"Dette står under {key}." for key in schema.SECTIONS},
)
"""Everything that can be answered."""


@cache
def words() -> Vocabulary:
    return load_vocabulary(PRACTICES)
