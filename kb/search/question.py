"""A question, with everything that narrows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb import schema
from kb.config import SearchSettings
from kb.passages import KINDS, Kind
from kb.search.facets import Filters

if TYPE_CHECKING:
    from kb.encoder.protocol import Vectors


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with everything that narrows it."""

    text: str = ""
    vector: Vectors | None = None
    """The encoder's vector of the text; None for keyword search alone."""
    lens: str = ""
    filters: Filters = field(default_factory=dict)
    limit: int = 10
    offset: int = 0
    sort: str = ""
    """One of order.SORTS; empty for what answers best, or without a question for what is newest."""
    settings: SearchSettings = field(default_factory=SearchSettings)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that the lens looks at; none where there is no lens."""
        return tuple(schema.LENSES[self.lens]) if self.lens else ()

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The passages that are searched."""
        off = {"card": not self.settings.cards, "question": not self.settings.questions}
        return tuple(kind for kind in KINDS if not off.get(kind))
