"""Whether each answer is one that a server at rest gives from one generation, and from one that was current."""

from __future__ import annotations

import http.client
from collections import Counter
from dataclasses import dataclass

from trust.parts.load.readers import PATIENCE, Seen, Told, ask
from trust.parts.load.site import Site
from trust.parts.load.windows import NotDrawn, draw

GRACE = 1.0
"""Seconds for which the generation before may still answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong, each in a line, and how many answers were of each generation."""

    plain: list[str]
    windows: list[str]
    by_generation: str


def judge(site: Site, seen: Seen) -> Verdict:
    """Hold every answer against every generation."""
    plain = _at_rest(site, {one.path for one in seen.plain}, {one.path for one in seen.windows})
    counts: Counter[int] = Counter()
    wrong: tuple[list[str], list[str]] = ([], [])
    for kept, told, found in zip((seen.plain, seen.windows), plain, wrong, strict=True):
        for one in kept:
            said, generation = judge_one(one, told, site.swaps)
            counts[generation] += generation >= 0
            if said:
                found.append(f"{one.path}: {said}")
    by_generation = ", ".join(f"{number + 1}: {counts[number]}" for number in sorted(counts) if number >= 0)
    return Verdict(*wrong, by_generation)


def judge_one(one: Told, at_rest: list[dict[str, str]], swaps: list[float]) -> tuple[str, int]:
    """What is wrong with an answer, if anything is, and the newest generation that it may be of, from 0; else -1."""
    if one.failed:
        return one.said, -1
    fits = [number for number, said in enumerate(at_rest) if said.get(one.path) == one.said]
    if not fits:
        return "it is of no generation", -1
    current = sum(swap + GRACE < one.at for swap in swaps)
    if fits[-1] < current:
        return f"it is of generation {fits[-1] + 1}, asked for {one.at - swaps[fits[-1]]:.1f} s after the next", fits[
            -1
        ]
    return "", fits[-1]


def _at_rest(site: Site, plain: set[str], windows: set[str]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What each generation says at each address when nobody else asks."""
    told: tuple[list[dict[str, str]], list[dict[str, str]]] = ([], [])
    for number in range(site.made):
        with site.serving(site.generation(number)) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            told[0].append({path: ask(connection, path) for path in sorted(plain)})
            told[1].append({path: _drawn(server.port, path) for path in sorted(windows)})
            connection.close()
    return told


def _drawn(port: int, path: str) -> str:
    try:
        return draw(port, path)
    except NotDrawn as error:
        # No window showed this without being wrong itself.
        return f"not drawn: {error}"
