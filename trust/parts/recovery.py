"""Another version, an index that is gone, and whatever else is broken: it is found, explained and mended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import kb
from kb.config import Config, load_config
from kb.doctor.findings import Area
from kb.doctor.run import examine
from kb.errors import OtherVersion
from kb.index import generations
from kb.index.build import build
from kb.index.layout import FORMAT, IndexLayout
from trust.parts.indexing.base import answers, plant
from trust.rows import Row, Tally

ORDER = 9
TITLE = "Upgrade and recovery"
ABOUT = """`practices/` is the only truth: whatever else is taken away or broken comes back from it. `kb doctor` finds
each thing that is broken, and the command that it names mends it. Something that is not told, a command that does not
mend, and a change that looking makes are wrong; what does not come back is lost."""
LIMIT = 600

PRACTICES, TIMES = 40, 10
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Broken:
    """Something to break, and a word of what should be said of it."""

    name: str
    break_it: Callable[[Config], object]
    said: str
    mend: str = ""
    """A word of the command that mends it, which is then run; empty where only a person can."""


def _index(config: Config) -> IndexLayout:
    return IndexLayout(config.index)


def _current(config: Config) -> Path:
    return _index(config).generation(generations.current(_index(config))).folder


def _grow(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"\0")


def trial(folder: Path) -> Iterator[Row]:
    """Take away, break, look, mend."""
    yield _gone(plant(folder / "gone", PRACTICES))
    yield _version(plant(folder / "version", PRACTICES))
    yield _doctor(folder)
    yield _missing(plant(folder / "missing", 3))


def _gone(config: Config) -> Row:
    tally = Tally("index/ deleted whole, or a file or folder of it, and kb index run again")
    build(config)
    before = answers(kb.KnowledgeBase(config))
    parts = [path.relative_to(config.index) for path in config.index.rglob("*")]
    for part in (Path(), *parts):
        with tally.once(str(part), SECONDS):
            path = config.index / part
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            build(config)
            if answers(kb.KnowledgeBase(config)) != before:
                tally.bad("lost", f"{part}: not everything came back")
    return tally.row()


def _version(config: Config) -> Row:
    tally = Tally("An index that another version made: it says so, is made anew, and says why")
    for number in range(TIMES):
        with tally.once(f"format {number}", SECONDS):
            build(config)
            before = answers(kb.KnowledgeBase(config))
            _older(config, number if number < FORMAT else number + 1)
            try:
                kb.KnowledgeBase(config)
                tally.bad("wrong", "it is read as if it were of this version")
            except OtherVersion:
                pass
            if "another version" not in build(config).anew:
                tally.bad("wrong", "kb index does not say why it makes everything anew")
            if answers(kb.KnowledgeBase(config)) != before:
                tally.bad("lost", "not everything came back")
    return tally.row()


def _doctor(folder: Path) -> Row:
    """Each thing broken by itself, in a copy of a sound repository."""
    tally, slowest = Tally("Something broken: kb doctor finds it, changes nothing, and its command mends it"), 0.0
    sound = plant(folder / "sound", PRACTICES)
    build(sound)
    commit(sound.root)
    for case in BROKEN:
        root = folder / "broken"
        shutil.copytree(sound.root, root, symlinks=True)
        config = load_config(root)
        build(config)
        if told := said(tuple(examine(root))):
            tally.bad("wrong", f"{case.name}: a sound copy is told to be ill: {told}")
        with tally.once(case.name, SECONDS):
            case.break_it(config)
            before, start = files(root), time.perf_counter()
            areas = tuple(examine(root))
            slowest = max(slowest, time.perf_counter() - start)
            if case.said not in said(areas):
                tally.bad("wrong", f"{case.name}: not told: {said(areas)}")
            if files(root) != before:
                tally.bad("wrong", f"{case.name}: looking changed something")
            for command in [item.mend for area in areas for item in area.findings if case.mend]:
                run(command, root)
            if case.mend and (rest := said(tuple(examine(root)))):
                tally.bad("wrong", f"{case.name}: still told after {case.mend}: {rest}")
        shutil.rmtree(root)
    return tally.row(f"{len(BROKEN)} kinds; looking took at most {slowest:.2f} s")


def _missing(config: Config) -> Row:
    """Python without the packages that Praksis needs: the command still says what is missing."""
    tally = Tally("kb doctor, and kb search, where no package at all can be imported (python -S)")
    environment = {"PYTHONPATH": str(Path(kb.__file__).parents[1]), "PATH": os.environ["PATH"]}
    for command, code in ((("doctor",), 1), (("doctor", "--json"), 1), (("search", "team"), 2)):
        with tally.once(command[0], SECONDS):
            done = subprocess.run(
                [sys.executable, "-S", "-m", "kb", *command],
                cwd=config.root,
                env=environment,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            said = done.stdout + done.stderr
            if done.returncode != code or "Traceback" in said or "The package pyyaml is not installed" not in said:
                tally.bad("wrong", f"kb {' '.join(command)} ended with {done.returncode}: {said}")
            if "--json" in command and json.loads(done.stdout)["sound"]:
                tally.bad("wrong", "it is told to be sound")
    return tally.row()


def said(areas: tuple[Area, ...]) -> str:
    """What is found, of what stands in the folder: the machine's own packages and model are not broken here."""
    ours = [item for area in areas for item in area.findings if area.name != "Installation"]
    return " | ".join(f"{item.what} ({item.mend})" for item in ours)


