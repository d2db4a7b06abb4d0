"""Readers: what they ask for, one after another, and what they get."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import quote, urlencode

from kb.files import sha256
from trust.parts.load.site import Server, Site
from trust.parts.load.windows import draw

QUESTIONS = (
    "høyt sykefravær i hjemmetjenesten",
    "kortare arbetsdag",
    "ensomme eldre",
    "faste teams i hjemmeplejen",
    "unge som faller ut av videregående",
    "velferdsteknologi som ble stoppet",
    "citizen juries",
    "frivillige",
    "tillidsreform",
    "skjermbesøk",
    "vikarer",
    "bibliotek",
)
FILTERS: tuple[dict[str, str], ...] = (
    {},
    {"country": "no"},
    {"country": "se"},
    {"lens": "lessons"},
    {"has_realised_results": "true"},
)
PRACTICES = 24
"""Practices that are opened; few enough that each is asked of each generation at rest."""
PATIENCE = 300
"""Seconds after which no answer counts as none."""


@dataclass(frozen=True, slots=True)
class Told:
    """One answer."""

    kind: str
    path: str
    at: float
    """When it was asked for, by the clock of `time.monotonic`."""
    seconds: float
    said: str
    """A digest of status and body, or of what a window showed; what went wrong where nothing came."""
    failed: bool = False


@dataclass(slots=True)
class Seen:
    """Everything that readers got, and how the server was meanwhile."""

    plain: list[Told] = field(default_factory=list)
    windows: list[Told] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def of(self, kind: str) -> list[float]:
        """The seconds that answers of one kind took."""
        return [one.seconds for one in self.plain if one.kind == kind]

    @property
    def memory_early(self) -> float:
        """Bytes in the second fifth of the time, when everything has been loaded."""
        fifth = max(len(self.memory) // 5, 1)
        return median(self.memory[fifth : 2 * fifth] or self.memory)

    @property
    def memory_late(self) -> float:
        """Bytes in the last fifth."""
        return median(self.memory[-max(len(self.memory) // 5, 1) :])


def read(
    site: Site,
    server: Server,
    readers: int,
    windows: int,
    seconds: float,
    rebuilds: tuple[float, ...],
    pause: tuple[float, float],
) -> Seen:
    """Let readers read for a while, and the practices change meanwhile."""
    seen = Seen()
    ids = site.ids[:: max(len(site.ids) // PRACTICES, 1)][:PRACTICES]
    start = time.monotonic()
    end = start + seconds

    def one(number: int, visit: Callable[[random.Random], Generator[Told]], kept: list[Told]) -> None:
        chance = random.Random(number)
        # They do not all come in the same moment.
        time.sleep(chance.uniform(0, min(pause[1], seconds)))
        with closing(visit(chance)) as visits:
            for told in visits:
                kept.append(told)
                if time.monotonic() > end:
                    return
                time.sleep(chance.uniform(*pause))

    def watched() -> None:
        while time.monotonic() < end:
            seen.memory.append(server.memory())
            time.sleep(min(1.0, seconds / 50))

    threads = [threading.Thread(target=watched)]
    threads += [
        threading.Thread(target=one, args=(number, lambda chance: _visits(server, ids, chance), seen.plain))
        for number in range(readers)
    ]
    threads += [
        threading.Thread(target=one, args=(1000 + number, lambda chance: _windows(server, ids, chance), seen.windows))
        for number in range(windows)
    ]
    for thread in threads:
        thread.start()
    for share in rebuilds:
        time.sleep(max(start + share * seconds - time.monotonic(), 0))
        site.change()
    for thread in threads:
        thread.join()
    seen.seconds = time.monotonic() - start
    return seen


def ask(connection: http.client.HTTPConnection, path: str) -> str:
    """A digest of what an address answers: its status, and all of its body."""
    connection.request("GET", f"/{path}", headers={"Accept-Language": "nb"})
    answer = connection.getresponse()
    return sha256(f"{answer.status} ".encode() + answer.read())


def _visits(server: Server, ids: list[str], chance: random.Random) -> Generator[Told]:
    """One reader after another at plain addresses: searches, narrows, opens, compares."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        while True:
            question = {"q": chance.choice(QUESTIONS)}
            yield _told(connection, "search", f"api/search?{urlencode(question)}")
            yield _told(connection, "filter", f"api/search?{urlencode(question | chance.choice(FILTERS))}")
            first, second = chance.choice(ids), chance.choice(ids)
            yield _told(connection, "open", f"p/{quote(first)}")
            yield _told(connection, "open", f"api/practices/{quote(second)}")
            # Neighbours: as many pairs as practices, so that each is asked of each generation at rest.
            beside = ids[(ids.index(first) + 1) % len(ids)]
            yield _told(connection, "compare", f"api/compare?ids={first},{beside}")
            yield _told(connection, "similar", f"api/similar/{quote(second)}")


def _told(connection: http.client.HTTPConnection, kind: str, path: str) -> Told:
    at = time.monotonic()
    try:
        said, failed = ask(connection, path), False
    except (OSError, http.client.HTTPException) as error:
        said, failed = f"{type(error).__name__}: {error}", True
        connection.close()
    return Told(kind, path, at, time.monotonic() - at, said, failed)


def _windows(server: Server, ids: list[str], chance: random.Random) -> Generator[Told]:
    """One window after another: the front page with a question, a practice, a comparison."""
    while True:
        first = chance.choice(ids)
        beside = ids[(ids.index(first) + 1) % len(ids)]
        for kind, path in (
            ("search", f"?{urlencode({'q': chance.choice(QUESTIONS)})}"),
            ("open", f"praksis?id={first}"),
            ("compare", f"sammenlign?p={first},{beside}"),
        ):
            at = time.monotonic()
            try:
                said, failed = draw(server.port, path), False
            except Exception as error:  # noqa: BLE001  whatever goes wrong is what is being looked for
                said, failed = f"{type(error).__name__}: {error}", True
            yield Told(kind, path, at, time.monotonic() - at, said, failed)
