"""`kb format` moves keys and nothing else: a practice says the same before and after, and no line is lost."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest
from conftest import PRACTICES
from hypothesis import given
from hypothesis import strategies as st

from kb import frontmatter
from kb.format import format_files, formatted
from kb.frontmatter import Value
from kb.practice import parse_practice
from kb.schema import FRONT_MATTER, Field
from kb.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(PRACTICES)
ORDER = [field.name for field in FRONT_MATTER]
SHIPPED = sorted(PRACTICES.rglob("*/*.md"))

MIXED = """\
---
# Om hele filen

# stedet vårt
place: no/oslo
title: Faste team   # kort og godt

sources:
  # årsrapporten
  - url: https://example.no/a
    title: "Årsrapport: del 1"
    # hvem
    publisher: Oslo
  - year: 2020
    title: b
  # - title: en til
ukjent: x
status: in-use
assessment:
  # fordi
  why: |
    Første linje

    # ikke en kommentar
  decision: try
# til slutt
---
## Utfordringen

status: her er tekst
"""

SORTED = """\
---
# Om hele filen

title: Faste team   # kort og godt
# stedet vårt
place: no/oslo
status: in-use

sources:
  # årsrapporten
  - title: "Årsrapport: del 1"
    url: https://example.no/a
    # hvem
    publisher: Oslo
  - title: b
    year: 2020
  # - title: en til
assessment:
  decision: try
  # fordi
  why: |
    Første linje

    # ikke en kommentar
ukjent: x
# til slutt
---
## Utfordringen

