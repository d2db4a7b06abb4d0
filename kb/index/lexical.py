"""The lexical arm: tantivy over folded words and character 4-grams.

The Nordic analysis is ours (`kb.index.terms`) and reaches tantivy as ready terms; its own
folding unites neither æ/ä nor å/aa. Scores are BM25 as a share of what a perfect match would
give, so that they can be compared between questions and do not depend on the filter.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from kb.index.store import Record, facet_values
from kb.index.terms import K1, LexicalHits, idf_of, indexed_terms, shares_of, wanted
from kb.language.concordance import Asked
from kb.passages import KINDS, Kind
from kb.vocabulary import Vocabulary

EMPTYINGS = 3
"""How often a folder of links is emptied; there is one lock to come."""


def write_lexical(folder: Path, records: Sequence[Record], vocabulary: Vocabulary) -> None:
    """Build the lexical index of a generation."""
    folder.mkdir(parents=True)
    _add(folder, records, vocabulary, dict.fromkeys(KINDS, 0))


def extend_lexical(
    folder: Path, records: Sequence[Record], vocabulary: Vocabulary, sizes: Mapping[Kind, int], gone: Iterable[str]
) -> None:
    """Add records to a lexical index, and take practices out of it; what is there is not written to.

    Args:
        folder: what `write_lexical` made, or links to it.
        records: what to add.
        vocabulary: the one that the index was made with.
        sizes: how many passages of each kind there are; numbers go on from there.
        gone: ids of practices.
    """
    _add(folder, records, vocabulary, dict(sizes), gone)


def _add(
    folder: Path,
    records: Sequence[Record],
    vocabulary: Vocabulary,
    numbers: dict[Kind, int],
    gone: Iterable[str] = (),
) -> None:
    import tantivy

    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for practice_id in gone:
        writer.delete_documents_by_term("facet", _of_practice(practice_id))
    for record in records:
        facets = [f"{name}={value}" for name, value in facet_values(record.practice, vocabulary)]
        facets.append(_of_practice(record.practice.id))
        for passage in record.passages:
            document = tantivy.Document()
            document.add_unsigned("passage", _number(passage.kind, numbers[passage.kind]))
            numbers[passage.kind] += 1
            document.add_text("terms", " ".join(indexed_terms(passage.embedded)))
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

        looked_for = [wanted(item, self._idf, pieces=pieces) for item in asked]
        most = sum(item.most for item in looked_for) * (K1 + 1)
        # A union of terms, and of nothing but terms, is one that tantivy skips through.
        queries = [(Occur.Should, self._term(*term)) for item in looked_for for term in item.terms.items()]
        if not queries:
            return _hits([], [], most)
        query = Query.boolean_query(queries)
        if filters:
            must = [(Occur.Must, self._one_of(name, values)) for name, values in filters.items()]
            query = Query.boolean_query([(Occur.Must, query), *must])
        found = self._searcher.search(query, limit, count=False).hits
        if not found:
            return _hits([], [], most)
        scores, addresses = zip(*found, strict=True)
        return _hits(self._searcher.fast_field_values("passage", list(addresses)), scores, most)

    def _term(self, term: str, boost: float) -> Any:
        """A term, for what it gives."""
        from tantivy import Query

        return Query.boost_query(Query.term_query(self._schema, "terms", term, index_option="freq"), boost)

    def _read_idf(self, term: str) -> tuple[float, int]:
        """Inverse document frequency, and in how many passages the term is."""
        count = self._searcher.doc_freq("terms", term)
        return idf_of(count, self._documents), count

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
    links = tempfile.mkdtemp(prefix="praksis-")
    try:
        for path in folder.iterdir():
            if not path.name.startswith(".tantivy"):
                Path(links, path.name).symlink_to(path.absolute())
        yield links
    finally:
        # A thread of tantivy's may put its lock there once more while the folder is emptied.
        for _ in range(EMPTYINGS):
            shutil.rmtree(links, ignore_errors=True)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", fast=True)
    builder.add_text_field("terms", stored=False, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("facet", stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _of_practice(practice_id: str) -> str:
    """What stands beside the facets of a practice's passages, to find them by."""
    return f"practice={practice_id}"


def _number(kind: Kind, row: int) -> int:
    """Kind and row in one number, read back without opening documents."""
    return row * len(KINDS) + KINDS.index(kind)


def _hits(numbers: Sequence[Any], scores: Sequence[float], most: float) -> LexicalHits:
    rows, kinds = np.divmod(np.array(numbers, dtype=np.int64), len(KINDS))
    return LexicalHits(kinds, rows, shares_of(np.array(scores, dtype=np.float64), most))
