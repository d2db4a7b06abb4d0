"""Git as a command that never asks, never waits for ever and says what went wrong."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import GitFailed
from kb.secret import public

SECONDS = 180
_OWN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_NAMESPACE")
"""What git sets for its hooks: here it would point at another repository."""
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GCM_INTERACTIVE": "never", "GIT_ASKPASS": "true", "LC_ALL": "C.UTF-8"}
"""Nobody is there to answer a question."""
_NOISE = re.compile(r"(hint:|To |error: failed to push)")
"""Lines that tell nothing of why."""


@dataclass(frozen=True, slots=True)
class Git:
    """A repository that git works in: a clone, or a temporary one."""

    folder: Path
    environment: Mapping[str, str]

    def __call__(self, *arguments: str, stdin: bytes = b"", doing: str = "") -> str:
        """What git prints.

        Raises:
            GitFailed: it could not; `doing` begins the sentence.
        """
        return self.run(*arguments, stdin=stdin, doing=doing)[0].decode("utf-8", "surrogateescape").strip()

    def run(self, *arguments: str, stdin: bytes = b"", doing: str = "") -> tuple[bytes, str]:
        """What git prints, as bytes, and what it says besides.

        Raises:
            GitFailed: it could not.
        """
        named = doing or f"git {arguments[0]} failed"
        try:
            done = subprocess.run(  # noqa: S603  a fixed program with a list of arguments
                ["git", "-C", str(self.folder), *arguments],  # noqa: S607  git is wherever the user has it
                input=stdin,
                capture_output=True,
                check=False,
                timeout=SECONDS,
                env=_environment() | dict(self.environment),
            )
        except FileNotFoundError as error:
            raise GitFailed(named, reason="git is not installed", hint="Install git, and try again.") from error
        except subprocess.TimeoutExpired as error:
            raise GitFailed(
                named,
                reason=f"no answer within {SECONDS} seconds",
                hint="Look at the network, and try again: nothing was sent twice.",
            ) from error
        said = public(done.stderr.decode("utf-8", "replace"))
        if done.returncode:
            raise GitFailed(named, reason=_reason(said), hint=_hint(said))
        return done.stdout, said

    def asked(self, *arguments: str) -> str:
        """What git prints, or nothing where it fails: for questions whose answer may be no."""
        try:
            return self(*arguments)
        except GitFailed:
            return ""


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _OWN}
    return {"GIT_SSH_COMMAND": "ssh -o BatchMode=yes"} | kept | _QUIET


def _reason(said: str) -> str:
    """The lines that tell why, without those that only surround them."""
    lines = (line.removeprefix("remote:").strip() for line in said.splitlines() if not _NOISE.match(line))
    return "; ".join(dict.fromkeys(line for line in lines if line))[:600] or "git gave no reason"


def _hint(said: str) -> str:
    low = said.casefold()
    if "authentication" in low or "could not read username" in low or "permission" in low or "403" in low:
        return "Ask for the right to write to the repository, or let git know your token or key, and try again."
    if "could not resolve" in low or "unable to access" in low or "could not read from remote" in low:
        return "Look at the address of the remote and at the network, and try again."
    if "protected" in low or "pre-receive" in low or "hook declined" in low:
        return "The repository has rules of its own for branches: ask the one who looks after it."
    return "The draft is as it was; mend what git says, and try again."
