"""What the adapter that Praksis comes with gives and loses; writes the tables of its card.

The honest figures are of an adapter that never saw a fifth of the practices; make it first:

     kb tune --name honest --keep-aside
Run: python -m benchmarks.adapter --published FOLDER …          (a quarter of an hour; BEIR folders)
     python -m benchmarks.adapter --print                       (shows the tables and writes nothing)
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import kb
from benchmarks.search_quality import JUDGED, filled, number
from kb.encoder.adapter import OURS, AdapterLayout, shelf
from kb.evaluate import Query, read_queries
from kb.files import write_whole
from kb.index.build import build
from kb.tune.trial import Measured, Score, indexed, measure, measure_general

ROOT = Path(__file__).parents[1]
CARD = AdapterLayout(OURS).card
Sets = Mapping[str, Sequence[Query]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--published", type=Path, nargs="+", default=[], help="folders in BEIR's form")
    parser.add_argument("--honest", default="honest", help="the adapter in models/ that never saw a fifth")
    parser.add_argument("--print", action="store_true", help="show the tables and write nothing")
    options = parser.parse_args()
    config = kb.load_config(ROOT)
    sets = {name: [query for path in paths for query in read_queries(path)] for name, paths in JUDGED.items()}
    base = together(config, "none", sets)
    ours = together(config, str(OURS), sets)
    tables = {"practices": practices_table(base, ours), "languages": languages_table(base, ours)}
    honest = shelf(config).adapter(options.honest)
    if honest.is_whole():
        tables["unseen"] = practices_table(base, together(config, str(honest.folder), sets), unseen=True)
    if options.published:
        tables["published"] = published_table(config, options.published)
    if options.print:
        print("\n\n".join(f"{name}\n\n{text}" for name, text in tables.items()))
    else:
        write_whole(CARD, filled(CARD.read_text(encoding="utf-8"), tables, where=CARD))


def together(config: kb.Config, adapter: str, sets: Sets) -> dict[str, tuple[Measured, Measured]]:
    """Each set with the language taken out of the vectors and with it left in."""
    with indexed(config, adapter) as base:
        centred = {name: measure(base, queries) for name, queries in sets.items()}
        # The same vectors again, from the index's own cache.
        as_is = replace(base.config, search=replace(config.search, centring=False))
        build(as_is)
        raw = {name: measure(kb.KnowledgeBase(as_is), queries) for name, queries in sets.items()}
    return {name: (centred[name], raw[name]) for name in sets}


Both = Mapping[str, tuple[Measured, Measured]]
"""By set, measured with the language taken out and with it left in."""


def practices_table(base: Both, other: Both, *, unseen: bool = False) -> str:
    """Before and after on all practices, or on those alone that were kept aside."""
    text, search = ("unseen_text", "unseen_search") if unseen else ("text", "search")
    lines = ["| | all: base | with | other languages: base | with |", "|---|---|---|---|---|"]
    for name in base:
        (before, before_raw), (after, after_raw) = base[name], other[name]
        lines += [
            row(f"{name}: text by meaning alone", getattr(before_raw, text), getattr(after_raw, text)),
            row(f"{name}: the same, language taken out", getattr(before, text), getattr(after, text)),
            row(f"{name}: whole search", getattr(before, search), getattr(after, search)),
        ]
    return "\n".join(lines)


def languages_table(base: Both, ours: Both) -> str:
    names = sorted({language for found, _ in base.values() for language in found.languages})
    heads = " | ".join(f"{name}: base | with" for name in base)
    lines = [f"| | {heads} |", "|---" * (1 + 2 * len(base)) + "|"]
    for language in names:
        cells = [number(side[name][0].languages.get(language)) for name in base for side in (base, ours)]
        lines.append(f"| {language} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def published_table(config: kb.Config, folders: Sequence[Path]) -> str:
    as_is = replace(config, search=replace(config.search, centring=False))
    lines = ["| | text by meaning alone: base | with | change |", "|---|---|---|---|"]
    for folder in folders:
        before, after = (
            measure_general(replace(as_is, adapter=adapter), [folder])[folder.name].text.every
            for adapter in ("none", str(OURS))
        )
        change = "–" if before is None or after is None else f"{after - before:+.3f}"
        lines.append(f"| {folder.name} | {number(before)} | {number(after)} | {change} |")
    return "\n".join(lines)


def row(name: str, before: Score, after: Score) -> str:
    cells = (before.every, after.every, before.elsewhere, after.elsewhere)
    return f"| {name} | " + " | ".join(map(number, cells)) + " |"


if __name__ == "__main__":
    main()
