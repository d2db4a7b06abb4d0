"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path


def write_whole(path: Path, data: bytes | str) -> None:
    """Write `data` so that a reader, or a crash, sees the old file or the new one.

    The new one has no name before it is on the disk whole: a process that is killed leaves nothing behind, or at
    most `.<name>.new`, which the next writer of the same file takes away.
    """
    while True:
        with _written(path, data) as (source, is_named):
            beside = source if is_named else _named(source, path.with_name(f".{path.name}.new"))
            try:
                os.replace(beside, path)
                break
            except FileNotFoundError:
                # Another writer of the same file took that name a moment ago; what has lost its name gets no other.
                if is_named:
                    raise
            except OSError:
                Path(beside).unlink(missing_ok=True)
                raise
    sync_folder(path.parent)


def write_new(path: Path, data: bytes | str) -> None:
    """The same for a file that is not there yet, also where somebody writes it at the same moment.

    Raises:
        FileExistsError: it is there; it was left as it is.
    """
    with _written(path, data) as (source, _):
        os.link(source, path, src_dir_fd=_ANY, follow_symlinks=True)
    sync_folder(path.parent)


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


_ANY = 0
"""Source names are absolute: the folder they are seen from is not looked at, but links are followed for its sake."""


@contextlib.contextmanager
def _written(path: Path, data: bytes | str) -> Iterator[tuple[str, bool]]:
    """A file beside `path` with `data` in it, on the disk: where it is, and whether that is a name in the folder."""
    payload = data.encode("utf-8") if isinstance(data, str) else data
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = _unnamed(path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(payload)
            stream.flush()
            os.fsync(stream.fileno())
            yield name or f"/proc/self/fd/{handle}", bool(name)
    finally:
        if name:
            Path(name).unlink(missing_ok=True)


def _unnamed(folder: Path) -> tuple[int, str]:
    """A new file's handle; and its name, where the system knows no files without."""
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666), ""
    except (AttributeError, OSError):
        # macOS, and some network disks; what is wrong with the folder itself is said here just as well.
        name = os.path.join(os.path.abspath(folder), f".{secrets.token_hex(8)}.new")
        return os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), name


def _named(source: str, name: Path) -> str:
    """Give a file a name, in place of what a killed writer left there."""
    while True:
        try:
            os.link(source, name, src_dir_fd=_ANY, follow_symlinks=True)
            return str(name)
        except FileExistsError:
            name.unlink(missing_ok=True)


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
