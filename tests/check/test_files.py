"""Files that are no text, have the wrong bytes, or are not there; nothing stops a check."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cases import TODAY, cases, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.check import check, fix
from kb.errors import ConfigError

VALID = dict(next(iter(cases("valid.md"))).files)
PATH, TEXT = next(iter(VALID.items()))
CARDS = PATH.replace(".md", ".i18n.yaml")


def found(folder: Path) -> list[tuple[str, int]]:
    return [(item.code, item.line) for item in check(folder, today=TODAY).findings if item.code != "missing-card"]


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode(), "bom", 1),
        (TEXT.encode().replace(b"\n", b"\r\n"), "crlf", 1),
        (TEXT.encode() + b"\r\n", "crlf", TEXT.count("\n") + 1),
        (TEXT.encode().replace(b"\n", b"\r"), "crlf", 1),
        (TEXT.encode("latin-1"), "not-utf8", 3),
        (TEXT.encode("utf-16"), "binary", 1),
        (b"\x89PNG\0\0", "binary", 1),
        (TEXT.encode() + b"a" * 256 * 1024, "too-large", 0),
    ],
    ids=["bom", "crlf", "one crlf", "cr", "latin-1", "utf-16", "picture", "large"],
)
def test_bytes_that_are_not_as_they_should_be_are_the_only_finding(
    tmp_path: Path, data: bytes, code: str, line: int
) -> None:
    write(tmp_path, VALID)
    (tmp_path / PATH).write_bytes(data)
    assert found(tmp_path) == [(code, line)]


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, VALID)
    (tmp_path / "no/oslo/minne.md").symlink_to("/proc/self/mem")
    assert found(tmp_path) == [("unreadable", 0)]


def test_what_is_called_a_practice_and_is_no_file_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path / "p", VALID)
    folder = tmp_path / "p/no/oslo"
    (tmp_path / "hemmelig.md").write_text("---\nPASSORD=hunter2: x\n---\n")
    os.mkfifo(folder / "ror.md")
    for name, to in (("ut", "../../../hemmelig.md"), ("sirkel", "sirkel.md"), ("borte", "nei.md"), ("mappe", ".")):
        (folder / f"{name}.md").symlink_to(to)
    told = {item.path.name: item for item in check(tmp_path / "p", today=TODAY).findings if item.code == "unreadable"}
    assert set(told) == {"ror.md", "ut.md", "sirkel.md", "borte.md", "mappe.md"}
    assert "hunter2" not in str(told)
    assert {item.path.name for item in check(tmp_path / "p", ["no/oslo/ror.md"]).findings} == {"ror.md"}


def test_cards_that_would_never_end_are_a_finding_and_hold_nothing_up(tmp_path: Path) -> None:
    write(tmp_path, {**VALID, "no/oslo/b.md": TEXT})
    os.mkfifo(tmp_path / CARDS)
    (tmp_path / "no/oslo/b.i18n.yaml").symlink_to("/dev/zero")
    assert found(tmp_path) == [("unreadable", 0), ("unreadable", 0)]
    assert fix(tmp_path) == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever runs this may open every folder")
def test_a_folder_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    write(tmp_path, VALID)
    (tmp_path / "no/bergen").mkdir(mode=0)
    assert found(tmp_path) == [("unreadable", 0)]


def test_a_path_deeper_than_the_stack_is_walked(tmp_path: Path) -> None:
    write(tmp_path, VALID)
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("n", dir_fd=here)
        here, above = os.open("n", os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    try:
        assert found(tmp_path) == []
    finally:
        # Python's own way of clearing a folder goes no deeper than its stack.
        subprocess.run(["rm", "-rf", str(tmp_path / "n")], check=True)


def test_missing_newline_at_the_end_and_trailing_spaces_are_no_findings(tmp_path: Path) -> None:
    write(tmp_path, {PATH: TEXT.rstrip().replace("uke.", "uke.  ").replace("language: nb", "language: nb  ")})
    assert found(tmp_path) == []


def test_a_broken_practice_does_not_hide_the_others(tmp_path: Path) -> None:
    broken = {"no/oslo/a.md": "---\n[", "no/oslo/z.md": TEXT.replace("status: in-use", "status: borte")}
    write(tmp_path, {**VALID, **broken})
    assert {item.path.name for item in check(tmp_path, today=TODAY).findings if item.severity == "error"} == {
        "a.md",
        "z.md",
    }


def test_a_folder_without_vocabulary_is_told_once_and_checked_for_the_rest(tmp_path: Path) -> None:
    write(tmp_path, {**VALID, "no/oslo/b.md": TEXT.replace("title: Faste", "tittel: Faste")})
    (tmp_path / "vocabulary.yaml").unlink()
    (tmp_path / "places.yaml").unlink()
    assert found(tmp_path) == [("missing-key", 1), ("unknown-key", 2), ("no-vocabulary", 0)]


def test_a_folder_that_does_not_exist_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        check(tmp_path / "borte")
    assert caught.value.hint


def test_a_readme_at_the_top_is_no_practice(tmp_path: Path) -> None:
    write(tmp_path, {**VALID, "README.md": "# Hei\n"})
    assert found(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be written there")
def test_a_file_name_may_be_any_bytes(tmp_path: Path) -> None:
    write(tmp_path, VALID)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/no/oslo/\xff\n.md")).write_bytes(TEXT.encode())
    assert ("id-form", 0) in found(tmp_path)


NASTY = st.text(st.sampled_from("-:#[]{}()<>*_`~|\\!&'\"@%?=\t\r\n\u2028\ufeffé09 aT")) | st.text()
MUTATED = st.tuples(st.integers(0, len(TEXT)), NASTY, st.integers(0, 40)).map(
    lambda cut: TEXT[: cut[0]] + cut[1] + TEXT[cut[0] + cut[2] :]
)
MAKERS: list[tuple[str, Callable[[str], str]]] = [
    (PATH, str),
    (PATH, lambda text: f"---\n{text}\n---\n{text}"),
    (CARDS, str),
    ("vocabulary.yaml", str),
    ("places.yaml", str),
]
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(("name", "make"), MAKERS, ids=["practice", "front matter", "cards", "words", "places"])
@SETTINGS
@given(text=NASTY | MUTATED)
def test_no_text_in_any_file_stops_a_check(tmp_path: Path, name: str, make: Callable[[str], str], text: str) -> None:
    write(tmp_path, {**VALID, name: make(text.encode("utf-8", "replace").decode())})
    assert check(tmp_path, today=TODAY).files >= 3


@SETTINGS
@given(data=st.binary(max_size=300), name=st.sampled_from([PATH, CARDS, "vocabulary.yaml", "places.yaml"]))
def test_no_bytes_in_any_file_stop_a_check(tmp_path: Path, data: bytes, name: str) -> None:
    write(tmp_path, VALID)
    (tmp_path / name).write_bytes(data)
    assert check(tmp_path, today=TODAY).files >= 3


YAML = st.recursive(
    st.sampled_from(["a", "", "no", "2024", "no/oslo", "-1.5", "country"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["nb", "headings", "kind", "lat", "x", "by"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@SETTINGS
@given(
    value=YAML,
    key=st.sampled_from(
        [
            "areas",
            "languages",
            "sections",
            "synonyms",
            "statuses",
            "place",
            "sources",
            "results",
            "borrowed_from",
            "related",
            "assessment",
            "questions",
            "title",
            "no/oslo",
            "nb",
        ]
    ),
)
def test_no_shape_of_yaml_stops_a_check(tmp_path: Path, value: object, key: str) -> None:
    import json

    flow = json.dumps({key: value})
    write(tmp_path, {PATH: TEXT.replace("---\n", f"---\n{json.dumps(key)}: {json.dumps(value)}\n", 1), CARDS: flow})
    check(tmp_path, today=TODAY)
    for name in ("vocabulary.yaml", "places.yaml"):
        write(tmp_path, VALID)
        (tmp_path / name).write_text(flow)
        check(tmp_path, today=TODAY)
