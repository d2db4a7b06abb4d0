"""What each part of the search earns, on every judged question; writes the tables of docs/search-quality.md.

Run: python -m benchmarks.search_quality                        (some minutes; needs kb index)
     python -m benchmarks.search_quality --published FOLDER …   (also BEIR folders; their table is kept otherwise)
     python -m benchmarks.search_quality --print                (shows the tables and writes nothing)
     python -m benchmarks.search_quality --print --every 20     (a look at one question in twenty)
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import kb
from kb.config import SearchSettings
from kb.evaluate import Evaluation, Query, answers, beir, evaluate, practices_of, read_queries
from kb.evaluate.evaluation import ALL, FUSED, Figures
from kb.evaluate.report import ARMS
from kb.files import write_whole
from kb.index.build import build
from kb.index.layout import IndexLayout

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "search-quality.md"
JUDGED = {
    "development": [ROOT / "tests" / "relevance" / "practices-dev.yaml"],
    "our own": [ROOT / "tests" / "relevance" / "practices-own.yaml"],
}
PLAIN = SearchSettings(centring=False, cards=False, questions=False, concordance=False, feedback=False)
"""What most hybrid searches do: the best passage by meaning, words, and their reciprocal ranks."""

PARTS = ("centring", "cards", "questions", "grams", "concordance", "feedback")
Tables = dict[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--published", type=Path, nargs="+", default=[], help="folders in BEIR's form")
    parser.add_argument("--print", action="store_true", help="show the tables and write nothing")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="ask one question in N; with --print")
    parser.add_argument("--index", type=Path, help="where the index lies, if not where kb.toml has it")
    options = parser.parse_args()
    if options.every != 1 and not options.print:
        parser.error("The page tells of every question: --every goes with --print.")
    config = kb.load_config(ROOT, index=options.index)
    sets = {name: read_queries(*paths)[:: options.every] for name, paths in JUDGED.items()}
    with uncentred(config) as aside:
        whole = measured(config, sets)
        plain = measured(replace(aside, search=PLAIN), sets)
        parts = {
            name: measured(replace(aside if name == "centring" else config, search=without(config.search, name)), sets)
            for name in PARTS
        }
    both = evaluation(config, [query for queries in sets.values() for query in queries])
    tables = {
        "arms": arms_table(whole, plain),
        "parts": parts_table(whole, parts),
        "languages": groups_table(whole, "languages"),
        "types": groups_table(whole, "types"),
        "strength": strength_line(both),
    }
    if options.published:
        tables["published"] = published_table(config, options.published)
    if options.print:
        print("\n\n".join(f"{name}\n\n{text}" for name, text in tables.items()))
    else:
        write_whole(PAGE, filled(PAGE.read_text(encoding="utf-8"), tables))


def without(settings: SearchSettings, part: str) -> SearchSettings:
    return SearchSettings(**{**asdict(settings), part: False})


@contextlib.contextmanager
def uncentred(config: kb.Config) -> Iterator[kb.Config]:
    """The same practices indexed aside with the language left in; vectors come from the index's cache."""
    with tempfile.TemporaryDirectory(prefix="kb-quality-") as folder:
        settings = replace(config.search, centring=False)
        aside = replace(config.aside(Path(folder)), search=settings)
        shutil.copy(IndexLayout(config.index).vectors, IndexLayout(aside.index).vectors)
        build(aside)
        yield aside


def measured(config: kb.Config, sets: Mapping[str, Sequence[Query]]) -> dict[str, Evaluation]:
    return {name: evaluation(config, queries) for name, queries in sets.items()}


def evaluation(config: kb.Config, queries: Sequence[Query]) -> Evaluation:
    collection = practices_of(kb.KnowledgeBase(config))
    return evaluate(queries, dict(answers(collection, queries)), collection.languages)