def run(command: str, root: Path) -> None:
    """A command that was told, with `kb` the one that runs here."""
    ours = f'kb() {{ {sys.executable} -m kb "$@"; }}; {command}'
    subprocess.run(["bash", "-c", ours], cwd=root, capture_output=True, check=False)


def files(root: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and its time."""
    found = (Path(parent, name) for parent, _, names in os.walk(root) for name in names)
    return {str(path): (path.lstat().st_size, path.lstat().st_mtime_ns) for path in found}


def _older(config: Config, version: int = FORMAT - 1) -> None:
    """Make the manifests as another version would have: versions before the fourth did not seal them."""
    index = _index(config)
    for name in generations.names(index):
        path = index.generation(name).manifest
        data = json.loads(path.read_text(encoding="utf-8"))["manifest"]
        data["fingerprint"]["format"] = version
        path.write_text(json.dumps(data if version < 4 else {"sha256": "", "manifest": data}), encoding="utf-8")


def _vocabulary(config: Config) -> None:
    with (config.practices / "places.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nno/nytt:\n  name: Nytt\n  kind: municipality\n  parent: no\n")


def _model(config: Config, name: str) -> None:
    (config.root / "kb.toml").write_text(f'[encoder]\nmodel = "{name}"\n', encoding="utf-8")


def _adapter(config: Config) -> None:
    text = '[encoder]\nmodel = "packaged"\nadapter = "nowhere"\n'
    (config.root / "kb.toml").write_text(text, encoding="utf-8")


def _no_text(config: Config) -> None:
    (config.practices / "bilde.md").write_bytes(b"\x89PNG\0\0")
    build(config)


def _merge(config: Config) -> None:
    file = config.practices / "no/01/praksis-00001.md"
    text = file.read_text(encoding="utf-8")
    _git(config.root, "checkout", "-qb", "andre")
    file.write_text(text.replace("gruppe", "annen"), encoding="utf-8")
    _git(config.root, "commit", "-qam", "A")
    _git(config.root, "checkout", "-q", "-")
    file.write_text(text.replace("gruppe", "tredje"), encoding="utf-8")
    _git(config.root, "commit", "-qam", "B")
    subprocess.run(["git", "-C", str(config.root), "merge", "-q", "andre"], capture_output=True, check=False)


def commit(root: Path) -> None:
    """Put everything in a folder under git."""
    _git(root, "init", "-q")
    _git(root, "add", "-A")
    _git(root, "commit", "-qm", "Begin")


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Trust", "-c", "user.email=trust@localhost")
    subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)


BROKEN = (
    Broken("no index", lambda c: shutil.rmtree(c.index), "no index", "kb index"),
    Broken("a damaged store", lambda c: _grow(_current(c) / "store.sqlite"), "damaged: store.sqlite", "kb index"),
    Broken("a pointer to nowhere", lambda c: _index(c).current.write_text("000077\n"), "cannot be read", "kb index"),
    Broken("an index of another version", _older, "another version", "kb index"),
    Broken("an index of other settings", _vocabulary, "the vocabulary", "kb index"),
    Broken("a practice changed since", lambda c: (c.practices / "ny.md").write_text("# Ny\n"), "1 file", "kb index"),
    Broken("a writer that was stopped", lambda c: generations.new_folder(_index(c)), ".building-", "kb index"),
    Broken("kept vectors that cannot be read", lambda c: _index(c).vectors.write_bytes(b"x" * 9000), "vectors", "rm"),
    Broken("a hidden leftover", lambda c: (c.practices / ".a.md.new").write_text("x"), "left 1 file", "rm "),
    Broken("kb.toml that cannot be read", lambda c: (c.root / "kb.toml").write_text("[encoder\n"), "kb.toml"),
    Broken("a setting that there is not", lambda c: (c.root / "kb.toml").write_text('modell = "x"\n'), "no setting"),
    Broken("a model that is not there", lambda c: _model(c, "/nowhere/model"), "which is not there"),
    Broken("an adapter that is not there", _adapter, "no adapter"),
    Broken("no practices", lambda c: shutil.rmtree(c.practices), "no folder"),
    Broken("a broken vocabulary", lambda c: (c.practices / "places.yaml").write_text("no: ["), "places.yaml"),
    Broken("a file that is no text", _no_text, "is left out"),
    Broken("no repository", lambda c: shutil.rmtree(c.root / ".git"), "no git repository"),
    Broken("a merge that was not finished", _merge, "merge was not finished"),
)
