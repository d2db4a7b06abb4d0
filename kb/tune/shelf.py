"""Which adapters there are, and which one is used."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.config import CONFIG_FILE, PACKAGED_MODEL, Config
from kb.encoder.adapter import AUTOMATIC, NO_ADAPTER, OURS, AdapterLayout, adapter_of, made_for, shelf
from kb.errors import TuningError
from kb.files import write_whole

OURS_NAME = OURS.name


@dataclass(frozen=True, slots=True)
class Kept:
    """An adapter as a list shows it."""

    name: str
    folder: Path | None
    """None for the model as it is."""
    model: str
    strength: float
    megabytes: float
    in_use: bool


def kept(config: Config) -> Iterator[Kept]:
    """Everything that can be used here: the model as it is, ours, and what was tuned here.

    Raises:
        EncoderError: one cannot be read.
    """
    used = adapter_of(config)
    yield Kept(NO_ADAPTER, None, config.model, 0.0, 0.0, used is None)
    folders = [OURS] if config.model == PACKAGED_MODEL and AdapterLayout(OURS).is_whole() else []
    shelved = shelf(config)
    for folder in (*folders, *(shelved.adapter(name).folder for name in shelved.names())):
        layout = AdapterLayout(folder)
        model, strength = made_for(layout)
        yield Kept(
            name=folder.name,
            folder=folder,
            model=model,
            strength=strength,
            megabytes=layout.weights.stat().st_size / 1e6,
            in_use=used == folder,
        )


def use(config: Config, name: str) -> None:
    """Use an adapter from now on; `none` for the model as it is.

    Raises:
        TuningError: there is none of that name, it is for another model, or kb.toml says otherwise.
    """
    if config.adapter != AUTOMATIC:
        raise TuningError(
            f"{config.root / CONFIG_FILE} says encoder.adapter = {config.adapter!r}, and that is what is used.",
            hint='Take the line out, or write encoder.adapter = "auto".',
        )
    found = _named(config, name)
    if found.folder and found.model != config.model:
        raise TuningError(
            f"{name} is for the model {found.model}, and {config.model} is used here.",
            hint="Tune again, or change encoder.model in kb.toml.",
        )
    current = shelf(config).current
    current.parent.mkdir(parents=True, exist_ok=True)
    write_whole(current, f"{name}\n")


def remove(config: Config, name: str) -> None:
    """Delete an adapter that was tuned here.

    Raises:
        TuningError: there is none of that name, it is used, or it was not made here.
    """
    found = _named(config, name)
    if found.folder is None or found.folder == OURS:
        raise TuningError(f"{name} comes with Praksis and stays.", hint="kb model use none searches without it.")
    if found.in_use:
        raise TuningError(f"{name} is in use.", hint=f"First run: kb model use {OURS_NAME}")
    # Out of sight whole first, so that a broken removal leaves no half adapter.
    gone = found.folder.with_name(f".{name}.removed")
    found.folder.rename(gone)
    shutil.rmtree(gone)


def _named(config: Config, name: str) -> Kept:
    every = {item.name: item for item in kept(config)}
    if name not in every:
        raise TuningError(f"There is no adapter {name}.", hint=f"There are {', '.join(every)}.")
    return every[name]
