"""All of them in one folder, with good practices among them."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import kb
from kb import check
from kb.check.files import Tree
from kb.check.run import check_file, reported
from kb.config import Config
from kb.index.build import Report, build
from kb.index.plain import practice_to_json
from kb.repository import Unreadable
from kb.vocabulary import load_vocabulary
from trust import asgi
from trust.corpus import CannotMake, Case, cases, write
from trust.parts.input.alone import SECONDS, SHIPPED
from trust.rows import Row, Tally, Untried

GOOD = (
    "no/grong/grong-bygdemodre",
    "no/oslo/oslo-alna-bydelsmodre",
    "dk/gentofte/gentofte-opgaveudvalg",
    "se/kiruna/kiruna-sextimmarsdag-hemtjanst",
    "is/reykjavik/reykjavik-shorter-working-week",
)
"""Practices that nothing is wrong with, in all the languages."""
PAGE_SECONDS = 20.0
LOST = re.compile(r"[^\W_]")
"""What a mend may never take away: letters and digits."""
STEERING = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
"""What moves a terminal's cursor, changes its colours or turns its lines around."""
ERROR = check.Severity.ERROR
MARK = "kapret"
"""The name of the file that commands in the corpus would make."""


@dataclass(frozen=True, slots=True)
class Place:
    """A repository with everything in it."""

    config: Config
    made: tuple[Case, ...]

    @property
    def folder(self) -> Path:
        return self.config.practices


RUNS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("check", "--format", "github")),
    (0, ("index",)),
    (0, ("search", "bygdemødre", "--limit", "100")),
    (0, ("status",)),
    (0, ("search", "bygdemødre", "--json")),
    (1, ("format", "--check")),
)
"""Commands as somebody would type them, each with the exit code that is due."""


def rows(
    folder: Path, corpus: Iterable[Case] | None = None, pages: int | None = None, runs: int | None = None
) -> Iterator[Row | Untried]:
    """Check, mend, index, search, compare and show the whole folder; only so many pages and commands, if told."""
    place, untried = plant(folder, list(cases() if corpus is None else corpus))
    yield from untried
    yield checked(place)
    yield from mended(place)
    report = build(place.config)
    yield indexed(place, report)
    base = kb.KnowledgeBase(place.config)
    yield kept(place, base)
    yield compared(base)
    yield shown(place, base, pages)
    yield commanded(place, runs)


