"""Many readers at once, while the index changes under them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import kb
from kb.config import Config
from kb.index.build import build

THREADS = 8
ROUNDS = 3


def write_batch(folder: Path, number: int) -> None:
    """Ten practices of one batch, which only ever appear together; those of the last are gone."""
    for path in folder.glob("parti-*.md"):
        path.unlink()
    for row in range(10):
        (folder / f"parti-{number}-{row}.md").write_text(
            f"# Vaffelparti {number} rad {row}\n\nVi steker vaffel {number}.\n", encoding="utf-8"
        )


def search_while_publishing(config: Config, rounds: int) -> tuple[set[str], list[str], list[BaseException]]:
    """Eight threads search until a writer has published `rounds` generations.

    Gives the generations seen, the answers that were not of one whole generation, and the errors.
    """
    write_batch(config.practices, 0)
    build(config)
    base = kb.KnowledgeBase(config)
    others = len(base.practices) - 10
    done = threading.Event()
    seen: set[str] = set()
    mixed: list[str] = []
    errors: list[BaseException] = []

    def read() -> None:
        while not done.is_set():
            try:
                for results in (base.search("vaffel", limit=100), base.search(limit=100)):
                    batches = [hit.practice.id.split("-")[1] for hit in results if hit.practice.id.startswith("parti")]
                    if len(batches) != 10 or len(set(batches)) != 1:
                        mixed.append(f"{results.mode}: {batches}")
                    seen.update(batches)
                found = base.search(limit=100)
                if found.total != others + 10 or sum(found.facets["has_lessons"].values()) != found.total:
                    mixed.append(f"{found.total} practices, facets {found.facets['has_lessons']}")
            except BaseException as error:  # noqa: BLE001  whatever a reader meets is what the test is about
                errors.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(THREADS)]
    for reader in readers:
        reader.start()
    try:
        for number in range(1, rounds + 1):
            write_batch(config.practices, number)
            build(config)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert kb.KnowledgeBase(config).search("vaffel")[0].practice.id.startswith(f"parti-{rounds}-")
    return seen, mixed, errors


def test_every_answer_is_from_one_whole_generation(small: Callable[..., Config]) -> None:
    seen, mixed, errors = search_while_publishing(small(), ROUNDS)
    assert errors == []
    assert mixed == []
    assert len(seen) > 1


def test_whoever_asks_more_than_once_may_keep_to_one_generation(small: Callable[..., Config]) -> None:
    config = small()
    write_batch(config.practices, 0)
    build(config)
    base = kb.KnowledgeBase(config)
    held = base.as_it_is()
    write_batch(config.practices, 1)
    build(config)
    assert base.get("parti-1-0").title == "Vaffelparti 1 rad 0"
    assert held.get("parti-0-0").title == "Vaffelparti 0 rad 0"
    assert {hit.practice.id[:7] for hit in held.search("vaffel", limit=100)} == {"parti-0"}
    assert {hit.practice.id[:7] for hit in held.similar("parti-0-0", limit=5)} == {"parti-0"}
    assert held.edition != base.edition
    # What was held is let go with the last who holds it.
    assert base.as_it_is().edition == base.edition


@pytest.mark.model
def test_every_answer_is_from_one_whole_generation_with_the_model(small: Callable[..., Config]) -> None:
    config = small(model="packaged", names=("no/grong/grong-bygdemodre",))
    seen, mixed, errors = search_while_publishing(config, 2)
    assert errors == []
    assert mixed == []
    assert len(seen) > 1


@pytest.mark.model
def test_the_encoder_is_loaded_once_however_many_ask(base: kb.KnowledgeBase) -> None:
    fresh = kb.KnowledgeBase(base.config)
    start = threading.Barrier(THREADS)
    loaded: list[int] = []

    def ask() -> None:
        start.wait()
        fresh.search("sykefravær")
        loaded.append(id(fresh.as_it_is()._models.encoder()))

    threads = [threading.Thread(target=ask) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded) == THREADS
    assert len(set(loaded)) == 1
