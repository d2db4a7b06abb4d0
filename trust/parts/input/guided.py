"""Texts made by atheris, which looks for those that reach code that others have not."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from trust.corpus import cases
from trust.rows import Row, Tally, Untried

SECONDS = 20
"""How long each reader is fuzzed."""
ATHERIS = "atheris==3.0.0"
"""Made for Linux alone; installed in a folder of its own, since nothing else needs it."""
FOLDER = Path(__file__).parents[3] / "build" / "atheris"
DONE = re.compile(r"Done (\d+) runs")
TARGETS = ("front-matter", "passages", "writer", "batch", "judgments")


def rows(folder: Path, seconds: int = SECONDS) -> Iterator[Row | Untried]:
    """A row for each reader, or that atheris cannot be had here."""
    if reason := _missing():
        yield Untried("Fuzzing guided by coverage, with atheris", reason)
        return
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, case in enumerate(case for case in cases() if case.kind == "file" and len(case.data) < 4000):
        (seeds / str(number)).write_bytes(case.data)
    for target in TARGETS:
        yield _run(folder, seeds, target, seconds)


def _missing() -> str:
    """Why atheris cannot be had; empty where it can."""
    if importlib.util.find_spec("atheris") or FOLDER.is_dir():
        return ""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(FOLDER), ATHERIS]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return f"it does not install: {done.stderr.strip().splitlines()[-1]}" if done.returncode else ""


def _run(folder: Path, seeds: Path, target: str, seconds: int) -> Row:
    tally = Tally(f"The {target} reader, on texts made by atheris")
    own = folder / target
    own.mkdir()
    command = [sys.executable, "-m", "trust.guided", target, str(own), str(seeds)]
    options = [f"-max_total_time={seconds}", "-timeout=20", "-max_len=4000", f"-artifact_prefix={own}/", "-verbosity=1"]
    path = os.pathsep.join(filter(None, (str(FOLDER), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        [*command, *options],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    runs = DONE.search(done.stderr)
    tally.times = int(runs[1]) if runs else 0
    if done.returncode or not runs:
        found = "; ".join(repr(path.read_bytes()[:100]) for path in own.glob("*-*"))
        tally.bad("wrong", f"{found} {(done.stdout + done.stderr)[-300:]}")
    return tally.row(f"{seconds} s, each within 20 s")
