"""What looks like an address or a long number never reaches the log; ordinary questions do, as they are."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.check.emails import _EMAIL, private_emails
from kb.check.identity import identity_numbers
from kb.check.phones import phone_numbers
from kb.language.identities import HIDDEN, mask

HIDES = {
    "an address": ("skriv til kari.nordmann@example.no i dag", "skriv til … i dag"),
    "an address with room around the sign": ("kari @ example.no", "…"),
    "an address with no country": ("kari@localhost, takk", "… takk"),
    "an address that is too long to be one": ("x" * 70 + "@example.no", "…"),
    "an account": ("hva mener @kari_n", "hva mener …"),
    "a Norwegian telephone number": ("ring 412 34 567 om vikarer", "ring … om vikarer"),
    "with its country": ("+47 41 23 45 67", "+…"),
    "on a line of its own": ("41 23\n45 67", "…"),
    "with the hyphens of print": ("41–23–45–67", "…"),
    "with spaces that do not break": ("41\u00a023\u00a045\u202f67", "…"),
    "with nothing that shows in it": ("41\u200b23\u00ad4567", "…"),
    "an Icelandic telephone number": ("555 1234", "…"),
    "a Swedish telephone number": ("08-123 45 67", "…"),
    "a Norwegian identity number": ("bruker 01419010029 bor alene", "bruker … bor alene"),
    "set apart": ("01 41 90 100 29", "…"),
    "that is mistyped": ("01419010028", "…"),
    "a Danish identity number": ("cpr 010158-5000", "cpr …"),
    "a Swedish identity number": ("19900101-9802", "…"),
    "of somebody over a hundred": ("900101+9802", "…"),
    "a Finnish identity number": ("hetu 131052-308T", "hetu …"),
    "in its new form": ("131052A308T", "…"),
    "in small letters": ("131052b308t", "…"),
    "an Icelandic identity number": ("120174-3399", "…"),
    "a date of birth": ("født 12.03.1985", "født …"),
    "a case": ("sak 2023/12345", "sak …"),
    "a number in a word": ("AB123456CD", "AB…CD"),
    "two in a row": ("a@b.no 12345678", "… …"),
    "a number up against an address": ("41 23 45 67ola@x.no", "41 23 45 …"),
}
KEEPS = (
    "Vi finner ikke vikarer på kveld og helg",
    "kortere arbeidsdag 2015-2020",
    "skoleåret 2019/2020",
    "2018 2019 2020",
    "6-timersdag for 12 500 ansatte",
    "10-faktor, 24/7 og 37,5 timer",
    "ungdom 16–24 år",
)


@pytest.mark.parametrize(("text", "masked"), HIDES.values(), ids=HIDES)
def test_what_may_point_to_a_person_is_hidden(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", KEEPS)
def test_what_points_to_nobody_is_kept(text: str) -> None:
    assert mask(text) == text


NUMBERS = st.from_regex(r"\+?\d(?:[ .\-–\u00a0]?\d){4,13}[A-Z]?", fullmatch=True)
IDENTITIES = st.from_regex(
    r"(?:19|20)?[0-9]{2}[01][0-9][0-3][0-9][-+A]?[0-9]{3,4}[0-9A-Y]?[0-9]?|[0-3][0-9] ?[0-7][0-9] ?[0-9]{2} ?[0-9]{5}",
    fullmatch=True,
)
ADDRESSES = st.from_regex(r"[a-zæøå._%+-]{1,80}@[a-zæøå-]{1,10}(?:\.[a-z]{2,5}){1,2}", fullmatch=True)
WORDS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(("tlf", "ring", "cpr", "2019", "-", "/", "…", "@", " ", "kr", "org.nr.", "\n", "(")),
)


def found(text: str) -> list[object]:
    """What the check of practices and the promises of the log see in a text."""
    line = PurePosixPath("a.md"), 1, text
    digits = 0
    runs = []
    for char in text:
        digits = digits + 1 if char.isdecimal() else 0
        runs += ["six digits"] if digits == 6 else []
    return [*identity_numbers(text), *phone_numbers(text), *private_emails(*line), *_EMAIL.findall(text), *runs]


@given(st.lists(st.one_of(NUMBERS, IDENTITIES, ADDRESSES, WORDS), max_size=8), st.sampled_from(("", " ", "-", "\t")))
@example(["tlf ", "41234567ola@x.no"], "")
@example(["+47 ", "2019 2020"], "")
def test_nothing_that_can_be_told_by_its_form_survives(parts: list[str], between: str) -> None:
    masked = mask(between.join(parts))
    assert found(masked) == []
    assert mask(masked) == masked
    assert "\n" not in masked


def test_the_watchers_of_this_test_see() -> None:
    assert len(found("01419010029 tlf 41234567 kari@example.no")) >= 4
    assert HIDDEN not in "".join(KEEPS)


def test_a_pasted_page_is_masked_at_once() -> None:
    for page in ("a" * 200_000, "1 " * 100_000, "1" + "-" * 200_000, "@" * 100_000, " @" * 100_000):
        assert len(mask(page)) <= len(page)
