"""Judged queries: what was asked, and how well each practice answers it.

Two forms are read. A YAML file lists queries with their judgments, practice id to grade 1–3; a
query of type `none` has none, because nothing answers it:

    - id: q002
      text: Pårørende klager over at mor får et nytt fjes på døra nesten hver dag
      language: nb
      type: problem
      judgments:
        oslo-ullern-tillitsmodellen-hovedpilot: 3

A BEIR folder (Thakur et al. 2021) holds corpus.jsonl, queries.jsonl and qrels.tsv or, as in BEIR's
own archives, qrels/test.tsv. A query without a line there belongs to another split and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb import frontmatter
from kb.errors import EvaluationError
from kb.evaluate.lines import Line, language_of, read_lines, read_objects, read_text, shown, text_of
from kb.frontmatter import Value, YamlDocument
from kb.language.detect import guess_language

NONE_TYPE = "none"
"""The type of a query that nothing answers."""

MAX_GRADE = 100
"""2^grade must stay a number; nobody judges in more steps."""

QRELS = ("qrels.tsv", "qrels/test.tsv")
"""Where the judgments of a BEIR folder stand; the first that is there."""

_HEADER = ["query-id", "corpus-id", "score"]
_QRELS_HINT = (
    "Write a query id, a document id and a grade, with tabs between, under the header query-id corpus-id score."
)
_QUERY_FORM = '{"_id": "q1", "text": "…", "lang": "nb"}'
_YAML_HINT = "Write id, text, language, type and judgments for each query, as `- id: q1` and so on."
_GRADE_HINT = f"Give each judgment a whole number from 0 to {MAX_GRADE}."


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, and the judgments on what answers it."""

    id: str
    text: str
    language: str = ""
    """A code such as nb; guessed from the text where the file does not say."""
    type: str = ""
    """What kind of question it is, such as problem; `none` where nothing answers."""
    judgments: Mapping[str, int] = field(default_factory=dict)
    """Practice or document id to grade; 0 means judged and found not to answer."""

    @property
    def answerable(self) -> bool:
        return any(grade > 0 for grade in self.judgments.values())


def read_queries(*paths: Path) -> tuple[Query, ...]:
    """The judged queries of YAML files, or of a BEIR folder.

    Raises:
        EvaluationError: a file is missing, empty or malformed, with its line, or two have a query of the same id.
    """
    found: dict[str, Query] = {}
    for path in paths:
        for query in _read_beir(path) if path.is_dir() else _read_yaml(path):
            if query.id in found:
                raise EvaluationError(
                    f"{path}: the query {query.id} is in another of the files as well.",
                    hint="Give every query an id of its own.",
                )
            found[query.id] = query
    return tuple(found.values())


def _read_yaml(path: Path) -> tuple[Query, ...]:
    # The strict reader takes mappings; the list hangs under a key on a line before the first.
    text = re.sub(r"\A---[ \t]*\r?\n", "\n", read_text(path))
    document = frontmatter.parse_mapping("queries:\n" + text, first_line=0)
    if document.problems:
        problem = document.problems[0]
        raise EvaluationError(problem.message, path=path, line=max(problem.line, 1), hint=problem.hint)
    items = document.data.get("queries")
    if not isinstance(items, list) or not items:
        raise EvaluationError("This is not a list of queries.", path=path, line=1, hint=_YAML_HINT)
    seen: dict[str, int] = {}
    queries = []
    for number, item in enumerate(items):
        query = _Item(path, document, number).query(item)
        line = document.marks["queries", number].line
        if query.id in seen:
            message = f"The query {query.id} stands on line {seen[query.id]} as well."
            raise EvaluationError(message, path=path, line=line, hint="Give each query an id of its own.")
        seen[query.id] = line
        queries.append(query)
    return tuple(queries)


