"""Strict YAML front matter, read as strings first, and edited without touching the rest.

YAML's own guesses (`no` is false, `1.10` is 1.1, a repeated key silently wins) have lost
people's data in other tools. Here every scalar is the string that is written, every oddity is a
`Problem` with a line and a column, and never a silently empty record.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kb.errors import EditError

Value = str | list["Value"] | dict[str, "Value"]
Path = tuple[str | int, ...]

FENCE = "---"
_CLOSED = frozenset({"yaml", "not-a-mapping", "front-matter-open"})
"""Problems that leave nothing to edit."""
MAX_DEPTH = 20
"""The format nests three deep; far more is an attack on the parser or a mistake."""

# libyaml reads about ten times as fast; PyYAML's own parser gives the same nodes without it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that is not as it should be."""

    code: str
    """A stable name for the rule, such as `duplicate-key`."""
    line: int
    """One-based."""
    column: int
    """One-based; 0 where it is not known."""
    message: str
    """What is wrong, in a sentence."""
    hint: str
    """What to do, in a sentence."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where something stands: one-based line and column."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """A YAML mapping as strings, with where each part stands and what is wrong with it."""

    data: dict[str, Value]
    marks: Mapping[Path, Mark]
    spans: Mapping[str, tuple[int, int]]
    """Top-level key to its lines: first (zero-based, in the file) and one past the last."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A Markdown file taken apart: its front matter and its body."""

    yaml: YamlDocument
    body: str
    body_line: int
    """One-based line in the file on which the body starts."""
    present: bool

    @property
    def data(self) -> dict[str, Value]:
        return self.yaml.data

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.yaml.problems

    def mark(self, *path: str | int) -> Mark:
        """Where the value at `path` stands, or its nearest parent, or the first line."""
        for end in range(len(path), 0, -1):
            if (mark := self.yaml.marks.get(path[:end])) is not None:
                return mark
        return Mark(1, 1)


def split(text: str) -> FrontMatter:
    """Take a Markdown file apart. Never raises: what is wrong is in `problems`."""
    problems: list[Problem] = []
    if text.startswith("\ufeff"):
        problems.append(
            Problem(
                "bom",
                1,
                1,
                "The file starts with a byte-order mark (BOM).",
                "Save it as UTF-8 without BOM, or run kb check --fix.",
            )
        )
        text = text[1:]
    lines = text_lines(text)
    if not lines or lines[0].rstrip() != FENCE:
        return FrontMatter(_empty(problems), text, 1, present=False)
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        problems.append(
            Problem(
                "front-matter-open",
                1,
                1,
                "The front matter starts with --- and is never closed.",
                "Put a line with only --- after the last key.",
            )
        )
        return FrontMatter(_empty(problems), "".join(lines[1:]), 2, present=False)
    document = parse_mapping("".join(lines[1:end]), first_line=2)
    document = YamlDocument(document.data, document.marks, document.spans, (*problems, *document.problems))
    return FrontMatter(document, "".join(lines[end + 1 :]), end + 2, present=True)


def parse_mapping(text: str, *, first_line: int = 1) -> YamlDocument:
    """Read a YAML mapping strictly; lines are counted from `first_line`."""
    problems = list(_tabs(text, first_line))
    try:
        problems += _events(text, first_line)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        problems.append(
            Problem(
                "yaml",
                line,
                (mark.column + 1) if mark else 0,
                f"This is not valid YAML: {error.problem or error.context}.",
                "Put the value in double quotes if it has a colon, a #, or starts with a sign such as - [ { * & @ %.",
            )
        )
        return _empty(problems)
    except (yaml.YAMLError, _TooDeep) as error:
        problems.append(
            Problem(
                "yaml",
                first_line,
                0,
                f"This is not valid YAML: {str(error).splitlines()[0]}.",
                "Remove characters that are not text, and keep the nesting shallow.",
            )
        )
        return _empty(problems)
    if node is None:
        return _empty(problems)
    if not isinstance(node, MappingNode):
        problems.append(
            Problem(
                "not-a-mapping",
                node.start_mark.line + first_line,
                node.start_mark.column + 1,
                "This is not a list of keys and values.",
                "Write one `key: value` a line.",
            )
        )
        return _empty(problems)
    reader = _Reader(first_line, problems)
    data = reader.mapping(node, ())
    return YamlDocument(data, reader.marks, _spans(node, first_line, text), tuple(problems))


