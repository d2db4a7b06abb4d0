"""The words and places that practices choose from."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kb.errors import VocabularyError
from kb.language.text import fold
from kb.vocabulary import LISTS, Concept, Place, Vocabulary, load_vocabulary, nearest

SHIPPED = load_vocabulary(Path(__file__).parents[2] / "practices")
WORDS = """\
languages:
  nb: {nb: Bokmål, en: Norwegian}
  en: {nb: Engelsk, en: English}
countries:
  no: {nb: Norge, sv: Norge, en: Norway}
areas:
  helse: {nb: Helse, en: Health}
  bare-engelsk: {en: English only}
sections:
  problem:
    required: yes
    headings: {nb: Utfordringen, da: Udfordringen}
synonyms:
  - {nb: [hjemmetjeneste, heimetjeneste], en: home care}
  - [skole, skola]
"""
PLACES = """\
no: {name: Norge, kind: country}
no/oslo:
  name: Oslo
  kind: municipality
  parent: no
  number: "0301"
  lat: 59.91
  lon: 10.75
no/oslo/nordstrand: {name: Nordstrand, kind: district, parent: no/oslo, note: I sør}
no/uten: {parent: no}
dk/foreldreloes: {name: Alene, kind: municipality, parent: dk}
"""


def made(folder: Path, words: str = WORDS, places: str = PLACES) -> Vocabulary:
    (folder / "vocabulary.yaml").write_text(words, encoding="utf-8")
    (folder / "places.yaml").write_text(places, encoding="utf-8")
    return load_vocabulary(folder)


def test_a_label_falls_back_to_bokmal_and_then_to_its_key(tmp_path: Path) -> None:
    words = made(tmp_path)
    assert words.label("areas", "helse", "en") == "Health"
    assert words.label("areas", "helse", "sv") == "Helse"
    assert words.label("areas", "bare-engelsk", "sv") == "bare-engelsk"
    assert words.label("areas", "ukjent") == "ukjent"
    assert words.label("finnes-ikke", "ukjent") == "ukjent"
    assert words.label("places", "no/oslo/nordstrand") == "Nordstrand, Oslo"


def test_a_heading_falls_back_to_bokmal(tmp_path: Path) -> None:
    words = made(tmp_path)
    assert words.heading("problem", "da") == "Udfordringen"
    assert words.heading("problem", "sv") == "Utfordringen"
    assert words.heading("other") == ""


def test_a_heading_in_any_language_is_recognised(tmp_path: Path) -> None:
    words = made(tmp_path)
    for heading in ("Utfordringen", "udfordringen", "  UTFORDRINGEN : ", "Utfordringen?"):
        assert words.section(heading) == "problem", heading
    assert words.section("Utfordringene") == "other"


def test_a_place_is_named_with_what_it_lies_in(tmp_path: Path) -> None:
    words = made(tmp_path)
    assert words.place_name("no/oslo/nordstrand") == "Nordstrand, Oslo"
    assert words.place_name("no/oslo/nordstrand", with_country=True, language="en") == "Nordstrand, Oslo, Norway"
    assert words.place_name("no", with_country=True) == "Norge"
    assert words.place_name("dk/foreldreloes") == "Alene"
    assert words.place_name("no/uten") == "no/uten"
    assert words.place_name("fi/ukjent", with_country=True) == "fi/ukjent"


def test_a_place_keeps_its_number_as_text_and_its_coordinates_as_numbers(tmp_path: Path) -> None:
    assert made(tmp_path).places["no/oslo"] == Place("no/oslo", "Oslo", "municipality", "no", "0301", 59.91, 10.75)
    assert made(tmp_path).places["no/oslo/nordstrand"].note == "I sør"
    assert made(tmp_path).places["no/oslo/nordstrand"].lat is None


def test_a_population_is_a_number_and_keeps_its_date_as_written(tmp_path: Path) -> None:
    told = PLACES.replace("lon: 10.75", "lon: 10.75\n  population: 724290\n  population_as_of: 2025-01-01")
    oslo = made(tmp_path, places=told).places["no/oslo"]
    assert (oslo.population, oslo.population_as_of) == (724290, "2025-01-01")
    untold = made(tmp_path).places["no/oslo/nordstrand"]
    assert (untold.population, untold.population_as_of) == (None, "")


def test_ancestors_go_from_the_place_outwards(tmp_path: Path) -> None:
    words = made(tmp_path)
    assert words.ancestors("no/oslo/nordstrand") == ("no/oslo/nordstrand", "no/oslo", "no")
    assert words.ancestors("dk/foreldreloes") == ("dk/foreldreloes", "dk")
    assert words.ancestors("fi/ukjent") == ("fi/ukjent",)


def test_places_that_lie_in_each_other_end_somewhere(tmp_path: Path) -> None:
    words = made(tmp_path, places="a: {name: A, kind: district, parent: b}\nb: {name: B, kind: district, parent: a}\n")
    assert words.ancestors("a") == ("a", "b")
    assert words.place_name("a") == "A, B"


def test_what_a_list_allows_can_be_asked(tmp_path: Path) -> None:
    words = made(tmp_path)
    assert words.values("areas") == {"helse", "bare-engelsk"}
    assert words.values("places") == set(words.places)
    assert words.values("themes") == frozenset()


def test_a_concept_is_its_words_in_each_language(tmp_path: Path) -> None:
    assert made(tmp_path).concepts == (
        Concept({"nb": ("hjemmetjeneste", "heimetjeneste"), "en": ("home care",)}),
        Concept({"": ("skole", "skola")}),
    )


def test_all_the_words_of_a_concept_stand_once_and_in_order() -> None:
    assert Concept({"nb": ("bydel", "bydelen"), "nn": ("bydel",), "sv": ("stadsdel",)}).all == (
        "bydel",
        "bydelen",
        "stadsdel",
    )


def test_a_language_left_empty_has_no_words(tmp_path: Path) -> None:
    words = made(tmp_path, "synonyms:\n  - {nb: [skole, ' '], da: , sv: [], en: school}\n")
    assert words.concepts == (Concept({"nb": ("skole",), "en": ("school",)}),)


@pytest.mark.parametrize("changed", ["[skole, skule]", "{nb: skole, en: school}", "{nb: [skole, skola]}"])
def test_the_digest_changes_with_the_words(tmp_path: Path, changed: str) -> None:
    digest = made(tmp_path).digest
    assert made(tmp_path).digest == digest
    assert made(tmp_path, WORDS.replace("[skole, skola]", changed)).digest != digest


@pytest.mark.parametrize(
    ("concept", "said", "hint"),
    [
        ("{nbb: skole}", "`nbb` is not one of the languages", "Did you mean `nb`?"),
        ("{NB: skole}", "`NB` is not one of the languages", "Did you mean `nb`?"),
        ("{fi: koulu}", "`fi` is not one of the languages", "Use one of nb, en."),
        ("{}", "has no words", "remove the line"),
        ("[]", "has no words", "remove the line"),
        ("", "has no words", "remove the line"),
        ("{nb: [], en: }", "has no words", "remove the line"),
        ("skole", "more than one text", "{nb: [ord, ord], en: [word]}"),
        ("[skole, [skola]]", "one plain list", "{nb: [ord, ord], en: [word]}"),
        ("{nb: [skole, [skola]]}", "one plain list", "{nb: [ord, ord], en: [word]}"),
        ("{nb: {sv: skola}}", "one plain list", "{nb: [ord, ord], en: [word]}"),
    ],
)
def test_a_concept_that_cannot_be_read_is_an_error_in_plain_words(
    tmp_path: Path, concept: str, said: str, hint: str
) -> None:
    with pytest.raises(VocabularyError, match=said) as caught:
        made(tmp_path, WORDS.replace("[skole, skola]", concept))
    assert caught.value.line == WORDS.count("\n")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("no/olso", "no/oslo"),
        ("NO/OSLO", "no/oslo"),
        ("oslo/nordstrand", "no/oslo/nordstrand"),
        ("nordstrand", "no/oslo/nordstrand"),
        ("xyzzy", ""),
        ("", ""),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(tmp_path: Path, written: str, meant: str) -> None:
    assert made(tmp_path).nearest("places", written) == meant


def test_the_nearest_keeps_the_spelling_that_is_allowed() -> None:
    assert nearest("encoder.modl", ["Encoder.Model", "index"]) == "Encoder.Model"
    assert nearest("a", []) == ""


def test_a_folder_without_vocabulary_has_an_empty_one(tmp_path: Path) -> None:
    words = load_vocabulary(tmp_path)
    assert all(not words.values(name) for name in (*LISTS, "places"))
    assert words.label("areas", "helse") == "helse"
    assert words.section("Utfordringen") == "other"


def test_lists_that_are_left_empty_are_empty(tmp_path: Path) -> None:
    words = made(tmp_path, "areas:\nsections:\nsynonyms:\n", "")
    assert (words.values("areas"), words.headings, words.concepts, words.places) == (frozenset(), {}, (), {})


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("areas:\n  a: [\n", 3),
        ("areas:\n  a: {nb: A}\nareas:\n  b: {nb: B}\n", 3),
        ("- areas\n", 1),
        ("# ord\nareas: helse\n", 2),
        ("areas:\n  a: {nb: A}\n  b: B\n", 3),
        ("areas:\n  a:\n    nb: [A]\n", 3),
        ("sections: [problem]\n", 1),
        ("sections:\n  problem: Utfordringen\n", 2),
        ("sections:\n  problem:\n    headings: Utfordringen\n", 3),
        ("sections:\n  problem:\n    headings:\n      nb: [a]\n", 4),
        ("synonyms:\n  a: b\n", 1),
        ("synonyms:\n  - [a, b]\n  - c\n", 3),
        ("synonyms:\n  - [a, [b]]\n", 2),
        ("areas: &a {}\n", 1),
    ],
)
def test_a_broken_vocabulary_is_an_error_with_file_and_line(tmp_path: Path, words: str, line: int) -> None:
    with pytest.raises(VocabularyError) as caught:
        made(tmp_path, words)
    assert caught.value.path == tmp_path / "vocabulary.yaml"
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{tmp_path / 'vocabulary.yaml'}:{line}: ")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("places", "line"),
    [
        ("no: {name: Norge}\nno/oslo: Oslo\n", 2),
        ("no: {name: Norge}\nno/oslo:\n  name: Oslo\n  lat: nord\n", 2),
        ("no: {name: Norge}\nno: {name: Noreg}\n", 2),
        ("no: {name: Norge}\nno/oslo:\n  name: Oslo\n  population: ca. 700000\n", 4),
        ("no: {name: Norge}\nno/oslo: {name: Oslo, population: 0}\n", 2),
    ],
)
def test_broken_places_are_an_error_with_file_and_line(tmp_path: Path, places: str, line: int) -> None:
    with pytest.raises(VocabularyError) as caught:
        made(tmp_path, places=places)
    assert (caught.value.path, caught.value.line) == (tmp_path / "places.yaml", line)
    assert caught.value.hint


def test_a_vocabulary_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "vocabulary.yaml").write_bytes("områder:".encode("latin-1"))
    with pytest.raises(VocabularyError) as caught:
        load_vocabulary(tmp_path)
    assert caught.value.path == tmp_path / "vocabulary.yaml"


def test_the_shipped_vocabulary_has_every_label_in_five_languages() -> None:
    languages = ("nb", "nn", "da", "sv", "en")
    for name in LISTS:
        assert SHIPPED.values(name), name
        for key in SHIPPED.values(name):
            assert all(SHIPPED.labels[name][key].get(language) for language in languages), key


def test_shipped_populations_have_a_date_and_fit_inside_what_they_lie_in() -> None:
    told = {key: place for key, place in SHIPPED.places.items() if place.population}
    assert {place.country for place in told.values()} >= {"no", "dk", "se", "fi", "is", "gb"}
    for key, place in told.items():
        assert place.population_as_of, key
        assert all(
            (place.population or 0) < (told[outer].population or 0)
            for outer in SHIPPED.ancestors(key)[1:]
            if outer in told
        ), key


def test_every_shipped_place_leads_to_its_country() -> None:
    for key, place in SHIPPED.places.items():
        assert SHIPPED.ancestors(key)[-1] == place.country, key
        assert place.country in SHIPPED.values("countries")


def test_the_shipped_concepts_have_words_in_every_language() -> None:
    languages = SHIPPED.values("languages")
    assert sum(set(concept.words) == languages for concept in SHIPPED.concepts) >= 150


def test_no_shipped_word_stands_in_two_concepts() -> None:
    counts = Counter(folded for concept in SHIPPED.concepts for folded in {fold(word) for word in concept.all})
    assert [word for word, count in counts.items() if count > 1] == []
