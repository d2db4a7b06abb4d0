"""Reading is strict, and writing a key changes no byte that is not its own."""

from __future__ import annotations

from typing import Any

import pytest
from cases import cases
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.errors import EditError
from kb.frontmatter import Value, edit, split

TEXT = next(iter(cases("valid.md"))).files[0][1]
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
SCALARS = WORDS | st.sampled_from(
    ["no", "1.10", "2017", "~", "null", "---", "a: b", "# x", "- x", "", " ", "yes", "0x1"]
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.lists(st.dictionaries(st.sampled_from(["title", "url", "note"]), SCALARS, min_size=1), max_size=2),
)
KEYS = st.sampled_from(["title", "sources", "questions", "started", "contact"])
ENDINGS = st.sampled_from(["\n", "\r\n"])


@given(key=KEYS, value=VALUES, newline=ENDINGS)
def test_a_key_that_is_set_is_read_back_and_the_rest_is_untouched(key: str, value: Value, newline: str) -> None:
    text = TEXT.replace("\n", newline)
    edited = edit(text, {key: value})
    before, after = split(text), split(edited)
    assert after.data == {**before.data, key: value}
    assert not after.problems
    assert after.body == before.body
    assert edit(edited, {key: value}) == edited
    kept = [line for name, span in before.yaml.spans.items() if name != key for line in text.splitlines()[slice(*span)]]
    assert [line for line in edited.splitlines() if line in kept] == [
        line for line in text.splitlines() if line in kept
    ]


@given(front=st.text(), body=st.text(), bom=st.sampled_from(["", "\ufeff"]))
def test_setting_what_is_already_there_changes_nothing(front: str, body: str, bom: str) -> None:
    text = f"{bom}---\n{front}\n---\n{body}"
    data = split(text).data
    assert edit(text, dict(data)) == text
    assert edit(text, {}) == text


@given(text=st.text())
def test_any_text_is_split_without_loss(text: str) -> None:
    front = split(text)
    assert text.endswith(front.body)
    assert front.present or not front.data


@given(
    text=st.text()
    | st.builds("---\n{}\n---\n{}".format, st.text(st.sampled_from("ab:- {}[]'\"#|\n\u2028\x85\t")), st.text())
)
def test_an_edit_does_what_it_says_or_refuses(text: str) -> None:
    assume("\ud800" not in text)
    before = split(text)
    try:
        edited = edit(text, {"title": "Ny"})
    except EditError:
        return
    assert split(edited).data == {**before.data, "title": "Ny"}
    assert edited.endswith(before.body)


@pytest.mark.parametrize("key", ["title", "areas", "sources", "questions", "evidence"])
def test_a_key_that_is_removed_takes_its_own_lines_with_it(key: str) -> None:
    edited = edit(TEXT, {key: None})
    assert split(edited).data == {name: value for name, value in split(TEXT).data.items() if name != key}
    assert all(line in TEXT for line in edited.splitlines(keepends=True))


@pytest.mark.parametrize(
    "text",
    [
        "---\n{title: a, summary: b}\n---\n",
        "---\n[a]\n---\n",
        "---\ntitle: a\n\ntext\n",
        "---\na: 'x\x85\n  y'\ntitle: b\n---\n",
    ],
    ids=["one line in braces", "a list", "never closed", "a line break of YAML's own"],
)
def test_what_cannot_be_edited_key_by_key_is_refused(text: str) -> None:
    with pytest.raises(EditError, match="cannot be changed"):
        edit(text, {"title": "Ny"})


def test_a_comment_and_a_blank_line_stay_where_they_are() -> None:
    text = "---\n# over\ntitle: a\n\n# under\nstatus: idea\n---\n"
    assert edit(text, {"title": "b"}) == text.replace("title: a", "title: b")


def test_a_file_without_front_matter_gets_one() -> None:
    assert edit("# Hei\n", {"title": "Hei"}) == "---\ntitle: Hei\n---\n\n# Hei\n"


def test_aliases_of_aliases_do_not_grow() -> None:
    levels = [f"{name}: &{name} [{', '.join([f'*{chr(ord(name) - 1)}'] * 9)}]" for name in "bcdefghij"]
    front = split("---\na: &a [x]\n" + "\n".join(levels) + "\n---\n")
    assert {problem.code for problem in front.problems} == {"yaml-reference"}
    assert len(str(front.data)) < 2000
    assert front.data["a"] == ["x"]


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "&a\nb: *a", "a: &a\n  - b: [*a]\nc: *a"])
def test_an_alias_of_itself_ends(text: str) -> None:
    front = split(f"---\n{text}\n---\n")
    assert "yaml-reference" in {problem.code for problem in front.problems}
