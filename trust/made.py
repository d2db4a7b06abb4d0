"""Texts, files and questions that nobody thought of: how hypothesis makes them."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from trust.corpus.read import BODY, GOOD
from trust.properties import KEYS

WHOLE = "---\n" + "\n".join(GOOD.values()) + "\n---\n\n" + BODY.format(body="Mange innom.")
"""A practice that nothing is wrong with, to be broken."""
MARKS = (
    *"--- +++ ... ``` ~~~ # ## > - * + 1. | |---| [ ] ( ) ![ ]( ]: <!-- --> <b> < > & &amp; \\ ` ** __ ! ~ ^".split(
        " "
    ),
    *(
        "? ",
        ": ",
        " #",
        "- ",
        "&a ",
        "*a",
        "!!str ",
        "!t ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "|\n",
        ">-\n",
        "'",
        '"',
        "%",
        "@",
    ),
    *(
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        "    ",
        " ",
        "\u00a0",
        "\u2028",
        "\x85",
        "\v",
        "\f",
        "\0",
        "\x1b[31m",
        "\ufeff",
    ),
    *(
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2066",
        "\u00ad",
        "\U000e0041",
        "\u0301",
        "א",
        "م",
        "👩",
        "\U0001f3f4",
        "é",
        "ß",
        "ﬁ",
    ),
    *("title", "place", "no/oslo", "2024", "0000-00-00", "null", "~", "no", "1e999", "<<", "Utfordringen", "ord", "kb"),
)
encodable = st.characters(codec="utf-8")
texts = st.one_of(
    st.text(encodable, max_size=200),
    st.lists(st.sampled_from(MARKS), max_size=40).map("".join),
    st.lists(st.one_of(st.sampled_from(MARKS), st.text(encodable, max_size=5)), max_size=30).map(" ".join),
    st.builds(
        lambda at, new, cut: WHOLE[:at] + new + WHOLE[at + cut :],
        st.integers(0, len(WHOLE)),
        st.lists(st.one_of(st.sampled_from(MARKS), st.text(encodable, max_size=5)), max_size=8).map("".join),
        st.integers(0, 60),
    ),
    st.builds(lambda front, body: f"---\n{front}\n---\n{body}", st.text(encodable, max_size=80), st.text(encodable)),
    st.builds(lambda piece, times: piece * times, st.sampled_from(MARKS), st.integers(1, 200)),
)
values = st.one_of(st.none(), st.text(encodable, max_size=60), st.lists(st.text(encodable, max_size=20), max_size=4))
changes = st.dictionaries(
    st.one_of(st.sampled_from(KEYS), st.text(encodable, min_size=1, max_size=8)), values, min_size=1, max_size=4
)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "_id", "text", "lang", "queries", "judgments", "q"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
lines = st.lists(
    st.one_of(
        json_values.map(json.dumps), st.sampled_from(["q1\td1\t1", "[" * 2000, '{"id": 1', "- id: a\n  text: b"])
    ),
    max_size=5,
).map("\n".join)
files = st.one_of(
    st.binary(max_size=200),
    texts.map(str.encode),
    lines.map(str.encode),
    st.builds(
        lambda data, at, new: data[:at] + new + data[at:],
        texts.map(str.encode),
        st.integers(0, 400),
        st.binary(max_size=6),
    ),
)
SYNTAX = (
    *'AND OR NOT "(: * " ^2 ~ \\ {!x} [1 TO 2] a:b grams:x /x/ (?=a) .* $1 %s %n {0} ${x} {{x}} <script>'.split(" "),
    *(
        "' OR 1=1 --",
        "'; DROP TABLE practices;--",
        "../../etc/passwd",
        "..\\..\\",
        "file:///etc/passwd",
        "%00",
        "%2e%2e/",
    ),
    *(
        "sykefravær",
        "Grong",
        "fire dagers uke",
        "وقت العمل",
        "שעות עבודה",
        "勤務時間",
        "рабочее время",
        "เวลา",
        "😀",
        "🇳🇴",
    ),
)
questions = st.one_of(
    st.text(st.characters(), max_size=200),  # any character, lone surrogates too
    st.text(st.sampled_from("\0\x01\x1b\x7f\u0085\u2028\u202e\ufeff\u0301\ud800\udcc3\ud83d \u200b"), max_size=30),
    st.text(st.characters(categories=["P", "S", "Z"]), max_size=60),
    st.lists(st.sampled_from(SYNTAX), max_size=12).map(" ".join),
    st.builds(
        lambda piece, times: piece * times, st.text(st.characters(), min_size=1, max_size=20), st.integers(1, 100)
    ),
)
