"""The packaged model's tokenizer for one question at a time, without loading a quarter million pieces.

Building the full tokenizer takes longer than everything else in a cold search. A question has a
few dozen candidate pieces, so they are looked up in SQLite and the best way through them is found
by Viterbi, as in SentencePiece's unigram model (Kudo 2018). Gives the same ids as the tokenizer of
`kb.encoder.packaged.tokenizer`; a property test holds the two together.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

BEGIN, END, UNKNOWN = 0, 2, 3
SPACE = "▁"
UNKNOWN_PENALTY = 10.0
"""How much worse than the rarest piece an unknown letter is; SentencePiece's constant."""

LOOKUP = 900
"""How many pieces are asked for at once; SQLite's oldest limit is 999."""


def write_pieces(path: Path, pieces: Sequence[tuple[str, float]], replacements: dict[str, str]) -> None:
    """Write pieces (index is id) with their scores, and the characters that are replaced before NFKC."""
    db = sqlite3.connect(path)
    try:
        db.execute("CREATE TABLE piece (text TEXT PRIMARY KEY, id INTEGER, score REAL) WITHOUT ROWID")
        db.execute("CREATE TABLE replacement (char TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID")
        db.execute("CREATE TABLE limits (longest INTEGER, rarest REAL)")
        rows = ((text, number, score) for number, (text, score) in enumerate(pieces))
        db.executemany("INSERT OR IGNORE INTO piece VALUES (?, ?, ?)", rows)
        db.executemany("INSERT INTO replacement VALUES (?, ?)", replacements.items())
        db.execute("INSERT INTO limits SELECT max(length(text)), min(score) FROM piece")
        db.commit()
    finally:
        db.close()


_PLAIN = re.compile("[\t\n\r -~\u00a0-\u024f\u2010-\u2027\u2030-\u203a\u20ac]*")
"""Latin letters and everyday signs: where every library normalises alike."""

_SPECIAL = re.compile("<(s|pad|/s|unk|mask)>")


class QuestionTokenizer:
    """Token ids of short texts from a file that `write_pieces` wrote."""

    def __init__(self, path: Path, max_tokens: int) -> None:
        self._path = path
        self._max_tokens = max_tokens

    def ids(self, text: str) -> list[int] | None:
        """The token ids, begin and end included; None for a text that the full tokenizer must take."""
        if not _PLAIN.fullmatch(text) or _SPECIAL.search(text):
            return None
        db = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            words = _words(text, dict(db.execute("SELECT char, text FROM replacement")))
            longest, rarest = db.execute("SELECT longest, rarest FROM limits").fetchone()
            found = _pieces(db, words, longest)
        finally:
            db.close()
        ids: list[int] = []
        for word in words:
            ids += _best_path(word, found, longest, rarest - UNKNOWN_PENALTY)
        return [BEGIN, *ids[: self._max_tokens - 2], END]


def _words(text: str, replacements: dict[str, str]) -> list[str]:
    """Normalised text cut before each space sign; nothing has no words."""
    table = {ord(char): new for char, new in replacements.items()}
    normal = unicodedata.normalize("NFKC", text.translate(table))
    marked = re.sub(" {2,}", " ", normal).replace(" ", SPACE)
    if marked and not marked.startswith(SPACE):
        marked = SPACE + marked
    return re.findall(f"{SPACE}[^{SPACE}]*", marked)


def _pieces(db: sqlite3.Connection, words: Iterable[str], longest: int) -> dict[str, tuple[int, float]]:
    """Id and score of every piece that occurs in the words."""
    spans = (
        word[start:end]
        for word in words
        for start in range(len(word))
        for end in range(start + 1, min(len(word), start + longest) + 1)
    )
    candidates = list(dict.fromkeys(spans))
    found: dict[str, tuple[int, float]] = {}
    for start in range(0, len(candidates), LOOKUP):
        batch = candidates[start : start + LOOKUP]
        marks = ",".join("?" * len(batch))
        rows = db.execute(f"SELECT text, id, score FROM piece WHERE text IN ({marks})", batch)  # noqa: S608  only marks
        found |= {text: (number, score) for text, number, score in rows}
    return found


def _best_path(word: str, pieces: dict[str, tuple[int, float]], longest: int, unknown: float) -> list[int]:
    """The ids of the likeliest pieces that make up a word; unknown letters side by side are one."""
    best = [0.0] + [float("-inf")] * len(word)
    came: list[tuple[int, int]] = [(0, UNKNOWN)] * (len(word) + 1)
    for start in range(len(word)):
        if word[start] not in pieces and best[start] + unknown > best[start + 1]:
            best[start + 1], came[start + 1] = best[start] + unknown, (start, UNKNOWN)
        for end in range(start + 1, min(len(word), start + longest) + 1):
            piece = pieces.get(word[start:end])
            if piece is not None and best[start] + piece[1] > best[end]:
                best[end], came[end] = best[start] + piece[1], (start, piece[0])
    ids: list[int] = []
    end = len(word)
    while end > 0:
        end, number = came[end]
        if not (number == UNKNOWN and ids and ids[-1] == UNKNOWN):
            ids.append(number)
    return ids[::-1]
