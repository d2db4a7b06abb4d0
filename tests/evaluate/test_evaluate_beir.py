"""A BEIR folder is indexed aside with the real model, searched, and measured; kept indexes are used again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kb.config import Config
from kb.evaluate import answers, evaluate, read_queries, run_of
from kb.evaluate.beir import opened
from kb.index.build import build
from kb.index.layout import IndexLayout
from kb.index.reader import FolderGeneration

SHIPPED = Path(__file__).resolve().parents[2] / "practices"

DOCUMENTS = {
    "nb0#0": ("Hjemmetjenesten", "Eldre som bor hjemme får færre ulike pleiere når teamene er små og faste."),
    "nb1#0": ("Snørydding", "Brøytebilene kjører først på skoleveiene når det har snødd om natta.\n\nSå hovedveiene."),
    "nb2#0": ("Biblioteket", "Ungdom kan låne nøkkel og bruke biblioteket om kvelden uten betjening."),
    "nn0#0": ("Bygdebok", "Frivillige skriv ned soga om gardane før dei gamle forteljarane er borte."),
    "da0.da#0": ("Affald", "Borgerne sorterer madaffald i grønne poser, som bliver til biogas."),
    "da1.da#0": ("Fire dages uge", "Medarbejderne i borgerservice arbejder fire dage og får løn for fem."),
    "da2.da#0": ("", "Skolen har fået en ny kantine, hvor eleverne selv laver maden."),
    "sv0": ("Arbetstid", "Undersköterskorna på äldreboendet fick sex timmars arbetsdag med bibehållen lön."),
    "sv1": ("Matavfall", "Hushållen lämnar sitt matavfall i bruna påsar som blir till fordonsgas."),
    "sv2": ("Isbanan", "Kommunen spolar en isbana på torget varje vinter."),
    "en0/x": ("Meal delivery", "Volunteers bring hot meals to older people who live alone."),
    "en1/x": ("Road safety", "Speed bumps were built outside every primary school."),
}
QUERIES = {
    "q:1": ("Hvordan kan matavfall bli til drivstoff?", "nb", {"da0.da#0": 1, "sv1": 1}),
    "q:2": ("kortare arbetsvecka med samma lön", "sv", {"sv0": 1, "da1.da#0": 1}),
    "q:3": ("snø på skoleveien", "nb", {"nb1#0": 1}),
    "q:4": ("varm mad til ældre, der bor alene", "da", {"en0/x": 1, "lost#9": 1}),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": key, "title": title, "text": text} for key, (title, text) in DOCUMENTS.items()]
    for document in corpus:
        if ".da#" in document["_id"]:
            document["lang"] = "da"  # too near to bokmål to be guessed from a line; the rest are guessed
    queries = [{"_id": key, "text": text, "lang": language} for key, (text, language, _) in QUERIES.items()]
    for name, items in (("corpus", corpus), ("queries", queries)):
        lines = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    rows = [f"{query}\t{key}\t{grade}\n" for query, (_, _, judged) in QUERIES.items() for key, grade in judged.items()]
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(rows), encoding="utf-8")
    return folder


def config_of(tmp_path: Path, model: str) -> Config:
    return Config(root=tmp_path, practices=SHIPPED, index=tmp_path / "index", model=model)


@pytest.mark.model
def test_a_corpus_is_found_by_meaning_across_languages(folder: Path, tmp_path: Path) -> None:
    queries = read_queries(folder)
    steps: set[str] = set()
    with opened(
        folder, config_of(tmp_path, "packaged"), progress=lambda step, _done, _total: steps.add(step)
    ) as collection:
        found = dict(answers(collection, queries))
        assert collection.unknown(queries) == ("lost#9",)
        evaluation = evaluate(queries, found, collection.languages)
    assert steps == {"embed", "write"} | (steps & {"model"})
    assert collection.languages == {key: key[:2] for key in DOCUMENTS}
    for query in queries:
        ids = [key for key, _ in found[query.id].order]
        assert sorted(ids) == sorted(DOCUMENTS)
        assert set(found[query.id].arms) == {"text", "words", "fused"}
        assert query.judgments.keys() & DOCUMENTS.keys() <= set(ids[:3]), query.text
    assert found["q:3"].best[0] == "nb1#0"
    assert set(found["q:1"].elsewhere).isdisjoint({"nb0#0", "nb1#0", "nb2#0", "nn0#0"})
    assert evaluation.recall_threshold == 1
    # What is lost cannot be found: q:4 reaches half of what there is.
    assert evaluation.overall.recall == pytest.approx((1 + 1 + 1 + 0.5) / 4)
    assert evaluation.elsewhere_among.queries == 3
    assert not list(tmp_path.glob("index"))


def test_a_kept_index_is_used_again_until_its_corpus_changes(folder: Path, tmp_path: Path) -> None:
    config, keep = config_of(tmp_path, "none"), tmp_path / "kept"
    runs, generations = [], []
    for _ in range(2):
        with opened(folder, config, keep=keep) as collection:
            generations.append(collection.base.generation)
            runs.append(run_of(dict(answers(collection, read_queries(folder)))))
    assert runs[0] == runs[1]
    assert generations == ["000001", "000001"]
    changed = folder.rename(tmp_path / "other")
    corpus = changed / "corpus.jsonl"
    with opened(changed, config, keep=keep) as collection:
        assert collection.base.generation == "000001"
    corpus.write_text(corpus.read_text(encoding="utf-8").replace("isbana på", "skridskobana på"), encoding="utf-8")
    with opened(changed, config, keep=keep) as collection:
        assert collection.base.generation == "000002"
    assert len(list(keep.iterdir())) == 2


def test_an_index_that_lies_where_another_is_kept_stays_as_it_was(folder: Path, tmp_path: Path) -> None:
    practices = tmp_path / "practices"
    practices.mkdir()
    (practices / "en.md").write_text("# En\n\nTekst.\n", encoding="utf-8")
    config = replace(config_of(tmp_path, "none"), practices=practices)
    build(config)
    before = (config.index / "CURRENT").read_bytes()
    with opened(folder, config, keep=config.index) as collection:
        assert len(collection.base.practices) == len(DOCUMENTS)
    assert (config.index / "CURRENT").read_bytes() == before
    assert build(config).unchanged == 1


def test_a_title_that_is_not_there_makes_no_empty_passage(folder: Path, tmp_path: Path) -> None:
    with opened(folder, config_of(tmp_path, "none")) as collection:
        store = FolderGeneration(IndexLayout(collection.base.config.index)).store
        passages = [passage for record in store.records(store.ids) for passage in record.passages]
        practice = next(one for one in collection.base.practices if collection.names[one.id] == "da2.da#0")
    assert (practice.title, practice.language) == ("", "da")
    assert len(passages) >= len(DOCUMENTS)
    assert all(passage.text.strip() for passage in passages)


def test_a_document_that_says_nothing_is_never_found(folder: Path, tmp_path: Path) -> None:
    with (folder / "corpus.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"_id": "empty", "title": " ", "text": ""}\n')
    with opened(folder, config_of(tmp_path, "none")) as collection:
        found = dict(answers(collection, read_queries(folder)))
        assert len(collection.base.practices) == len(DOCUMENTS)
    assert all("empty" not in dict(answer.order) for answer in found.values())
    assert "empty" in collection.languages


def test_blank_lines_part_the_blocks_of_a_text(folder: Path, tmp_path: Path) -> None:
    with opened(folder, config_of(tmp_path, "none")) as collection:
        practice = next(one for one in collection.base.practices if collection.names[one.id] == "nb1#0")
    (section,) = practice.sections
    assert [block.text[:12] for block in section.blocks] == ["Brøytebilene", "Så hovedveie"]


def test_parts_of_a_page_are_ranked_by_themselves_and_told_together(folder: Path, tmp_path: Path) -> None:
    corpus = folder / "corpus.jsonl"
    more = [
        {"_id": "nb1#1", "title": "Snørydding", "text": "Fortauene strøs med sand når det er glatt."},
        {"_id": "nb1#2", "title": "Snørydding", "text": "Innbyggerne melder fra på nettet om gater som er glemt."},
    ]
    with corpus.open("a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in more)
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq:3\tnb1#1\t1\n", encoding="utf-8")
    (folder / "queries.jsonl").write_text(
        '{"_id": "q:3", "text": "strø sand på fortauet", "lang": "nb"}\n', encoding="utf-8"
    )
    queries = read_queries(folder)
    with opened(folder, config_of(tmp_path, "none")) as collection:
        found = dict(answers(collection, queries))
        evaluation = evaluate(queries, found, collection.languages)
    assert len(found["q:3"].order) == len(DOCUMENTS) + 2
    assert found["q:3"].best[0] == "nb1#1"
    assert found["q:3"].pages[0] == "nb1"
    assert (evaluation.overall.ndcg, evaluation.pages and evaluation.pages.ndcg) == (1.0, 1.0)
