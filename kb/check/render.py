"""A report as text for people, JSON for programs, or annotations on GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal

from kb.check.findings import Finding, Report
from kb.language.hidden import printable

Format = Literal["text", "json", "github"]


def render(report: Report, format: Format = "text", *, prefix: str = "") -> str:  # noqa: A002  the option's name
    """The report in one of the formats; `prefix` is the checked folder as seen by the reader."""
    if format == "json":
        return _json(report, prefix)
    lines = _github(report, prefix) if format == "github" else _text(report, prefix)
    return "\n".join([*lines, summary(report)]) + "\n"


def summary(report: Report) -> str:
    """The count that closes a report."""
    files = _count(report.files, "file")
    return f"{files} checked: {_count(report.errors, 'error')}, {_count(report.warnings, 'warning')}."


def _text(report: Report, prefix: str) -> Iterator[str]:
    for item in report.findings:
        where = f"{_path(item, prefix)}:{item.line}:{item.column}"
        yield printable(f"{where}: {item.severity} {item.code} {item.message} → {item.hint}")


def _json(report: Report, prefix: str) -> str:
    findings = [
        {
            "path": _path(item, prefix),
            "line": item.line,
            "column": item.column,
            "severity": str(item.severity),
            "code": item.code,
            "message": printable(item.message),
            "hint": printable(item.hint),
        }
        for item in report.findings
    ]
    whole = {"findings": findings, "errors": report.errors, "warnings": report.warnings, "files": report.files}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def _github(report: Report, prefix: str) -> Iterator[str]:
    for item in report.findings:
        properties = {"file": _path(item, prefix)}
        if item.line:
            properties["line"] = str(item.line)
        if item.column:
            properties["col"] = str(item.column)
        properties["title"] = item.code
        listed = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
        yield f"::{item.severity} {listed}::{_escape(f'{item.message} {item.hint}')}"


def _path(item: Finding, prefix: str) -> str:
    return printable((PurePosixPath(prefix) / item.path).as_posix())


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
