"""The index may be deleted at any time, also under a running app."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import kb
from kb.config import Config
from kb.index.build import build


def test_a_reader_notices_an_index_that_was_deleted_and_made_anew(small: Callable[..., Config]) -> None:
    config = small()
    build(config)
    base = kb.KnowledgeBase(config)
    before = base.edition
    assert base.search("").total == 10
    shutil.rmtree(config.index)
    assert base.search("").total == 10, "what is open stays whole"
    (config.practices / "no" / "grong" / "grong-bygdemodre.md").unlink()
    build(config)
    assert base.search("").total == 9
    assert base.generation == "000001"
    assert base.edition != before
