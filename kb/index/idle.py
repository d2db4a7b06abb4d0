"""Whether anything has changed since the index was last found to be as the files are: seen without opening any.

`kb index` is run after every pull, mostly with nothing to do, and then Python's own imports would take most of its
time. So a note beside the index says what was there when there was nothing to do: the stamps of every file that had
a say in it, Praksis itself included, and one sum over the tree of practices. While all of that stands, the answer is
what it was. To answer, nothing of Praksis is imported but `kb.tree`, and where there is any doubt nothing is answered.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from kb.tree import Tree, tree

_ENVIRONMENT = ("HOME", "KB_CACHE", "KB_STORE", "XDG_CACHE_HOME")
_CODE = Path(__file__).resolve().parents[1]

_seen: dict[str, Tree] = {}
"""The trees that this process has looked at, and nobody has asked for yet."""

Stamp = list[int]
"""Size, and when it was last written to and last changed in any way; empty for what is not there."""


def is_plain(arguments: Sequence[str]) -> bool:
    """Whether the index is asked for as it mostly is: with no option but its root."""
    match arguments:
        case ["index"]:
            return True
        case ["index", "--root", root]:
            return not root.startswith("-")
        case _:
            return False


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


def tree_before(folder: Path) -> Tree | None:
    """A tree as it was before anything was read: what `answer` saw a moment ago, where it looked."""
    return _seen.pop(str(folder), None) or tree(str(folder))


def keep(index: Path, practices: Path, seen: Tree | None, told: str, others: Iterable[Path]) -> None:
    """Note that there was nothing to do; `seen` is the tree before it was looked at, `others` have a say in it."""
    files = {*_CODE.rglob("*.py"), *others, index / "CURRENT", index / "generations"}
    files |= {path for path in (index / "generations").rglob("*") if path.is_file() and path.name != "seen"}
    note = {
        "told": told,
        "practices": str(practices),
        # What is written to just now is no answer, but where to look is known.
        "tree": seen.sum if seen else "",
        "environment": _environment(),
        "seen": {str(path): _stamp(str(path)) for path in sorted(files)},
    }
    from kb.files import write_whole

    write_whole(_note(str(index)), json.dumps(note))


def _stands(note: dict[str, object]) -> bool:
    practices, seen = str(note["practices"]), note["seen"]
    # Nothing else runs in this process yet; and whoever must look after all will ask for the tree.
    found = tree(practices, shared=True)
    if found is None or not isinstance(seen, dict):
        return False
    _seen[practices] = found
    same = note["tree"] == found.sum != "" and note["environment"] == _environment()
    return same and all(_stamp(path) == stamp for path, stamp in seen.items())


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
    if not is_plain(arguments):
        return ""
    if arguments[2:]:
        return arguments[2]
    here = Path.cwd()
    return next((str(one) for one in (here, *here.parents) if _is_root(one)), "")


def _is_root(folder: Path) -> bool:
    return (folder / "kb.toml").is_file() or (folder / "practices" / "vocabulary.yaml").is_file()
