"""The strict half of Praksis: what must be mended before a practice can be merged."""

from kb.check.findings import Finding, Report
from kb.check.fixes import Fix, fix
from kb.check.render import Format, render, summary
from kb.check.rules import RULES, Rule, Severity
from kb.check.run import check

__all__ = [
    "RULES",
    "Finding",
    "Fix",
    "Format",
    "Report",
    "Rule",
    "Severity",
    "check",
    "fix",
    "render",
    "summary",
]
