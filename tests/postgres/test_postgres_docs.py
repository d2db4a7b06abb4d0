"""What docs/postgresql.md shows works as shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from kb.config import Config, load_config
from postgres.postgres_servers import Server, binaries, running

ROOT = Path(__file__).parents[2]
FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")


def shown(kind: str) -> list[str]:
    tokens = MarkdownIt().parse((ROOT / "docs" / "postgresql.md").read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == kind]


def test_commands_that_are_shown_work_in_order(small: Callable[..., Config]) -> None:
    root = small(names=FEW).root
    (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    lines = [line[2:] for block in shown("console") for line in block.splitlines() if line.startswith("$ ")]
    assert lines[0] == 'pip install "praksis[postgresql]"'  # what runs this has it
    script = "\n".join(["set -e", 'kb() { python -m kb "$@"; }', *lines[1:]])
    with running(Server()) as server:
        environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{binaries()}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(server.port),
            "PGUSER": "postgres",
        }
        done = subprocess.run(
            ["sh", "-c", script], cwd=root, env=environment, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "Generation 000001 is current: 2 practices" in done.stdout
    assert "postgresql://localhost/restored, generation 000001" in done.stdout


def test_settings_that_are_shown_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KB_STORE", raising=False)
    (text,) = shown("toml")
    (tmp_path / "kb.toml").write_text(text, encoding="utf-8")
    assert str(load_config(tmp_path).store) == "postgresql://db1.example.no,db2.example.no/praksis"
