"""Locks between real processes, one of which is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kb.locks import Locked, exclusive, owner, share

HOLD_ALONE = """
import sys
from pathlib import Path
from kb.locks import exclusive
with exclusive(Path(sys.argv[1])):
    print("holding", flush=True)
    sys.stdin.read()
"""
HOLD_SHARED = """
import sys
from pathlib import Path
from kb.locks import share
handle = share(Path(sys.argv[1]))
print("holding", flush=True)
sys.stdin.read()
"""
WAIT = """
import sys
from pathlib import Path
from kb.locks import exclusive
print("waiting", flush=True)
with exclusive(Path(sys.argv[1])):
    print(Path(sys.argv[1]).with_name("message").read_text())
"""


@contextmanager
def process(program: str, path: Path, says: str = "holding") -> Iterator[subprocess.Popen[str]]:
    """Another process that has come to where it says `says`; it ends when its input is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as child:
        try:
            assert child.stdout
            assert child.stdout.readline() == f"{says}\n"
            yield child
        finally:
            child.kill()


def test_a_lock_is_refused_while_another_process_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with process(HOLD_ALONE, path) as child:
        with pytest.raises(Locked), exclusive(path, wait=False):
            pass
        assert owner(path) == str(child.pid)
        child.communicate("")
        with exclusive(path, wait=False):
            assert owner(path) == str(os.getpid())


def test_a_killed_process_leaves_no_lock_behind(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with process(HOLD_ALONE, path) as child:
        child.send_signal(signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        with exclusive(path, wait=False):
            assert owner(path) == str(os.getpid())


def test_who_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with ExitStack() as stack:
        with exclusive(path):
            child = stack.enter_context(process(WAIT, path, says="waiting"))
            (tmp_path / "message").write_text("written before the lock was freed")
        out, _ = child.communicate("")
        assert out == "written before the lock was freed\n"


def test_readers_share_and_a_writer_waits_for_them(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    with process(HOLD_SHARED, path) as child:
        handle = share(path)
        os.close(handle)
        with pytest.raises(Locked), exclusive(path, wait=False):
            pass
        child.communicate("")
        with exclusive(path, wait=False), pytest.raises(Locked):
            share(path)


def test_an_error_inside_frees_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(ZeroDivisionError), exclusive(path):
        _ = 1 / 0
    with exclusive(path, wait=False):
        assert owner(path) == str(os.getpid())


def test_refusals_leave_no_handle_open(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with exclusive(path):
        before = len(os.listdir("/proc/self/fd"))
        for _ in range(5):
            with pytest.raises(Locked):
                share(path)
            with pytest.raises(Locked), exclusive(path, wait=False):
                pass
        assert len(os.listdir("/proc/self/fd")) == before


def test_a_shorter_process_number_does_not_keep_the_end_of_a_longer(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text("99999999999")
    with exclusive(path):
        assert owner(path) == str(os.getpid())


def test_a_lock_that_nobody_took_has_no_owner(tmp_path: Path) -> None:
    assert owner(tmp_path / "borte") == ""
    with pytest.raises(FileNotFoundError):
        share(tmp_path / "borte")
