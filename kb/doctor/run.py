"""Look at everything, whatever state it is in."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kb.doctor.findings import Area, Finding
from kb.doctor.installation import installation

if TYPE_CHECKING:
    from kb.config import Config


def examine(
    root: Path | None = None,
    practices: Path | None = None,
    index: Path | None = None,
    *,
    thorough: bool = False,
) -> Iterator[Area]:
    """Each area as soon as it was looked at; one that cannot be looked at is a finding and stops nothing.

    `root`, `practices` and `index` are as every command takes them; `thorough` reads every byte of the index and the
    model, too.
    """
    yield _looked("Installation", installation)
    try:
        from kb.doctor.settings import settings

        config, area = settings(root, practices, index)
    except Exception as error:  # noqa: BLE001  whatever is broken, it is told
        yield _broken("Configuration", error)
        return
    yield area
    for name in ("model", "index", "practices"):
        options = {"thorough": thorough} if name != "practices" else {}
        yield _looked(name.title(), partial(_ask, name, config, **options))


def _ask(name: str, config: Config, **options: bool) -> Area:
    """What one of the modules beside this one finds; imported here, where it may fail."""
    look: Callable[..., Area] = getattr(importlib.import_module(f"kb.doctor.{name}"), name)
    return look(config, **options)


def _looked(name: str, look: Callable[[], Area]) -> Area:
    try:
        return look()
    except Exception as error:  # noqa: BLE001  whatever is broken, it is told
        return _broken(name, error)


def _broken(name: str, error: Exception) -> Area:
    if os.environ.get("KB_DEBUG"):
        raise error
    what = f"This could not be looked at: {type(error).__name__}: {error}"
    finding = Finding(
        what, "What it is made with may be broken itself; see what is told above.", "KB_DEBUG=1 kb doctor"
    )
    return Area(name, "", (finding,))
