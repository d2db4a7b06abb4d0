"""A practice that is not written yet, checked as if it stood in the folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath

from kb.check.files import Document, Tree
from kb.check.findings import Finding
from kb.check.run import check_file, usable_vocabulary
from kb.listing import Listing, listing
from kb.vocabulary import Vocabulary


@dataclass(frozen=True)
class _WithOneMore(Tree):
    """A folder of practices, and one file that is not in it yet."""

    more: tuple[PurePosixPath, str] = field(kw_only=True)
    others: Listing = field(kw_only=True)

    @cached_property
    def listing(self) -> Listing:
        return self.others.with_one(self.more[0])

    def read(self, path: PurePosixPath) -> tuple[Document | None, tuple[Finding, ...]]:
        own, text = self.more
        return (Document(path, text), ()) if path == own else super().read(path)


def check_text(
    folder: Path,
    path: PurePosixPath,
    text: str,
    *,
    vocabulary: Vocabulary | None = None,
    today: date | None = None,
    listed: Listing | None = None,
) -> tuple[Finding, ...]:
    """What the checker would say of a practice if it stood at `path` in `folder`; nothing is written.

    `listed` are the files that the folder is known to hold, where the caller has just looked.
    """
    tree = _WithOneMore(folder, more=(path, text), others=listing(folder) if listed is None else listed)
    words = vocabulary or usable_vocabulary(tree)
    day = today or datetime.now(tz=UTC).date()
    findings = set(check_file(tree, path, frozenset([path]), words, day))
    return tuple(sorted(findings, key=lambda item: (item.line, item.column, item.code, item.message)))
