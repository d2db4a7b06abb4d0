"""Builds an index again and again, and is killed at the moment that each order names.

Reads orders from standard input, one a line, and answers each with `killed` or `done`:
`event N` kills before the Nth time that Python touches the index folder, `delay S` after S
seconds, `embed N` when N passages are embedded. Each build is a fork, killed by SIGKILL.
"""

from __future__ import annotations

import os
import select
import signal
import sys

from kb.config import load_config
from kb.index.build import build


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def child(root: str, model: str, kind: str, number: float) -> None:
    config = load_config(root, model=model)
    seen = 0

    def hook(_event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if kind == "event" and arguments and str(config.index) in str(arguments[0]):
            seen += 1
            if seen == number:
                die()

    def tell(step: str, done: int, _total: int) -> None:
        if kind == "embed" and step == "embed" and done >= number:
            die()

    sys.addaudithook(hook)
    build(config, progress=tell)


def run(root: str, model: str, kind: str, number: float) -> str:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            child(root, model, kind, number)
            code = 0
        finally:
            os._exit(code)
    if kind == "delay":
        handle = os.pidfd_open(pid)
        if not select.select([handle], [], [], number)[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(handle)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return "killed"
    return "done" if os.waitstatus_to_exitcode(status) == 0 else "failed"


if __name__ == "__main__":
    for line in sys.stdin:
        order, value = line.split()
        sys.stdout.write(run(sys.argv[1], sys.argv[2], order, float(value)) + "\n")
        sys.stdout.flush()
