"""What tests share: the repository's own practices, indexed for real, and small trees to change.

Fast tests come first; those that need the model, and then those that need a browser, come last.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

import kb
from kb.config import Config
from kb.index.build import build
from kb.locks import exclusive

# Whoever serves from a database would not want the tests' practices in it.
os.environ.pop("KB_STORE", None)

# The same cases at every run, so that a failure is the change's own; explore with --hypothesis-profile=default.
settings.register_profile("praksis", deadline=None, derandomize=True)
settings.load_profile("praksis")

ROOT = Path(__file__).resolve().parents[1]
PRACTICES = ROOT / "practices"
TEST_INDEX = ROOT / "build" / "test-index"
"""Kept between runs: as for every user, what has not changed is not embedded again."""

SMALL = (
    "no/grong/grong-bygdemodre",
    "no/oslo/oslo-alna-bydelsmodre",
    "no/oslo/oslo-ullern-tillitsmodellen-hovedpilot",
    "no/oygarden/oygarden-oppgaveutval-studietur",
    "dk/gentofte/gentofte-opgaveudvalg",
    "dk/odsherred/odsherred-fire-dages-arbejdsuge",
    "se/goteborg/goteborg-svartedalen-sextimmarsdag",
    "se/kiruna/kiruna-sextimmarsdag-hemtjanst",
    "is/reykjavik/reykjavik-shorter-working-week",
    "nl/netherlands-buurtzorg-neighbourhood-care",
)
"""A handful of practices in all five languages, with lineage among them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast ones first."""
    items.sort(key=lambda item: 2 * bool(item.get_closest_marker("browser")) + bool(item.get_closest_marker("model")))


@pytest.fixture(scope="session")
def base() -> kb.KnowledgeBase:
    """The shipped practices, indexed with the real model."""
    config = Config(root=ROOT, practices=PRACTICES, index=TEST_INDEX)
    # Tests run side by side: one builds, the others wait.
    with exclusive(TEST_INDEX.with_suffix(".lock")):
        build(config)
    return kb.KnowledgeBase(config)


@pytest.fixture
def small(tmp_path: Path) -> Callable[..., Config]:
    """Make a small repository of real practices to change at will; without a model unless asked."""

    def make(*, model: str = "none", names: tuple[str, ...] = SMALL) -> Config:
        practices = tmp_path / "practices"
        practices.mkdir()
        for name in ("vocabulary.yaml", "places.yaml"):
            shutil.copy2(PRACTICES / name, practices / name)
        for name in names:
            for suffix in (".md", ".i18n.yaml"):
                target = practices / f"{name}{suffix}"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PRACTICES / f"{name}{suffix}", target)
        return Config(root=tmp_path, practices=practices, index=tmp_path / "index", model=model)

    return make
