"""Cases made into files of a folder."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from trust.corpus.read import Case, Kind


class CannotMake(Exception):
    """This machine cannot make such a file; says why."""


def write(folder: Path, case: Case) -> None:
    """Make one case below a folder.

    Raises:
        CannotMake: this machine, or whoever runs this, cannot.
    """
    try:
        # One name at a time: a path may be longer than the system takes at once.
        here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        *parents, name = case.name.split("/")
        for parent in parents:
            if not _is_there(parent, here):
                os.mkdir(parent, dir_fd=here)
            below = os.open(parent, os.O_RDONLY | os.O_DIRECTORY, dir_fd=here)
            os.close(here)
            here = below
        try:
            MAKERS[case.kind](name, here, case)
        finally:
            os.close(here)
    except OSError as error:
        raise CannotMake(error.strerror or str(error)) from error


def _is_there(name: str, here: int) -> bool:
    try:
        os.stat(name, dir_fd=here)
    except FileNotFoundError:
        return False
    return True


def _file(name: str, here: int, case: Case) -> None:
    with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=here), "wb") as stream:
        stream.write(case.data)


def _link(name: str, here: int, case: Case) -> None:
    os.symlink(case.to, name, dir_fd=here)


def _pipe(name: str, here: int, _case: Case) -> None:
    os.mkfifo(name, dir_fd=here)


def _socket(name: str, here: int, _case: Case) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        # The path of a socket may be no longer than 107 bytes; a descriptor's is short.
        made.bind(f"/proc/self/fd/{here}/{name}")


def _device(name: str, here: int, _case: Case) -> None:
    os.mknod(name, 0o644 | stat.S_IFCHR, os.makedev(1, 5), dir_fd=here)


def _folder(name: str, here: int, _case: Case) -> None:
    os.mkdir(name, dir_fd=here)


def _locked(name: str, here: int, case: Case) -> None:
    if os.geteuid() == 0:
        raise CannotMake("whoever runs this may read everything")
    _file(name, here, case)
    os.chmod(name, 0, dir_fd=here)


def _sparse(name: str, here: int, case: Case) -> None:
    with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=here), "wb") as stream:
        stream.truncate(int(case.to))


MAKERS: Mapping[Kind, Callable[[str, int, Case], None]] = {
    "file": _file,
    "link": _link,
    "pipe": _pipe,
    "socket": _socket,
    "device": _device,
    "folder": _folder,
    "locked": _locked,
    "sparse": _sparse,
}
