"""What the tests of the index share: practices to write, copies of the shipped ones, and what is in an index."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import kb
from kb.config import Config

SHIPPED = Path(__file__).resolve().parents[2] / "practices"


def write_practice(folder: Path, name: str, title: str, text: str = "Vi prøvde noe nytt.", **front: str) -> Path:
    """Write a small practice and give its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = {"title": title, "language": "nb", "place": "no/oslo", "status": "pilot", **front}
    head = "\n".join(f"{key}: {value}" for key, value in fields.items())
    path.write_text(f"---\n{head}\n---\n\n## Utfordringen\n\n{text}\n", encoding="utf-8")
    return path


def copies(root: Path, number: int) -> Config:
    """A repository of shipped practices under new ids, without a model."""
    practices = root / "practices"
    practices.mkdir(parents=True)
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy2(SHIPPED / name, practices / name)
    sources = sorted(path for path in SHIPPED.rglob("*.md") if path.with_suffix(".i18n.yaml").exists())
    for row in range(number):
        source = sources[row % len(sources)]
        shutil.copy2(source, practices / f"kopi-{row:03}.md")
        shutil.copy2(source.with_suffix(".i18n.yaml"), practices / f"kopi-{row:03}.i18n.yaml")
    return Config(root=root, practices=practices, index=root / "index", model="none")


def ids(base: kb.KnowledgeBase) -> list[str]:
    """Every practice, as browsing lists them."""
    return sorted(hit.practice.id for hit in base.search(limit=1000))


def generations_in(config: Config) -> list[str]:
    """The generations on disk."""
    return sorted(path.name for path in (config.index / "generations").iterdir())


_watched: list[tuple[str, list[str]]] = []


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        for folder, names in _watched:
            if str(arguments[0]).startswith(folder):
                names.append(str(arguments[0]))


@contextmanager
def opened(folder: Path) -> Iterator[list[str]]:
    """The files below a folder that Python opens while the block runs."""
    if not _watched:
        # A hook stays for good: one is enough.
        sys.addaudithook(_note)
    names: list[str] = []
    _watched.append((str(folder), names))
    yield names
    _watched[-1] = ("\0", [])
