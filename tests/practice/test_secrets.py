"""No error, no line of a log and no page holds a token or a password."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb.errors import GitFailed, KbError, PracticeError
from kb.secret import HIDDEN, from_environment, guard_logs, public

SIGNS = "abcXYZ0123456789-._~!*'()@:;&=+$,%"
WORDS = some.text(alphabet=SIGNS, min_size=8, max_size=40).filter(lambda text: text.strip("*'()") == text)
CARRIERS = (
    "https://kari:{}@forge.example/k/praksis.git does not answer",
    "postgresql://kb:{}@db.example:5432/kb?sslmode=require",
    "could not open ssh://git:{}@forge.example/x",
)


@given(WORDS, some.sampled_from(CARRIERS))
def test_no_password_is_left_in_an_address(word: str, carrier: str) -> None:
    told = public(carrier.format(quote(word, safe="@:!$&'()*+,;=-._~")))
    assert word not in told
    assert "example" in told


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2hunter2 host=db",
        "connect_timeout=3 PASSWORD='hunter2hunter2'",
        "GET /api?private_token=hunter2hunter2&page=1",
        "?access_token=hunter2hunter2",
        "Authorization: Bearer hunter2hunter2",
        "{'PRIVATE-TOKEN': 'hunter2hunter2', 'Accept': 'x'}",
        "Cookie: _streamlit_user=hunter2hunter2",
        "remote: invalid credentials ghp_hunter2hunter2hunter2hunter2hunter2hunte",
        "glpat-hunter2hunter2-abc",
    ],
)
def test_what_carries_a_secret_keeps_its_name_and_loses_it(text: str) -> None:
    told = public(text)
    assert "hunter2" not in told
    assert HIDDEN in told


@pytest.mark.parametrize(
    "text",
    [
        "Look at [forge] url in kb.toml: the forge knows no such repository, or the token may not see it.",
        "The token in PRAKSIS_FORGE_TOKEN is not valid any more: make a new one.",
        "practices/no/oslo/a.md:12: «https://www.oslo.kommune.no/a?b=c» does not answer",
        "kari@example.org is the e-mail address of a person.",
        "Passord og tilgang: hvem bestemmer?",
    ],
)
def test_ordinary_sentences_are_left_as_they_are(text: str) -> None:
    assert public(text) == text


def test_a_secret_that_is_known_is_found_wherever_it_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOME_TOKEN", "rart-ord-som-ingen-gjetter")
    assert "rart-ord" not in public("fatal: rart-ord-som-ingen-gjetter was not accepted")
    (tmp_path / "token").write_text("fra-en-fil-9876\n", encoding="utf-8")
    given = {"OWN_TOKEN_FILE": str(tmp_path / "token")}
    assert from_environment("OWN_TOKEN", given) == "fra-en-fil-9876"
    assert from_environment("OWN_TOKEN", {**given, "OWN_TOKEN": "x"}) == "x"
    assert from_environment("OWN_TOKEN", {}) == ""
    assert public("token fra-en-fil-9876 was refused") == f"token {HIDDEN} was refused"
    with pytest.raises(OSError, match="borte"):
        from_environment("OWN_TOKEN", {"OWN_TOKEN_FILE": str(tmp_path / "borte")})


def test_no_error_tells() -> None:
    address = "https://kari:hunter2@forge.example/x"
    for error in (
        KbError(f"{address} is gone.", hint=f"Ask {address}."),
        GitFailed("It failed", reason=f"fatal: {address}"),
        PracticeError(f"see {address}", path=Path("a.md")),
    ):
        assert "hunter2" not in f"{error} {error.hint}"


def test_no_line_of_a_log_tells_nor_a_traceback() -> None:
    factory = logging.getLogRecordFactory()
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    log = logging.getLogger("praksis.prøve")
    log.addHandler(handler)
    log.propagate = False
    try:
        guard_logs()
        guard_logs()
        log.error("no answer from %s", "https://kari:hunter2@forge.example")
        log.warning("%d of %s", 3, "fem")
        try:
            int("postgresql://kb:hunter2@db/kb")
        except ValueError:
            log.exception("asking failed")
    finally:
        logging.setLogRecordFactory(factory)
        log.removeHandler(handler)
    said = lines.getvalue()
    assert "hunter2" not in said
    assert "https://forge.example" in said
    assert "3 of fem" in said
    assert "Traceback" in said
    assert "ValueError: invalid literal for int() with base 10: 'postgresql://db/kb'" in said
