"""What docs/postgresql.md and docs/scaling.md show works as shown."""

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


def shown(kind: str, page: str = "postgresql.md") -> list[str]:
    tokens = MarkdownIt().parse((ROOT / "docs" / page).read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == kind]


def commands(page: str) -> list[str]:
    return [line[2:] for block in shown("console", page) for line in block.splitlines() if line.startswith("$ ")]


def run(lines: list[str], root: Path, server: Server) -> subprocess.CompletedProcess[str]:
    """Shell commands in order, up to the first that fails, by somebody whose database server this is."""
    script = "\n".join(["set -e", 'kb() { python -m kb "$@"; }', *lines])
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{binaries()}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGUSER": "postgres",
    }
    return subprocess.run(
        ["sh", "-c", script], cwd=root, env=environment, capture_output=True, encoding="utf-8", check=False
    )


def test_commands_that_are_shown_work_in_order(small: Callable[..., Config]) -> None:
    root = small(names=FEW).root
    (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    lines = commands("postgresql.md")
    assert lines[0] == 'pip install "praksis[postgresql]"'  # what runs this has it
    with running(Server()) as server:
        done = run(lines[1:], root, server)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "Generation 000001 is current: 2 practices" in done.stdout
    assert "postgresql://localhost/restored, generation 000001" in done.stdout


def test_five_commands_move_the_index_and_two_move_it_back(small: Callable[..., Config]) -> None:
    root = small(names=FEW).root
    (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    lines = commands("scaling.md")
    assert len(lines) == 5 + 2
    with running(Server()) as server:
        done = run(["kb index", *lines, "kb status"], root, server)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    moved, back = done.stdout.split("postgresql://localhost/praksis, generation 000001")
    assert moved.count("2 practices") >= 2
    assert "postgresql" not in back


def test_settings_that_are_shown_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KB_STORE", raising=False)
    (text,) = shown("toml")
    (tmp_path / "kb.toml").write_text(text, encoding="utf-8")
    assert str(load_config(tmp_path).store) == "postgresql://db1.example.no,db2.example.no/praksis"
