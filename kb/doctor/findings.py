"""What was looked at, and what was found; nothing here needs a package that may be missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    what: str
    why: str
    """Why it matters, in a sentence."""
    mend: str
    """The command that mends it, or what to do where no command does."""
    severity: Severity = "error"
    """An error stands in the way of somebody; a warning will, or spoils a part."""


@dataclass(frozen=True, slots=True)
class Area:
    """One part of an installation."""

    name: str
    told: str
    """How it stands, in a line."""
    findings: tuple[Finding, ...] = ()


def is_sound(areas: Iterable[Area]) -> bool:
    """Whether nothing was found."""
    return not any(area.findings for area in areas)


def as_text(areas: Iterable[Area]) -> str:
    """The areas as lines, each finding with why it matters and what mends it."""
    lines: list[str] = []
    areas = tuple(areas)
    for area in areas:
        lines.append(f"{area.name:<14}{area.told}".rstrip())
        for finding in area.findings:
            lines += [f"  {finding.severity}: {finding.what}", f"    {finding.why}", f"    Mend: {finding.mend}"]
    count = sum(len(area.findings) for area in areas)
    lines.append("Nothing is wrong." if not count else f"{count} thing{'s' if count > 1 else ''} to mend.")
    return "\n".join(lines) + "\n"


def as_json(areas: Iterable[Area]) -> dict[str, Any]:
    """The same for other programs."""
    areas = tuple(areas)
    return {"sound": is_sound(areas), "areas": [asdict(area) for area in areas]}
