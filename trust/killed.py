"""Runs commands of `kb` in forks, each killed by SIGKILL at the moment that its order names.

Reads orders from standard input and answers each with what came of it, one JSON object a line. All that the commands
need is imported before the first fork, so that a kill falls on their work.
"""

from __future__ import annotations

import ctypes
import fcntl
import importlib
import io
import json
import os
import resource
import select
import signal
import struct
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from kb.cli import perform
from kb.config import load_config
from kb.index.build import build
from trust.killing import Ended, Order

AHEAD: tuple[str, ...] = ("faiss", "tantivy", "kb.base", "kb.add.draft", "kb.borrow.draft", "kb.check", "kb.format")
AHEAD += (
    "kb.importing.run",
    "kb.propose.proposal",
    "kb.check.unwritten",
    "kb.search.run",
    "kb.web.texts",
    "rich.console",
)


def die() -> None:
    """As by kill -9."""
    os.kill(os.getpid(), signal.SIGKILL)


def work(order: Order) -> tuple[int, int]:
    """Do what is ordered, in the fork; gives the exit code and how often the folder was touched."""
    seen = 0

    def hook(_event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if order.within and any(order.within in str(argument) for argument in arguments[:2]):
            seen += 1
            if order.moment == "touch" and seen == order.number:
                die()

    os.chdir(order.folder)
    if order.largest:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.largest, order.largest))
    if order.ordinary and os.geteuid() == 0:
        give_up_rights()
    sys.addaudithook(hook)
    if order.moment == "embedded":
        build(load_config(order.folder), progress=lambda step, done, _: die_at(step, done, order.number))
        return 0, seen
    sys.argv = ["kb", *order.run]
    try:
        perform()
    except SystemExit as end:
        return int(end.code or 0), seen
    return 0, seen


def give_up_rights() -> None:
    """Let root be held to the modes of files as everybody is: capset(2), with no capability left."""
    header, none = struct.pack("Ii", 0x20080522, 0), struct.pack("6I", *[0] * 6)
    if ctypes.CDLL(None, use_errno=True).capset(header, none):
        raise OSError(ctypes.get_errno(), "capset")


def die_at(step: str, done: int, number: float) -> None:
    """Die when so many texts are embedded."""
    if step == "embed" and done >= number:
        die()


def run(order: Order) -> Ended:
    """Fork, kill it in time, and tell what came of it."""
    # Pipes, for a limit on files would be one on what is said too.
    (said, say), (told, tell) = _pipe(), _pipe()
    pid = os.fork()
    if pid == 0:
        _fork(order, say, tell)
    os.close(say)
    os.close(tell)
    if order.moment == "after":
        handle = os.pidfd_open(pid)
        if not select.select([handle], [], [], order.number)[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(handle)
    _, status = os.waitpid(pid, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    code, touched = json.loads(_all_of(told) or b"[-1, 0]")
    return Ended(killed, code, touched, _all_of(said).decode("utf-8", "replace"))


def _pipe() -> tuple[int, int]:
    """A pipe that holds all that a command says."""
    ends = os.pipe()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 2**20)
    return ends


def _all_of(handle: int) -> bytes:
    """What stands in a pipe whose writer has ended."""
    with os.fdopen(handle, "rb") as stream:
        return stream.read()


def _fork(order: Order, say: int, tell: int) -> None:
    """What the fork does, down to its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        os.dup2(say, 2)
        # What stood for the parent's files would take these for files too.
        sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(number, "w", closefd=False)) for number in (1, 2))
        end = work(order)
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(tell, json.dumps(end).encode())
    except BaseException:  # noqa: BLE001  the fork must not go on as its parent does
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    for name in AHEAD:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(json.dumps(asdict(run(Order(**{**asked, "run": tuple(asked["run"])})))) + "\n")
        sys.stdout.flush()
