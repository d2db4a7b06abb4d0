"""What a comparison is called in each language, for the page, its downloads and the terminal."""

from __future__ import annotations

from functools import cache, partial

from kb.compare.export import Words
from kb.figures import number_text
from kb.web.texts import t

ROWS = {
    "summary": "compare.summary",
    "problem": "compare.problem",
    "practice": "compare.practice",
    "country": "compare.country",
    "kind": "compare.kind",
    "place": "compare.place",
    "status": "compare.status",
    "evidence": "compare.evidence",
    "period": "compare.period",
    "realised": "compare.realised",
    "expected": "compare.expected",
    "conditions": "compare.conditions",
    "lessons": "compare.lessons",
    "warnings": "compare.warnings",
}
KINDS = {
    "country": "compare.kind_country",
    "municipality": "compare.kind_municipality",
    "district": "compare.kind_district",
    "region": "compare.kind_region",
}


@cache
def words(language: str) -> Words:
    """Everything that is said about a comparison in a language."""
    return Words(
        title=t("compare.title", language),
        rows={row: t(key, language) for row, key in ROWS.items()},
        kinds={kind: t(key, language) for kind, key in KINDS.items()},
        rest=t("compare.rest", language),
        differs=t("compare.differs", language),
        missing=t("practice.missing", language),
        as_of=t("card.as_of", language),
        as_of_unknown=t("card.as_of_unknown", language),
        passages=t("compare.passages", language),
        no_passage=t("compare.no_passage", language),
        translated=t("compare.translated", language),
        inhabitants=t("compare.inhabitants", language),
        places=t("compare.places", language),
        number=partial(number_text, language=language),
    )
