"""What the tests of the app share: the small repository, indexed for keyword search, servers and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import PRACTICES, TEST_INDEX
from playwright.sync_api import Browser, Page
from streamlit.testing.v1 import AppTest

import kb
from kb.config import load_config
from kb.index.build import build
from web.web_library import plant, serve, visit
from web.web_screen import browsers, pages


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Root of the small repository, indexed. Read it; copy it before changing it."""
    root = tmp_path_factory.mktemp("library")
    plant(root)
    build(load_config(root))
    return root


@pytest.fixture
def own_library(library: Path, tmp_path: Path) -> Path:
    """A copy of the small repository for one test to change."""
    root = tmp_path / "own"
    shutil.copytree(library, root)
    return root


@pytest.fixture
def app(library: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Run the app over the small repository, as an address asks: `app(q="…", country=["no"])`."""
    monkeypatch.setenv("KB_ROOT", str(library))
    return visit


@pytest.fixture(scope="module")
def server(library: Path) -> Iterator[str]:
    """The address of a real server over the small repository."""
    yield from serve(library)


@pytest.fixture(scope="module")
def shipped(base: kb.KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server over every practice that is shipped, with the real model."""
    assert base.practices
    root = tmp_path_factory.mktemp("shipped")
    (root / "practices").symlink_to(PRACTICES)
    (root / "index").symlink_to(TEST_INDEX)
    (root / "kb.toml").touch()
    yield from serve(root)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    yield from browsers()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new window of it."""
    yield from pages(browser)