def arms_table(whole: Mapping[str, Evaluation], plain: Mapping[str, Evaluation]) -> str:
    rows = {
        "plain hybrid: reciprocal ranks of text and words, language left in": {
            name: (found.arms[FUSED],) for name, found in plain.items()
        },
        **{
            f"{ARMS[arm]}, by itself" if arm not in {ALL, FUSED} else ARMS[arm]: {
                name: (found.arms[arm],) for name, found in whole.items()
            }
            for arm in ("words", "text", "card", "question", FUSED)
        },
        "**all, as `kb search` adds them**": {name: (found.overall,) for name, found in whole.items()},
    }
    return table(rows, ("nDCG@10", "recall@10", "MRR@10"))


def parts_table(whole: Mapping[str, Evaluation], parts: Mapping[str, Mapping[str, Evaluation]]) -> str:
    rows = {
        "everything": whole,
        **{f"without {name}" if name != "centring" else "language left in": found for name, found in parts.items()},
    }
    return table(
        {
            name: {
                of: (found.overall, found.elsewhere_whole, found.elsewhere_among) for of, found in evaluations.items()
            }
            for name, evaluations in rows.items()
        },
        ("all", "other languages", "among themselves"),
    )


def groups_table(whole: Mapping[str, Evaluation], kind: str) -> str:
    names = sorted(set.intersection(*(set(getattr(found, kind)) for found in whole.values())))
    rows = {name: {of: (getattr(found, kind)[name],) for of, found in whole.items()} for name in names}
    return table(rows, ("nDCG@10", "recall@10", "questions"))


def table(rows: Mapping[str, Mapping[str, tuple[Figures, ...]]], columns: Sequence[str]) -> str:
    """A Markdown table: a row for each way of searching, the columns once for each set of questions."""
    sets = list(next(iter(rows.values())))
    lines = ["| | " + " | ".join(f"{name}: {column}" for name in sets for column in columns) + " |"]
    lines.append("|---" * (1 + len(sets) * len(columns)) + "|")
    for name, found in rows.items():
        cells = [cell for of in sets for cell in _cells(found[of], columns)]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cells(found: tuple[Figures, ...], columns: Sequence[str]) -> list[str]:
    if len(found) == len(columns):
        return [number(figures.ndcg) for figures in found]
    figures = found[0]
    values = {
        "nDCG@10": number(figures.ndcg),
        "recall@10": number(figures.recall),
        "MRR@10": number(figures.mrr),
        "questions": str(figures.queries),
    }
    return [values[column] for column in columns]


def strength_line(found: Evaluation) -> str:
    nothing = found.nothing
    return (
        f"Of {nothing.queries} questions that nothing answers, {nothing.unanswered} are told that there are no sure "
        f"hits; of {nothing.answerable} that something answers, {nothing.answerable_unanswered}. "
        f"AUC {number(nothing.auc)}."
    )


def published_table(config: kb.Config, folders: Sequence[Path]) -> str:
    lines = [
        "| | questions | words | meaning | their reciprocal ranks | **all** | **all, by page** |",
        "|---|---|---|---|---|---|---|",
    ]
    for folder in folders:
        queries = read_queries(folder)
        with beir.opened(folder, config) as collection:
            found = evaluate(queries, dict(answers(collection, queries)), collection.languages)
        cells = [number(found.arms[arm].ndcg) for arm in ("words", "text", FUSED, ALL)]
        pages = number(found.pages.ndcg) if found.pages else "–"
        lines.append(f"| {folder.name} | {found.overall.queries} | " + " | ".join([*cells, pages]) + " |")
    return "\n".join(lines)


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".removeprefix("0")


def filled(page: str, tables: Tables, where: Path = PAGE) -> str:
    """A page with each table between its marks."""
    for name, text in tables.items():
        marks = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        if not (match := re.search(marks, page, flags=re.DOTALL)):
            raise SystemExit(f"{where} has no place for the table {name}.")
        page = f"{page[: match.start()]}{match[1]}{text}\n{match[2]}{page[match.end() :]}"
    return page


if __name__ == "__main__":
    main()
