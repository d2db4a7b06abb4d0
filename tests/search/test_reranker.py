"""A CrossEncoder named in kb.toml puts the best hits in order; here a tiny one with random weights."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_helpers import ids
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

import kb
from kb.config import load_config
from kb.encoder.reranker import Reranker, load_reranker
from kb.errors import EncoderError, ModelUnavailable
from kb.index.build import build
from kb.search.hits import ARMS
from kb.search.rerank import RERANKED, dealt

QUESTION = "nattevakt i hjemmetjenesten"
ANSWERING = 40
ELSEWHERE = 8
THREADS = 6


def make(folder: Path, *, labels: int = 1, judge: bool = True) -> Path:
    """A BERT of two small layers over letters; `judge` gives it a last layer for pairs."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

    letters = "abcdefghijklmnopqrstuvwxyzæøå0123456789.,:"
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters)]
    words = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    words.normalizer = normalizers.Lowercase()
    words.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    wrapped: Any = PreTrainedTokenizerFast
    wrapped(tokenizer_object=words, model_max_length=256, **special).save_pretrained(folder)
    torch.manual_seed(7)
    shaped: Any = BertConfig
    shape = shaped(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=256,
        initializer_range=0.5,
        num_labels=labels,
    )
    (BertForSequenceClassification(shape) if judge else BertModel(shape)).save_pretrained(folder)
    return folder


def write(folder: Path, name: str, title: str, text: str, country: str) -> None:
    front = f"title: {title}\nsummary: Kort om {name}.\nlanguage: nb\nplace: {country}/et-sted"
    (folder / f"{name}.md").write_text(f"---\n{front}\n---\n\n## Utfordringen\n\n{text}\n", encoding="utf-8")


def configure(folder: Path, reranker: str = "") -> Path:
    """A folder whose kb.toml has this reranker and the practices and the index beside it."""
    folder.mkdir(exist_ok=True)
    search = f'\n[search]\nreranker = "{reranker}"\n' if reranker else ""
    text = f'practices = "../practices"\nindex = "../index"\n\n[encoder]\nmodel = "none"\n{search}'
    (folder / "kb.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Practices, their index, a CrossEncoder, and two installations: with it and without."""
    place = tmp_path_factory.mktemp("reranker")
    practices = place / "practices"
    practices.mkdir()
    for number in range(ANSWERING):
        filler = " ".join(f"ord{number * 7 + place}x" for place in range(5 + 2 * (number % 20)))
        text = f"Nattevakt i hjemmetjenesten er vanskelig. {filler}."
        write(practices, f"svar-{number:02}", f"Tiltak nummer {number}", text, "no" if number % 3 else "dk")
    for number in range(ELSEWHERE):
        write(practices, f"annet-{number}", f"Park {number}", f"Gress og busker {number} ble klippet.", "no")
    make(place / "dommer")
    build(load_config(configure(place / "uten")))
    configure(place / "med", "../dommer")
    return place


@pytest.fixture(scope="module")
def plain(place: Path) -> kb.KnowledgeBase:
    return kb.open(place / "uten")


@pytest.fixture(scope="module")
def ranked(place: Path) -> kb.KnowledgeBase:
    return kb.open(place / "med")


def own_order(place: Path, question: str, hits: Sequence[kb.Hit]) -> list[str]:
    """The hits in the order of what the CrossEncoder itself says of each."""
    from sentence_transformers import CrossEncoder

    texts = [f"{hit.practice.title}\n{hit.practice.summary}\n{hit.passage.text}" for hit in hits]
    says = CrossEncoder(str(place / "dommer")).predict([(question, text) for text in texts])
    assert len(set(says.tolist())) == len(hits)
    return [hits[row].practice.id for row in np.argsort(-says)]


def test_the_first_hits_stand_as_the_model_orders_them_and_the_rest_as_before(
    place: Path, plain: kb.KnowledgeBase, ranked: kb.KnowledgeBase
) -> None:
    before, after = plain.search(QUESTION, limit=100), ranked.search(QUESTION, limit=100)
    assert before.total == ANSWERING
    assert ids(after)[:RERANKED] == own_order(place, QUESTION, before[:RERANKED])
    assert ids(after)[:RERANKED] != ids(before)[:RERANKED]
    assert ids(after)[RERANKED:] == ids(before)[RERANKED:]
    assert (after.notice, after.mode) == (before.notice, "keyword")


def test_what_answers_how_surely_and_what_can_be_filtered_by_stay(
    plain: kb.KnowledgeBase, ranked: kb.KnowledgeBase
) -> None:
    for question in (QUESTION, "busker", "qzxv wkrpt", "Tiltak nummer 7"):
        before, after = plain.search(question, limit=100), ranked.search(question, limit=100)
        assert (after.total, after.strength, after.facets) == (before.total, before.strength, before.facets)
        assert [hit.strength for hit in after] == [hit.strength for hit in before]
        assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before])
        if after.strength != "none":
            assert set(ids(after)) == set(ids(before))


