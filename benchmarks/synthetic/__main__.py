"""Make a synthetic repository, or measure how its vectors should be moved.

Run: python -m benchmarks.synthetic --practices 1000 [--seed 7] [--out FOLDER] [--vectors]
     python -m benchmarks.synthetic --measure         (a few minutes: encodes a sample)
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import kb
from benchmarks.cached import PROMPTS, card_of
from benchmarks.shipped import shipped
from benchmarks.synthetic import SEED, collection, fill_cache, write_tree
from benchmarks.synthetic.compose import compose
from benchmarks.synthetic.material import material
from benchmarks.synthetic.tree import ROOT
from benchmarks.synthetic.vectors import Perturbed, sources_of
from kb.encoder import load_encoder
from kb.passages import KINDS, Kind, passages

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors

SAMPLE = 200
"""Practices of which each gives one passage of each kind."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, default=1000, help="how many")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed gives the same bytes")
    parser.add_argument("--out", type=Path, help="a folder that is not there yet; in build/ otherwise")
    parser.add_argument("--vectors", action="store_true", help="put their vectors in the index's cache too")
    parser.add_argument("--measure", action="store_true", help="encode a sample and print how far vectors are moved")
    options = parser.parse_args()
    if options.measure:
        measure(options.seed)
        return
    if options.out:
        write_tree(options.out, options.practices, options.seed)
        config = replace(kb.load_config(ROOT).aside(options.out / "index"), practices=options.out / "practices")
    else:
        config = collection(options.practices, options.seed)
    print(f"{options.practices} practices in {config.practices}")
    if options.vectors:
        print(f"{fill_cache(config, options.practices, options.seed)} vectors")


def measure(seed: int) -> None:
    """Print what `COSINES` stands for, and how near each other passages lie with real and with moved vectors."""
    config = shipped()
    parts = material(config.practices)
    sources = sources_of(config, parts)
    texts: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    for number in range(SAMPLE):
        by_kind = {passage.kind: passage.embedded for passage in passages(compose(parts, seed, number).practice)}
        for kind, text in by_kind.items():
            texts[kind].append(text)
    encoder, moving = load_encoder(config, many=True), Perturbed(sources, card_of(config))
    for kind, some in texts.items():
        prompt = PROMPTS[kind]
        encoded = encoder.encode(some, prompt)
        means = np.stack([sources.mean(text, prompt) for text in some])
        moved = moving.encode(some, prompt)
        print(f"{kind}: {len(some)} synthetic texts, smallest, quartiles and largest")
        print(f"  cosine of encoded text and sources' mean    {quartiles((encoded * means).sum(axis=1))}")
        print(f"  cosine of moved vector and sources' mean    {quartiles((moved * means).sum(axis=1))}")
        for name, vectors in (("encoded", encoded), ("moved", moved), ("shipped", sources.vectors[prompt])):
            first, tenth = nearest(vectors)
            print(f"  among the {name:8} nearest {quartiles(first)}   tenth {quartiles(tenth)}")


def nearest(vectors: Vectors) -> tuple[Vectors, Vectors]:
    """Of each vector, the cosines of the nearest other one and of the tenth."""
    cosines = np.sort(vectors @ vectors.T, axis=1)
    return cosines[:, -2], cosines[:, -11]


def quartiles(values: Vectors) -> str:
    return " ".join(f"{value:.3f}" for value in np.quantile(values, [0, 0.25, 0.5, 0.75, 1]))


if __name__ == "__main__":
    main()
