"""The practices that Praksis comes with, indexed."""

from __future__ import annotations

from benchmarks.measure import ROOT
from kb.config import Config, load_config
from kb.index.build import build


def shipped() -> Config:
    """Their configuration, with an index that stands as they do: the repository's own, or what its tests made."""
    config = load_config(ROOT)
    tested = ROOT / "build" / "test-index"
    if not (config.index / "CURRENT").is_file() and (tested / "CURRENT").is_file():
        config = config.aside(tested)
    build(config)
    return config
