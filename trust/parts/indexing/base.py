"""Practices to index, what an index answers, and whether anything was left behind."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import kb
from kb.config import Config
from kb.index import generations
from kb.index.layout import IndexLayout
from kb.index.reader import FolderGeneration

SHIPPED = Path(__file__).parents[3] / "practices"
QUESTION = "zalabimba og sykefravær"
KEPT = generations.KEEP

Answers = tuple[tuple[str, ...], tuple[tuple[str, float], ...]]


def practice(number: int, version: int = 0) -> str:
    """The text of a short practice that says which version of itself it is."""
    return (
        f"---\ntitle: Faste team {number}, versjon {version}\nlanguage: nb\nplace: no/oslo\nstatus: pilot\n---\n\n"
        f"## Utfordringen\n\nHøyt sykefravær i gruppe {number}. Versjon{version}ordet står her.\n\n"
        f"## Lærdommer\n\nDet tar tid å lære hverandre å kjenne, skrev gruppe {number}.\n"
    )


def plant(root: Path, number: int) -> Config:
    """A repository of so many short practices, indexed by words alone."""
    practices = root / "practices"
    practices.mkdir(parents=True)
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy2(SHIPPED / name, practices / name)
    for row in range(number):
        path = practices / f"no/{row % 50:02}/praksis-{row:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(practice(row), encoding="utf-8")
    (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    return kb.load_config(root)


def answers(base: kb.KnowledgeBase) -> Answers:
    """What is there and what a search gives, to the last digit."""
    hits = base.search(QUESTION, limit=50)
    return tuple(sorted(base.files().values())), tuple((hit.practice.id, hit.score) for hit in hits)


@dataclass(slots=True)
class Changing:
    """A repository that goes to and fro between two states, with what each looks like when it is indexed."""

    config: Config
    turn: int = 0

    def change(self) -> None:
        """Go over to the other state: a practice more or less, and a word more or less in another."""
        self.turn += 1
        extra, other = self.config.practices / "ekstra.md", self.config.practices / "no/03/praksis-00003.md"
        if self.turn % 2:
            extra.write_text(practice(99999).replace("Faste", "Zalabimba"), encoding="utf-8")
            other.write_text(practice(3) + "\nZalabimba.\n", encoding="utf-8")
        else:
            extra.unlink()
            other.write_text(practice(3), encoding="utf-8")


def left_behind(config: Config) -> list[str]:
    """What should not be there when nobody writes or reads: nothing grows from run to run."""
    index = IndexLayout(config.index)
    found = [path.name for path in generations.leftovers(index)]
    found += _too_many(index)
    whole = {path.relative_to(index.generation(generations.current(index)).folder).as_posix() for path in _files(index)}
    known = set(FolderGeneration(index).manifest.sums) | {"manifest.json", "in-use", "seen"}
    return found + sorted(name for name in whole - known if not os.path.basename(name).startswith("."))


def _too_many(index: IndexLayout) -> list[str]:
    """Generations beyond the last ones; one that shares no file with those is kept on purpose."""
    names = generations.names(index)
    beyond, last = names[:-KEPT], names[-KEPT:]
    shared = set[int]().union(*(_inodes(index, name) for name in last))
    return [name for name in beyond if name != beyond[-1] or _inodes(index, name) & shared]


def _inodes(index: IndexLayout, name: str) -> set[int]:
    return {path.stat().st_ino for path in index.generation(name).folder.rglob("*.sqlite")}


def _files(index: IndexLayout) -> list[Path]:
    folder = index.generation(generations.current(index)).folder
    return [path for path in folder.rglob("*") if path.is_file()]
