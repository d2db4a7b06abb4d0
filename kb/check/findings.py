"""What the checker says: findings and the report that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from kb.check.rules import RULES, Severity
from kb.frontmatter import Path
from kb.language.hidden import printable

MAX_SHOWN = 60
"""A message names a value; it does not repeat a paragraph."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in one file, and what to do about it."""

    path: PurePosixPath
    """Relative to the folder that was checked."""
    line: int
    """One-based; 0 where the whole file is meant."""
    column: int
    """One-based; 0 where it is not known."""
    severity: Severity
    code: str
    """The stable name of the rule, such as `unknown-key`."""
    message: str
    hint: str
    at: Path = ()
    """The key or item of the YAML that is meant, also where it is absent; empty where it is about something else."""


@dataclass(frozen=True)
class Report:
    """Everything that was found, sorted by file and line."""

    findings: tuple[Finding, ...]
    files: int
    """How many files were looked at."""

    @cached_property
    def errors(self) -> int:
        """How many findings must be mended."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are advice."""
        return len(self.findings) - self.errors


def found(
    path: PurePosixPath, code: str, message: str, hint: str, line: int = 0, column: int = 0, at: Path = ()
) -> Finding:
    """A finding with the severity that its rule has."""
    return Finding(path, line, column, RULES[code].severity, code, message, hint, at)


def shown(value: str) -> str:
    """A value as it is quoted in a message: one line, not too long, nothing invisible."""
    text = printable(" ".join(value.split()))
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
