"""A handful of them through the real model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import kb
from kb.config import PACKAGED_MODEL, Config
from kb.encoder import load_encoder
from kb.errors import EncoderError
from kb.index.build import build
from trust.corpus import cases
from trust.parts.input.together import plant
from trust.rows import Row, Tally, Untried

EVERY = 12
"""Which of the files that become practices are taken."""
SECONDS = 60.0


def rows(folder: Path) -> Iterator[Row | Untried]:
    """Embed every twelfth file, and ask for each by its title."""
    try:
        load_encoder(Config(folder, folder, folder, model=PACKAGED_MODEL))
    except EncoderError as error:
        yield Untried("Broken files through the model", str(error))
        return
    chosen = [case for case in cases() if case.kind == "file" and case.indexed == "yes"][::EVERY]
    place, _ = plant(folder, chosen)
    config = replace(place.config, model=PACKAGED_MODEL)
    tally = Tally("A handful of them, and the good ones, embedded by the model and asked for by their titles")
    with tally.once("kb index", 10 * SECONDS):
        build(config)
    base = kb.KnowledgeBase(config)
    for practice in base.practices:
        with tally.once(str(practice.path), SECONDS):
            results = base.search(practice.title[:500])
            if results.mode != "hybrid":
                tally.bad("wrong", f"{practice.path}: the model was not asked")
    yield tally.row(f"{len(base.practices)} practices, {base.status().passages} passages")
