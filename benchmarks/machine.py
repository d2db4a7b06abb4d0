"""Where and with what something was measured."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from benchmarks.measure import ROOT

PACKAGES = (
    "ctranslate2",
    "faiss-cpu",
    "numpy",
    "openvino",
    "sentence-transformers",
    "streamlit",
    "tantivy",
    "tokenizers",
    "torch",
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One run of a measurement."""

    when: str
    """ISO 8601, UTC."""
    commit: str
    """What was measured; ends with + where files differ from it."""
    processor: str
    cores: int
    memory_gb: int
    system: str
    load: float
    """The machine's load as the measurement began, averaged over a minute."""
    versions: Mapping[str, str]


def occasion() -> Occasion:
    """Here and now."""
    return Occasion(
        when=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        commit=_commit(),
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        load=round(os.getloadavg()[0], 1),
        versions={"python": platform.python_version(), **{name: metadata.version(name) for name in PACKAGES}},
    )


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ["git", *arguments]
        return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False).stdout.strip()  # noqa: S603

    changed = git("status", "--porcelain", "--untracked-files=no", "--", "kb", "benchmarks/*.py")
    return git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")


def _processor() -> str:
    """The processor's name, and what it has that matters here."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return platform.processor()
    lines = path.read_text(encoding="utf-8").splitlines()
    named = dict(line.split(":", 1) for line in lines if ":" in line)
    facts = {key.strip(): value.strip() for key, value in named.items()}
    able = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in facts.get("flags", "").split()]
    return f"{facts.get('model name', platform.processor())} ({', '.join(able)})"