@dataclass(frozen=True, slots=True)
class _Item:
    """One query of a YAML file; what it does not hold raises an EvaluationError with its line."""

    path: Path
    document: YamlDocument
    number: int

    def query(self, item: Value) -> Query:
        if not isinstance(item, dict):
            raise self._fault("This is not a query.", _YAML_HINT)
        text = self._text(item, "text", required=True)
        query = Query(
            id=self._shown(item, "id", required=True),
            text=text,
            language=self._shown(item, "language") or guess_language(text),
            type=self._shown(item, "type"),
            judgments=self._judgments(item.get("judgments", "")),
        )
        if query.judgments and query.type == NONE_TYPE:
            message = f"The query {query.id} is of type {NONE_TYPE} and has judgments."
            raise self._fault(message, "Remove them, or give it another type.", "judgments")
        if "judgments" not in item and query.type != NONE_TYPE:
            message = f"The query {query.id} has no judgments."
            raise self._fault(message, f"Write them, or `type: {NONE_TYPE}` where nothing answers it.")
        return query

    def _text(self, item: dict[str, Value], key: str, *, required: bool = False) -> str:
        value = item.get(key, "")
        if not isinstance(value, str):
            raise self._fault(f"{key} is not a text.", "Write it on one line.", key)
        if required and not value.strip():
            raise self._fault(f"{key} is missing.", _YAML_HINT)
        return value.strip()

    def _shown(self, item: dict[str, Value], key: str, *, required: bool = False) -> str:
        value = self._text(item, key, required=required)
        if value and not value.isprintable():
            raise self._fault(f"{key} holds signs that cannot be shown: {value!r}.", "Write plain letters.", key)
        return value

    def _judgments(self, value: Value) -> dict[str, int]:
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise self._fault("judgments has no `id: grade` lines.", _GRADE_HINT, "judgments")
        grades = {}
        for key, written in value.items():
            grade = _grade(written) if isinstance(written, str) else None
            if grade is None:
                raise self._fault(f"The grade of {key!r} is {written!r}.", _GRADE_HINT, "judgments", key)
            if not key.isprintable():
                raise self._fault(f"{key!r} is no id.", "Write the id of a practice.", "judgments", key)
            grades[key] = grade
        return grades

    def _fault(self, message: str, hint: str, *at: str) -> EvaluationError:
        marks = self.document.marks
        place = next(mark for end in range(len(at), -1, -1) if (mark := marks.get(("queries", self.number, *at[:end]))))
        return EvaluationError(message, path=self.path, line=place.line, hint=hint)


def _read_beir(folder: Path) -> tuple[Query, ...]:
    queries = _beir_queries(folder / "queries.jsonl")
    judged = _qrels(next((folder / name for name in QRELS if (folder / name).is_file()), folder / QRELS[0]), queries)
    return tuple(
        Query(query.id, query.text, query.language, judgments=judged[query.id])
        for query in queries.values()
        if query.id in judged
    )


def _beir_queries(path: Path) -> dict[str, Query]:
    found: dict[str, Query] = {}
    for line, item in read_objects(path, _QUERY_FORM):
        text = text_of(line, item, "text", _QUERY_FORM)
        name = shown(line, text_of(line, item, "_id", _QUERY_FORM), "query id")
        if name in found:
            raise line.fault(f"The query {name} stands on an earlier line as well.", "Give each an id of its own.")
        found[name] = Query(name, text, language_of(line, item) or guess_language(text))
    return found


def _qrels(path: Path, queries: Mapping[str, Query]) -> dict[str, dict[str, int]]:
    """Query id to judgments."""
    judged: dict[str, dict[str, int]] = {}
    lines = read_lines(path)
    if (header := next(lines)).text.split("\t") != _HEADER:
        raise header.fault("The header is missing.", _QRELS_HINT)
    for line in lines:
        query, document, grade = _judgment(line)
        if query not in queries:
            raise line.fault(f"There is no query {query!r} in queries.jsonl.", "Add it there, or remove this line.")
        if document in judged.setdefault(query, {}):
            raise line.fault(f"{document} is judged twice for {query}.", "Keep one of the judgments.")
        judged[query][document] = grade
    if not judged:
        raise header.fault("There are no judgments under the header.", _QRELS_HINT)
    return judged


def _judgment(line: Line) -> tuple[str, str, int]:
    columns = line.text.split("\t")
    if len(columns) != len(_HEADER):
        raise line.fault(f"There are {len(columns)} columns, not {len(_HEADER)}.", _QRELS_HINT)
    if (grade := _grade(columns[2])) is None:
        raise line.fault(f"The grade is {columns[2]!r}.", _GRADE_HINT)
    return columns[0], shown(line, columns[1], "document id"), grade


def _grade(text: str) -> int | None:
    """A grade, or None where the text is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= MAX_GRADE else None
