"""`kb` where a package that every command needs is missing: what is wrong with the installation, in plain Python."""

from __future__ import annotations

import json
import sys

from kb.doctor.findings import Area, Finding, as_json, as_text
from kb.doctor.installation import installation


def main(error: ImportError) -> None:
    """Tell what is missing and end: 1 for `kb doctor`, which found something, and 2 for what could not be done."""
    found = installation()
    if not found.findings:
        what = f"{error.name or 'A module'} cannot be imported: {error}"
        found = Area(found.name, found.told, (Finding(what, "No command runs without it.", "make run"),))
    if "doctor" in sys.argv[1:2]:
        areas = (found,)
        sys.stdout.write(json.dumps(as_json(areas), indent=2) + "\n" if "--json" in sys.argv else as_text(areas))
        sys.exit(1)
    for finding in found.findings:
        sys.stderr.write(f"kb: {finding.what}\n    {finding.mend}\n")
    sys.exit(2)
