"""A text names a concept by its word, a form of it, a compound with it or another word for it; nothing less."""

from __future__ import annotations

import pytest

from kb.language.concordance import Asked
from kb.language.naming import MOST_THINGS, naming

TRUST = Asked(("tillitsledelse",), (("tillidsbaseret", "ledelse"), ("trust", "based", "leadership")))


def marked(text: str, *asked: Asked) -> list[str]:
    return [text[start:end] for start, end in sorted(naming(asked)(text))]


def word(folded: str) -> Asked:
    return Asked((folded,))


@pytest.mark.parametrize(
    ("text", "asked", "names"),
    [
        ("Ensomhet er vondt.", "ensomhet", ["Ensomhet"]),
        ("Ensomheten øker.", "ensomhet", ["Ensomheten"]),
        ("En bydelsmor og tre bydelsmødre.", "bydelsmoedrene", ["bydelsmødre"]),
        ("Eldreomsorg for eldre og deres foreldre.", "eldre", ["Eldreomsorg", "eldre"]),
        ("Tillitsbasert endringsledelse.", "ledelse", ["endringsledelse"]),
        ("Skolen vår.", "skolefravaer", []),
        ("Barnehelse og fritidskort.", "barnehage", []),
        ("Families lead in making the plan.", "lean", []),
        ("Rusken i gata.", "rus", []),
    ],
)
def test_word_is_named_by_itself_its_forms_and_its_compounds(text: str, asked: str, names: list[str]) -> None:
    assert marked(text, word(asked)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Det kalder vi tillidsbaseret styring og ledelse.", ["tillidsbaseret", "ledelse"]),
        ("Our trust-based leadership.", ["trust", "based", "leadership"]),
        ("Tillidsbaseret. Men alle de andre ting, som god ledelse er.", []),
        ("God ledelse.", []),
        ("Tillit.", []),
    ],
)
def test_phrase_is_named_by_its_words_together(text: str, names: list[str]) -> None:
    assert marked(text, TRUST) == names


def test_everything_that_is_asked_for_must_be_named() -> None:
    asked = (TRUST, word("hjemmetjeneste"))
    assert marked("Tillitsledelse i hjemmetjenesten.", *asked) == ["Tillitsledelse", "hjemmetjenesten"]
    assert marked("Tillitsledelse i skolen.", *asked) == []


def test_other_words_for_part_of_a_compound_do_not_name_it() -> None:
    asked = Asked(("sykefravaersprosjekt",), (("sjukfraanvaro",),), certainty=0.6)
    assert marked("Sjukfrånvaron sjönk.", asked) == []


def test_nothing_is_asked_for_by_nothing_and_named_by_no_description() -> None:
    assert marked("Alt mulig.") == []
    many = [word(f"ord{number}") for number in range(MOST_THINGS + 1)]
    assert marked(" ".join(item.words[0] for item in many), *many) == []
