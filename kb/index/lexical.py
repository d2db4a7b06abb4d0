"""The lexical arm: tantivy over folded words and character 4-grams.

The Nordic analysis is ours (`kb.language.text`) and reaches tantivy as ready terms; its own
folding unites neither æ/ä nor å/aa. Scores are BM25 as a share of what a perfect match would
give, so that they can be compared between questions and do not depend on the filter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.index.store import Record, facet_values
from kb.language.text import folded_words, grams
from kb.passages import KINDS, Kind
from kb.vocabulary import Vocabulary

LANGUAGE_RULES = "1"
"""Part of the index's fingerprint: raise it when a text gives other terms."""

K1 = 1.2
"""tantivy's BM25 constant: one term gives at most idf · (K1 + 1)."""


@dataclass(frozen=True, slots=True)
class LexicalHit:
    """A passage that shares words or pieces of words with the question."""

    kind: Kind
    row: int
    """Its number among the passages of its kind."""
    score: float
    """0–1: the share of the best possible score."""


def terms(text: str) -> list[str]:
    """The folded grams of a text, in order, repeats included."""
    return [gram for word in folded_words(text) for gram in grams(word.folded)]


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
            document.add_text("grams", " ".join(terms(passage.text)))
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
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.reload()
        self._searcher = self._index.searcher()
        self._documents = int(self._searcher.num_docs)

    def search(self, text: str, limit: int, filters: Mapping[str, Iterable[str]]) -> list[LexicalHit]:
        """The passages that match best, best first; every filter must hold, with any of its values."""
        from tantivy import Occur, Query

        asked = sorted(set(terms(text)))
        weights = {term: self._idf(term) for term in asked}
        known = [term for term in asked if weights[term][1]]
        if not known:
            return []
        best = sum(idf for idf, _ in weights.values()) * (K1 + 1)
        words = Query.boolean_query(
            [(Occur.Should, Query.term_query(self._schema, "grams", term, index_option="freq")) for term in known]
        )
        clauses: list[tuple[Any, Any]] = [(Occur.Must, words)]
        clauses += [(Occur.Must, self._one_of(name, values)) for name, values in filters.items()]
        found = self._searcher.search(Query.boolean_query(clauses), limit, count=False).hits
        numbers = self._searcher.fast_field_values("passage", [address for _, address in found])
        return [_hit(int(number or 0), score / best) for (score, _), number in zip(found, numbers, strict=True)]

    def _idf(self, term: str) -> tuple[float, int]:
        """Inverse document frequency, and in how many passages the term is."""
        count = self._searcher.doc_freq("grams", term)
        return math.log(1 + (self._documents - count + 0.5) / (count + 0.5)), count

    def _one_of(self, name: str, values: Iterable[str]) -> Any:
        from tantivy import Occur, Query

        options = [(Occur.Should, Query.term_query(self._schema, "facet", f"{name}={value}")) for value in values]
        # A filter must not add to the score.
        return Query.const_score_query(Query.boolean_query(options), 0.0)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", fast=True)
    builder.add_text_field("grams", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facet", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _number(kind: Kind, row: int) -> int:
    """Kind and row in one number, read back without opening documents."""
    return row * len(KINDS) + KINDS.index(kind)


def _hit(number: int, score: float) -> LexicalHit:
    row, kind = divmod(number, len(KINDS))
    return LexicalHit(KINDS[kind], row, score)
