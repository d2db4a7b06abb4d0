"""A small change is put over the last generation, and is answered as if all had been written anew."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from index_helpers import SHIPPED, copies, generations_in, write_practice

import kb
from kb.config import Config, load_config
from kb.index.build import build
from kb.index.choose import storage_of
from kb.index.generation import Generation
from kb.index.layers.plan import Limits
from kb.index.layout import IndexLayout
from kb.index.store import FACETS
from kb.index.whole import whole_manifest
from kb.passages import KINDS

ANY = Limits(least=1, share=1.0, most=1000)
QUESTIONS = ("bygdemødre i bydelen", "ungdomar utan arbete", "lavere sykefravær", "hjemmetjeneste", "zalabimba")


def whole(config: Config, folder: Path) -> Generation:
    """The same practices, indexed from nothing."""
    other = replace(config, index=folder)
    folder.mkdir()
    storage_of(config).lend_vectors(folder)
    build(other, rebuild=True)
    return storage_of(other).open()


def assert_same_tables(layered: Generation, anew: Generation) -> None:
    one, other = layered.store, anew.store
    assert one.ids == other.ids
    assert list(one.records(one.ids)) == list(other.records(other.ids))
    for kind in KINDS:
        assert one.owners[kind].tolist() == other.owners[kind].tolist()
        numbers = range(0, len(one.owners[kind]), 7)
        assert [one.passage(kind, row) for row in numbers] == [other.passage(kind, row) for row in numbers]
    everything = np.ones(len(one), dtype=bool)
    assert one.facet_counts(everything) == other.facet_counts(everything)
    assert {name: one.values_of(name) for name in FACETS} == {name: other.values_of(name) for name in FACETS}
    for section in ("problem", "lessons", "own_words"):
        assert one.in_sections([section]).tolist() == other.in_sections([section]).tolist()
    for language in other.languages:
        assert one.speaking([language], KINDS).tolist() == other.speaking([language], KINDS).tolist()
    for name in one.ids:
        assert one.borrowers(name) == other.borrowers(name)
        row = one.row(name)
        assert one.titled(one.practice(row).title) == other.titled(one.practice(row).title)
        assert one.title_key(row) == other.title_key(row)
    assert one.lines() == other.lines()
    assert one.files() == other.files()
    assert one.same_words(["barnehage"]) == other.same_words(["barnehage"])
    assert layered.manifest.passages == anew.manifest.passages


def change(config: Config, number: int) -> None:
    """Change, add and remove practices, otherwise each time."""
    chance = random.Random(number)
    files = sorted(config.practices.rglob("*.md"))
    edited, removed = chance.sample(files, 2)
    edited.write_text(edited.read_text(encoding="utf-8") + f"\nEn zalabimba til, den {number}.\n", encoding="utf-8")
    if number % 3 == 0:
        removed.unlink()
        removed.with_suffix(".i18n.yaml").unlink(missing_ok=True)
    if number % 2 == 0:
        write_practice(config.practices, f"no/oslo/ny-{number}.md", f"Zalabimba nummer {number}")


def test_layers_hold_what_a_new_index_holds(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 40)
    build(config)
    for number in range(6):
        change(config, number)
        report = build(config, layers=ANY)
        held = storage_of(config).open()
        assert held.manifest.layer is not None
        assert (held.manifest.layer.base, held.name) == ("000001", report.generation)
        assert report.practices == len(held.store)
        assert_same_tables(held, whole(config, tmp_path / f"anew-{number}"))
        whole_manifest(IndexLayout(config.index).generation(held.name), thorough=True)


def test_a_layer_finds_what_a_new_index_finds_by_words(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 40)
    build(config)
    for number in range(3):
        change(config, number)
        build(config, layers=ANY)
    whole(config, tmp_path / "anew")
    layered, anew = (kb.KnowledgeBase(replace(config, index=index)) for index in (config.index, tmp_path / "anew"))
    for country in ((), ("no",)):
        one, other = (base.search(limit=100, country=country) for base in (layered, anew))
        assert (one.total, one.facets) == (other.total, other.facets)
    # Words of what is gone count in how rare a word is, until the base is written again.
    for ours, theirs in zip(layered.rank(QUESTIONS), anew.rank(QUESTIONS), strict=True):
        assert dict(ours.order) == pytest.approx(dict(theirs.order), rel=0.1)


@pytest.mark.model
def test_a_layer_finds_what_a_new_index_finds_by_meaning(tmp_path: Path) -> None:
    config = replace(copies(tmp_path / "root", 0), model="packaged")
    shutil.copytree(SHIPPED, config.practices, dirs_exist_ok=True)
    config.index.mkdir()
    storage_of(load_config(SHIPPED.parent)).lend_vectors(config.index)
    build(config)
    write_practice(config.practices, "no/oslo/ny.md", "Felles vaktordning", "Nattevakten deles av to sykehjem.")
    removed = next(config.practices.rglob("goteborg-svartedalen-sextimmarsdag.md"))
    removed.unlink()
    removed.with_suffix(".i18n.yaml").unlink()
    assert build(config, layers=ANY).embedded > 0
    held = storage_of(config).open()
    assert held.manifest.layer is not None
    anew = whole(config, tmp_path / "anew")
    for kind in KINDS:
        one, other = held.dense[kind], anew.dense[kind]
        assert one.size == other.size
        sample = list(range(0, one.size, 11))
        # A new practice moves the means a little, those of an index that is made anew.
        assert np.abs(one.vectors(sample) - other.vectors(sample)).max() < 0.01
        query = other.vectors([3])[0]
        assert one.inner_products(query) == pytest.approx(other.inner_products(query), abs=0.01)
        mask = np.arange(one.size) % 5 == 0
        for narrowed in (None, mask):
            assert overlap(one.search(query, 20, narrowed)[0], other.search(query, 20, narrowed)[0]) >= 18
        chosen = np.flatnonzero(mask)[::3]
        assert one.products(query, chosen) == pytest.approx(other.products(query, chosen), abs=0.01)
    layered, fresh = (kb.KnowledgeBase(replace(config, index=index)) for index in (config.index, tmp_path / "anew"))
    for question in (*QUESTIONS, "nattevakt som deles mellom institusjoner"):
        found, wanted = ([hit.practice.id for hit in base.search(question, limit=10)] for base in (layered, fresh))
        assert overlap(found, wanted) >= len(wanted) - 1
    assert layered.search("nattevakt som deles mellom institusjoner")[0].practice.id == "ny"


def overlap(one: object, other: object) -> int:
    """How much two lists have in common."""
    return len({*np.asarray(one).tolist()} & {*np.asarray(other).tolist()})


def test_a_change_that_is_not_small_is_written_whole(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 30)
    build(config)
    limits = Limits(least=30, share=0.1)
    for number, layered in enumerate((True, True, True, False, True)):
        write_practice(config.practices, f"ny-{number}.md", f"Zalabimba {number}")
        build(config, layers=limits)
        layer = storage_of(config).open().manifest.layer
        assert (layer is not None) == layered, number
    assert layer is not None
    assert (layer.base, layer.ids) == ("000005", ("ny-4",))


def test_of_few_practices_each_change_is_written_whole(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 60)
    build(config)
    write_practice(config.practices, "ny.md", "Zalabimba")
    build(config)
    assert storage_of(config).open().manifest.layer is None


def test_other_rules_are_written_whole(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 12)
    build(config)
    places = config.practices / "places.yaml"
    places.write_text(places.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    build(config, layers=ANY)
    assert storage_of(config).open().manifest.layer is None


def test_files_are_shared_and_one_generation_shares_none(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 12)
    for number in range(2):
        write_practice(config.practices, "ny.md", f"Hel {number}")
        build(config)
    for number in range(4):
        write_practice(config.practices, "ny.md", f"Tynn {number}")
        build(config, layers=ANY)
    # The last two, which lie over the second, and the first, whose files are its own.
    assert generations_in(config) == ["000001", "000005", "000006"]
    layouts = [IndexLayout(config.index).generation(name) for name in ("000005", "000006")]
    one, other = ((layout.base.store.stat().st_ino, layout.layer.store.stat().st_ino) for layout in layouts)
    assert one[0] == other[0]
    assert one[1] != other[1]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda layout: layout.base.store,
        lambda layout: layout.layer.store,
        lambda layout: next(layout.lexical.glob("*.del")),
    ],
)
def test_a_damaged_layer_is_answered_by_an_earlier_generation(tmp_path: Path, damage: Callable[[object], Path]) -> None:
    config = copies(tmp_path / "root", 12)
    for number in range(2):
        write_practice(config.practices, "ny.md", f"Hel {number}")
        build(config)
    write_practice(config.practices, "ny.md", "Tynn")
    build(config, layers=ANY)
    layout = IndexLayout(config.index).generation("000003")
    flip(damage(layout))
    base = kb.KnowledgeBase(config)
    found = base.get("ny")
    assert found.title in {"Hel 0", "Hel 1"}
    assert "000003 is damaged" in base.damage
    report = build(config, layers=ANY)
    assert "is damaged" in report.anew
    assert kb.KnowledgeBase(config).get("ny").title == "Tynn"


def test_links_leave_generations_known_as_whole(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 12)
    build(config)
    for number in range(3):
        write_practice(config.practices, "ny.md", f"Tynn {number}")
        build(config, layers=ANY)
    from index_helpers import opened

    for name in generations_in(config):
        with opened(config.index) as names:
            whole_manifest(IndexLayout(config.index).generation(name))
        assert {Path(path).name for path in names} <= {"manifest.json", "seen"}, "nothing is summed again"


def test_a_layer_over_a_layer_is_rebuilt_from_its_files_alone(tmp_path: Path) -> None:
    config = copies(tmp_path / "root", 12)
    build(config)
    change(config, 0)
    build(config, layers=ANY)
    change(config, 1)
    build(config, layers=ANY)
    change(config, 2)
    # Too much for a layer now: what is unchanged is taken out of the layers.
    build(config, layers=Limits(least=1000))
    assert_same_tables(storage_of(config).open(), whole(config, tmp_path / "anew"))
