"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path


def write_whole(path: Path, data: bytes | str) -> None:
    """Write `data` so that a reader, or a crash, sees the old file or the new one.

    Temporary file in the same folder, fsync, rename, fsync of the folder.
    """
    _write(path, data, os.replace)


def write_new(path: Path, data: bytes | str) -> None:
    """The same for a file that is not there yet, also where somebody writes it at the same moment.

    Raises:
        FileExistsError: it is there; it was left as it is.
    """
    _write(path, data, _put)


def ordinary(path: Path) -> os.stat_result:
    """The stat of an ordinary file, links followed.

    Raises:
        OSError: gone, or a pipe, a socket or a device: whoever reads one may wait for ever, or never come to its end.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, NO_FILE)
    return found


NO_FILE = "it is no ordinary file"


def _write(path: Path, data: bytes | str, put: Callable[[str, Path], None]) -> None:
    payload = data.encode("utf-8") if isinstance(data, str) else data
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(payload)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes private files; a shared repository needs the ordinary mode.
        os.chmod(name, 0o666 & ~_umask())
        put(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    sync_folder(path.parent)


def _put(name: str, path: Path) -> None:
    """Give a file its name, unless another has it."""
    os.link(name, path)
    os.unlink(name)


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Fsync every file below `folder`, then the folders themselves."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            handle = os.open(Path(parent, name), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        sync_folder(Path(parent))


def sha256(data: bytes | str) -> str:
    """Hex digest of `data`; text is hashed as UTF-8."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
