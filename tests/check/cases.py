"""Reads the cases in tests/fixtures/check: files in ~~~~ blocks, then the findings that are due."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb.check import Report, check

FIXTURES = Path(__file__).parents[1] / "fixtures" / "check"
TODAY = date(2026, 1, 15)
_CASE = re.compile(r"^## (?P<title>.+)\n(?P<rest>(?:~~~~ \S+\n(?s:.*?)^~~~~\n|(?!## ).*\n)*)", re.MULTILINE)
_BLOCK = re.compile(r"^~~~~ (?P<path>\S+)\n(?P<text>(?s:.*?))^~~~~\n", re.MULTILINE)
_FINDING = re.compile(r"^- (?P<finding>\S+ [a-z0-9-]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    files: tuple[tuple[str, str], ...]
    findings: tuple[str, ...]
    """As written: `5 unknown-key`, or `no/oslo/a.md:5 unknown-key` where there are several files."""


def cases(name: str) -> Iterator[Case]:
    text = (FIXTURES / name).read_text(encoding="utf-8")
    for case in _CASE.finditer(text):
        files = tuple((block["path"], block["text"]) for block in _BLOCK.finditer(case["rest"]))
        listed = _BLOCK.sub("", case["rest"])
        yield Case(case["title"], files, tuple(match["finding"] for match in _FINDING.finditer(listed)))


def write(folder: Path, files: dict[str, str]) -> None:
    """A folder of practices with the small vocabulary of the fixtures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy(FIXTURES / name, folder / name)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))


def report_of(files: dict[str, str]) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), files)
        return check(Path(folder), today=TODAY)


def run_case(case: Case) -> list[str]:
    """What is found, as a case lists it; a missing card counts only where the case has cards."""
    files = dict(case.files)
    report = report_of(files)
    has_cards = any(name.endswith(".i18n.yaml") for name in files)
    found = [finding for finding in report.findings if has_cards or finding.code != "missing-card"]
    several = len(files) > 1 or any(finding.path.as_posix() not in files for finding in found)
    return [f"{f'{finding.path}:' if several else ''}{finding.line} {finding.code}" for finding in found]
