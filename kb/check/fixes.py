"""`kb check --fix`: mends that cannot change what a practice says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kb import frontmatter
from kb.check.files import BOM, BREAKS, CARDS, Tree, without_bom
from kb.check.findings import shown
from kb.check.meant import meant
from kb.check.run import reported, usable_vocabulary
from kb.files import ordinary, write_whole
from kb.frontmatter import Mark, Value, YamlDocument
from kb.frontmatter import Path as At
from kb.language.hidden import without
from kb.repository import SUFFIXES
from kb.schema import CARD, FRONT_MATTER, MAX_FILE_BYTES, Field
from kb.vocabulary import Vocabulary

_INDENT = re.compile(r"[ \t]+")
_HARD = re.compile("[ \u00a0]*(?:-[ \u00a0]+)?(?:[A-Za-z_/-]+:[ \u00a0]+)?")
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Fix:
    """One mend that was made."""

    path: PurePosixPath
    code: str
    """The rule that was broken."""
    message: str


def fix(
    folder: Path,
    paths: Iterable[Path | str] = (),
    *,
    changed: str | None = None,
    vocabulary: Vocabulary | None = None,
) -> tuple[Fix, ...]:
    """Mend what can be mended safely, and say what was; a second run finds nothing to do.

    The files are those that `check` reports on when it is given the same.

    Raises:
        ConfigError: the folder, a path or the revision does not exist.
    """
    tree = Tree(folder)
    words = vocabulary or usable_vocabulary(tree)
    fixes: list[Fix] = []
    for path in reported(tree, paths, changed):
        file = folder / path
        try:
            # A link is left alone: replacing it would cut it from what it points to.
            if file.is_symlink() or ordinary(file).st_size > MAX_FILE_BYTES:
                continue
            data = file.read_bytes()
            mended, made = _mend(path, data, words)
        except (OSError, UnicodeDecodeError):
            continue
        if mended != data:
            write_whole(file, mended)
            fixes += made
    return tuple(fixes)


def _mend(path: PurePosixPath, data: bytes, vocabulary: Vocabulary) -> tuple[bytes, list[Fix]]:
    made: list[Fix] = []
    if b"\0" in data:
        return data, made
    if data.startswith(BOM):
        data = without_bom(data)
        made.append(Fix(path, "bom", "Removed the byte-order mark."))
    if b"\r" in data:
        data = BREAKS.sub(b"\n", data)
        made.append(Fix(path, "crlf", "Changed line endings to LF."))
    text = data.decode("utf-8")
    if (plain := without(text, "widthless")) != text:
        made.append(Fix(path, "hidden-sign", f"Removed {len(text) - len(plain)} signs that cannot be seen."))
    lines = plain.split("\n")
    practice = path.suffix.lower() in SUFFIXES
    first, end = _yaml_lines(lines) if practice else (0, len(lines))
    block = lines[first:end]
    made += [Fix(path, "tab", message) for message in _tabs(block)]
    # YAML breaks lines at these too, so its line numbers would not be ours.
    if not _OTHER_BREAKS.search("\n".join(block)):
        made += [Fix(path, "yaml", message) for message in _hard_spaces(block)]
        if practice:
            made += [Fix(path, "unknown-key", message) for message in _keys(block)]
            made += [Fix(path, code, message) for code, message in _values(block, vocabulary)]
        elif path.name.endswith(CARDS):
            made += [Fix(path, "unknown-key", message) for message in _card_keys(block)]
    lines[first:end] = block
    return "\n".join(lines).encode("utf-8"), made


def _yaml_lines(lines: list[str]) -> tuple[int, int]:
    """First line of the front matter and one past its last; equal where there is none."""
    if not lines or lines[0].rstrip() != frontmatter.FENCE:
        return 0, 0
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == frontmatter.FENCE), 1)
    return 1, end


def _tabs(block: list[str]) -> Iterator[str]:
    for number, line in enumerate(block):
        if (indent := _INDENT.match(line)) and "\t" in indent[0] and line.strip():
            block[number] = indent[0].replace("\t", "  ") + line[indent.end() :]
            yield f"Changed tabs to spaces: {shown(line)}."


def _keys(block: list[str]) -> Iterator[str]:
    """Keys in the wrong case, such as `Title`, where the right one is not there too."""
    document = _parse(block)
    yield from _rename(block, document, document.data, FRONT_MATTER, ())


def _card_keys(block: list[str]) -> Iterator[str]:
    document = _parse(block)
    for language, card in document.data.items():
        if isinstance(card, dict):
            yield from _rename(block, document, card, CARD, (language,))


def _rename(
    block: list[str], document: YamlDocument, data: Mapping[str, Value], fields: tuple[Field, ...], at: At
) -> Iterator[str]:
    known = {field.name: field for field in fields}
    lower = [key.lower() for key in data]
    for key, value in data.items():
        right = key.lower()
        if key != right and right in known and lower.count(right) == 1:
            mark = document.marks[*at, key]
            if _replace(block, mark, key, right):
                yield f"Changed the key {shown(key)} to {right}."
        field = known.get(right)
        for number, item in enumerate(value) if field and field.fields and isinstance(value, list) else ():
            if field and isinstance(item, dict):
                yield from _rename(block, document, item, field.fields, (*at, key, number))
        if field and field.fields and isinstance(value, dict):
            yield from _rename(block, document, value, field.fields, (*at, key))


def _replace(block: list[str], mark: Mark, old: str, new: str) -> bool:
    """Write `new` over `old` where it stands plainly, not in quotes."""
    number, column = mark.line - 1, mark.column - 1
    if number >= len(block) or not block[number].startswith(old, column) or len(old) != len(new):
        return False
    block[number] = block[number][:column] + new + block[number][column + len(old) :]
    return True


def _values(block: list[str], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Values that can only stand for one that is allowed: `i bruk` for `in-use`, `15.3.2024` for `2024-03-15`."""
    document = _parse(block)
    for field, value, at in list(_texts(document.data, FRONT_MATTER, ())):
        right = meant(field, value, vocabulary)
        if right and _write(block, document.marks[at], at, value, right):
            code = "bad-date" if field.kind == "date" else "unknown-value"
            yield code, f"Changed {field.name} from {shown(value)} to {right}."


