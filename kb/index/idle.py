"""Whether anything has changed since the index was last found to be as the files are: seen without opening any.

`kb index` is run after every pull, mostly with nothing to do, and then Python's own imports would take most of its
time. So a note beside the index says what was there when there was nothing to do: the stamps of every file that had
a say in it, Praksis itself included, and one sum over the tree of practices. While all of that stands, the answer is
what it was. To answer, this module imports nothing else of Praksis, and where there is any doubt nothing is answered.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import stat
import sys
import time
from array import array
from collections.abc import Iterable
from pathlib import Path

SETTLED = 2 * 10**9
"""Nanoseconds, coarser than any disk's clock: what was written since may be written again unseen."""

_ENVIRONMENT = ("HOME", "KB_CACHE", "KB_STORE", "XDG_CACHE_HOME")
_CODE = Path(__file__).resolve().parents[1]

_looked_at: dict[str, str] = {}
"""The trees that this process has summed, and nobody has asked for yet."""

Stamp = list[int]
"""Size, and when it was last written to and last changed in any way; empty for what is not there."""


def answer(arguments: list[str]) -> str:
    """What the command line with these arguments says, where nothing can have changed; empty where it must look."""
    root = _root(arguments)
    try:
        note = json.loads(_note(f"{root}/index").read_bytes())
        with open(f"{root}/index/writer.lock", "rb") as lock:
            # Who writes now is told by looking.
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return str(note["told"]) if root and _stands(note) else ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""


def tree_before(folder: Path) -> str:
    """The sum of a tree as it was before anything was read: what `answer` saw a moment ago, where it looked."""
    return _looked_at.pop(str(folder), None) or tree(folder)


def tree(folder: Path) -> str:
    """The sum of what is in a folder of practices; empty where a file was written to just now, or cannot be seen."""
    names: list[str] = []
    numbers = array("q")
    pending = [str(folder)]
    try:
        while pending:
            parent = pending.pop()
            names.append(parent)
            with os.scandir(parent) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                        continue
                    found = entry.stat()
                    names.append(entry.name)
                    numbers.extend((found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_mode))
    except OSError:
        return ""
    newest = max(max(numbers[0::4], default=0), max(numbers[1::4], default=0))
    if newest > time.time_ns() - SETTLED:
        return ""
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape") + numbers.tobytes()).hexdigest()


def keep(index: Path, practices: Path, summed: str, told: str, others: Iterable[Path]) -> None:
    """Note that there was nothing to do; `summed` is the tree before it was looked at, `others` have a say in it."""
    files = {*_CODE.rglob("*.py"), *others, index / "CURRENT", index / "generations"}
    files |= {path for path in (index / "generations").rglob("*") if path.is_file() and path.name != "seen"}
    note = {
        "told": told,
        "practices": str(practices),
        "tree": summed,
        "environment": _environment(),
        "seen": {str(path): _stamp(str(path)) for path in sorted(files)},
    }
    path = _note(str(index))
    if summed:
        from kb.files import write_whole

        write_whole(path, json.dumps(note))
    else:
        path.unlink(missing_ok=True)


def _stands(note: dict[str, object]) -> bool:
    seen = note["seen"]
    if note["environment"] != _environment() or not isinstance(seen, dict):
        return False
    if any(_stamp(path) != stamp for path, stamp in seen.items()):
        return False
    practices = str(note["practices"])
    _looked_at[practices] = tree(Path(practices))
    return note["tree"] == _looked_at[practices]


def _stamp(path: str) -> Stamp:
    try:
        found = os.stat(path)
    except OSError:
        return []
    # The size of a folder is the disk's own affair.
    size = 0 if stat.S_ISDIR(found.st_mode) else found.st_size
    return [size, found.st_mtime_ns, found.st_ctime_ns]


def _environment() -> list[str]:
    return [sys.version, *(os.environ.get(name, "") for name in _ENVIRONMENT)]


def _note(index: str) -> Path:
    return Path(index, "unchanged.json")


def _root(arguments: list[str]) -> str:
    """The folder that `index` is to be run in; empty where more is asked for than that."""
    match arguments:
        case ["index"]:
            here = Path.cwd()
            return next((str(one) for one in (here, *here.parents) if _is_root(one)), "")
        case ["index", "--root", root]:
            return root
        case _:
            return ""


def _is_root(folder: Path) -> bool:
    return (folder / "kb.toml").is_file() or (folder / "practices" / "vocabulary.yaml").is_file()
