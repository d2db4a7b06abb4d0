"""The lexical arm over postings: the same BM25 shares as tantivy gives, added up here.

The lists of the terms that a question has are fetched once and kept for as long as there is room: the
commonest pieces of words are asked for by every question.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.index.postgres.packing import unpack, unpack_rising
from kb.index.postgres.postings import LENGTHS, numbered
from kb.index.postgres.sessions import Reader
from kb.index.store import Store
from kb.index.terms import K1, LexicalHits, asked_terms, idf_of, shares_of, wanted
from kb.language.concordance import Asked
from kb.passages import KINDS

B = 0.75
"""BM25's constant for the length of passages, as tantivy has it."""

KEPT = 256_000_000
"""Bytes of postings that are kept."""

Shares = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Posting:
    """The passages that have a term; arrays side by side."""

    documents: NDArray[np.int64]
    saturation: Shares
    """What each is given for having it so often, at its length: 0–1."""

    @property
    def size(self) -> int:
        return 100 + self.documents.nbytes + self.saturation.nbytes


_NOWHERE = _Posting(np.empty(0, np.int64), np.empty(0, np.float32))


class PostgresLexical:
    """Finds passages by the words and pieces of words they share with a question. Safe for many threads."""

    def __init__(self, reader: Reader, store: Store) -> None:
        self._reader = reader
        self._store = store
        self._numbered = numbered(store.owners)
        self._size = len(self._numbered.kinds)
        blocks = reader.rows("SELECT tokens, lengths FROM block ORDER BY block")
        lengths = LENGTHS[np.frombuffer(b"".join(data for _, data in blocks), dtype=np.uint8)]
        average = sum(tokens for tokens, _ in blocks) / max(self._size, 1)
        self._norms: Shares = (K1 * (1 - B + B * lengths / max(average, 1))).astype(np.float32)
        self._starts = [self._numbered.first_of_block(block) for block in range(len(blocks))]
        self._kept: OrderedDict[str, _Posting] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def search(
        self, asked: Sequence[Asked], limit: int, filters: Mapping[str, Iterable[str]], *, pieces: bool = True
    ) -> LexicalHits:
        """The passages that match best, best first; every filter must hold, with any of its values."""
        postings = self._postings({term for item in asked for term in asked_terms(item, pieces=pieces)})

        def idf(term: str) -> tuple[float, int]:
            count = len(postings[term].documents)
            return idf_of(count, self._size), count

        scores, most = np.zeros(self._size, dtype=np.float32), 0.0
        for item in asked:
            looked_for = wanted(item, idf, pieces=pieces)
            most += looked_for.most
            for term, boost in looked_for.terms.items():
                posting = postings[term]
                scores[posting.documents] += np.float32(boost * idf(term)[0]) * posting.saturation
        if filters:
            scores[~self._allowed(filters)] = 0
        best = _best(scores, limit)
        return LexicalHits(self._numbered.kinds[best], self._numbered.rows[best], shares_of(scores[best], most))

    def _allowed(self, filters: Mapping[str, Iterable[str]]) -> NDArray[np.bool_]:
        """Which passages every filter lets through: bool (passages,)."""
        numbered, allowed = self._numbered, np.ones(self._size, dtype=bool)
        for name, values in filters.items():
            wanted = set(values)
            if name == "kind":
                allowed &= np.isin(numbered.kinds, [KINDS.index(kind) for kind in KINDS if kind in wanted])
            elif name == "section":
                # Cards and questions stand in sections of their own names.
                allowed &= np.isin(numbered.kinds, [KINDS.index(kind) for kind in KINDS if kind in wanted]) | (
                    self._in_sections(wanted)
                )
            else:
                allowed &= self._store.with_facet(name, wanted)[numbered.practices]
        return allowed

    def _in_sections(self, sections: Iterable[str]) -> NDArray[np.bool_]:
        """Which passages are texts of these sections: bool (passages,)."""
        found = np.zeros(self._size, dtype=bool)
        text = self._numbered.kinds == KINDS.index("text")
        found[text] = self._store.in_sections(sections)[self._numbered.rows[text]]
        return found

    def _postings(self, terms: Iterable[str]) -> dict[str, _Posting]:
        """The postings of terms; those that are not kept are fetched together."""
        with self._lock:
            found = {term: self._kept[term] for term in terms if term in self._kept}
            for term in found:
                self._kept.move_to_end(term)
        if missing := [term for term in terms if term not in found]:
            fetched = self._fetch(missing)
            found |= fetched
            self._keep(fetched)
        return found

    def _fetch(self, terms: Sequence[str]) -> dict[str, _Posting]:
        rows = self._reader.rows(
            "SELECT term, block, documents, frequencies FROM posting WHERE term = ANY(%s) ORDER BY block", (terms,)
        )
        pieces: dict[str, list[_Posting]] = {term: [_NOWHERE] for term in terms}
        for term, block, documents, frequencies in rows:
            numbers = unpack_rising(documents).astype(np.int64) + self._starts[block]
            often = unpack(frequencies).astype(np.float32)
            pieces[term].append(_Posting(numbers, often / (often + self._norms[numbers])))
        return {term: _joined(found) for term, found in pieces.items()}

    def _keep(self, postings: Mapping[str, _Posting]) -> None:
        with self._lock:
            for term, posting in postings.items():
                if term not in self._kept:
                    self._kept[term] = posting
                    self._bytes += posting.size
            while self._bytes > KEPT:
                self._bytes -= self._kept.popitem(last=False)[1].size


def _joined(pieces: Sequence[_Posting]) -> _Posting:
    return _Posting(
        np.concatenate([piece.documents for piece in pieces]), np.concatenate([piece.saturation for piece in pieces])
    )


def _best(scores: Shares, limit: int) -> NDArray[np.int64]:
    """The passages that have any score, best first and then by number; at most `limit`."""
    found = np.flatnonzero(scores > 0)
    if len(found) > limit:
        # All that tie with the last are taken along, so that the order decides between them.
        least = np.partition(scores[found], len(found) - limit)[len(found) - limit]
        found = found[scores[found] >= least]
    return found[np.argsort(-scores[found], kind="stable")][:limit]