def plant(folder: Path, corpus: list[Case]) -> tuple[Place, list[Untried]]:
    """The good and the bad in one folder, and what could not be made here."""
    practices = folder / "practices"
    for name in ("vocabulary.yaml", "places.yaml"):
        practices.mkdir(parents=True, exist_ok=True)
        shutil.copy2(SHIPPED / name, practices / name)
    for name in GOOD:
        for suffix in (".md", ".i18n.yaml"):
            (practices / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SHIPPED / f"{name}{suffix}", practices / f"{name}{suffix}")
    (folder / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    made, untried = [], []
    for case in corpus:
        try:
            write(practices, case)
            made.append(case)
        except CannotMake as error:
            untried.append(Untried(case.what, str(error)))
    return Place(Config(root=folder, practices=practices, index=folder / "index", model="none"), tuple(made)), untried


def checked(place: Place) -> Row:
    """Every finding that is due is made, at its line, and none where nothing is wrong."""
    tally = Tally("`kb check` says what is wrong with each file, and on which line")
    tree, words = Tree(place.folder), load_vocabulary(place.folder)
    findings = [check.Finding(item.path, 0, 0, ERROR, "unreadable", item.reason, item.hint) for item in tree.missed]
    for path in reported(tree, (), None):
        with tally.once(str(path), SECONDS):
            findings += check_file(tree, path, frozenset([path]), words, today())
    found: dict[str, list[str]] = {}
    for item in findings:
        found.setdefault(str(item.path), []).append(f"{item.line} {item.code}")
    for case in place.made:
        said = [one for one in found.get(_shown(case.name), []) if not one.endswith(" missing-card")]
        for due in case.finds:
            if not any(one == due or one.split()[1] == due for one in said):
                tally.bad("wrong", f"{case.what}: {due} is not among {said[:5]}")
        if not case.finds and said:
            tally.bad("wrong", f"{case.what}: nothing is wrong, but {said[:5]} is said")
    report = check.Report(tuple(findings), tally.times)
    for shape in ("text", "json", "github"):
        if STEERING.search(check.render(report, shape)):
            tally.bad("executed", f"{shape}: signs that steer a terminal")
    return tally.row(f"{len(findings)} findings; the slowest file took {tally.slowest:.1f} s of {SECONDS:g} allowed")


def mended(place: Place) -> Iterator[Row]:
    """A mend leaves every letter where it was, leaves nothing lying about, and has nothing to do a second time."""
    copy = place.folder.with_name("mended")
    _copy(place, copy)
    before = {path: path.read_bytes() for path in _ordinary(place, copy)}
    tally = Tally("`kb check --fix`: each file is whole afterwards, or as it was")
    fixes = check.fix(copy)
    touched = {copy / fix.path for fix in fixes}
    for path, data in before.items():
        tally.times += 1
        after = path.read_bytes()
        if after == data:
            continue
        if path not in touched:
            tally.bad("lost", f"{path.name} was changed, and nothing says so")
        if letters(after.decode()) != letters(data.decode()):
            tally.bad("lost", f"letters of {path.name} are gone")
    hidden = {path.name for path in before if path.name.startswith(".")}
    for left in {path.name for path in copy.rglob(".*")} - hidden:
        tally.bad("wrong", f"{left} was left lying about")
    yield tally.row(f"{len(fixes)} mends in {len(touched)} files")
    again = Tally("`kb check --fix` a second time has nothing to do", times=1)
    for fix in check.fix(copy):
        again.bad("wrong", f"{fix.path}: {fix.code} {fix.message}")
    yield again.row()


def letters(text: str) -> str:
    """The letters and digits of a text, in order."""
    return "".join(LOST.findall(text))


def indexed(place: Place, report: Report) -> Row:
    """Every file that can be read is in the index, and of every other it is said why not."""
    tally = Tally("`kb index`: what can be read is indexed, and of the rest it is said why not")
    told = {str(item.path) for item in report.unreadable}
    files = set(kb.KnowledgeBase(place.config).files())
    for case in place.made:
        tally.times += 1
        state = "yes" if case.name in files else "no" if _shown(case.name) in told else "skipped"
        if state != case.indexed:
            tally.bad("wrong", f"{case.what}: indexed is {state}, not {case.indexed}")
    again = build(place.config)
    if again.wrote:
        tally.bad("wrong", "a second run wrote another generation")
    return tally.row(f"{report.practices} practices, {report.passages} passages, {len(told)} named as unreadable")


def kept(place: Place, base: kb.KnowledgeBase) -> Row:
    """The good practices are in the index as they would be alone, and come first for their own titles."""
    alone = place.folder.with_name("good")
    for name in ("vocabulary.yaml", "places.yaml", *(f"{good}{end}" for good in GOOD for end in (".md", ".i18n.yaml"))):
        (alone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(place.folder / name, alone / name)
    config = Config(root=alone, practices=alone, index=place.folder.with_name("good-index"), model="none")
    build(config)
    clean = kb.KnowledgeBase(config)
    tally = Tally("The good practices beside them are indexed as if alone, and found by their titles")
    by_path = {str(found.path): found for found in base.practices}
    for good in GOOD:
        with tally.once(good, SECONDS):
            own, found = clean.get(PurePosixPath(good).name), by_path[f"{good}.md"]
            if practice_to_json(own) != practice_to_json(found).replace(f'"id": "{found.id}"', f'"id": "{own.id}"', 1):
                tally.bad("wrong", f"{good} is not as it is alone")
            if base.search(own.title)[0].practice.path != own.path:
                tally.bad("wrong", f"{good} is not found by its title")
    return tally.row()


def compared(base: kb.KnowledgeBase) -> Row:
    """Each practice is searched for, read, compared with a good one, and looked for others like it."""
    tally = Tally("Each indexed practice is searched for, compared and looked for others like it")
    good = next(found.id for found in base.practices if str(found.path) == f"{GOOD[0]}.md")
    for practice in base.practices:
        with tally.once(str(practice.path), SECONDS):
            base.search(practice.title[:500], limit=50)
            base.similar(practice.id)
            if practice.id != good:
                base.compare((good, practice.id))
    base.spread()
    return tally.row(f"the slowest took {tally.slowest:.1f} s, of {SECONDS:g} allowed")


def shown(place: Place, base: kb.KnowledgeBase, pages: int | None) -> Row:
    """The plain page, the JSON and the file of each practice, and the lists of all; no word of theirs is HTML."""
    tally = Tally("The plain page, JSON and Markdown of each, the list, feed and site map")
    ids = [found.id for found in base.practices][:pages]
    with asgi.site(place.config.root) as get:
        for path in ("p/", "feed.atom", "sitemap.xml", "api/practices", *asgi.pages(ids)):
            with tally.once(path, PAGE_SECONDS):
                answer = get(path)
                if answer.status != 200:
                    tally.bad("wrong", f"{path}: status {answer.status}")
                if answer.kind.startswith("text/html") and asgi.runs(answer.text):
                    tally.bad("executed", f"{path}: {asgi.runs(answer.text)} would run")
                if b"root:x:0" in answer.body:
                    tally.bad("executed", f"{path}: shows a file from outside")
    return tally.row(f"the slowest took {tally.slowest:.1f} s, of {PAGE_SECONDS:g} allowed")


def commanded(place: Place, runs: int | None) -> Row:
    """The commands themselves, as somebody would type them; nothing in a file has run."""
    tally = Tally("`kb check`, `index`, `status`, `search` and `format` over the folder, as commands")
    for code, arguments in RUNS[:runs]:
        with tally.once(" ".join(arguments), 10 * SECONDS):
            command = [sys.executable, "-m", "kb", *arguments, "--root", str(place.config.root)]
            done = subprocess.run(command, cwd=place.config.root, capture_output=True, timeout=600, check=False)
            if done.returncode != code or b"Traceback" in done.stderr:
                tally.bad("wrong", f"{arguments}: exit code {done.returncode}, {done.stderr[-200:]!r}")
            if STEERING.search(done.stdout.decode()):
                tally.bad("executed", f"{arguments}: signs that steer a terminal")
    for made in place.config.root.rglob(MARK):
        tally.bad("executed", f"{made} was made by a command in a file")
    return tally.row()


def today() -> datetime.date:
    """Today, as the checker has it."""
    return datetime.datetime.now(tz=datetime.UTC).date()


def _shown(name: str) -> str:
    """A name as findings and the index tell it."""
    return str(Unreadable(PurePosixPath(name), "").path)


def _copy(place: Place, to: Path) -> None:
    """The same folder again."""
    plant(to.parent / "copy", list(place.made))
    (to.parent / "copy" / "practices").rename(to)


def _ordinary(place: Place, folder: Path) -> Iterator[Path]:
    """The ordinary files that a case wrote, and the good ones."""
    for case in place.made:
        if case.kind == "file" and len(case.name) < 1000:
            yield folder / case.name
    for good in GOOD:
        yield folder / f"{good}.md"
