"""One request, as far as those who answer it need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from kb.web.base import Site
from kb.web.reader import PARAMETER, Reader


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for what, and from which edition of the practices it is answered."""

    site: Site
    reader: Reader
    root: str
    """The app's own address, absolute, with a slash at its end."""
    named: Mapping[str, str]
    """What the address names, such as the id of a practice."""
    query: tuple[tuple[str, str], ...] = ()

    def url(self, path: str = "", query: str = "") -> str:
        """The absolute address of a path below the app's own."""
        return f"{self.root}{quote(path)}{f'?{query}' if query else ''}"

    def values(self, name: str) -> tuple[str, ...]:
        """What the query says of one name, each value that is not empty."""
        return tuple(value for key, value in self.query if key == name and value.strip())

    @property
    def kept(self) -> str:
        """What a link must say, with its question mark, to keep a language that was chosen."""
        if self.reader.language == self.reader.default:
            return ""
        return f"?{urlencode({PARAMETER: self.reader.language})}"
