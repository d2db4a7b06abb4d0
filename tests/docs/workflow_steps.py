"""The commands of the workflows, and what runs them here: a shell, `kb`, and the text of the YAML as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
ORDER = ("check.yml", "proposal.yml", "comment.yml", "review.yml", "audit.yml", "test.yml")
"""One takes up what the one before it left."""
WORKFLOWS = tuple(sorted((ROOT / ".github" / "workflows").glob("*.yml"), key=lambda path: ORDER.index(path.name)))
GITLAB = ROOT / ".gitlab-ci.yml"
HOOKS = (ROOT / ".pre-commit-hooks.yaml", ROOT / ".pre-commit-config.yaml")

ELSEWHERE = ("pip install ", "bash .ci/run", "make audit", "gh api ")
"""What is not run here: it needs a network, it is what runs this very test, or it needs a forge."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a workflow."""

    file: str
    name: str
    run: str
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_elsewhere(self) -> bool:
        return any(line.strip().startswith(ELSEWHERE) or "$(gh api " in line for line in self.run.splitlines())

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def load(path: Path) -> Any:
    """A YAML file with every value as it is written; `on` is no truth."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def steps() -> Iterator[Step]:
    """Every command of every file, in order."""
    for path in WORKFLOWS:
        for job in load(path)["jobs"].values():
            for step in job["steps"]:
                if "run" in step:
                    yield Step(path.name, step["name"], step["run"], job.get("env", {}) | step.get("env", {}))
    for name, job in load(GITLAB).items():
        for part in ("before_script", "script"):
            for line in job.get(part, []) if isinstance(job, dict) else []:
                yield Step(GITLAB.name, name, line)
    for path in HOOKS:
        loaded = load(path)
        hooks = loaded if isinstance(loaded, list) else loaded["repos"][0]["hooks"]
        for hook in hooks:
            yield Step(path.name, hook["id"], f'{hook["entry"]} "$FILE"')


def words_of_kb(run: str) -> Iterator[tuple[str, set[str]]]:
    """Each `kb` command in a text of a shell, and its options."""
    for found in re.finditer(r"(?:^|[\s{|&(])kb ([a-z]+)((?:[^\n|&;>}]|\d>)*)", run):
        yield found[1], set(re.findall(r"(?<=\s)(--[a-z-]+|-[a-z])(?=[\s=]|$)", found[2]))


def run(step: Step, folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner does that is told `shell: bash`; `given` is what the forge would fill in."""
    shim = folder.parent / "bin"
    shim.mkdir(exist_ok=True)
    (shim / "kb").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kb "$@"\n', encoding="utf-8")
    (shim / "kb").chmod(0o755)
    own = {key: value for key, value in step.env.items() if "${{" not in value}
    path = f"{shim}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path, **own, **given}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step.run],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
