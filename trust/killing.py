"""Commands that are killed at the moment that an order names; trust/killed.py is the process that runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

Moment = Literal["never", "touch", "after", "embedded"]
"""Not at all; before Python touches a folder for the nth time; after so many seconds; when n texts are embedded."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command of `kb` to run in a fork of its own, and when it is killed."""

    run: tuple[str, ...]
    moment: Moment = "never"
    number: float = 0
    within: str = ""
    """The folder whose touches are counted."""
    folder: str = "/"
    """Where it runs."""
    ordinary: bool = False
    """Without the rights that root has over all files, where this is root."""
    largest: int = 0
    """Bytes that no file may grow beyond, as on a full disk; 0 for no such limit."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of it."""

    killed: bool
    code: int
    touched: int
    """How often the folder was touched, where the command came to its end."""
    said: str
    """What it wrote to standard error."""


class Killer:
    """The process that takes orders."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def order(self, order: Order) -> Ended:
        """Run a command to its end or to its death."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))

    def touches(self, order: Order) -> int:
        """How often a command touches the folder when nobody kills it."""
        return self.order(replace(order, moment="never")).touched


@contextmanager
def killer() -> Iterator[Killer]:
    """A process that takes orders while the block runs."""
    child = Path(__file__).with_name("killed.py")
    command = [sys.executable, str(child)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            yield Killer(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def spread(most: int, times: int) -> list[int]:
    """So many different numbers from 1 to `most`, evenly spread; all of them where there are no more."""
    return sorted({1 + round(step * (most - 1) / max(1, times - 1)) for step in range(times)}) if most else []
