"""Who embeds: this machine or a cluster. Apart, so that a command's help need not load what they run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workers:
    """So many processors of this machine, or the machines of a Dask cluster."""

    jobs: int = 0
    """0 for every processor."""
    cluster: str = ""
    """The scheduler's address; empty for this machine."""


THIS_MACHINE = Workers()
