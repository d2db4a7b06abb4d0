"""`kb similar`: practices like one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kb.cli.options import Index, Json, Practices, Root, configured, harmless, print_json


def command(
    practice_id: Annotated[str, typer.Argument(metavar="ID", help="The practice's id.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 5,
    root: Root = None,
    practices: Practices = None,
    index: Index = None,
    as_json: Json = False,
) -> None:
    """Find practices like one, in any language.

    \b
    Example: kb similar kiruna-sextimmarsdag-hemtjanst
    """
    from kb.base import KnowledgeBase

    base = KnowledgeBase(configured(root, practices, index))
    results = base.similar(practice_id, limit=limit)
    if as_json:
        from kb.search.hits import results_json

        print_json(results_json(results, base.config.practices_from_root))
        return
    language = base.config.language
    for hit in results:
        place = "; ".join(
            base.vocabulary.place_name(p, with_country=True, language=language) for p in hit.practice.places[:2]
        )
        sys.stdout.write(f"{hit.practice.id}\n    {harmless(hit.practice.card(language).title)} – {place}\n")
    if not results.hits:
        raise typer.Exit(1)
