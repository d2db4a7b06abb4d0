"""A synthetic repository on disk, whole or not at all, kept in build/ for the next measurement."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from benchmarks.synthetic.compose import Made, compose
from benchmarks.synthetic.material import Material, material
from benchmarks.synthetic.places import places_yaml
from kb.config import CONFIG_FILE, Config, load_config
from kb.files import sha256, write_whole
from kb.practice import cards_path
from kb.vocabulary import PLACES_FILE, VOCABULARY_FILE

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
BUILT = ROOT / "build" / "synthetic"

_README = """# Synthetic

{size} practices that nobody has done, put together from parts of those that Praksis comes with, to try out size.
Made by `python -m benchmarks.synthetic --practices {size} --seed {seed}`.
"""


def write_tree(root: Path, size: int, seed: int = SEED, source: Material | None = None) -> None:
    """Make the repository of a size and a seed in a folder that is not there yet."""
    parts = source or material(ROOT / "practices")
    making = root.with_name(f".{root.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    folder = making / "practices"
    folder.mkdir(parents=True)
    (making / "README.md").write_text(_README.format(size=size, seed=seed), encoding="utf-8")
    (making / CONFIG_FILE).write_text("# Synthetic: see README.md.\n", encoding="utf-8")
    (folder / PLACES_FILE).write_text(places_yaml(parts.vocabulary), encoding="utf-8")
    shutil.copyfile(ROOT / "practices" / VOCABULARY_FILE, folder / VOCABULARY_FILE)
    for number in range(size):
        _write(folder, compose(parts, seed, number))
    making.rename(root)


def collection(size: int, seed: int = SEED) -> Config:
    """The configuration of the repository of a size, made again only where what it is made from has changed."""
    root = BUILT / f"{size}-{seed}"
    stamp = root / "made-of.json"
    made_of = _made_of()
    if not stamp.is_file() or json.loads(stamp.read_text(encoding="utf-8")) != made_of:
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        write_tree(root, size, seed)
        write_whole(stamp, json.dumps(made_of))
    return replace(load_config(ROOT).aside(root / "index"), root=root, practices=root / "practices")


def _write(folder: Path, made: Made) -> None:
    path = folder / made.practice.path
    try:
        path.write_text(made.markdown, encoding="utf-8")
    except FileNotFoundError:
        path.parent.mkdir(parents=True)
        path.write_text(made.markdown, encoding="utf-8")
    if made.cards:
        cards_path(path).write_text(made.cards, encoding="utf-8")


def _made_of() -> dict[str, str]:
    """Digests of the generator and of the practices that it takes apart."""
    ours = sorted(Path(__file__).parent.glob("*.py"))
    theirs = sorted(path for path in (ROOT / "practices").rglob("*") if path.is_file())
    digests = {name: [path.read_bytes() for path in paths] for name, paths in (("code", ours), ("practices", theirs))}
    return {name: sha256(b"\0".join(texts)) for name, texts in digests.items()}
