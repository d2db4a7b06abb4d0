"""With the real model, the shipped practices are found in PostgreSQL as they are found in a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import psycopg
import pytest

import kb
from kb.config import Address
from kb.evaluate import answers, ndcg_by_query, practices_of, read_queries, run_of
from kb.index.build import build
from kb.index.choose import storage_of
from kb.index.generation import Generation
from kb.index.postgres.dense import PostgresDense
from kb.index.postgres.storage import PostgresStorage
from kb.passages import KINDS
from kb.search.question import Question
from kb.search.run import search
from postgres.postgres_servers import Server

pytestmark = pytest.mark.model

JUDGED = Path(__file__).parents[1] / "relevance"

QUESTIONS = (
    "høyt sykefravær i hjemmetjenesten",
    "ensomme eldre som ikke kommer seg ut",
    "kortere arbeidsdag for ansatte i eldreomsorgen",
    "ungdommer som slutter på videregående skole",
    "leverandøren gikk konkurs midt i prosjektet",
    "nattilsyn med kamera i stedet for besøk",
    "mange tomme kontorer etter pandemien",
    "hvordan får vi flere til å sykle til jobb",
    "innbyggere som ikke forstår brevene fra kommunen",
    "frivillige som hjelper nyankomne flyktninger",
    "medarbejdere der selv planlægger deres vagter",
    "borgerne skal kun have én kontaktperson",
    "sammenhængende forløb for børn i udsatte familier",
    "genbrug af møbler i kommunen",
    "politikere og borgere udvikler politik sammen",
    "sextimmarsdag i hemtjänsten",
    "minska matsvinnet i skolan",
    "hur kan vi korta handläggningstiden för bygglov",
    "digital tillsyn på natten",
    "samverkan mellan socialtjänst och polis",
    "dykk som vil gje dei tilsette meir tillit",
    "leiing utan så mange reglar",
    "shorter working week without loss of pay",
    "self-managing teams of nurses",
    "participatory budgeting with children",
    "chatbot answering residents at night",
    "what went wrong when the pilot was stopped",
    "tillitsledelse",
    "boligsosialt arbeid",
    "klimabudsjett",
)


@pytest.fixture(scope="module")
def stored(server: Server, base: kb.KnowledgeBase) -> kb.KnowledgeBase:
    """The shipped practices in a database; their vectors are taken over from the folder."""
    config = replace(base.config, store=Address(server.database()))
    assert build(config).embedded == 0
    return kb.KnowledgeBase(config)


@pytest.fixture(scope="module")
def graph(server: Server, base: kb.KnowledgeBase) -> Generation:
    """The same as a large index is kept: with a graph for vectors."""
    address = Address(server.database())
    with psycopg.connect(address.url, autocommit=True) as db:
        # So few vectors would rather be read one by one.
        db.execute(f"ALTER DATABASE {db.info.dbname} SET enable_seqscan = off")
    storage = PostgresStorage(address, base.config.index, whole_limit=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kb.index.build.storage_of", lambda _: storage)
        build(base.config)
    return storage.open()


def overlap(found: kb.Results, meant: kb.Results) -> float:
    ids = {hit.practice.id for hit in meant}
    return len(ids & {hit.practice.id for hit in found}) / max(len(ids), 1)


@pytest.mark.parametrize(
    "filters",
    [{}, {"country": ["dk", "se"]}, {"place": "no/oslo", "has_lessons": True}, {"lens": "lessons"}],
    ids=["everything", "countries", "place", "lens"],
)
def test_answers_are_the_same(base: kb.KnowledgeBase, stored: kb.KnowledgeBase, filters: dict[str, object]) -> None:
    for text in QUESTIONS:
        found, meant = stored.search(text, **filters), base.search(text, **filters)  # type: ignore[arg-type]
        assert [hit.practice.id for hit in found] == [hit.practice.id for hit in meant], text
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in meant], abs=0.01)
        assert [hit.passage for hit in found] == [hit.passage for hit in meant]
        assert (found.total, found.facets, found.mode) == (meant.total, meant.facets, meant.mode)


def test_judged_questions_are_answered_as_well(base: kb.KnowledgeBase, stored: kb.KnowledgeBase) -> None:
    # Every third of each kind and language: these take a few seconds, and all of them would say the same.
    queries = [query for query in read_queries(*sorted(JUDGED.glob("practices-*.yaml"))) if query.answerable][::3]
    found, meant = (run_of(dict(answers(practices_of(each), queries))) for each in (stored, base))
    firsts = [(set(found[query.id].ids[:10]), set(meant[query.id].ids[:10])) for query in queries]
    shared = [len(one & other) / max(len(other), 1) for one, other in firsts]
    assert np.mean(shared) >= 0.9
    gained, was = (np.mean(list(ndcg_by_query(queries, run).values())) for run in (found, meant))
    assert was > 0.5
    assert gained == pytest.approx(was, abs=0.01)


def test_all_else_is_the_same(base: kb.KnowledgeBase, stored: kb.KnowledgeBase) -> None:
    assert stored.practices == base.practices
    for practice_id in ("grong-bygdemodre", "goteborg-svartedalen-sextimmarsdag"):
        found, meant = stored.similar(practice_id), base.similar(practice_id)
        assert [hit.practice.id for hit in found] == [hit.practice.id for hit in meant]
    pair = ("grong-bygdemodre", "oslo-alna-bydelsmodre")
    assert [item.quotes for item in stored.compare(pair).passages] == [
        item.quotes for item in base.compare(pair).passages
    ]
    assert [item.practice.id for item in stored.words("tillitsledelse").wordings] == [
        item.practice.id for item in base.words("tillitsledelse").wordings
    ]
    title, text = "Landsbymødre", "Kvinner i bygda besøker nye familier og hjelper dem inn i lokalsamfunnet."
    assert stored.alike(title, text, "nb") == base.alike(title, text, "nb")


def test_vectors_are_those_of_the_folder(base: kb.KnowledgeBase, stored: kb.KnowledgeBase) -> None:
    ours, theirs = storage_of(stored.config).open(), storage_of(base.config).open()
    for kind in KINDS:
        rows = [0, 5, 3, ours.dense[kind].size - 1]
        # Each rounds to halves in its own way.
        assert np.allclose(ours.dense[kind].vectors(rows), theirs.dense[kind].vectors(rows), atol=1e-4)
        query = ours.dense[kind].vectors([7])[0]
        assert np.allclose(ours.dense[kind].inner_products(query), theirs.dense[kind].inner_products(query), atol=1e-4)


def test_graph_finds_the_nearest(base: kb.KnowledgeBase, graph: Generation) -> None:
    exact = storage_of(base.config).open()
    random = np.random.default_rng(3)
    for kind in KINDS:
        vectors, size = graph.dense[kind], graph.dense[kind].size
        found = []
        for row in random.choice(size, 40, replace=False).tolist():
            query = vectors.vectors([row])[0] + 0.02 * random.normal(size=384).astype(np.float32)
            query /= np.linalg.norm(query)
            rows, scores = vectors.search(query, 10)
            meant, best = exact.dense[kind].search(query, 10)
            assert (np.diff(scores) <= 0).all()
            assert scores[0] == pytest.approx(best[0], abs=1e-4)
            found.append(len(set(rows.tolist()) & set(meant.tolist())) / 10)
        assert np.mean(found) >= 0.99


@pytest.mark.parametrize("share", [0.6, 0.05])
@pytest.mark.parametrize("narrow", [0, 10_000])
def test_graph_finds_the_nearest_that_a_filter_lets_through(
    base: kb.KnowledgeBase, graph: Generation, share: float, narrow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.index.postgres.dense.NARROW", narrow)
    exact = storage_of(base.config).open()
    random = np.random.default_rng(4)
    vectors = graph.dense["text"]
    assert isinstance(vectors, PostgresDense)
    found = []
    for row in random.choice(vectors.size, 30, replace=False).tolist():
        mask = random.random(vectors.size) < share
        query = vectors.vectors([row])[0]
        rows, _ = vectors.search(query, 10, mask)
        assert mask[rows].all()
        meant, _ = exact.dense["text"].search(query, 10, mask)
        found.append(len(set(rows.tolist()) & set(meant.tolist())) / len(meant))
    # Within the filter every vector is looked at; the graph may miss one.
    assert np.mean(found) >= (0.95 if narrow == 0 else 1.0)


def test_large_index_answers_nearly_the_same(
    base: kb.KnowledgeBase, graph: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.index.dense.WHOLE_LIMIT", 0)
    folder, shared = storage_of(base.config).open(), []
    for text in QUESTIONS[::2]:
        vector, _ = base._vector(graph, text)
        for filters in ({}, {"country": ("no",)}):
            question = Question(text, vector, filters=filters)
            shared.append(overlap(search(graph, question), search(folder, question)))
    assert np.mean(shared) >= 0.9


def test_another_indexer_embeds_nothing_again(stored: kb.KnowledgeBase, tmp_path: Path) -> None:
    # Another machine has no index in a folder.
    elsewhere = replace(stored.config, index=tmp_path / "index")
    report = build(elsewhere, rebuild=True)
    assert (report.wrote, report.embedded) == (True, 0)
    assert stored.generation == report.generation


def test_a_trial_in_a_folder_is_lent_the_vectors(
    stored: kb.KnowledgeBase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("aside")
    storage_of(stored.config).lend_vectors(folder)
    assert build(stored.config.aside(folder)).embedded == 0