def test_the_arms_add_up_and_scores_fall(plain: kb.KnowledgeBase, ranked: kb.KnowledgeBase) -> None:
    hits = ranked.search(QUESTION, limit=100)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for hit in hits:
        assert sum(getattr(hit.why, arm) for arm in ARMS) == pytest.approx(hit.score)
    moved = [hit.why.reranker for hit in hits]
    assert any(moved[:RERANKED])
    assert not any(moved[RERANKED:])
    assert {hit.why.reranker for hit in plain.search(QUESTION, limit=100)} == {0.0}


@pytest.mark.parametrize("size", [7, 30])
def test_pages_follow_on_from_each_other(ranked: kb.KnowledgeBase, size: int) -> None:
    whole = ranked.search(QUESTION, limit=100)
    pages = [ranked.search(QUESTION, limit=size, offset=start) for start in range(0, ANSWERING, size)]
    assert [hit for page in pages for hit in page] == list(whole)


def test_a_practice_whose_title_is_the_question_stays_first(ranked: kb.KnowledgeBase) -> None:
    for number in range(0, ANSWERING, 9):
        hit = ranked.search(f"tiltak nummer {number}")[0]
        assert (hit.practice.id, hit.why.title) == (f"svar-{number:02}", True)


def test_filters_hold_and_the_first_of_what_they_let_through_are_ordered(
    place: Path, plain: kb.KnowledgeBase, ranked: kb.KnowledgeBase
) -> None:
    before, after = (base.search(QUESTION, limit=100, country="dk") for base in (plain, ranked))
    assert {hit.practice.country for hit in after} == {"dk"}
    assert ids(after) == own_order(place, QUESTION, list(before))
    assert list(ranked.search(QUESTION, country="dk", place="no/et-sted")) == []


def test_browsing_and_likeness_stay_as_they_are(plain: kb.KnowledgeBase, ranked: kb.KnowledgeBase) -> None:
    assert ids(ranked.search(limit=100)) == ids(plain.search(limit=100))
    assert ids(ranked.similar("svar-03")) == ids(plain.similar("svar-03"))


def test_a_ranking_is_ordered_too_with_what_answers_first(plain: kb.KnowledgeBase, ranked: kb.KnowledgeBase) -> None:
    (before,), (after,) = (list(base.rank(["ord21x busker"])) for base in (plain, ranked))
    assert [key for key, _ in after.order] != [key for key, _ in before.order]
    assert after.arms == before.arms
    assert (after.strength, after.evidence) == (before.strength, before.evidence)
    answers = ranked.search("ord21x busker", limit=100)
    assert 0 < answers.total < RERANKED
    assert [key for key, _ in after.order][: answers.total] == ids(answers)
    scores = [score for _, score in after.order]
    assert scores == sorted(scores, reverse=True)


def test_passages_are_ordered_too(plain: kb.KnowledgeBase, ranked: kb.KnowledgeBase) -> None:
    (before,), (after,) = (list(base.rank_passages([QUESTION])) for base in (plain, ranked))
    names = [[key for key, _ in ranking.order] for ranking in (before, after)]
    assert names[0][:RERANKED] != names[1][:RERANKED]
    assert set(names[0][:RERANKED]) == set(names[1][:RERANKED])
    assert names[0][RERANKED:] == names[1][RERANKED:]


def test_without_the_model_there_are_results_and_a_notice(place: Path, plain: kb.KnowledgeBase) -> None:
    base = kb.open(configure(place / "borte", "../modeller/borte"))
    before, after = plain.search(QUESTION), base.search(QUESTION)
    assert list(after) == list(before)
    assert after.notice.startswith(before.notice)
    assert "The best hits are not reranked: The reranker ../modeller/borte cannot be loaded: " in after.notice
    assert after.notice.endswith("of a CrossEncoder.")
    assert base.search("").notice == ""
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        list(base.rank([QUESTION]))


def test_none_is_no_reranker(place: Path, plain: kb.KnowledgeBase) -> None:
    assert kb.open(configure(place / "ingen", "none")).search(QUESTION) == plain.search(QUESTION)


