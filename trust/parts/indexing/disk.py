"""A disk that is full, a folder that may only be read, files that may not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import kb
from kb.config import Config
from kb.index import generations
from kb.index.build import build
from kb.index.layout import IndexLayout
from trust.killing import Ended, Killer, Order, killer, spread
from trust.parts.indexing.base import answers, left_behind, plant, practice
from trust.rows import Row, Tally, Untried

PRACTICES, TIMES = 120, 16
SECONDS = 60.0
HIDDEN = 20


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Each kind of disk."""
    with killer() as kill:
        yield _limited(plant(folder / "limited", PRACTICES), kill)
        if _may_mount(folder):
            yield _full(plant(folder / "full", PRACTICES), kill)
            yield _read_only_disk(plant(folder / "disk", PRACTICES), kill)
        else:
            yield Untried("A small tmpfs that runs full, and one that may only be read", "mounting is not permitted")
        yield _read_only(plant(folder / "read", PRACTICES), kill)
        yield _denied(plant(folder / "denied", PRACTICES), kill)


def _order(config: Config) -> Order:
    return Order(("index", "--root", str(config.root)), within=str(config.index))


def _refused(tally: Tally, ended: Ended, named: str) -> None:
    """A run that could not write ends with 2 and a sentence."""
    sentences = [line for line in ended.said.splitlines() if line.startswith("kb: ")]
    if ended.code != 2 or "Traceback" in ended.said or "unexpected" in ended.said or len(sentences) != 1:
        tally.bad("wrong", f"{named}: ended with {ended.code}: {ended.said}")


def _again(tally: Tally, config: Config, kill: Killer, named: str) -> None:
    """The next run, with room again, brings everything in and leaves nothing behind."""
    after = kill.order(_order(config))
    if after.code or answers(kb.KnowledgeBase(config))[0].count("ekstra") != 1:
        tally.bad("lost", f"{named}: the next run ended with {after.code}: {after.said}")
    if left := left_behind(config):
        tally.bad("wrong", f"{named}: left behind: {left}")


def _limited(config: Config, kill: Killer) -> Row:
    """No file may grow beyond a limit, as where the disk is full: it works on every machine."""
    tally = Tally("No file may grow beyond a size (RLIMIT_FSIZE) while the next generation is written")
    build(config)
    index = IndexLayout(config.index)
    largest = max(index.generation(generations.current(index)).sizes().values())
    for size in spread(largest - 1, TIMES):
        with tally.once(f"{size} bytes", SECONDS), _one_more(config):
            before = answers(kb.KnowledgeBase(config))
            _refused(tally, kill.order(replace(_order(config), largest=size)), f"{size} bytes")
            if answers(kb.KnowledgeBase(config)) != before:
                tally.bad("wrong", f"{size} bytes: the last generation does not answer as before")
            if any(generations.leftovers(index)):
                tally.bad("wrong", f"{size} bytes: what could not be finished takes room")
            _again(tally, config, kill, f"{size} bytes")
    return tally.row(f"limits from 1 to {largest} bytes")


