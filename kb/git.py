"""Asking git, where there is one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

GIT_SECONDS = 60


def git(folder: Path, *arguments: str) -> str | None:
    """What git prints in a folder, or None where it fails or is not there. It only reads, and fetches nothing."""
    try:
        done = subprocess.run(  # noqa: S603  a fixed program with a list of arguments
            ["git", "-C", str(folder), *arguments],  # noqa: S607  git is wherever the user has it
            check=True,
            capture_output=True,
            timeout=GIT_SECONDS,
            env=os.environ | {"GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "surrogateescape")