status: her er tekst
"""


def read(text: str) -> object:
    return parse_practice(text, PurePosixPath("no/oslo/a.md"), VOCABULARY)


def keys(text: str) -> list[str]:
    return list(frontmatter.split(text).data)


def test_keys_move_with_their_comments_and_records_are_put_in_order_too() -> None:
    assert formatted(MIXED).text == SORTED
    assert formatted(SORTED).text == SORTED


def test_line_ends_stay_what_they_were() -> None:
    crlf = MIXED.replace("\n", "\r\n")
    assert formatted(crlf).text == SORTED.replace("\n", "\r\n")


@pytest.mark.parametrize("path", SHIPPED[::4], ids=lambda path: path.stem)
def test_shipped_practices_come_back_from_any_order(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text).text == text
    shuffled = mixed(text, random.Random(path.stem))
    assert keys(shuffled) != keys(text)
    assert formatted(shuffled).text == text


def test_every_shipped_practice_is_in_order() -> None:
    assert list(format_files(PRACTICES, write=False)) == []


def mixed(text: str, chance: random.Random) -> str:
    """The same file with its keys in another order."""
    front = frontmatter.split(text)
    lines = frontmatter.text_lines(text)
    blocks = [lines[start:stop] for start, stop in front.yaml.spans.values()]
    chance.shuffle(blocks)
    head, tail = lines[:1], lines[front.body_line - 2 :]
    return "".join((*head, *(line for block in blocks for line in block), *tail))


TEXTS = st.text(alphabet=" abø:#-'\"|>\n[]{}&*!%@`,?~\t", max_size=30)


def values(field: Field) -> st.SearchStrategy[Value]:
    if field.kind == "record":
        return record(field.fields)
    if field.kind == "records":
        return st.lists(record(field.fields), max_size=3)
    return st.lists(TEXTS, max_size=3) if field.kind in {"texts", "choices"} else TEXTS


def record(fields: tuple[Field, ...]) -> st.SearchStrategy[Value]:
    def shuffled(data: Mapping[str, Value]) -> st.SearchStrategy[Value]:
        return st.permutations(list(data)).map(lambda names: {name: data[name] for name in names})

    return st.fixed_dictionaries({}, optional={field.name: values(field) for field in fields}).flatmap(shuffled)


@given(data=record(FRONT_MATTER), comments=st.lists(st.sampled_from(["", "# a\n", "\n", "\n# b\n"]), max_size=8))
def test_any_values_are_the_same_before_and_after(data: Value, comments: list[str]) -> None:
    assert isinstance(data, dict)
    between = [*comments, *[""] * len(data)]
    front = "".join(f"{comment}{frontmatter.emit(key, data[key])}" for key, comment in zip(data, between, strict=False))
    text = f"---\n{front}---\n## Utfordringen\n\nTekst.\n"
    once = formatted(text)
    assert frontmatter.split(once.text).data == frontmatter.split(text).data
    assert sorted(line.lstrip(" -") for line in once.text.split("\n")) == sorted(
        line.lstrip(" -") for line in text.split("\n")
    )
    assert formatted(once.text).text == once.text
    if not once.left:
        assert keys(once.text) == [name for name in ORDER if name in data]
        before, after = (read(each) for each in (text, once.text))
        assert before == after


PIECES = st.lists(
    st.sampled_from(
        [
            "title: ",
            "place: ",
            "x",
            "\n",
            "\n",
            "  ",
            "- ",
            "sources:",
            "url: ",
            "#",
            "|",
            ">",
            "'",
            '"',
            "[",
            "]",
            "{",
            "}",
            ",",
            "\t",
            "---\n",
            "\u2028",
            "\r",
            "a: ",
            "? ",
            "status: ",
        ]
    ),
    max_size=30,
).map("".join)


@given(front=PIECES, body=PIECES)
def test_whatever_it_is_given_it_loses_nothing(front: str, body: str) -> None:
    text = f"---\n{front}\n---\n{body}"
    done = formatted(text)
    assert frontmatter.split(done.text).data == frontmatter.split(text).data
    assert frontmatter.split(done.text).body == frontmatter.split(text).body
    assert sorted(done.text.replace("-", "").replace(" ", "")) == sorted(text.replace("-", "").replace(" ", ""))
    assert done.text == text or not done.left


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Bare tekst.\n", "no front matter"),
        ("---\nplace: a\ntitle: b\n", "never closed"),
        ("---\nplace: a\ntitle: b\nplace: c\n---\n", "stands twice"),
        ("---\nplace: [a\ntitle: b\n---\n", "not valid YAML"),
        ("---\nplace: &a b\ntitle: *a\n---\n", "anchors"),
        ("\ufeff---\nplace: a\ntitle: b\n---\n", "byte-order mark"),
        ("---\nplace: |+\n  a\n\n\ntitle: b\n---\n", "cannot be moved"),
    ],
)
def test_what_is_not_sure_is_left_with_the_reason(text: str, why: str) -> None:
    done = formatted(text)
    assert done.text == text
    assert why in done.left


def test_what_is_written_in_one_line_stays_in_one_line() -> None:
    text = "---\n{place: a, title: b}\n---\n"
    assert formatted(text).text == text
    nested = "---\nassessment: {why: a, decision: try}\ntitle: b\n---\n"
    assert formatted(nested).text == "---\ntitle: b\nassessment: {why: a, decision: try}\n---\n"


def test_only_practices_are_written_and_a_link_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    (folder / "no").mkdir(parents=True)
    out_of_order = "---\nplace: no\ntitle: a\n---\nTekst.\n"
    (folder / "no" / "a.md").write_text(out_of_order)
    (folder / "no" / "a.i18n.yaml").write_text("nb:\n  title: a\n  by: human\n")
    (tmp_path / "b.md").write_text(out_of_order)
    (folder / "no" / "b.md").symlink_to(tmp_path / "b.md")
    found = {path.name: done.left for path, done in format_files(folder)}
    assert found == {"a.md": "", "b.md": "The file is a link."}
    assert keys((folder / "no" / "a.md").read_text()) == ["title", "place"]
    assert (tmp_path / "b.md").read_text() == out_of_order
    assert [path.name for path in (folder / "no").iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_a_front_matter_with_line_breaks_of_yaml_alone_is_left(sign: str) -> None:
    text = f"---\nsummary: a{sign}status: pilot\ntitle: b\n---\n"
    done = formatted(text)
    assert done.text == text
    assert "line breaks" in done.left
