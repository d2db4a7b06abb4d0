"""The encoder is begun before it is known to be needed where a practice is newer than the index, and only there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from index_helpers import write_practice

import kb
from kb.config import Config
from kb.encoder.adapter import shelf
from kb.index.ahead import look_ahead
from kb.index.build import build
from kb.index.workers import THIS_MACHINE, Workers

Small = Callable[..., Config]
FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")


@pytest.fixture
def config(small: Small) -> Config:
    """A repository that is indexed with the model."""
    made = small(model="packaged", names=FEW)
    build(made)
    return made


@pytest.mark.model
def test_what_was_begun_embeds_the_practice_that_is_new(config: Config) -> None:
    assert look_ahead(config, THIS_MACHINE).encoder is None
    write_practice(config.practices, "nattkafe.md", "Nattkafé for unge", "Ungdom møttes på gata om natta.")
    ahead = look_ahead(config, THIS_MACHINE)
    assert ahead.encoder is not None
    report = build(config, ahead=ahead)
    assert (report.added, report.unchanged) == (1, 2)
    assert report.embedded > 0
    assert not report.warning
    assert kb.KnowledgeBase(config).search("sted å være for tenåringer sent på kvelden")[0].practice.id == "nattkafe"
    assert look_ahead(config, THIS_MACHINE).encoder is None


@pytest.mark.model
def test_a_broken_adapter_is_told_by_the_index_and_not_before(config: Config) -> None:
    adapter = shelf(config).adapter("min")
    adapter.folder.mkdir(parents=True)
    adapter.config.write_text("{", encoding="utf-8")
    adapter.weights.write_bytes(b"")
    shelf(config).current.write_text("min", encoding="utf-8")
    write_practice(config.practices, "nattkafe.md", "Nattkafé for unge")
    ahead = look_ahead(config, THIS_MACHINE)
    assert ahead.encoder is None
    report = build(config, ahead=ahead)
    assert report.added == 1
    assert "keyword search" in report.warning


@pytest.mark.model
def test_nothing_is_begun_that_would_not_be_used(config: Config, tmp_path: Path) -> None:
    write_practice(config.practices, "nattkafe.md", "Nattkafé for unge")
    assert look_ahead(config, THIS_MACHINE).encoder is not None
    for other in (
        replace(config, model="none"),
        replace(config, runtime="torch"),
        replace(config, model="et/annet-navn"),
        replace(config, index=tmp_path / "ny"),
    ):
        assert look_ahead(other, THIS_MACHINE).encoder is None
    assert look_ahead(config, Workers(jobs=1)).encoder is None
    assert look_ahead(config, Workers(cluster="tcp://localhost:8786")).encoder is None
