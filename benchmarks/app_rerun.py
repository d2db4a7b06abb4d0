"""How long each page of the app keeps the processor busy, in a real server over a thousand practices.

Run: python -m benchmarks.app_rerun [--practices 1000]      (a minute, the first time three; needs kb index)

The shipped practices are copied under other names until there are enough, lineage and all, and indexed
with vectors from the index's cache; the copy is kept in build/ and used again. A page is opened a few
times, each time as a reader who comes by a link, and run again, as when something is pressed. CPU is what
the whole server spends, from the request to the last message of the answer: other work on the machine
does not count. The ratio is to the front page's.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

import kb
from kb.config import Config
from kb.index.build import build
from kb.index.layout import IndexLayout
from kb.repository import scan

ROOT = Path(__file__).resolve().parents[1]
FIRST, SECOND, THIRD, FOURTH = (
    "oslo-nordstrand-f7-innovasjonsspeidere",
    "kobenhavn-tillidsreform-hjemmepleje",
    "goteborg-svartedalen-sextimmarsdag",
    "oslo-ullern-tillitsmodellen-hovedpilot",
)
QUESTION = "sykefravær i hjemmetjenesten"


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


VIEWS = (
    View("front page"),
    View("a question", "", (("q", QUESTION),)),
    View("filters, page 3", "", (("q", QUESTION), ("country", "no"), ("area", "helse-omsorg"), ("page", "3"))),
    View("practice", "praksis", (("id", f"{FIRST}-0"), ("fra", "q=spredning"))),
    View("compare 4", "sammenlign", (("p", ",".join(f"{name}-0" for name in (FIRST, SECOND, THIRD, FOURTH))),)),
    View("borrow", "lan", (("p", f"{SECOND}-0"),)),
    View("spread", "spredning"),
    View("a family", "spredning", (("p", "netherlands-buurtzorg-neighbourhood-care-0"),)),
    View("not tried here", "spredning", (("sted", "no/oslo"),)),
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, default=1000, help="how many there are")
    parser.add_argument("--times", type=int, default=12, help="how often each page is opened and run again")
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    options = parser.parse_args()
    root = collection(options.practices)
    wanted = [view for view in VIEWS if options.only in view.name]
    with server(root) as (port, process):
        took = {view: measured(view, port, process, options.times) for view in wanted}
    front = statistics.median(next(iter(took.values())).again)
    print(f"{options.practices} practices, ms     opened: CPU p50   p95   run again: CPU p50   p95   wall p50   ratio")
    for view, one in took.items():
        print(
            f"{view.name:18} {ms(one.opened)} {ms(one.opened, 0.95)}          {ms(one.again)} {ms(one.again, 0.95)}"
            f"    {ms(one.wall)}  {statistics.median(one.again) / front:6.2f}"
        )
    looks = [look for one in took.values() for look in one.looks]
    print(f"a look for new content, every half minute of each open page: CPU {ms(looks).strip()} ms")


def ms(seconds: Sequence[float], share: float = 0.5) -> str:
    """A quantile in milliseconds, as a column."""
    return f"{1000 * sorted(seconds)[int(share * len(seconds))]:10.1f}"


def collection(wanted: int) -> Path:
    """The root of a collection of that many practices, made once."""
    root = ROOT / "build" / f"rerun-{wanted}"
    shipped = kb.load_config(ROOT)
    config = replace(shipped, root=root, practices=root / "practices", index=root / "index")
    if not (config.index / "CURRENT").is_file():
        shutil.rmtree(root, ignore_errors=True)
        copied(shipped, config, wanted)
        build(config)
    return root


def copied(shipped: Config, config: Config, wanted: int) -> None:
    """The shipped practices again and again, each time under other names that their lineage follows."""
    config.index.mkdir(parents=True)
    shutil.copy(ROOT / "kb.toml", config.root)
    shutil.copy(IndexLayout(shipped.index).vectors, IndexLayout(config.index).vectors)
    practices = sorted(scan(shipped.practices))
    names = re.compile(rf"\b(?:{'|'.join(sorted((path.stem for path in practices), key=len, reverse=True))})\b")
    config.practices.mkdir()
    for vocabulary in shipped.practices.glob("*.yaml"):
        shutil.copy(vocabulary, config.practices / vocabulary.name)
    made = ((number, path) for number in count() for path in practices)
    for (number, path), _ in zip(made, range(wanted), strict=False):
        for source in (shipped.practices / path.parent).glob(f"{path.stem}.*"):
            ending = source.name.removeprefix(path.stem)
            target = config.practices / path.with_name(f"{path.stem}-{number}{ending}")
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8")
            target.write_text(names.sub(rf"\g<0>-{number}", text), encoding="utf-8")


@contextmanager
def server(root: Path) -> Iterator[tuple[int, int]]:
    """The app as people start it: its port and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.port", str(port), "--server.headless", "true", "--server.address", "127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *options]
    environment = os.environ | {"KB_ROOT": str(root)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            while process.poll() is None:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                    break
                except OSError:
                    time.sleep(0.2)
            yield port, process.pid
        finally:
            process.terminate()


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


if __name__ == "__main__":
    main()
