"""Two apps on machines of their own read one index in a database, and go on to what a third has indexed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from web.web_ask import ask
from web.web_library import serve

from kb.config import Config
from kb.index.build import build
from postgres.postgres_servers import write_new

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")


def listed(address: str) -> list[str]:
    """The ids that an app knows, by its API."""
    return sorted(item["id"] for item in ask(f"{address}/api/practices").json["practices"])


def test_two_apps_answer_from_one_store(
    stored: Callable[..., Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = stored(names=FEW)
    build(config)
    monkeypatch.setenv("KB_STORE", config.store.url)
    roots = [tmp_path / name for name in ("one", "other")]
    for root in roots:
        # A replica has the practices, and no index of its own.
        shutil.copytree(config.practices, root / "practices")
        (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    app = contextmanager(serve)
    with app(roots[0]) as one, app(roots[1]) as other:
        assert listed(one) == listed(other) == ["grong-bygdemodre", "oslo-alna-bydelsmodre"]
        write_new(config, 7)
        build(config)
        assert listed(one) == listed(other) == ["grong-bygdemodre", "ny-7", "oslo-alna-bydelsmodre"]
        assert ask(f"{one}/api/search?q=prøvde").json["hits"] == ask(f"{other}/api/search?q=prøvde").json["hits"] != []
    assert not any((root / "index" / "CURRENT").exists() for root in roots)
