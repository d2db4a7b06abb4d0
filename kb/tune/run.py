"""Tune, try, and use it only if it is better."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kb.config import Config
from kb.encoder import load_encoder
from kb.encoder.adapter import AUTOMATIC, AdapterLayout, shelf, write_adapter
from kb.errors import TuningError
from kb.evaluate import Query
from kb.files import sha256, write_whole
from kb.index.embed import Progress
from kb.practice import Practice
from kb.tune.pairs import Recipe, batches
from kb.tune.shelf import use
from kb.tune.subjects import Subject, enough, is_kept_aside, of_practices, with_neighbours
from kb.tune.train import Taught, train
from kb.tune.trial import Trial, put_on_trial
from kb.tune.written import read_written


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made of what."""

    name: str
    """Empty for one made of what it learns from, so that nothing is ever written over."""
    recipe: Recipe
    texts: Path | None = None
    """A folder of texts written for training."""
    keep_aside: bool = False
    """Leave a fixed fifth of the practices out, to measure on what was never seen."""
    judged: Mapping[str, Sequence[Query]] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    layout: AdapterLayout
    seconds: float
    """Of teaching; none where the same adapter was there already."""
    trial: Trial | None
    """None without judged questions."""
    is_used: bool
    is_better: bool
    """Whether it won; kb.toml may still say that another is used."""


def tune(config: Config, practices: Sequence[Practice], wanted: Wanted, tell: Progress) -> Outcome:
    """Teach the encoder, measure it, and use it from now on if it searches better.

    Raises:
        TuningError: there is too little to learn from, or the name is taken by something else.
        EncoderError: the model cannot be loaded.
    """
    subjects = _subjects(config, practices, wanted, tell)
    made = sha256(repr((config.model, asdict(wanted.recipe), subjects)))
    wanted = replace(wanted, name=wanted.name or f"tuned-{made[:8]}")
    layout = shelf(config).adapter(wanted.name)
    record = read_record(layout)
    seconds = 0.0
    if layout.is_whole() and record.get("made") != made:
        raise TuningError(
            f"{wanted.name} is there already, made of other texts or by another recipe.",
            hint=f"Give another --name, or first run: kb model remove {wanted.name}",
        )
    if not layout.is_whole():
        started = time.monotonic()
        taught = train(
            config.model,
            subjects,
            wanted.recipe,
            checkpoint=layout.folder / "unfinished.pt",
            tell=lambda done, total: tell("tune", done, total),
        )
        seconds = time.monotonic() - started
        record = _record(config, wanted, subjects, taught, made, seconds)
        _write_pairs(layout, subjects, wanted.recipe)
        write_record(layout, record)
        # Last, so that an adapter that is whole has its record.
        write_adapter(layout, taught.tensors, model=config.model, strength=wanted.recipe.strength)
    trial = put_on_trial(config, layout.folder, wanted.judged, tell) if wanted.judged else None
    is_better = bool(trial and trial.is_won and not wanted.keep_aside)
    is_used = is_better and config.adapter == AUTOMATIC
    write_record(layout, {**record, "trial": asdict(trial) if trial else None, "used": is_used})
    if is_used:
        use(config, wanted.name)
    return Outcome(layout, seconds, trial, is_used, is_better)


def read_record(layout: AdapterLayout) -> dict[str, Any]:
    """What is known of how an adapter was made; empty where nothing is."""
    try:
        record = json.loads(layout.record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(layout: AdapterLayout, record: Mapping[str, Any]) -> None:
    """Keep what is known of how an adapter was made."""
    write_whole(layout.record, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _subjects(config: Config, practices: Sequence[Practice], wanted: Wanted, tell: Progress) -> list[Subject]:
    seen = [practice for practice in practices if not (wanted.keep_aside and is_kept_aside(practice.id))]
    mine = of_practices(seen)
    enough(mine)
    written = read_written(wanted.texts) if wanted.texts else ()
    tell("model", 0, 1)
    # The model as it is chooses the neighbours, so that the same texts always give the same pairs.
    encoder = load_encoder(replace(config, adapter="none"), many=True)
    tell("model", 1, 1)
    return with_neighbours([*mine, *written], seen, encoder)


def _record(
    config: Config, wanted: Wanted, subjects: Sequence[Subject], taught: Taught, made: str, seconds: float
) -> dict[str, Any]:
    counts: dict[str, int] = {}
    questions: dict[str, int] = {}
    for subject in subjects:
        counts[subject.source] = counts.get(subject.source, 0) + 1
        for language, asked in subject.questions.items():
            questions[language] = questions.get(language, 0) + len(asked)
    return {
        "name": wanted.name,
        "model": config.model,
        "made": made,
        "on": datetime.now(UTC).date().isoformat(),
        "recipe": asdict(wanted.recipe),
        "kept_aside": wanted.keep_aside,
        "subjects": counts,
        "questions": dict(sorted(questions.items())),
        "pairs": taught.pairs,
        "losses": [round(loss, 4) for loss in taught.losses],
        "seconds": round(seconds),
    }


def _write_pairs(layout: AdapterLayout, subjects: Sequence[Subject], recipe: Recipe) -> None:
    """Every pair in the order it was learnt from, a line each."""
    lines = [
        json.dumps({"step": step, "kind": batch.kind, **asdict(pair)}, ensure_ascii=False)
        for step, batch in enumerate(batches(subjects, recipe), 1)
        for pair in batch.pairs
    ]
    write_whole(layout.folder / "pairs.jsonl", "\n".join(lines) + "\n")


def new_name(config: Config, given: str) -> str:
    """A name that can be a folder.

    Raises:
        TuningError: it cannot.
    """
    if not given or not all(sign.isalnum() or sign in "-_" for sign in given) or given in {"none", "auto", "praksis"}:
        raise TuningError(
            f"{given!r} cannot be the name of an adapter.",
            hint=f"Use letters, digits and hyphens; it becomes a folder in {shelf(config).folder}.",
        )
    return given
