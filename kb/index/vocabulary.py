"""The vocabulary, kept beside the index as it was read last: YAML takes a hundred times as long to read as JSON."""

from __future__ import annotations

import contextlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from kb import frontmatter, vocabulary
from kb.config import Config
from kb.files import sha256, write_whole
from kb.index.layout import IndexLayout
from kb.index.plain import plain
from kb.vocabulary import PLACES_FILE, VOCABULARY_FILE, Concept, Place, Vocabulary, load_vocabulary


def digest_of(folder: Path) -> str:
    """What is in the vocabulary's two files, in 24 hex digits."""
    paths = (folder / name for name in (VOCABULARY_FILE, PLACES_FILE))
    return sha256(b"".join(path.read_bytes() if path.is_file() else b"-" for path in paths))[:24]


def vocabulary_of(config: Config) -> Vocabulary:
    """The vocabulary of a folder of practices; out of what was kept, where the files say the same.

    Raises:
        VocabularyError: one of the files cannot be understood, with file and line.
    """
    kept = IndexLayout(config.index).vocabulary
    digest = digest_of(config.practices)
    if (known := _kept(kept, digest)) is not None:
        return known
    found = load_vocabulary(config.practices)
    # Where it was written to meanwhile, nobody knows which of the two was read.
    if digest_of(config.practices) == digest and kept.parent.is_dir():
        text = json.dumps(found, ensure_ascii=False, default=plain)
        # Without it, the files are read again the next time.
        with contextlib.suppress(OSError):
            write_whole(kept, json.dumps({"of": [digest, _rules()], "sum": sha256(text), "vocabulary": text}))
    return found


def _kept(path: Path, digest: str) -> Vocabulary | None:
    try:
        kept = json.loads(path.read_bytes())
        if kept["of"] != [digest, _rules()] or kept["sum"] != sha256(kept["vocabulary"]):
            return None
        return _vocabulary(json.loads(kept["vocabulary"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _vocabulary(data: dict[str, Any]) -> Vocabulary:
    concepts = ({language: tuple(words) for language, words in item["words"].items()} for item in data["concepts"])
    places = {key: Place(**item) for key, item in data["places"].items()}
    return Vocabulary(**{**data, "concepts": tuple(map(Concept, concepts)), "places": places})


@cache
def _rules() -> str:
    """What changes when the files are read in another way: the code that reads them."""
    return sha256(b"".join(Path(module.__file__ or "").read_bytes() for module in (frontmatter, vocabulary)))
