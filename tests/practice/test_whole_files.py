"""A file is written whole or not at all."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.files import sha256, write_new, write_whole


@contextmanager
def disk_of(limit: int) -> Iterator[None]:
    """No file may grow beyond `limit` bytes meanwhile: the disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@given(data=st.binary(max_size=100) | st.text(max_size=100))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_written_is_what_is_read(tmp_path: Path, data: bytes | str) -> None:
    path = tmp_path / "ny mappe" / "a.md"
    write_whole(path, data)
    assert path.read_bytes() == (data.encode() if isinstance(data, str) else data)
    assert os.listdir(path.parent) == ["a.md"]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    write_whole(path, "gammel")
    with pytest.raises(OSError, match="too large") as caught, disk_of(10):
        write_whole(path, "ny" * 1000)
    assert caught.value.errno == errno.EFBIG
    assert path.read_text() == "gammel"
    assert os.listdir(tmp_path) == ["a.md"]


@pytest.mark.parametrize("payload", ["\ud800", cast("bytes", 5)], ids=["half a letter", "no bytes"])
def test_a_payload_that_cannot_be_written_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, payload: bytes | str
) -> None:
    path = tmp_path / "a.md"
    write_whole(path, "gammel")
    with pytest.raises((UnicodeEncodeError, TypeError)):
        write_whole(path, payload)
    assert path.read_text() == "gammel"
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_name_that_is_taken_by_a_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "a.md", "ny")
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_reader_of_the_old_file_is_not_disturbed(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    write_whole(path, "gammel")
    with path.open() as reader:
        write_whole(path, "ny")
        assert reader.read() == "gammel"
    assert path.read_text() == "ny"


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_a_file_has_the_mode_of_any_other(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        write_whole(tmp_path / "a.md", "ny")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.md").stat().st_mode) == mode


def test_text_and_its_bytes_have_one_digest() -> None:
    assert sha256("æ") == sha256("æ".encode()) != sha256("ae")


KILLED = """
import os, signal, sys
from pathlib import Path
from kb.files import write_new, write_whole

def die(event, arguments):
    if event == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
(write_new if sys.argv[3] == "new" else write_whole)(Path(sys.argv[1]), "ny" * 1000)
"""


@pytest.mark.parametrize("event", ["os.link", "os.rename"])
def test_a_writer_that_is_killed_leaves_the_old_file_and_nothing_that_grows(tmp_path: Path, event: str) -> None:
    path = tmp_path / "a.md"
    write_whole(path, "gammel")
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", KILLED, str(path), event, "whole"], check=False)
        assert done.returncode == -signal.SIGKILL
        assert path.read_text() == "gammel"
        assert set(os.listdir(tmp_path)) <= {"a.md", ".a.md.new"}
    write_whole(path, "ny")
    assert os.listdir(tmp_path) == ["a.md"]


def test_a_new_file_that_was_not_finished_was_never_there(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a.md"), "os.link", "new"], check=False)
    assert done.returncode == -signal.SIGKILL
    assert os.listdir(tmp_path) == []


def test_a_new_file_is_never_written_over_another(tmp_path: Path) -> None:
    write_new(tmp_path / "a.md", "først")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a.md", "sist")
    assert (tmp_path / "a.md").read_text() == "først"
    assert os.listdir(tmp_path) == ["a.md"]


def test_it_is_the_same_where_the_system_knows_no_files_without_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE")
    path = tmp_path / "a.md"
    write_new(path, "først")
    write_whole(path, "ny")
    with pytest.raises(FileExistsError):
        write_new(path, "sist")
    assert path.read_text() == "ny"
    assert os.listdir(tmp_path) == ["a.md"]


def test_of_many_writers_of_one_file_one_wins_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    texts = [f"{number}" * 5000 for number in range(8)]

    def write(text: str) -> None:
        for _ in range(20):
            write_whole(path, text)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, texts))
    assert path.read_text() in texts
    assert os.listdir(tmp_path) == ["a.md"]