def _texts(data: Mapping[str, Value], fields: tuple[Field, ...], at: At) -> Iterator[tuple[Field, str, At]]:
    """Every single text of a record and of those in it, with what it is due to be."""
    for field in fields:
        value, here = data.get(field.name, ""), (*at, field.name)
        for number, item in enumerate(value) if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield from _texts(item, field.fields, (*here, number))
            elif isinstance(item, str):
                yield field, item, (*here, number)
        if isinstance(value, dict):
            yield from _texts(value, field.fields, here)
        elif isinstance(value, str):
            yield field, value, here


def _write(block: list[str], mark: Mark, at: At, old: str, new: str) -> bool:
    """Write `new` for `old` where it stands whole on the line of its key, or of its item in a list."""
    number, column = mark.line - 1, mark.column - 1
    before = "" if isinstance(at[-1], int) else rf"{re.escape(at[-1])}\s*:\s+"
    written = re.compile(rf"({before})([\"']?){re.escape(old)}\2(?=\s*(?:$|[,\]}}]|\s#))")
    found = written.match(block[number], column) if number < len(block) else None
    if not old or found is None:
        return False
    block[number] = f"{block[number][:column]}{found[1]}{new}{block[number][found.end() :]}"
    return True


def _hard_spaces(block: list[str]) -> Iterator[str]:
    """No-break spaces, as web pages and word processors give them, where YAML needs plain ones."""
    if not _unreadable(block):
        return
    mended = [_HARD.sub(lambda found: found[0].replace("\u00a0", " "), line, count=1) for line in block]
    if mended != block and not _unreadable(mended):
        block[:] = mended
        yield "Changed no-break spaces to plain ones before or after a key."


def _unreadable(block: list[str]) -> bool:
    return any(problem.code in {"yaml", "not-a-mapping"} for problem in _parse(block).problems)


def _parse(block: list[str]) -> YamlDocument:
    return frontmatter.parse_mapping("\n".join(block))
