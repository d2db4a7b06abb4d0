"""An evaluation for people and for programs: a table in the terminal, and JSON with every figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kb.evaluate.compare import Comparison
from kb.evaluate.evaluation import Evaluation, Figures
from kb.evaluate.measures import DEPTH

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = (f"nDCG@{DEPTH}", f"nDCG@{DEPTH} linear", f"recall@{DEPTH}", f"MRR@{DEPTH}")
"""The measures as they are called in every table."""

ARMS = {
    "all": "all together",
    "text": "what it says",
    "card": "title and summary",
    "question": "questions it answers",
    "words": "words in common",
    "fused": "these by reciprocal ranks",
}


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation, with what was evaluated."""

    source: str
    """The file or folder of judged queries."""
    queries: int
    documents: int
    model: str
    settings: Mapping[str, bool | str]
    """Which parts of the search were on."""
    depth: int
    """How many documents a query the run holds."""
    unknown: tuple[str, ...]
    """Judged ids that no document has."""
    evaluation: Evaluation
    against: str = ""
    """The file of the earlier run."""
    comparison: Comparison | None = None


def as_json(report: Report) -> dict[str, Any]:
    """Every figure, by names that stay."""
    found = report.evaluation
    data: dict[str, Any] = {
        "source": report.source,
        "queries": report.queries,
        "documents": report.documents,
        "model": report.model,
        "search": dict(report.settings),
        "depth": report.depth,
        "recall_counts_from_grade": found.recall_threshold,
        "unknown": list(report.unknown),
        "overall": _plain(found.overall),
        "languages": {name: _plain(figures) for name, figures in found.languages.items()},
        "types": {name: _plain(figures) for name, figures in found.types.items()},
        "arms": {name: _plain(figures) for name, figures in found.arms.items()},
        "other_languages": {
            "whole_ranking": _plain(found.elsewhere_whole),
            "among_themselves": _plain(found.elsewhere_among),
        },
        "pages": _plain(found.pages) if found.pages else None,
        "nothing": asdict(found.nothing),
        "per_query": {name: {COLUMNS[0]: value} for name, value in found.per_query.items()},
    }
    if report.comparison is not None:
        data["comparison"] = {"against": report.against, "measure": COLUMNS[0], **asdict(report.comparison)}
    return data


def _plain(figures: Figures) -> dict[str, float | int | None]:
    values = dict(zip(COLUMNS, _values(figures), strict=True))
    return {"queries": figures.queries, **values, "recall_queries": figures.recall_queries}


def _values(figures: Figures) -> tuple[float | None, ...]:
    """The measures in the order of COLUMNS."""
    return figures.ndcg, figures.ndcg_linear, figures.recall, figures.mrr


def table(report: Report) -> Table:
    """The figures in one table, a group of rows for each way of looking at them."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    shown.add_column("", no_wrap=True)
    for name in ("queries", *COLUMNS):
        shown.add_column(name, justify="right")
    for title, rows in _groups(report.evaluation):
        shown.add_section()
        if title:
            shown.add_row(Text(title, style="bold"))
        for name, figures in rows.items():
            cells = [str(figures.queries), *map(_number, _values(figures))]
            shown.add_row(Text(f"  {name}" if title else name), *cells)
    return shown


def _groups(found: Evaluation) -> Iterator[tuple[str, Mapping[str, Figures]]]:
    yield "", {"all queries": found.overall} | ({"the same by page": found.pages} if found.pages else {})
    if found.languages:
        yield "By language of the query", found.languages
    if found.types:
        yield "By type of query", found.types
    yield "By arm", {ARMS.get(name, name): figures for name, figures in found.arms.items()}
    if found.elsewhere_whole.queries:
        whole, among = found.elsewhere_whole, found.elsewhere_among
        yield "Answers in other languages", {"in the whole ranking": whole, "among themselves": among}


def heading(report: Report) -> str:
    """What was measured, in a line above the table."""
    off = [name for name, setting in report.settings.items() if setting is False]
    without = f", without {', '.join(off)}" if off else ""
    return f"{report.queries} queries, {report.documents} documents, model {report.model}{without}"


def lines(report: Report) -> Iterator[str]:
    """What stands under the table: how to read it, the queries that nothing answers, the earlier run."""
    found = report.evaluation
    yield (
        "Gains are 2^grade − 1, and the grade itself where linear. "
        f"Recall counts answers of grade {found.recall_threshold} and up."
    )
    if found.pages:
        yield "A page is all documents whose ids are alike up to #; one hit a page, as a search shows practices."
    nothing = found.nothing
    if nothing.queries:
        yield (
            f"Of {nothing.queries} queries that nothing answers, {nothing.unanswered} got no sure hits; "
            f"of {nothing.answerable} that something answers, {nothing.answerable_unanswered}. "
            f"Evidence tells them apart with AUC {_number(nothing.auc)}."
        )
    else:
        yield (
            f"Of {nothing.answerable} queries that something answers, {nothing.answerable_unanswered} got no sure hits."
        )
    if (versus := report.comparison) is not None:
        yield (
            f"Against {report.against}: {COLUMNS[0]} {versus.mean_difference:+.3f} "
            f"(95 % interval {versus.low:+.3f} to {versus.high:+.3f}); better on {versus.wins}, equal on "
            f"{versus.ties} and worse on {versus.losses} of {versus.queries} queries."
        )
        if versus.left_out:
            yield f"{versus.left_out} queries are in one of the two runs only and are left out."


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
