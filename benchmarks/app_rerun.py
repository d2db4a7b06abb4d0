"""How long each page of the app keeps the processor busy, in a real server.

Run: python -m benchmarks.app_rerun [--sizes 1000]

A page is opened a few times, each time as a reader who comes by a link, and run again, as when something is
pressed. CPU is what the whole server spends, from the request to the last message of the answer: other work on
the machine does not count.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

import kb
from benchmarks.measure import Measurement, Row, Scale, alone, scaled
from benchmarks.prepared import indexed
from benchmarks.served import server

QUESTION = "sykefravær i hjemmetjenesten"
_AIM_MS = 60.0
_AIMED_AT = 10_000


@dataclass(frozen=True, slots=True)
class View:
    """A page as an address asks for it; ids of practices are those of the first copy."""

    name: str
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()

    @property
    def asked(self) -> str:
        return urlencode(self.query)


@dataclass(frozen=True, slots=True)
class Run:
    """One run: the server's CPU and the time on the clock, in seconds."""

    cpu: float
    clock: float
    watch: str
    """The part of the page that looks for new content by itself."""


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of every round."""

    opened: list[float]
    again: list[float]
    wall: list[float]
    looks: list[float]


def views(base: kb.KnowledgeBase) -> tuple[View, ...]:
    """Every page of the app, on practices that have something to show there."""
    known = {practice.id for practice in base.practices}
    borrower = next(p for p in base.practices if any(item.practice in known for item in p.borrowed_from))
    most = max(base.practices, key=lambda practice: len(base.borrowers(practice.id)))
    several = [practice.id for practice in base.practices[:4]]
    place = most.places[0]
    return (
        View("front page"),
        View("a question", "", (("q", QUESTION),)),
        View("filters, page 3", "", (("q", QUESTION), ("country", "no"), ("area", "helse-omsorg"), ("page", "3"))),
        View("practice", "praksis", (("id", borrower.id), ("fra", "q=spredning"))),
        View("compare 4", "sammenlign", (("p", ",".join(several)),)),
        View("borrow", "lan", (("p", borrower.id),)),
        View("spread", "spredning"),
        View("a family", "spredning", (("p", most.id),)),
        View("not tried here", "spredning", (("sted", place),)),
        View("ideas", "ideer"),
        View("words", "ord"),
        View("a concept", "ord", (("q", "tillitsledelse"),)),
        View("places", "steder"),
        View("a country", "steder", (("sted", "no"),)),
        View("an area", "steder", (("omrade", "helse-omsorg"),)),
        View("overview", "oversikt"),
        View("add", "ny"),
        View("about", "om"),
    )


def measure(scale: Scale) -> Iterator[Row]:
    for size in scale.sizes:
        config = indexed(size)
        wanted = views(kb.KnowledgeBase(config))
        with server(config.root) as served:
            took = {view: measured(view, served.port, served.process.pid, scale.rounds) for view in wanted}
        yield from _rows(took, size)


def _rows(took: Mapping[View, Took], size: int) -> Iterator[Row]:
    sizes = {"practices": size}
    aim = _AIM_MS if size == _AIMED_AT else None
    for view, one in took.items():
        of = f"{size:,} practices, {view.name}"
        yield MEASUREMENT.row(f"{of}: run again, CPU", "ms", scaled(one.again), sizes, at_most=aim)
        yield MEASUREMENT.row(f"{of}: run again, clock", "ms", scaled(one.wall), sizes)
        yield MEASUREMENT.row(f"{of}: opened, CPU", "ms", scaled(one.opened), sizes)
    looks = [look for one in took.values() for look in one.looks]
    case = f"{size:,} practices: a look for new content, every half minute of each open page, CPU"
    yield MEASUREMENT.row(case, "ms", scaled(looks), sizes)


def measured(view: View, port: int, process: int, times: int) -> Took:
    """What a page takes, after a first round."""
    opened: list[float] = []
    again: list[float] = []
    wall: list[float] = []
    looks: list[float] = []
    for round_ in range(times + 1):
        with connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None, subprotocols=["streamlit"]) as line:  # type: ignore[list-item]
            # The first visit opens the base, and warms it up in a thread of its own.
            first = spent(line, view, port, process)
            time.sleep(0 if round_ else 0.5)
            second = spent(line, view, port, process)
            look = spent(line, view, port, process, first.watch)
        if round_:
            opened.append(first.cpu)
            again.append(second.cpu)
            wall.append(second.clock)
            looks.append(look.cpu)
    return Took(opened, again, wall, looks)


def spent(line: ClientConnection, view: View, port: int, process: int, fragment: str = "") -> Run:
    """What one run costs, of the whole page or of one part of it."""
    asked = BackMsg()
    asked.rerun_script.fragment_id = fragment
    asked.rerun_script.page_name = view.path
    asked.rerun_script.query_string = view.asked
    asked.rerun_script.context_info.url = f"http://127.0.0.1:{port}/{view.path}"
    asked.rerun_script.context_info.locale = "nb-NO"
    cpu, clock = processor(process), time.perf_counter()
    line.send(asked.SerializeToString())
    watch = ""
    while True:
        answer = ForwardMsg.FromString(bytes(line.recv(decode=False)))
        watch = answer.auto_rerun.fragment_id or watch
        if answer.WhichOneof("type") == "script_finished":
            return Run(processor(process) - cpu, time.perf_counter() - clock, watch)


def processor(process: int) -> float:
    """The CPU time of another process, all its threads together, in seconds."""
    # The clock of a process by its number, as clock_getcpuclockid(3) makes it on Linux.
    return time.clock_gettime((~process << 3) | 2)


MEASUREMENT = Measurement(
    "app_rerun",
    "A page of the app, run again",
    "What one run of a page's Python costs the server, as CPU time of its process, when a reader presses something, "
    "and when she comes by a link.",
    measure,
    full=Scale((10_000,), 4),
    quick=Scale((1000,), 2, quick=True),
)

if __name__ == "__main__":
    alone(MEASUREMENT)
