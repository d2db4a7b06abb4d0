"""A byte that is not what was written is noticed when the index is opened, and the earlier generation answers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from index_helpers import generations_in, ids, opened, write_practice

import kb
from kb.config import Config
from kb.errors import IndexFault, OtherVersion
from kb.index import generations
from kb.index.build import build
from kb.index.layout import FORMAT, GenerationLayout, IndexLayout
from kb.index.whole import whole_manifest
from trust.killing import Order, killer

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")
Small = Callable[..., Config]


@pytest.fixture
def twice(small: Small) -> Config:
    """A repository that was indexed, got a practice more, and was indexed again."""
    config = small(names=FEW)
    build(config)
    write_practice(config.practices, "ny.md", "Ny")
    build(config)
    return config


def current(config: Config) -> GenerationLayout:
    index = IndexLayout(config.index)
    return index.generation(generations.current(index))


def flip(path: Path) -> None:
    """Change one bit in the middle, and put the file's time back."""
    found = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def test_a_changed_bit_in_any_file_is_told_and_the_earlier_generation_answers(twice: Config) -> None:
    for name in (*current(twice).parts(), "manifest.json"):
        kept = (current(twice).folder / name).read_bytes()
        flip(current(twice).folder / name)
        base = kb.KnowledgeBase(twice)
        assert ids(base) == ["grong-bygdemodre", "oslo-alna-bydelsmodre"], name
        assert base.generation == "000001"
        assert "damaged" in base.search("bygdemødre").notice or "cannot be read" in base.search("bygdemødre").notice
        assert "An earlier one answers" in base.status().damage
        (current(twice).folder / name).write_bytes(kept)
        assert not kb.KnowledgeBase(twice).status().damage


def test_the_next_run_says_why_it_makes_everything_anew_and_keeps_the_whole_one_to_fall_back_on(twice: Config) -> None:
    flip(current(twice).store)
    report = build(twice)
    assert "damaged: store.sqlite. All of it was made anew." in report.anew
    assert generations_in(twice) == ["000001", "000003"]
    assert "ny" in ids(kb.KnowledgeBase(twice))
    flip(current(twice).store)
    assert kb.KnowledgeBase(twice).generation == "000001"


def test_an_open_reader_goes_on_where_the_new_generation_is_damaged(twice: Config) -> None:
    base = kb.KnowledgeBase(twice)
    shutil.rmtree(IndexLayout(twice.index).generation("000001").folder)
    write_practice(twice.practices, "ny-to.md", "Ny to")
    build(twice)
    for name in ("000002", "000003"):
        flip(IndexLayout(twice.index).generation(name).manifest)
    assert ids(base) == ["grong-bygdemodre", "ny", "oslo-alna-bydelsmodre"]
    assert "answers" in base.search("bygdemødre").notice
    build(twice)
    assert "ny-to" in ids(base)
    assert not base.search("bygdemødre").notice.startswith("The index")


def test_where_no_generation_is_whole_there_is_a_sentence(twice: Config) -> None:
    for name in generations_in(twice):
        flip(IndexLayout(twice.index).generation(name).store)
    with pytest.raises(IndexFault, match=r"damaged: store\.sqlite") as caught:
        kb.KnowledgeBase(twice)
    assert "kb index" in caught.value.hint


def test_an_index_is_summed_once_on_each_machine(twice: Config, tmp_path: Path) -> None:
    layout = current(twice)
    with opened(layout.folder) as names:
        whole_manifest(layout)
    assert str(layout.store) not in names, "the writer knows what it wrote"
    copy = GenerationLayout(tmp_path / "copy")
    shutil.copytree(layout.folder, copy.folder)
    for expected in (True, False):
        with opened(copy.folder) as names:
            whole_manifest(copy)
        assert (str(copy.store) in names) is expected


def test_what_a_disk_loses_without_a_write_is_found_by_reading_everything(twice: Config) -> None:
    layout = current(twice)
    flip(layout.store)
    times = {name: [part.st_size, part.st_mtime_ns, part.st_ctime_ns] for name, part in layout.parts().items()}
    layout.seen.write_text(json.dumps(times), encoding="utf-8")
    whole_manifest(layout)
    with pytest.raises(IndexFault, match=r"store\.sqlite"):
        whole_manifest(layout, thorough=True)


@pytest.mark.parametrize("version", [FORMAT - 1, FORMAT + 1])
def test_an_index_of_another_version_says_so_and_is_made_anew(small: Small, version: int) -> None:
    config = small(names=FEW)
    build(config)
    data = json.loads(current(config).manifest.read_text(encoding="utf-8"))
    data["manifest"]["fingerprint"]["format"] = version
    # Before the fourth, manifests had no seal.
    current(config).manifest.write_text(json.dumps(data["manifest"] if version < 4 else data), encoding="utf-8")
    with pytest.raises(OtherVersion, match="another version"):
        kb.KnowledgeBase(config)
    assert "another version. All of it was made anew." in build(config).anew
    assert len(ids(kb.KnowledgeBase(config))) == 2


def test_a_full_disk_is_told_in_a_sentence_and_left_as_it_was(twice: Config) -> None:
    (twice.root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    before = ids(kb.KnowledgeBase(twice))
    write_practice(twice.practices, "ny-to.md", "Ny to")
    largest = max(current(twice).sizes().values())
    with killer() as kill:
        for size in (1, largest // 3, largest - 1):
            ended = kill.order(Order(("index", "--root", str(twice.root)), largest=size))
            assert ended.code == 2, ended.said
            assert "\nkb: The index cannot be written in " in ended.said
            assert "room" in ended.said
            assert ids(kb.KnowledgeBase(twice)) == before
            assert not generations.leftovers(IndexLayout(twice.index))
        assert kill.order(Order(("index", "--root", str(twice.root)))).code == 0
    assert "ny-to" in ids(kb.KnowledgeBase(twice))


def test_an_index_that_may_only_be_read_is_searched_and_not_written(twice: Config) -> None:
    (twice.root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    write_practice(twice.practices, "ny-to.md", "Ny to")
    modes = {path: path.stat().st_mode for path in (twice.index, *twice.index.rglob("*"))}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with killer() as kill:
        for command in (("search", "bygdemødre"), ("status",)):
            ended = kill.order(Order((*command, "--root", str(twice.root)), ordinary=True))
            assert ended.code == 0, ended.said
        ended = kill.order(Order(("index", "--root", str(twice.root)), ordinary=True))
        assert (ended.code, "kb: Permission denied" in ended.said) == (2, True), ended.said
    for path, mode in modes.items():
        path.chmod(mode)
    assert build(twice).added == 1
