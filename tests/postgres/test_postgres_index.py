"""An index in PostgreSQL answers, is written and is guarded as one in a folder is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

import kb
from kb.config import Address, Config, load_config
from kb.errors import ConfigError, IndexBusy, IndexFault, NoIndex, StoreUnavailable
from kb.index.build import build
from kb.index.choose import storage_of
from kb.index.postgres.connect import connect
from kb.index.postgres.migrations import MIGRATIONS, migrate
from kb.index.terms import LexicalHits
from kb.language.concordance import asked_words
from postgres.postgres_servers import Server, write_new

Small = Callable[..., Config]

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")

READER = """
import sys, kb
base = kb.open(sys.argv[1], store=sys.argv[2])
print(base.generation, flush=True)
for line in sys.stdin:
    print(base.generation, *sorted(hit.practice.id for hit in base.search(limit=100)), flush=True)
"""
WRITER = """
import sys
from kb.config import load_config
from kb.index.choose import storage_of
with storage_of(load_config(sys.argv[1], store=sys.argv[2])).writing():
    print("writing", flush=True)
    sys.stdin.read()
"""
INDEXER = """
import sys
from kb.config import load_config
from kb.index.build import build
build(load_config(sys.argv[1], store=sys.argv[2], model="none"))
"""


@contextmanager
def process(code: str, config: Config) -> Iterator[subprocess.Popen[str]]:
    """A Python process with the repository and the store as arguments; ended with the block."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(config.root), config.store.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def said(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def ask(child: subprocess.Popen[str]) -> str:
    assert child.stdin is not None
    child.stdin.write("go\n")
    child.stdin.flush()
    return said(child)


def add(config: Config, number: int) -> str:
    """One more practice, one more generation."""
    write_new(config, number)
    return build(config).generation


def homes(config: Config) -> list[str]:
    """The schemas of generations in the database."""
    with psycopg.connect(config.store.url) as connection:
        found = connection.execute(r"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'praksis\_%' ORDER BY 1")
        return [name for (name,) in found]


def numbers(config: Config) -> list[str]:
    return [home.split("_")[1] for home in homes(config)]


def ids(base: kb.KnowledgeBase) -> list[str]:
    return sorted(hit.practice.id for hit in base.search(limit=1000))


def test_nothing_indexed_is_told(server: Server, small: Small) -> None:
    config = replace(small(names=FEW), store=Address(server.database()))
    with pytest.raises(NoIndex, match="no index in postgresql://127") as caught:
        kb.KnowledgeBase(config)
    assert "kb index" in caught.value.hint


def test_only_what_changed_is_done(stored: Small) -> None:
    config = stored(names=FEW)
    first, second = build(config), build(config)
    assert (first.wrote, first.added, second.wrote, second.unchanged) == (True, 2, False, 2)
    path = config.practices / f"{FEW[0]}.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nEnda en setning.\n", encoding="utf-8")
    third = build(config)
    assert (third.wrote, third.changed, third.unchanged) == (True, 1, 1)
    assert "Enda en setning." in kb.KnowledgeBase(config).get("grong-bygdemodre").body


