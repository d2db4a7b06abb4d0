"""A real terminal for `kb`: a pseudo-terminal that is read until it asks, and written to as people type."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cli_helpers import KB, environment

_OWN = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
"""The terminal becomes the command's own, so that Ctrl-C reaches it."""
SECONDS = 30


@dataclass
class Terminal:
    """What is on the screen so far, and a keyboard."""

    process: subprocess.Popen[bytes]
    handle: int
    shown: str = ""
    _bytes: bytes = field(default=b"", repr=False)
    _read: int = 0

    def until(self, text: str) -> str:
        """What is shown up to a text that is waited for."""
        end = time.monotonic() + SECONDS
        while (at := self.shown.find(text, self._read)) < 0:
            assert self._more(end - time.monotonic()), f"{text!r} never came:\n{self.shown[self._read :]}"
        part = self.shown[self._read : at + len(text)]
        self._read = at + len(text)
        return part

    def answer(self, question: str, typed: str) -> str:
        """Type a line once a question is there and its prompt waits."""
        before = self.until(question)
        before += self.until("> ")
        self.type(f"{typed}\r")
        return before

    def type(self, keys: str) -> None:
        os.write(self.handle, keys.encode())

    def press(self, keys: str, until: str) -> None:
        """Press keys until something is shown: Ctrl-C in the moment before a prompt reads is not noticed there."""
        for _ in range(SECONDS):
            self.type(keys)
            while self._more(1.0):
                if until in self.shown:
                    return
        raise AssertionError(f"{until!r} never came:\n{self.shown}")

    def end(self) -> int:
        """Read to the end, and the exit code."""
        end = time.monotonic() + SECONDS
        while self._more(end - time.monotonic()):
            pass
        try:
            return self.process.wait(timeout=5)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"It still waits:\n{self.shown}") from error

    def _more(self, seconds: float) -> bool:
        if seconds <= 0 or not select.select([self.handle], [], [], seconds)[0]:
            return False
        try:
            found = os.read(self.handle, 65536)
        except OSError:
            # The other end is closed.
            return False
        self._bytes += found
        self.shown = self._bytes.decode("utf-8", "ignore").replace("\r\n", "\n")
        return bool(found)


@contextlib.contextmanager
def terminal(*arguments: str, cwd: Path) -> Iterator[Terminal]:
    """`kb` in a terminal."""
    handle, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _OWN, *KB, *arguments],
        cwd=cwd,
        stdin=other,
        stdout=other,
        stderr=other,
        env=environment(TERM="dumb", COLUMNS="400"),
        start_new_session=True,
    )
    os.close(other)
    try:
        yield Terminal(process, handle)
    finally:
        process.kill()
        process.wait()
        os.close(handle)
