"""What the tests of search share."""

from __future__ import annotations

import kb


def ids(results: kb.Results) -> list[str]:
    """The practices found, in order."""
    return [hit.practice.id for hit in results]
