"""The lexical arm: tantivy over folded words and character 4-grams.

The Nordic analysis is ours (`kb.language.text`) and reaches tantivy as ready terms; its own
folding unites neither æ/ä nor å/aa. Scores are BM25 as a share of what a perfect match would
give, so that they can be compared between questions and do not depend on the filter.
"""

from __future__ import annotations

import contextlib
import math
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.index.store import Record, facet_values
from kb.language.concordance import Asked
from kb.language.text import fold, folded_words, grams
from kb.language.text import words as words_of
from kb.passages import KINDS, Kind
from kb.vocabulary import Vocabulary

LANGUAGE_RULES = "2"
"""Part of the index's fingerprint: raise it when a text gives other terms."""

K1 = 1.2
"""tantivy's BM25 constant: one term gives at most idf · (K1 + 1)."""

WHOLE_WORD = 0.5
"""What a whole word counts beside the grams it is made of, each of which counts 1."""

SAME_MEANING = 0.65
"""What another word for the same counts, where the word itself counts 1."""


@dataclass(frozen=True, slots=True)
class LexicalHits:
    """Passages that share words or pieces of words with a question, best first; arrays side by side."""

    kinds: NDArray[np.int64]
    """Which of KINDS each is."""
    rows: NDArray[np.int64]
    """Its number among the passages of its kind."""
    shares: NDArray[np.float64]
    """0–1: the share of the best possible score."""


def terms(text: str) -> list[str]:
    """The folded grams of a text, in order, repeats included."""
    return [gram for word in folded_words(text) for gram in grams(word.folded)]


def _terms_of(word: str, *, pieces: bool = True) -> dict[str, float]:
    """The terms of a folded word and what each counts; a word that is one gram is that gram."""
    whole = f"_{word}_"
    if not pieces:
        return {whole: 1.0}
    return {whole: WHOLE_WORD} | dict.fromkeys(grams(word), 1.0)


def write_lexical(folder: Path, records: Sequence[Record], vocabulary: Vocabulary) -> None:
    """Build the lexical index of a generation."""
    import tantivy

    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    numbers = dict.fromkeys(KINDS, 0)
    for record in records:
        facets = [f"{name}={value}" for name, value in facet_values(record.practice, vocabulary)]
        for passage in record.passages:
            document = tantivy.Document()
            document.add_unsigned("passage", _number(passage.kind, numbers[passage.kind]))
            numbers[passage.kind] += 1
            document.add_text("terms", _indexed(passage.embedded))
            for facet in (*facets, f"kind={passage.kind}", f"section={passage.section}"):
                document.add_text("facet", facet)
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


class LexicalIndex:
    """Finds passages by the words and pieces of words they share with a question."""

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._schema = _schema()
        with _lockable(folder) as place:
            self._index = tantivy.Index(self._schema, path=place)
            self._index.reload()
            self._searcher = self._index.searcher()
        self._documents = int(self._searcher.num_docs)
        self._idf = lru_cache(maxsize=100_000)(self._read_idf)

    def search(
        self, asked: Sequence[Asked], limit: int, filters: Mapping[str, Iterable[str]], *, pieces: bool = True
    ) -> LexicalHits:
        """The passages that match best, best first; every filter must hold, with any of its values.

        Args:
            asked: the words of the question, with other words for the same.
            limit: how many at most.
            filters: facet to values.
            pieces: match pieces of words too, not only whole ones.
        """
        from tantivy import Occur, Query

        wanted = [self._wanted(item, pieces=pieces) for item in asked]
        best = sum(most for _, most in wanted) * (K1 + 1)
        queries = [(Occur.Should, query) for query, _ in wanted if query is not None]
        if not queries:
            return _hits([], [], 1.0)
        query = Query.boolean_query(queries)
        if filters:
            must = [(Occur.Must, self._one_of(name, values)) for name, values in filters.items()]
            query = Query.boolean_query([(Occur.Must, query), *must])
        found = self._searcher.search(query, limit, count=False).hits
        if not found:
            return _hits([], [], 1.0)
        scores, addresses = zip(*found, strict=True)
        return _hits(self._searcher.fast_field_values("passage", list(addresses)), scores, best)

    def _wanted(self, asked: Asked, *, pieces: bool) -> tuple[Any | None, float]:
        """The query for one thing asked for, and the most that it can give in units of K1 + 1.

        The best of the word and its alternatives counts, not their sum: a text that says a thing in two
        languages does not say it twice.
        """
        from tantivy import Query

        own = self._weights(asked.words, pieces=pieces)
        most = sum(own.values())
        options = [self._query(own, 1.0)]
        for phrase in asked.distinct if pieces else asked.alternatives:
            other = self._weights(phrase, pieces=pieces)
            options.append(self._query(other, SAME_MEANING * asked.certainty * most / sum(other.values())))
        found = [option for option in options if option is not None]
        return (Query.disjunction_max_query(found) if len(found) > 1 else next(iter(found), None)), most

    def _weights(self, words: Sequence[str], *, pieces: bool) -> dict[str, float]:
        """The terms of some words together, each with what a match gives in units of K1 + 1."""
        shares: dict[str, float] = {}
        for word in words:
            shares |= _terms_of(word, pieces=pieces)
        return {term: share * self._idf(term)[0] for term, share in shares.items()}

    def _query(self, weights: Mapping[str, float], factor: float) -> Any | None:
        """Any of these terms, each for what it gives; None where no passage has any."""
        from tantivy import Occur, Query

        clauses = []
        for term, weight in weights.items():
            idf, count = self._idf(term)
            if count:
                query = Query.term_query(self._schema, "terms", term, index_option="freq")
                clauses.append((Occur.Should, Query.boost_query(query, factor * weight / idf)))
        return Query.boolean_query(clauses) if clauses else None

    def _read_idf(self, term: str) -> tuple[float, int]:
        """Inverse document frequency, and in how many passages the term is."""
        count = self._searcher.doc_freq("terms", term)
        return math.log(1 + (self._documents - count + 0.5) / (count + 0.5)), count

    def _one_of(self, name: str, values: Iterable[str]) -> Any:
        from tantivy import Occur, Query

        options = [(Occur.Should, Query.term_query(self._schema, "facet", f"{name}={value}")) for value in values]
        # A filter must not add to the score.
        return Query.const_score_query(Query.boolean_query(options), 0.0)


@contextlib.contextmanager
def _lockable(folder: Path) -> Iterator[str]:
    """Where tantivy may put the lock that it takes to read: the folder, or one of links where that is only lent."""
    if all(os.access(path, os.W_OK) for path in (folder, *folder.glob(".tantivy*"))):
        yield str(folder)
        return
    with tempfile.TemporaryDirectory(prefix="praksis-") as links:
        for path in folder.iterdir():
            if not path.name.startswith(".tantivy"):
                Path(links, path.name).symlink_to(path.absolute())
        yield links


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", fast=True)
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facet", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _indexed(text: str) -> str:
    return " ".join(map(_written, words_of(text)))


@lru_cache(maxsize=65_536)
def _written(word: str) -> str:
    """The terms of a word; the same words come again and again."""
    return " ".join(_terms_of(fold(word)))


def _number(kind: Kind, row: int) -> int:
    """Kind and row in one number, read back without opening documents."""
    return row * len(KINDS) + KINDS.index(kind)


def _hits(numbers: Sequence[Any], scores: Sequence[float], best: float) -> LexicalHits:
    rows, kinds = np.divmod(np.array(numbers, dtype=np.int64), len(KINDS))
    return LexicalHits(kinds, rows, np.array(scores, dtype=np.float64) / best)
