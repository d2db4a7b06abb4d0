"""`kb doctor` tells how an index in a database stands, and changes nothing there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

import kb
from kb.config import Address, Config
from kb.doctor.findings import Area
from kb.doctor.index import index
from kb.errors import OtherVersion
from kb.index.build import build
from kb.index.layout import FORMAT
from kb.index.postgres.migrations import MIGRATIONS
from postgres.postgres_servers import Server, write_new

Small = Callable[..., Config]

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")


def found(area: Area) -> str:
    return " ".join(f"{finding.what} {finding.why} {finding.mend}" for finding in area.findings)


def write_as_another_version(config: Config) -> None:
    """Have the current generation be of a format that this code does not know."""
    with psycopg.connect(config.store.url) as db:
        manifest = db.execute("SELECT manifest FROM praksis.generation JOIN praksis.current USING (number)").fetchall()
        data = json.loads(manifest[0][0])
        data["fingerprint"]["format"] = FORMAT + 1
        db.execute(
            "UPDATE praksis.generation SET manifest = %s WHERE number = (SELECT number FROM praksis.current)",
            (json.dumps(data),),
        )


def test_a_sound_index_is_told_with_its_generation_and_schema(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    area = index(config, thorough=True)
    assert area.told.startswith(f"{config.store}, PostgreSQL ")
    assert area.told.endswith(f"schema {len(MIGRATIONS)}, generation 000001, 2 practices")
    assert not area.findings
    write_new(config, 1)
    assert "1 file changed since. Searches do not see it yet. kb index" in found(index(config))


def test_a_database_that_does_not_answer_is_told_by_the_command(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    config = small(names=FEW)
    monkeypatch.setenv("KB_STORE", "postgresql://praksis:hemmelig@127.0.0.1:1/praksis")
    command = [sys.executable, "-m", "kb", "doctor", "--root", str(config.root)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert "The database postgresql://127.0.0.1:1/praksis cannot be reached: " in done.stdout
    assert "Nothing can be searched" in done.stdout
    assert "hemmelig" not in done.stdout + done.stderr


def test_nothing_is_made_in_an_empty_database(server: Server, small: Small) -> None:
    config = replace(small(names=FEW), store=Address(server.database()))
    area = index(config)
    assert "no pgvector yet, schema 0" in area.told
    assert "There is no index in postgresql://127" in found(area)
    assert "kb index" in found(area)
    with psycopg.connect(config.store.url) as db:
        assert db.execute("SELECT to_regnamespace('praksis')").fetchall() == [(None,)]


def test_a_schema_of_a_newer_version_is_told(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    with psycopg.connect(config.store.url) as db:
        db.execute("INSERT INTO praksis.migration VALUES (99, 'from the future')")
    assert "newer Praksis: version 99" in found(index(config))


def test_while_some_are_upgraded_the_others_go_on_with_what_they_can_read(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    held = kb.KnowledgeBase(config)
    write_new(config, 1)
    build(config)
    write_as_another_version(config)
    for base in (held, kb.KnowledgeBase(config)):
        assert len(base.search(limit=100).hits) == 2
        assert "another version" in base.search("bygdemødre").notice
        assert "An earlier one answers" in base.status().damage
    assert "An earlier one answers" in found(index(config))
    report = build(config)
    assert "another version" in report.anew
    assert held.search(limit=100).total == 3
    assert not held.status().damage


def test_where_no_generation_can_be_read_that_is_told(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    write_as_another_version(config)
    with pytest.raises(OtherVersion, match="another version") as caught:
        kb.KnowledgeBase(config)
    assert "kb index" in caught.value.hint
