"""Whether each answer is one that a server at rest gives from one generation, and from one that was current."""

from __future__ import annotations

import http.client
from collections import Counter
from dataclasses import dataclass

from trust.parts.load.readers import PATIENCE, Seen, Told, ask
from trust.parts.load.site import Server, Site
from trust.parts.load.windows import NotDrawn, draw

GRACE = 1.0
"""Seconds for which the generation before may still answer."""


@dataclass(frozen=True, slots=True)
class AtRest:
    """What one generation says at each address when nobody else asks."""

    plain: dict[str, str]
    windows: dict[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wrong, each in a line, and how many answers were of each generation."""

    plain: list[str]
    windows: list[str]
    by_generation: str


def at_rest(server: Server, seen: Seen) -> AtRest:
    """Ask a server all that readers asked, one thing at a time."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    plain = {path: ask(connection, path) for path in sorted({one.path for one in seen.plain})}
    connection.close()
    return AtRest(plain, {path: _drawn(server.port, path) for path in sorted({one.path for one in seen.windows})})


def judge(site: Site, seen: Seen, generations: list[AtRest]) -> Verdict:
    """Hold every answer against every generation, the first first."""
    counts: Counter[int] = Counter()
    wrong: tuple[list[str], list[str]] = ([], [])
    kept = ((seen.plain, [one.plain for one in generations]), (seen.windows, [one.windows for one in generations]))
    for (answers, said), found in zip(kept, wrong, strict=True):
        for one in answers:
            fault, generation = judge_one(one, said, site.swaps)
            counts[generation] += generation >= 0
            if fault:
                found.append(f"{one.path}: {fault}")
    by_generation = ", ".join(f"{number + 1}: {counts[number]}" for number in sorted(counts) if number >= 0)
    return Verdict(*wrong, by_generation)


def judge_one(one: Told, said: list[dict[str, str]], swaps: list[float]) -> tuple[str, int]:
    """What is wrong with an answer, if anything is, and the newest generation that it may be of, from 0; else -1."""
    if one.failed:
        return one.said, -1
    fits = [number for number, told in enumerate(said) if told.get(one.path) == one.said]
    if not fits:
        return "it is of no generation", -1
    current = sum(swap + GRACE < one.at for swap in swaps)
    if fits[-1] < current:
        late = one.at - swaps[fits[-1]]
        return f"it is of generation {fits[-1] + 1}, asked for {late:.1f} s after the next came", fits[-1]
    return "", fits[-1]


def _drawn(port: int, path: str) -> str:
    try:
        return draw(port, path)
    except NotDrawn as error:
        # No window showed this without being wrong itself.
        return f"not drawn: {error}"