def edit(text: str, changes: Mapping[str, Value | None]) -> str:
    """Set (or with None remove) top-level keys; every other byte stays as it was.

    A new key goes last in the front matter; a file without front matter gets one.

    Raises:
        EditError: the front matter cannot be read, or is written so that one key cannot be
            changed alone, such as all of it on one line in braces.
    """
    front = split(text)
    if not any(front.data.get(key) != value for key, value in changes.items()):
        return text
    newline = "\r\n" if "\r\n" in text else "\n"
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text_lines(text.removeprefix("\ufeff"))
    if front.data == {} and any(problem.code in _CLOSED for problem in front.problems):
        raise EditError("Front matter that cannot be read cannot be changed.", hint="Mend it first; see kb check.")
    if not front.present:
        block = "".join(emit(key, value, newline) for key, value in changes.items() if value is not None)
        return f"{bom}{FENCE}{newline}{block}{FENCE}{newline}{newline}{''.join(lines)}"
    end = front.body_line - 2
    inserts = [
        emit(key, value, newline) for key, value in changes.items() if key not in front.yaml.spans and value is not None
    ]
    lines[end:end] = inserts
    spans = sorted(((span, key) for key, span in front.yaml.spans.items() if key in changes), reverse=True)
    for (start, stop), key in spans:
        value = changes[key]
        if value == front.data.get(key):
            continue
        lines[start:stop] = [] if value is None else [emit(key, value, newline)]
    edited = bom + "".join(lines)
    expected = {key: value for key, value in {**front.data, **changes}.items() if value is not None}
    if split(edited).data != expected:
        raise EditError(
            "Front matter that is written this way cannot be changed key by key.", hint="Write one key a line."
        )
    return edited


def emit(key: str, value: Value, newline: str = "\n") -> str:
    """One key as block YAML that any YAML reader reads back as the same strings."""
    text: str = yaml.dump(
        {key: value}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9, default_flow_style=False
    )
    return text.replace("\n", newline)


class _Dumper(yaml.SafeDumper):
    """Lists are indented under their key, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  PyYAML's signature
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> ScalarNode:
    """Line breaks that only YAML knows would be folded into spaces unless they are escaped."""
    style = '"' if any(char in text for char in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class _Reader:
    """Nodes to strings, lists and dicts, noting where everything stands."""

    def __init__(self, first_line: int, problems: list[Problem]) -> None:
        self.first_line = first_line
        self.problems = problems
        self.marks: dict[Path, Mark] = {}
        self._read: set[int] = set()

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Value]:
        data: dict[str, Value] = {}
        for key_node, value_node in node.value:
            mark = self._mark(key_node)
            if not isinstance(key_node, ScalarNode):
                self._problem("bad-key", mark, "A key must be plain text.", "Write `key: value`.")
                continue
            key = key_node.value
            if key in data:
                hint = "Keep one of them; nothing is chosen for you."
                self._problem("duplicate-key", mark, f"The key `{key}` stands twice.", hint)
                continue
            self.marks[*path, key] = mark
            data[key] = self._value(value_node, (*path, key))
        return data

    def _value(self, node: Node, path: Path) -> Value:
        # What an alias names is read where it stands, and only there: aliases of aliases grow without end.
        if id(node) in self._read:
            return ""
        self._read |= set() if isinstance(node, ScalarNode) else {id(node)}
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            items: list[Value] = []
            for number, item in enumerate(node.value):
                self.marks[*path, number] = self._mark(item)
                items.append(self._value(item, (*path, number)))
            return items
        plain = not getattr(node, "style", None)
        return "" if plain and node.value in {"~", "null"} else str(node.value)

    def _mark(self, node: Node) -> Mark:
        return Mark(node.start_mark.line + self.first_line, node.start_mark.column + 1)

    def _problem(self, code: str, mark: Mark, message: str, hint: str) -> None:
        self.problems.append(Problem(code, mark.line, mark.column, message, hint))


def _empty(problems: Sequence[Problem]) -> YamlDocument:
    return YamlDocument({}, {}, {}, tuple(problems))


def _tabs(text: str, first_line: int) -> Iterator[Problem]:
    for number, line in enumerate(text_lines(text), first_line):
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent:
            yield Problem(
                "tab", number, indent.index("\t") + 1, "A tab is used for indentation.", "Use two spaces instead."
            )


class _TooDeep(Exception):
    """The YAML nests deeper than any practice does."""


def _events(text: str, first_line: int) -> list[Problem]:
    """Anchors, aliases and tags, found without building anything."""
    problems = []
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _TooDeep("it nests too deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        anchor: Any = getattr(event, "anchor", None)
        tag: Any = getattr(event, "tag", None)
        if anchor or tag:
            mark: Any = event.start_mark
            what = f"`&{anchor}` or `*{anchor}`" if anchor else f"`{tag}`"
            problems.append(
                Problem(
                    "yaml-reference",
                    mark.line + first_line,
                    mark.column + 1,
                    f"YAML anchors, aliases and tags are not used here: {what}.",
                    "Write the value out, in double quotes if it starts with & * or !.",
                )
            )
    return problems


def _spans(node: MappingNode, first_line: int, text: str) -> dict[str, tuple[int, int]]:
    """Each top-level key's lines; comments and blank lines after it belong to the next key."""
    lines = text_lines(text)
    # YAML also breaks lines at U+0085, U+2028 and U+2029, and so may count more of them.
    starts = [min(key.start_mark.line, len(lines)) for key, _ in node.value]
    offset = first_line - 1
    spans: dict[str, tuple[int, int]] = {}
    for (key, _), start, following in zip(node.value, starts, [*starts[1:], len(lines)], strict=False):
        stop = following
        while stop > start + 1 and (not lines[stop - 1].strip() or lines[stop - 1].startswith("#")):
            stop -= 1
        spans.setdefault(str(key.value), (start + offset, stop + offset))
    return spans


def text_lines(text: str) -> list[str]:
    """Lines with their endings, cut only where editors and Markdown cut them."""
    return list(io.StringIO(text, newline=""))
