"""What a source tells of one practice, under the names that the source itself gives it."""

from __future__ import annotations

from dataclasses import dataclass

from kb.frontmatter import Value

OTHER = ""
"""The label of what stands under no heading of its own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One answer, cell or section."""

    label: str
    """The question, column or heading above it, as it is written there."""
    value: Value
    is_markdown: bool = False
    """The text is Markdown already; else it is shown as it was typed."""


@dataclass(frozen=True, slots=True)
class Told:
    """One practice, before anything is known about what each piece of it is."""

    where: str
    """The file, and the row in it: for messages, never for the draft."""
    pieces: tuple[Piece, ...]
    name: str = ""
    """What to call the draft where the source has no title."""
    url: str = ""
    """The address that the source says it has on the web."""
    notes: tuple[str, ...] = ()
    """What could not be brought along, in sentences."""
