"""A damaged index says so in a sentence, and the next run mends it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from index_helpers import ids, write_practice

import kb
from kb.config import Config
from kb.errors import IndexFault, NoIndex
from kb.index.build import build
from kb.index.layout import IndexLayout

FEW = ("no/grong/grong-bygdemodre", "no/oslo/oslo-alna-bydelsmodre")
Small = Callable[..., Config]
Damage = Callable[[Path], object]


def cut(path: Path) -> None:
    """Keep the first half."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def remove(path: Path) -> None:
    path.unlink()


def garble(path: Path) -> None:
    """As long as before, with nothing of it left."""
    path.write_bytes(b"\xa5" * path.stat().st_size)


def garble_inside(path: Path) -> None:
    """The first page stands; all that follows is noise."""
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


def part(config: Config, name: str) -> Path:
    """A file of the current generation; `segment` is the largest of the lexical index."""
    index = IndexLayout(config.index)
    layout = index.generation(index.current.read_text(encoding="utf-8").strip())
    if name == "segment":
        return max((path for path in layout.lexical.iterdir()), key=lambda path: path.stat().st_size)
    return layout.folder / name


def use(config: Config) -> None:
    """Everything that a reader does."""
    base = kb.KnowledgeBase(config)
    base.search("bygdemødre i Grong")
    base.search(place="no/grong")
    base.similar("grong-bygdemodre")
    assert len(base.practices) == 2


def is_well(config: Config) -> None:
    base = kb.KnowledgeBase(config)
    assert ids(base) == ["grong-bygdemodre", "oslo-alna-bydelsmodre"]
    assert base.search("bygdemødre i Grong")[0].practice.id == "grong-bygdemodre"
    use(config)


@pytest.mark.parametrize("damage", [cut, remove])
@pytest.mark.parametrize("name", ["store.sqlite", "segment", "lexical/meta.json", "manifest.json"])
def test_part_cut_short_is_told_and_mended_by_a_plain_run(small: Small, name: str, damage: Damage) -> None:
    config = small(names=FEW)
    build(config)
    damage(part(config, name))
    with pytest.raises(IndexFault) as caught:
        use(config)
    assert str(config.index) in str(caught.value)
    assert "kb index" in caught.value.hint
    assert build(config).wrote
    is_well(config)


@pytest.mark.parametrize("damage", [garble, garble_inside])
@pytest.mark.parametrize("name", ["store.sqlite", "lexical/meta.json", "manifest.json"])
def test_garbled_part_is_told_and_mended_by_a_rebuild(small: Small, name: str, damage: Damage) -> None:
    config = small(names=FEW)
    build(config)
    path = part(config, name)
    if damage is garble_inside and path.stat().st_size <= 4096:
        damage = garble
    damage(path)
    with pytest.raises(IndexFault) as caught:
        use(config)
    assert "kb index" in caught.value.hint
    assert build(config, rebuild=True).wrote
    is_well(config)


def test_store_garbled_inside_is_not_taken_over(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    garble_inside(part(config, "store.sqlite"))
    write_practice(config.practices, "ny.md", "Ny")
    assert build(config).practices == 3
    assert ids(kb.KnowledgeBase(config)) == ["grong-bygdemodre", "ny", "oslo-alna-bydelsmodre"]


@pytest.mark.parametrize("pointer", ["000099\n", "../..\n", "\ufffd\n", "\xff\xfe\xa5"])
def test_pointer_to_nowhere_is_told_and_mended(small: Small, pointer: str) -> None:
    config = small(names=FEW)
    build(config)
    IndexLayout(config.index).current.write_text(pointer, encoding="latin-1", errors="replace")
    assert "not there" in kb.KnowledgeBase(config).status().damage
    use(config)
    report = build(config)
    assert report.wrote
    assert "made anew" in report.anew
    assert not kb.KnowledgeBase(config).status().damage
    is_well(config)


@pytest.mark.parametrize("pointer", [b"", b"\n", b"\0\0\0\0\0\0\0", None])
def test_pointer_to_nothing_counts_as_no_index(small: Small, pointer: bytes | None) -> None:
    config = small(names=FEW)
    build(config)
    current = IndexLayout(config.index).current
    current.unlink() if pointer is None else current.write_bytes(pointer)
    with pytest.raises(NoIndex):
        use(config)
    assert build(config).wrote
    is_well(config)


def test_removed_generation_is_told_and_mended(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    shutil.rmtree(part(config, "manifest.json").parent)
    with pytest.raises(IndexFault):
        use(config)
    build(config)
    is_well(config)


@pytest.mark.model
def test_damaged_vectors_of_a_generation_are_told_and_mended(small: Small) -> None:
    config = small(model="packaged", names=FEW)
    build(config)
    for damage, name in ((cut, "text.faiss"), (remove, "question.faiss"), (empty, "means.npz")):
        damage(part(config, name))
        with pytest.raises(IndexFault) as caught:
            use(config)
        assert "kb index" in caught.value.hint
        report = build(config)
        assert (report.wrote, report.embedded) == (True, 0)
        is_well(config)
    for name in ("text.faiss", "means.npz"):
        garble(part(config, name))
        with pytest.raises(IndexFault):
            use(config)
        assert build(config, rebuild=True).embedded == 0
        is_well(config)


@pytest.mark.model
@pytest.mark.parametrize("damage", [cut, empty, garble, garble_inside])
def test_damaged_vector_cache_is_made_anew(small: Small, damage: Damage) -> None:
    config = small(model="packaged", names=())
    write_practice(config.practices, "ny.md", "Bygdemødre")
    embedded = build(config).embedded
    damage(IndexLayout(config.index).vectors)
    report = build(config, rebuild=True)
    assert report.embedded == embedded > 0
    assert not report.warning
    assert build(config, rebuild=True).embedded == 0
    assert kb.KnowledgeBase(config).search("bygdemødre").mode == "hybrid"


def test_generation_that_is_removed_under_a_reader_is_told(small: Small) -> None:
    config = small(names=FEW)
    build(config)
    base = kb.KnowledgeBase(config)
    assert len(base.practices) == 2
    shutil.rmtree(config.index)
    # Each thread has a connection of its own to open.
    with ThreadPoolExecutor(1) as pool, pytest.raises(IndexFault, match="damaged"):
        pool.submit(base.search, country="no").result()