def test_a_model_that_fails_on_the_way_leaves_the_order(
    place: Path, plain: kb.KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = kb.open(place / "med")
    base.search(QUESTION)

    def fail(*_: object) -> None:
        raise EncoderError("The card is full.", hint="Empty it.")

    monkeypatch.setattr(Reranker, "score", fail)
    results = base.search(QUESTION)
    assert list(results) == list(plain.search(QUESTION))
    assert results.notice.endswith("The best hits are not reranked: The card is full. Empty it.")


def test_it_is_loaded_once_and_answers_many_at_a_time(place: Path, ranked: kb.KnowledgeBase) -> None:
    expected = ranked.search(QUESTION)
    fresh = kb.open(place / "med")
    start = threading.Barrier(THREADS)
    answers: list[kb.Results] = []
    loaded: set[int] = set()

    def ask() -> None:
        start.wait()
        answers.extend(fresh.search(QUESTION) for _ in range(3))
        loaded.add(id(fresh._models.reranker()))

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == 1
    assert [list(answer) for answer in answers] == [list(expected)] * 3 * THREADS


def test_models_that_put_nothing_in_order_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="is no CrossEncoder but a BertModel"):
        load_reranker(str(make(tmp_path / "embedding", judge=False)))
    with pytest.raises(EncoderError, match="sorts into classes"):
        load_reranker(str(make(tmp_path / "classes", labels=3)))


def test_the_hub_is_asked_only_for_names_that_are_not_here(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def absent(name: str, *, device: str, local_files_only: bool = False) -> None:
        assert device
        asked.append((name, local_files_only))
        raise OSError("Not here.\nA long story.")

    monkeypatch.setattr("sentence_transformers.CrossEncoder", absent)
    for name in (str(place / "dommer"), "navn/dommer"):
        with pytest.raises(ModelUnavailable, match=r"cannot be loaded: Not here\.$"):
            load_reranker(name)
    assert asked == [(str(place / "dommer"), True), ("navn/dommer", True), ("navn/dommer", False)]


@given(
    totals=st.lists(st.sampled_from([0.0, 2.5, 4.0, 8.0]), min_size=1, max_size=12).map(sorted),
    data=st.data(),
)
def test_equal_totals_keep_the_new_order(totals: list[float], data: st.DataObject) -> None:
    total = np.array(totals[::-1])
    order = np.arange(len(total))
    first = data.draw(st.permutations(range(data.draw(st.integers(0, len(total))))))
    found = dealt(total, order, np.array(first, dtype=np.int64))
    assert np.argsort(-found, kind="stable").tolist() == [*first, *order[len(first) :]]
    assert np.sort(found) == pytest.approx(np.sort(total))
    assert sum(found >= 4.0) == sum(total >= 4.0)


def evaluated(folder: Path, *more: str) -> dict[str, Any]:
    answer = subprocess.run(
        [sys.executable, "-m", "kb", "eval", str(folder.parent / "queries.yaml"), "--json", *more],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    data: dict[str, Any] = json.loads(answer.stdout)
    return data


def test_kb_eval_shows_the_difference(place: Path, plain: kb.KnowledgeBase, tmp_path: Path) -> None:
    questions = (QUESTION, "vanskelig nattevakt")
    best = [own_order(place, text, plain.search(text, limit=RERANKED)) for text in questions]
    (place / "queries.yaml").write_text(
        "".join(
            f"- id: q{number}\n  text: {text}\n  language: nb\n  type: problem\n  judgments:\n    {order[0]}: 3\n"
            for number, (text, order) in enumerate(zip(questions, best, strict=True))
        ),
        encoding="utf-8",
    )
    run = tmp_path / "before.jsonl"
    before = evaluated(place / "uten", "--run", str(run))
    after = evaluated(place / "med", "--against", str(run))
    assert (before["search"]["reranker"], after["search"]["reranker"]) == ("", str(place / "dommer"))
    assert before["overall"]["nDCG@10"] < after["overall"]["nDCG@10"] == 1.0
    assert after["comparison"]["mean_difference"] > 0
    assert after["arms"].keys() == before["arms"].keys()


@pytest.mark.model
def test_with_vectors_too(base: kb.KnowledgeBase, place: Path) -> None:
    settings = replace(base.config.search, reranker=str(place / "dommer"))
    reranking = kb.KnowledgeBase(replace(base.config, search=settings))
    question = "høyt sykefravær i hjemmetjenesten"
    before, after = base.search(question, limit=100), reranking.search(question, limit=100)
    assert (after.mode, after.notice, after.total) == ("hybrid", "", before.total)
    shown = before[:RERANKED]
    assert ids(after)[: len(shown)] == own_order(place, question, list(shown))
    assert ids(after)[RERANKED:] == ids(before)[RERANKED:]
    for hit in after:
        assert sum(getattr(hit.why, arm) for arm in ARMS) == pytest.approx(hit.score)