def _full(config: Config, kill: Killer) -> Row:
    """A file system of its own that runs full at some point of the next generation."""
    tally = Tally("The disk (a tmpfs of its own) runs full while the next generation is written")
    build(config)
    size = generations.size(config.index)
    shutil.rmtree(config.index)
    with _mounted(config.index, 4 * size):
        build(config)
        for room in spread(size - size // 10, TIMES):
            with tally.once(f"{room} bytes", SECONDS), _one_more(config):
                before = answers(kb.KnowledgeBase(config))
                with _filled(config.index, room):
                    _refused(tally, kill.order(_order(config)), f"{room} bytes free")
                    if answers(kb.KnowledgeBase(config)) != before:
                        tally.bad("wrong", f"{room} bytes free: the last generation does not answer as before")
                _again(tally, config, kill, f"{room} bytes free")
    return tally.row(f"room for 0 to {size * 9 // 10} of the {size} bytes of a generation")


def _read_only_disk(config: Config, kill: Killer) -> Row:
    tally = Tally("The index is on a disk that may only be read: searches go on, kb index is refused in a sentence")
    size = 8 * 2**20
    config.index.mkdir()
    with _mounted(config.index, size):
        build(config)
        for number in range(5):
            with tally.once(f"time {number}", SECONDS), _one_more(config):
                before = answers(kb.KnowledgeBase(config))
                _mount("-o", f"remount,ro,size={size}", str(config.index))
                if answers(kb.KnowledgeBase(config)) != before:
                    tally.bad("wrong", "the last generation does not answer as before")
                if (ended := kill.order(Order(("search", "team", "--root", str(config.root))))).code:
                    tally.bad("wrong", f"kb search ended with {ended.code}: {ended.said}")
                _refused(tally, kill.order(_order(config)), "read-only")
                _mount("-o", f"remount,rw,size={size}", str(config.index))
                _again(tally, config, kill, "written to again")
    return tally.row()


def _read_only(config: Config, kill: Killer) -> Row:
    """Searches go on in a folder that may only be read, and kb index is refused in a sentence."""
    tally = Tally("The index folder may not be written to by who runs kb")
    build(config)
    for number in range(5):
        with tally.once(f"time {number}", SECONDS), _one_more(config):
            _rights(config.index, 0o555, 0o444)
            for command in (("search", "team"), ("status",)):
                ended = kill.order(Order((*command, "--root", str(config.root)), ordinary=True))
                if ended.code:
                    tally.bad("wrong", f"kb {command[0]} ended with {ended.code}: {ended.said}")
            _refused(tally, kill.order(replace(_order(config), ordinary=True)), "no rights")
            _rights(config.index, 0o755, 0o644)
            _again(tally, config, kill, "with rights again")
    return tally.row()


def _denied(config: Config, kill: Killer) -> Row:
    """Practices that may not be read are named and left out; the others are found, and they again afterwards."""
    tally = Tally(f"{HIDDEN} practices and a folder of them that may not be read by who runs kb")
    order = replace(_order(config), ordinary=True)
    hidden = sorted(config.practices.rglob("praksis-*.md"))[:HIDDEN]
    folder = config.practices / "no" / "49"
    for number in range(5):
        with tally.once(f"time {number}", SECONDS):
            for path in (*hidden, folder):
                path.chmod(0)
            ended = kill.order(order)
            unreadable = kb.KnowledgeBase(config).status().unreadable
            found = len(kb.KnowledgeBase(config).practices)
            inside = PRACTICES - len(list(config.practices.rglob("no/49/*.md")))
            if ended.code or len(unreadable) != HIDDEN + 1 or found != inside - HIDDEN:
                tally.bad("wrong", f"{len(unreadable)} told, {found} found, ended with {ended.code}: {ended.said}")
            folder.chmod(0o755)
            for path in hidden:
                path.chmod(0o644)
            if kill.order(order).code or len(kb.KnowledgeBase(config).practices) != PRACTICES:
                tally.bad("lost", f"{len(kb.KnowledgeBase(config).practices)} of {PRACTICES} came back")
    return tally.row()


@contextmanager
def _one_more(config: Config) -> Iterator[None]:
    """A practice more while the block runs, so that there is something to write."""
    extra = config.practices / "ekstra.md"
    extra.write_text(practice(99999), encoding="utf-8")
    try:
        yield
    finally:
        extra.unlink()
        build(config)


@contextmanager
def _filled(folder: Path, room: int) -> Iterator[None]:
    """Hardly any room on the disk of a folder while the block runs."""
    ballast = folder / "ballast"
    free = os.statvfs(folder)
    try:
        with ballast.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, max(1, free.f_bavail * free.f_frsize - room))
        yield
    finally:
        ballast.unlink()


@contextmanager
def _mounted(folder: Path, size: int) -> Iterator[None]:
    folder.mkdir(exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size}", "none", str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _may_mount(folder: Path) -> bool:
    place = folder / "mount"
    place.mkdir()
    try:
        with _mounted(place, 2**20):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


def _rights(folder: Path, of_folders: int, of_files: int) -> None:
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            Path(parent, name).chmod(of_files)
        Path(parent).chmod(of_folders)
