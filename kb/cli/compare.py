"""`kb compare`: two to four practices side by side."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kb.cli.options import Index, Json, Practices, Root, configured, harmless, print_json, terminal

if TYPE_CHECKING:
    from rich.text import Text

    from kb.compare.export import Words
    from kb.compare.model import Comparison, Quote


def command(
    ids: Annotated[list[str], typer.Argument(metavar="ID ID…", help="Two to four ids, as search shows them.")],
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    as_json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print a table for a spreadsheet.")] = False,
) -> None:
    """Compare practices: facts, results, conditions and lessons, and where they speak of the same thing.

    \b
    Example: kb compare grong-bygdemodre oslo-alna-bydelsmodre
    Example: kb compare kiruna-sextimmarsdag-hemtjanst reykjavik-shorter-working-week --markdown
    """
    from kb.base import KnowledgeBase
    from kb.compare.export import as_csv, as_markdown
    from kb.compare.model import comparison_json
    from kb.web.compare.words import words

    base = KnowledgeBase(configured(root, practices, index))
    comparison = base.compare(ids)
    said, folder = words(comparison.language), base.config.practices_from_root
    if as_json:
        print_json(comparison_json(comparison, folder))
    elif markdown:
        sys.stdout.write(harmless(as_markdown(comparison, said, folder)))
    elif csv:
        sys.stdout.write(harmless(as_csv(comparison, said).replace("\r\n", "\n")))
    else:
        _print(comparison, said)


def _print(comparison: Comparison, words: Words) -> None:
    from rich.padding import Padding

    console = terminal()
    for indent, line in _lines(comparison, words):
        console.print(Padding(line, (0, 0, 0, indent)))


def _lines(comparison: Comparison, words: Words) -> Iterator[tuple[int, Text]]:
    """Row by row, and below each the practices in order."""
    from rich.text import Text

    from kb.compare.export import lines, row_name, where

    names = [harmless(where(practice, comparison) or practice.id) for practice in comparison.practices]
    for name, practice in zip(names, comparison.practices, strict=True):
        yield (
            0,
            Text.assemble((name, "bold"), harmless(f"  {practice.card(comparison.language).title} ({practice.id})")),
        )
    for row in comparison.rows:
        mark = f"  ≠ {words.differs}" if row.differs else ""
        yield 0, Text.assemble("\n", (harmless(row_name(row, words)), "bold cyan"), (mark, "yellow"))
        for name, cell in zip(names, row.cells, strict=True):
            yield 3, Text.assemble((f"{name}: ", "bold"), harmless("\n".join(lines(cell, words)) or words.missing))
    if comparison.passages:
        yield 0, Text(f"\n{words.passages}", style="bold underline")
    for found in comparison.passages:
        yield 0, Text(harmless(f"\n{found.heading}"), style="bold cyan")
        for name, quote in zip(names, found.quotes, strict=True):
            yield 3, _passage(name, quote, words)


def _passage(name: str, quote: Quote | None, words: Words) -> Text:
    from rich.text import Text

    if quote is None:
        return Text.assemble((f"{name}: ", "bold"), (words.no_passage, "dim"))
    under = f" [{quote.note}]" if quote.note else ""
    return Text.assemble(
        (f"{name}: ", "bold"), harmless(quote.text), (harmless(under), "dim"), (f"  :{quote.line}", "dim")
    )
