"""Synthetic collections ready to be measured, made once and kept in build/: indexed, and under git."""

from __future__ import annotations

import subprocess
from pathlib import Path

from benchmarks.synthetic import collection, fill_cache
from kb.config import Config
from kb.index.build import build

_WHO = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@synthetic.example")


def collection_with_vectors(size: int) -> Config:
    """The collection of a size, with a vector for every passage in its cache."""
    config = collection(size)
    if not (config.index / "CURRENT").is_file():
        fill_cache(config, size)
    return config


def indexed(size: int) -> Config:
    """The same with an index of it as it stands."""
    config = collection_with_vectors(size)
    build(config)
    return config


def under_git(config: Config) -> None:
    """Commit the whole collection, as a clone of it would be."""
    if (config.root / ".git").is_dir():
        return
    (config.root / ".gitignore").write_text("index/\n", encoding="utf-8")
    for arguments in (("init", "-q"), ("add", "-A"), (*_WHO, "commit", "-qm", "Synthetic")):
        git(config.root, *arguments)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True)  # noqa: S603, S607  git as it is found on the path