def test_a_file_that_was_only_touched_makes_no_generation(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    os.utime(config.practices / f"{FEW[0]}.md", (1, 1))
    again = build(config)
    assert (again.wrote, again.unchanged) == (False, 2)
    assert numbers(config) == ["000001"]


def test_last_two_generations_are_kept(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    names = [add(config, number) for number in range(4)]
    assert numbers(config) == names[-2:]


def test_two_replicas_go_on_to_a_new_generation_and_let_go_of_the_old(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    with process(READER, config) as one, process(READER, config) as other:
        held = {said(one), said(other)}
        assert held == {"000001"}
        names = [add(config, number) for number in range(4)]
        # Both still have the first open.
        assert numbers(config) == ["000001", *names[-2:]]
        expected = " ".join([names[-1], *ids(kb.KnowledgeBase(config))])
        assert {ask(one), ask(other)} == {expected}
        names.append(add(config, 4))
        assert numbers(config) == names[-2:]


def test_killed_reader_leaves_no_generation_behind(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    with process(READER, config) as child:
        said(child)
        add(config, 0)
        child.kill()
        child.wait()
    names = [add(config, number) for number in (1, 2)]
    assert numbers(config) == names


def test_generation_that_is_being_dumped_is_not_waited_for(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    (home,) = homes(config)
    with psycopg.connect(config.store.url) as db:
        db.execute(f"SELECT id FROM {home}.practice")
        names = [add(config, number) for number in range(2)]
        assert numbers(config) == ["000001", *names]
    names.append(add(config, 2))
    assert numbers(config) == names[-2:]


def test_every_answer_while_it_is_rebuilt_is_of_one_generation(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    base = kb.KnowledgeBase(config)
    rounds, seen = 4, set[int]()
    done = False

    def read() -> None:
        while not done:
            found = base.search("ny", limit=100)
            assert sum(found.facets["country"].values()) == found.total
            browsed = base.search(limit=100)
            assert len({hit.practice.id for hit in browsed}) == browsed.total == len(browsed.hits)
            seen.add(browsed.total)

    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for number in range(rounds):
            add(config, number)
        done = True
        for reader in readers:
            reader.result()
    assert seen <= set(range(len(FEW), len(FEW) + rounds + 1))
    assert base.search(limit=100).total == len(FEW) + rounds


def test_second_indexer_is_told_who_is_first(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    with process(WRITER, config) as child:
        assert said(child) == "writing"
        with pytest.raises(IndexBusy, match=rf"Another process \(kb \S+ {child.pid}\) is writing") as caught:
            build(config)
        assert "kb index" in caught.value.hint
        # Readers do not wait for it.
        assert len(ids(kb.KnowledgeBase(config))) == 2
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert wait_for(lambda: build(config).unchanged) == 2


def wait_for(action: Callable[[], int]) -> int:
    """Do it as soon as the server has noticed that the other one is gone."""
    while True:
        try:
            return action()
        except IndexBusy:
            continue


def test_killed_indexer_leaves_nothing_behind(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    before = ids(kb.KnowledgeBase(config))
    (config.practices / f"{FEW[0]}.md").unlink()
    with psycopg.connect(config.store.url) as db, process(INDEXER, config) as child:
        # It can read and write everything, but not enter the generation that it has written.
        db.execute("LOCK TABLE praksis.generation IN EXCLUSIVE MODE")
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'praksis.generation'::regclass"
        while not db.execute(waiting).fetchall()[0][0]:
            assert child.poll() is None
        child.kill()
        child.wait()
    assert ids(kb.KnowledgeBase(config)) == before
    assert numbers(config) == ["000001"]
    assert wait_for(lambda: build(config).removed) == 1
    assert numbers(config) == ["000001", "000002"]


def test_schema_of_an_older_version_is_brought_up_to_date(stored: Small) -> None:
    config = stored(names=FEW)
    with connect(config.store) as connection:
        migrate(connection, config.store, MIGRATIONS[:1])
    with pytest.raises(IndexFault, match="older Praksis") as caught:
        kb.KnowledgeBase(config)
    assert "kb index" in caught.value.hint
    build(config)
    assert len(ids(kb.KnowledgeBase(config))) == 2
    with psycopg.connect(config.store.url) as db:
        taken = db.execute("SELECT number, name FROM praksis.migration ORDER BY number").fetchall()
    assert taken == [(number, step.name) for number, step in enumerate(MIGRATIONS, 1)]


def test_schema_of_a_newer_version_is_refused(stored: Small) -> None:
    config = stored(names=FEW)
    build(config)
    with psycopg.connect(config.store.url) as db:
        db.execute("INSERT INTO praksis.migration VALUES (99, 'from the future')")
    for use in (lambda: kb.KnowledgeBase(config), lambda: build(config)):
        with pytest.raises(IndexFault, match="newer Praksis: version 99"):
            use()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://praksis:hemmelig@127.0.0.1:1/praksis",
        "postgresql://127.0.0.1:1/praksis?user=praksis&password=hemmelig",
        # As somebody might write it who does not know how.
        "postgresql://praksis:hem@hemmelig@127.0.0.1:1/praksis",
        "postgresql://praksis:hemmelig/hemmelig@127.0.0.1:1/praksis",
        "postgresql://praksis:1/hemmelig@127.0.0.1:1/praksis",
        "postgresql://praksis:hemmelig?hemmelig@127.0.0.1:1/praksis",
        "postgresql://praksis:hemmelig%zz@127.0.0.1:1/praksis",
        "mysql://praksis:hemmelig@127.0.0.1/praksis",
    ],
)
def test_password_is_never_shown(small: Small, url: str) -> None:
    config = small(names=FEW)
    with pytest.raises((StoreUnavailable, ConfigError)) as caught:
        kb.KnowledgeBase(load_config(config.root, store=url))
    assert caught.value.__cause__ is None
    address = Address(url)
    assert "hemmelig" not in f"{caught.value} {caught.value.hint} {replace(config, store=address)!r} {address}"


def test_store_is_read_from_kb_toml_the_environment_and_the_option(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = small(names=FEW)
    (config.root / "kb.toml").write_text('store = "postgresql://file/praksis"\n', encoding="utf-8")
    monkeypatch.delenv("KB_STORE", raising=False)
    assert str(load_config(config.root).store) == "postgresql://file/praksis"
    monkeypatch.setenv("KB_STORE", "postgresql://variable/praksis")
    assert str(load_config(config.root).store) == "postgresql://variable/praksis"
    assert str(load_config(config.root, store="postgresql://option/praksis").store) == "postgresql://option/praksis"
    # Another folder of practices has an index of its own.
    assert not load_config(config.root, practices=config.root).store
    assert not load_config(config.root, index=config.root / "other").store


def test_commands_use_the_store_and_show_it(stored: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    config = stored(names=FEW)
    (config.root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "kb", *arguments, "--root", str(config.root)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout

    assert "Generation 000001 is current: 2 practices" in run("index", "--store", config.store.url)
    monkeypatch.setenv("KB_STORE", config.store.url)
    assert f"Index        {config.store}, generation 000001" in run("status")
    assert "grong-bygdemodre" in run("search", "bygdemødre")
    assert not (config.root / "index").exists()


def test_what_the_database_refuses_is_a_sentence(server: Server, small: Small) -> None:
    config = replace(small(names=FEW), store=Address(server.database()))
    with psycopg.connect(config.store.url, autocommit=True) as db:
        db.execute("CREATE ROLE guest LOGIN")
    guest = replace(config, store=Address(config.store.url.replace("postgres@", "guest@")))
    with pytest.raises(IndexFault, match="says: permission denied") as caught:
        build(guest)
    assert "docs/postgresql.md" in caught.value.hint


def test_driver_that_is_not_installed_is_told(stored: Small) -> None:
    config = stored(names=FEW)
    code = "import sys, kb; sys.modules['psycopg_pool'] = None; kb.open(sys.argv[1], store=sys.argv[2])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(config.root), config.store.url],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "ConfigError: The driver for PostgreSQL is not installed." in done.stderr


def test_a_text_that_postgresql_cannot_keep_is_indexed_all_the_same(stored: Small) -> None:
    config = stored(names=FEW)
    cards = config.practices / f"{FEW[0]}.i18n.yaml"
    cards.write_text('en:\n  title: "Village\\0mothers"\n  summary: "With \\0 inside."\n', encoding="utf-8")
    build(config)
    assert len(ids(kb.KnowledgeBase(config))) == 2


def test_words_are_found_as_tantivy_finds_them(stored: Small) -> None:
    config = stored()
    folder = replace(config, store=Address())
    build(config)
    build(folder)
    ours, theirs = storage_of(config).open(), storage_of(folder).open()
    for text in ("frivillige som besøker eldre", "sykefravær", "a", "kortere arbetsdag i hemtjänsten", "xyzzyx"):
        asked = asked_words(text, ours.store.same_words)
        assert asked == asked_words(text, theirs.store.same_words)
        for filters in ({}, {"kind": ("text", "card")}, {"section": ("lessons", "card")}, {"country": ("se", "dk")}):
            for pieces in (True, False):
                for limit in (3, 1000):
                    one = ours.lexical.search(asked, limit, filters, pieces=pieces)
                    other = theirs.lexical.search(asked, limit, filters, pieces=pieces)
                    assert one.shares == pytest.approx(other.shares, abs=1e-5)
                    if limit > len(one.shares):
                        assert by_passage(one) == pytest.approx(by_passage(other), abs=1e-5)


def by_passage(hits: LexicalHits) -> dict[tuple[int, int], float]:
    pairs = zip(hits.kinds.tolist(), hits.rows.tolist(), strict=True)
    return dict(zip(pairs, hits.shares.tolist(), strict=True))


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"country": "se"},
        {"place": "no/oslo", "has_lessons": True},
        {"theme": ["velferdsteknologi"], "status": "in-use"},
        {"lens": "lessons"},
        {"sort": "newest"},
    ],
)
def test_answers_without_a_model_are_those_of_a_folder(stored: Small, filters: dict[str, object]) -> None:
    config = stored()
    folder = replace(config, store=Address())
    build(config)
    build(folder)
    one, other = kb.KnowledgeBase(config), kb.KnowledgeBase(folder)
    for text in ("frivillige som besøker eldre", "kortere arbeidsdag", ""):
        found, meant = one.search(text, **filters), other.search(text, **filters)  # type: ignore[arg-type]
        assert [hit.practice for hit in found] == [hit.practice for hit in meant]
        assert [hit.passage for hit in found] == [hit.passage for hit in meant]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in meant], abs=1e-3)
        assert (found.total, found.facets, found.strength) == (meant.total, meant.facets, meant.strength)
    assert one.files() == other.files()
    assert [practice.id for practice in one.borrowers(FEW[0])] == [practice.id for practice in other.borrowers(FEW[0])]


CITUS = """
CREATE TABLE public.told (named text, by_column text, together text);
CREATE FUNCTION create_distributed_table(named regclass, by_column text, colocate_with text DEFAULT 'default')
    RETURNS void LANGUAGE sql AS $$ INSERT INTO public.told VALUES ($1::text, $2, $3) $$;
CREATE FUNCTION create_reference_table(named regclass)
    RETURNS void LANGUAGE sql AS $$ INSERT INTO public.told VALUES ($1::text, NULL, NULL) $$;
CREATE FUNCTION run_command_on_all_nodes(command text)
    RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE $1; END $$;
"""


def test_with_citus_tables_are_spread_by_practice(stored: Small) -> None:
    """Citus cannot be had here: an extension of its name has the server take what it would be told."""
    config = stored(names=FEW)
    folder = Path(tempfile.mkdtemp(prefix="kb-citus-"))
    try:
        folder.chmod(0o755)
        (folder / "extension").mkdir()
        (folder / "extension" / "citus.control").write_text("default_version = '1'\n")
        (folder / "extension" / "citus--1.sql").write_text(CITUS)
        with psycopg.connect(config.store.url, autocommit=True) as db:
            db.execute("SELECT set_config('extension_control_path', %s, false)", (f"$system:{folder}",))
            db.execute("CREATE EXTENSION citus SCHEMA pg_catalog")
    finally:
        shutil.rmtree(folder)
    build(config)
    assert len(ids(kb.KnowledgeBase(config))) == 2
    (home,) = homes(config)
    with psycopg.connect(config.store.url) as db:
        told = db.execute("SELECT replace(named, %s, ''), by_column, together FROM public.told", (f"{home}.",))
        assert sorted(told.fetchall()) == [
            ("block", "block", "default"),
            ("facet", "practice", f"{home}.practice"),
            ("passage", "practice", f"{home}.practice"),
            ("posting", "block", "default"),
            ("practice", "row", "none"),
            ("title", "practice", f"{home}.practice"),
            ("word", None, None),
        ]
        assert db.execute("SHOW hnsw.ef_search").fetchall() == [("200",)]
