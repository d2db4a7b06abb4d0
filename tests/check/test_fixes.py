"""`--fix` mends what is safe, nothing else, and has nothing left to do the second time."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import TODAY, cases, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.check import check, fix

PATH, TEXT = next(iter(cases("valid.md"))).files[0]
CARDS = PATH.replace(".md", ".i18n.yaml")


def mended(folder: Path, text: str | bytes) -> tuple[str, list[str]]:
    write(folder, {PATH: TEXT})
    (folder / PATH).write_bytes(text.encode() if isinstance(text, str) else text)
    codes = [item.code for item in fix(folder)]
    return (folder / PATH).read_bytes().decode(), codes


@pytest.mark.parametrize(
    ("broken", "codes"),
    [
        (b"\xef\xbb\xbf" + TEXT.encode(), ["bom"]),
        (TEXT.encode().replace(b"\n", b"\r\n"), ["crlf"]),
        (TEXT.encode().replace(b"\n", b"\r"), ["crlf"]),
        (TEXT.replace("uke.", "u\u00adke\u200b.").replace("title: F", "\u2060title: F").encode(), ["hidden-sign"]),
        (TEXT.replace("    url:", "\t\turl:").encode(), ["tab"]),
        (TEXT.replace("title: Faste", "Title: Faste").replace("    url:", "    URL:").encode(), ["unknown-key"] * 2),
        (TEXT.replace("status: in-use", "status: i bruk").encode(), ["unknown-value"]),
        (TEXT.replace("status: in-use", 'status: "Används"').encode(), ["unknown-value"]),
        (TEXT.replace("evidence: experience", "evidence: Erfarenhet").encode(), ["unknown-value"]),
        (TEXT.replace("- helse-omsorg", "- 'Helse og omsorg'").encode(), ["unknown-value"]),
        (TEXT.replace("place: no/oslo", "place: No/Oslo").encode(), ["unknown-value"]),
        (TEXT.replace("language: nb", "language: Bokmål").encode(), ["unknown-value"]),
        (TEXT.replace("status_as_of: 2024", "status_as_of: 2024.0").encode(), ["bad-date"]),
        (TEXT.replace("title: Faste", "title:\u00a0Faste").encode(), ["yaml"]),
        (TEXT.replace("    url: ", "\u00a0   url:\u00a0").encode(), ["yaml"]),
    ],
    ids="bom crlf cr hidden tabs keys status quoted evidence area case language spreadsheet nbsp hard-indent".split(),
)
def test_a_safe_mend_gives_the_file_as_it_should_have_been(tmp_path: Path, broken: bytes, codes: list[str]) -> None:
    assert mended(tmp_path, broken) == (TEXT, codes)
    assert check(tmp_path, today=TODAY).errors == 0
    assert fix(tmp_path) == ()


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("title: Faste", "title: a\nTitle: Faste"),
        TEXT.replace("title: Faste", "Title: a\nTITLE: Faste"),
        TEXT.replace("status: in-use", "status: brukes"),
        TEXT.replace("title: Faste", "'Title': Faste"),
        TEXT.replace("uke.", "\u202eu\u202cke, \x1b[1m \u05d0\u200f 👩\u200d⚕️."),
        TEXT.replace("uke.", "uke.  \n\n\tkode med tabulator\n"),
        TEXT.replace("title: Faste", "title: Title: Faste"),
        TEXT.replace("summary: Ett lite", "summary: a\u2028Title: b\nTitle: Ett lite"),
        TEXT.rstrip(),
        "ingen front matter, Title: x\n",
        "",
    ],
)
def test_anything_else_is_left_as_it_stands(tmp_path: Path, text: str) -> None:
    assert mended(tmp_path, text) == (text, [])


def test_a_comment_after_a_status_stays(tmp_path: Path) -> None:
    text, _ = mended(tmp_path, TEXT.replace("status: in-use", "status:  I brug  # siden mai"))
    assert "status:  in-use  # siden mai\n" in text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("15.3.2024", "2024-03-15"),
        ("15. 03. 2024", "2024-03-15"),
        ("2024-3-5", "2024-03-05"),
        ("2024/03", "2024-03"),
        ("'2024.3.15'", "2024-03-15"),
        ("3/4/2024", ""),
        ("03/2024", ""),
        ("31.2.2024", ""),
        ("mars 2024", ""),
        ("24", ""),
    ],
)
def test_a_date_is_mended_where_it_can_only_mean_one_day(tmp_path: Path, written: str, meant: str) -> None:
    broken = TEXT.replace("status_as_of: 2024", f"status_as_of: {written}  # sist sett")
    text, codes = mended(tmp_path, broken)
    assert text == (broken.replace(written, meant) if meant else broken)
    assert codes == (["bad-date"] if meant else [])


def test_values_in_records_and_lists_in_one_line_are_mended_too(tmp_path: Path) -> None:
    more = "results: [{kind: Realised, statement: Realised}]\nassessment:\n  decided: 1.2.2024\nevidence:"
    text, _ = mended(
        tmp_path, TEXT.replace("evidence:", more).replace("place: no", "place: [No/asker, NO/oslo]\nx: no")
    )
    assert "results: [{kind: realised, statement: Realised}]\n" in text
    assert "  decided: 2024-02-01\n" in text
    assert "place: [no/asker, no/oslo]\n" in text


def test_a_name_that_several_places_may_have_is_not_guessed_at(tmp_path: Path) -> None:
    broken = TEXT.replace("place: no/oslo/nordstrand", "place: Nordstrand")
    assert mended(tmp_path, broken) == (broken, [])


def test_cards_vocabulary_and_places_are_mended_too(tmp_path: Path) -> None:
    write(tmp_path, {PATH: TEXT, CARDS: "da:\r\n\tBy: human\r\n\tTitle: Faste teams\r\n\tsummary: Et team.\r\n"})
    places = (tmp_path / "places.yaml").read_bytes()
    (tmp_path / "places.yaml").write_bytes(b"\xef\xbb\xbf" + places)
    fix(tmp_path)
    assert (tmp_path / CARDS).read_text() == "da:\n  by: human\n  title: Faste teams\n  summary: Et team.\n"
    assert (tmp_path / "places.yaml").read_bytes() == places


def test_only_named_files_are_mended(tmp_path: Path) -> None:
    crlf = TEXT.replace("\n", "\r\n")
    write(tmp_path, {"no/oslo/a.md": crlf, "no/oslo/b.md": crlf})
    assert [item.path.name for item in fix(tmp_path, ["no/oslo/a.md"])] == ["a.md"]
    assert (tmp_path / "no/oslo/b.md").read_bytes() == crlf.encode()


def test_a_linked_file_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "p", {PATH: TEXT})
    (tmp_path / "utenfor.md").write_bytes(TEXT.replace("\n", "\r\n").encode())
    (tmp_path / "p/no/oslo/lenke.md").symlink_to(tmp_path / "utenfor.md")
    assert fix(tmp_path / "p") == ()
    assert (tmp_path / "p/no/oslo/lenke.md").is_symlink()


PIECES = st.lists(
    st.sampled_from(
        [
            "\ufeff",
            "\r\n",
            "\r",
            "\n",
            "---",
            "\t",
            " ",
            "Title: ",
            "title: ",
            "status: ",
            "I bruk",
            "x",
            "- ",
            "'",
            "|",
            "\u2028",
            "Sources:",
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=PIECES | st.builds("---\n{}\n---\n{}".format, PIECES, PIECES))
def test_a_second_run_changes_nothing(tmp_path: Path, text: str) -> None:
    once, _ = mended(tmp_path, text)
    assert fix(tmp_path) == ()
    assert (tmp_path / PATH).read_bytes().decode() == once
