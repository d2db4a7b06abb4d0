"""The lists of files that mean harm, read into cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

FOLDER = Path(__file__).parent
NOTHING = "nothing"

Kind = Literal["file", "link", "pipe", "socket", "device", "folder", "locked", "sparse"]
Indexed = Literal["yes", "no", "skipped"]


@dataclass(frozen=True, slots=True)
class Case:
    """One file, and what is due to be said of it."""

    what: str
    name: str
    """Relative to the folder of practices."""
    kind: Kind
    data: bytes
    to: str
    """Where a link leads, or the size of a sparse file."""
    finds: tuple[str, ...]
    """Findings that must be made, as `12 yaml` or `yaml`; none where nothing is wrong."""
    indexed: Indexed


def cases(shrink: int = 1) -> Iterator[Case]:
    """Every case of every list, in order; what is repeated in them is repeated so many times less often."""
    for path in sorted(FOLDER.glob("*.yaml")):
        # Scalars stay the texts that are written, and nothing is built but lists and mappings.
        listed = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for number, item in enumerate(listed["files"], 1):
            yield _case(item, f"no/oslo/{path.stem}-{number:02}.md", _Text(shrink))


@dataclass(frozen=True, slots=True)
class _Text:
    """Makes texts of what the lists say of them."""

    shrink: int

    def __call__(self, value: Any) -> str:
        """A text: written out, in pieces, or one piece repeated."""
        if isinstance(value, list):
            return "".join(map(self, value))
        if isinstance(value, dict):
            return str(value["repeat"]) * max(int(value["times"]) // self.shrink, 1)
        return str(value)


def _case(item: Mapping[str, Any], name: str, text: _Text) -> Case:
    finds = item["finds"]
    return Case(
        what=item["what"],
        name=text(item["name"]) if "name" in item else name,
        kind=item.get("kind", "file"),
        data=bytes.fromhex(item["bytes"])
        if "bytes" in item
        else _whole(item, text).encode(item.get("encoding", "utf-8")),
        to=item.get("to", ""),
        finds=() if finds == NOTHING else (finds,) if isinstance(finds, str) else tuple(finds),
        indexed=item.get("indexed", "yes"),
    )


def _whole(item: Mapping[str, Any], text: _Text) -> str:
    """The text of a file: its own, or that of a good practice with something changed."""
    if "text" in item:
        return text(item["text"])
    left = {key: value for key, value in GOOD.items() if key not in item.get("without", ())}
    front = [*left.values(), text(item["front"])] if "front" in item else [*left.values()]
    body = BODY.format(body=text(item.get("body", "Mange ulike medarbeidere kom innom hver uke.")))
    lines = "\n".join(part.rstrip("\n") for part in front)
    return f"---\n{lines}\n---\n\n{body}"


GOOD = {
    "title": "title: Faste team i hjemmetjenesten",
    "summary": "summary: Ett lite team følger hver bruker.",
    "language": "language: nb",
    "place": "place: no/oslo",
    "areas": "areas:\n  - helse-omsorg",
    "status": "status: in-use",
    "status_as_of": "status_as_of: 2024",
    "evidence": "evidence: experience",
    "sources": "sources:\n  - title: Årsrapport\n    url: https://example.no/rapport",
    "questions": "questions:\n  - hvordan få færre ansikter hos brukerne\n  - faste team i hjemmetjenesten",
}
"""The front matter of a practice that nothing is wrong with, by key."""

BODY = "## Utfordringen\n\n{body}\n\n## Slik gjør vi det\n\nEt team på åtte deler ansvaret for tjue brukere.\n"
