"""kb.toml, and what of it cannot be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from kb.access.setup import setup
from kb.config import CONFIG_FILE, Config, find_root, load_config
from kb.doctor.findings import Area, Finding
from kb.errors import AccessError, ConfigError
from kb.propose.links import kind
from kb.propose.request import TOKEN


def settings(root: Path | None = None, practices: Path | None = None, index: Path | None = None) -> tuple[Config, Area]:
    """The configuration, the one that Praksis comes with where kb.toml cannot be read, and what is wrong with it."""
    base = find_root() if root is None else root.expanduser().resolve()
    try:
        config = load_config(root, practices=practices, index=index)
    except ConfigError as fault:
        why = "No command runs until it is mended. What follows was looked at with the settings Praksis comes with."
        finding = Finding(str(fault), why, fault.hint)
        return Config(base, base / "practices", base / "index"), Area("Configuration", str(base), (finding,))
    path = config.root / CONFIG_FILE
    told = str(path) if path.is_file() else f"{config.root}, no {CONFIG_FILE}: every setting has its default"
    return config, Area("Configuration", told, tuple(_findings(config)))


def _findings(config: Config) -> Iterator[Finding]:
    try:
        setup(config)
    except AccessError as fault:
        yield Finding(
            str(fault), "Something needs a login, and nobody can log in: kb serve does not start.", fault.hint
        )
    model = Path(config.model).expanduser()
    if model.is_absolute() and not model.is_dir():
        yield Finding(
            f"encoder.model names the folder {model}, which is not there.",
            "It is then taken for a name on a model hub; without it only keyword search works.",
            f"Put the model there, or change encoder.model in {CONFIG_FILE}.",
        )
    if config.proposing and not (config.remote or config.repository_url or (config.root / ".git").exists()):
        yield Finding(
            "forge.propose lets readers send in practices, but it is not known where to.",
            "Whoever presses the button in the app is told that it cannot be done.",
            f'Write remote = "https://…/praksis.git" under [forge] in {CONFIG_FILE}.',
        )
    if os.environ.get(TOKEN) and not kind(config):
        yield Finding(
            f"{TOKEN} is set, but the kind of forge is not known.",
            "No pull request is opened with it.",
            f"Write url, and kind where the address does not tell, under [forge] in {CONFIG_FILE}.",
            "warning",
        )
