"""The vocabulary is read from its files once, and again as soon as they say something else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from index_helpers import opened

from kb.config import Config
from kb.errors import VocabularyError
from kb.index.build import build
from kb.index.layout import IndexLayout
from kb.index.vocabulary import vocabulary_of
from kb.vocabulary import VOCABULARY_FILE, load_vocabulary

Small = Callable[..., Config]


@pytest.fixture
def config(small: Small) -> Config:
    """An index, with what was kept beside it."""
    made = small()
    build(made)
    return made


def kept(config: Config) -> Path:
    return IndexLayout(config.index).vocabulary


def test_what_is_kept_is_what_the_files_say(config: Config) -> None:
    with opened(config.practices) as names:
        found = vocabulary_of(config)
    assert len(names) == 2, "each file is summed, and not read again"
    assert found == load_vocabulary(config.practices)
    assert found.spelling
    assert found.ancestors("no/oslo/nordstrand") == ("no/oslo/nordstrand", "no/oslo", "no")


def test_a_word_that_is_added_is_there_at_once(config: Config) -> None:
    file = config.practices / VOCABULARY_FILE
    file.write_text(file.read_text(encoding="utf-8").replace("synonyms:\n", "synonyms:\n  - {nb: [xyz, zyx]}\n"))
    assert vocabulary_of(config).concepts[0].all == ("xyz", "zyx")
    assert vocabulary_of(config) == load_vocabulary(config.practices)


def test_a_file_that_is_broken_is_told_of_though_an_older_one_is_kept(config: Config) -> None:
    (config.practices / VOCABULARY_FILE).write_text("areas: [", encoding="utf-8")
    with pytest.raises(VocabularyError, match="not valid YAML"):
        vocabulary_of(config)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"of": 3}'])
def test_what_is_damaged_is_read_from_the_files(config: Config, text: str) -> None:
    kept(config).write_text(text, encoding="utf-8")
    assert vocabulary_of(config) == load_vocabulary(config.practices)


def test_a_letter_that_was_lost_on_the_disk_is_not_taken_for_a_word(config: Config) -> None:
    whole = kept(config).read_text(encoding="utf-8")
    assert "Nordstrand" in whole
    kept(config).write_text(whole.replace("Nordstrand", "Nordstrano"), encoding="utf-8")
    assert vocabulary_of(config).place_name("no/oslo/nordstrand") == "Nordstrand, Oslo"
