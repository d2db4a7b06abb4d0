"""Comparing practices: what stands in the table, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

from kb.base import KnowledgeBase
from kb.compare.export import as_csv, as_markdown, lines
from kb.compare.model import Comparison, Row, comparison_json
from kb.config import Config
from kb.errors import CannotCompare, KbError, UnknownPractice
from kb.index.build import build
from kb.web.compare.words import words

HOURS = ("goteborg-svartedalen-sextimmarsdag", "kiruna-sextimmarsdag-hemtjanst", "reykjavik-shorter-working-week")
TRUST = ("oslo-ullern-tillitsmodellen-hovedpilot", "netherlands-buurtzorg-neighbourhood-care")

Small = Callable[..., Config]


@pytest.fixture
def plain(small: Small) -> KnowledgeBase:
    """Ten practices that were indexed without a model."""
    config = small()
    build(config)
    return KnowledgeBase(config)


def _row(comparison: Comparison, key: str, about: str = "") -> Row:
    return next(row for row in comparison.rows if (row.key, row.about) == (key, about))


def test_problem_and_measure_are_the_practices_own_words_with_language_and_line(plain: KnowledgeBase) -> None:
    comparison = plain.compare(HOURS)
    for key in ("problem", "practice", "conditions", "lessons"):
        for cell, practice in zip(_row(comparison, key).cells, comparison.practices, strict=True):
            for quote in cell.quotes:
                assert quote.language == practice.language
                written = (plain.config.practices / practice.path).read_text(encoding="utf-8").splitlines()
                assert quote.text.split()[0] in written[quote.line - 1]


def test_the_rows_come_in_the_order_that_a_leader_asks(plain: KnowledgeBase) -> None:
    keys = [row.key for row in plain.compare(HOURS).rows]
    facts = ["place", "kind", "country", "status", "evidence", "period"]
    wanted = ["summary", "problem", "practice", *facts, "realised", "conditions", "lessons", "warnings"]
    assert [key for key in dict.fromkeys(keys) if key in wanted] == wanted


def test_facts_that_differ_are_marked_and_those_that_do_not_are_not(plain: KnowledgeBase) -> None:
    comparison = plain.compare(HOURS)
    assert _row(comparison, "country").differs
    assert _row(comparison, "status").differs
    assert not _row(comparison, "place").differs
    assert not _row(plain.compare(HOURS[:2]), "country").differs
    assert not _row(plain.compare(HOURS[:2]), "status").differs


def test_the_first_row_tells_it_in_brief_in_the_reader_s_language(plain: KnowledgeBase) -> None:
    comparison = plain.compare((HOURS[0], "oslo-alna-bydelsmodre"), language="nb")
    translated, own = (cell.quotes[0] for cell in comparison.rows[0].cells)
    assert (translated.language, translated.by) == ("nb", "machine")
    assert (own.text, own.by) == (comparison.practices[1].summary, "")
    swedish = plain.compare((HOURS[0], "oslo-alna-bydelsmodre"), language="sv").rows[0].cells[0].quotes[0]
    assert (swedish.text, swedish.by) == (comparison.practices[0].summary, "")
    said = [list(lines(cell, words("nb"))) for cell in comparison.rows[0].cells]
    assert [line.endswith("(maskinoversatt)") for (line,) in said] == [True, False]


def test_each_place_has_its_kind_and_size_as_the_reader_writes_numbers(plain: KnowledgeBase) -> None:
    comparison = plain.compare((*HOURS, "oslo-alna-bydelsmodre"))
    sizes = _row(comparison, "kind")
    said = [next(lines(cell, words("nb"))) for cell in sizes.cells]
    assert said[1:3] == ["Kommune · 22\u00a0426 innbyggere (2024)", "Kommune · 135\u00a0688 innbyggere (2022)"]
    assert said[0] == "Bydel eller lokalsamfunn"
    assert next(lines(sizes.cells[3], words("en"))) == "District or local community · 49,801 residents (2020)"
    assert sizes.differs


def test_places_of_one_kind_do_not_differ_because_one_is_larger(plain: KnowledgeBase) -> None:
    assert not _row(plain.compare(HOURS[1:]), "kind").differs


def test_the_sizes_of_several_places_are_never_added_up(small: Small) -> None:
    names = ("aarhus-randers-viborg-ligestillet-stoette", "fem-kommuner-virtuel-bostoette")
    config = small(names=tuple(f"dk/aarhus/{name}" for name in names))
    build(config)
    comparison = KnowledgeBase(config).compare(names)
    three, five = _row(comparison, "kind").cells
    assert [line.split(":")[0] for line in lines(three, words("da"))] == ["Aarhus", "Randers", "Viborg"]
    assert "Aarhus: Kommune · 373.388 indbyggere (2025)" in lines(three, words("da"))
    assert list(lines(five, words("da"))) == ["Kommune · 5 steder"]
    told = comparison_json(comparison)["rows"]
    places = next(row for row in told if row["key"] == "kind")["cells"][0]["places"]
    assert places[0] == {
        "key": "dk/aarhus",
        "name": "Aarhus",
        "kind": "municipality",
        "population": 373388,
        "population_as_of": "2025-01-01",
    }


def test_without_sizes_the_kind_of_place_is_told_only_where_it_differs(small: Small) -> None:
    config = small()
    places = config.practices / "places.yaml"
    told = places.read_text(encoding="utf-8").splitlines()
    places.write_text("\n".join(line for line in told if "  population" not in line), encoding="utf-8")
    build(config)
    base = KnowledgeBase(config)
    assert "kind" not in [row.key for row in base.compare(HOURS[1:]).rows]
    assert _row(base.compare(HOURS), "kind").differs


def test_the_status_has_its_date_and_the_evidence_its_reason(plain: KnowledgeBase) -> None:
    comparison = plain.compare(HOURS)
    status = _row(comparison, "status").cells[0]
    assert (status.value, status.label, status.when) == ("stopped", "Avsluttet", "2016")
    assert _row(comparison, "evidence").cells[1].quotes[0].text.startswith("Forskning om de första åren")


def test_expected_and_realised_results_are_kept_apart_with_values_as_written(plain: KnowledgeBase) -> None:
    comparison = plain.compare(("grong-bygdemodre", "kiruna-sextimmarsdag-hemtjanst"))
    reached = _row(comparison, "realised").cells[0].quotes
    assert [quote.note for quote in reached] == ["bygdemødre: 10 kvinner, 2020"]
    hoped = _row(comparison, "expected").cells[0].quotes
    assert hoped[0].text.startswith("Nye innbyggere skal føle seg tryggere")
    assert not _row(comparison, "expected").cells[1]


def test_an_indicator_that_several_measured_has_a_row_of_its_own(plain: KnowledgeBase) -> None:
    comparison = plain.compare(HOURS)
    shared = _row(comparison, "realised", "sjukfrånvaro")
    assert [bool(cell) for cell in shared.cells] == [True, True, False]
    assert shared.cells[1].quotes[0].note == "sjukfrånvaro: -30 % första året"
    rest = _row(comparison, "realised")
    assert rest.rest
    assert not any("sjukfrånvaro:" in quote.note for cell in rest.cells for quote in cell.quotes)


def test_what_was_stopped_and_what_does_not_suit_is_told_and_nothing_is_made_up(
    plain: KnowledgeBase, base: KnowledgeBase
) -> None:
    warned = _row(plain.compare(HOURS), "warnings").cells
    assert [[quote.text[:24] for quote in cell.quotes] for cell in warned] == [
        ["Försöket avslutades när "],
        ["Reformen avskaffades frå", "Skälen var hög kostnad, "],
        [],
    ]
    assert not any(cell.value or cell.label for cell in warned), "the status has a row of its own"
    (said,) = base.compare(("finland-housing-first-helsinki", "odense-housing-first")).rows[-1].cells[0].quotes
    assert said.text.startswith("Community living does not suit everyone")
    assert "warnings" not in [row.key for row in plain.compare(("grong-bygdemodre", "oslo-alna-bydelsmodre")).rows]


def test_labels_are_in_the_reader_s_language_and_texts_in_the_practice_s_own(plain: KnowledgeBase) -> None:
    comparison = plain.compare(HOURS[:2], language="en")
    assert _row(comparison, "country").cells[0].label == "Sweden"
    assert comparison.passages[0].heading == "The problem"
    assert {quote.language for quote in comparison.passages[0].quotes if quote} == {"sv"}


@pytest.mark.parametrize(
    ("ids", "error", "says"),
    [
        ((), CannotCompare, "nothing to compare"),
        (HOURS[:1], CannotCompare, "nothing to compare"),
        ((HOURS[0], HOURS[0]), CannotCompare, "twice"),
        ((*HOURS, *TRUST), CannotCompare, "5 practices are too many"),
        ((HOURS[0], "kiruna-sextimmarsdag-hemtjenst"), UnknownPractice, "no practice kiruna"),
    ],
)
def test_what_cannot_be_compared_is_a_sentence_with_a_way_on(
    plain: KnowledgeBase, ids: tuple[str, ...], error: type[KbError], says: str
) -> None:
    with pytest.raises(error, match=says) as raised:
        plain.compare(ids)
    assert raised.value.hint


def test_without_a_model_passages_are_aligned_by_their_heading(plain: KnowledgeBase) -> None:
    comparison = plain.compare(HOURS)
    assert not comparison.by_meaning
    sections = [found.section for found in comparison.passages]
    assert sections[:2] == ["problem", "practice"]
    assert "other" not in sections
    problem = plain.get(HOURS[1]).section("problem")[0]
    aligned = comparison.passages[0].quotes[1]
    assert aligned
    assert (aligned.text, aligned.line) == (problem.text, problem.blocks[0].line)


@pytest.mark.model
def test_practices_tell_of_each_other_under_different_headings(base: KnowledgeBase) -> None:
    comparison = base.compare(HOURS[:2])
    (pair,) = [found for found in comparison.passages if found.section == "adaptation"]
    left, right = pair.quotes
    assert left
    assert right
    assert "Kirunas hemtjänst från 1989" in left.text
    assert "Göteborgs försök på Svartedalen" in right.text
    assert right.note == "Spridning"


@pytest.mark.model
@pytest.mark.parametrize(
    ("ids", "section", "says"),
    [
        (("habo-grannvard-buurtzorg-sverige", "tower-hamlets-neighbourhood-nursing"), "problem", "short visits"),
        (("gjovik-leie-for-eie", "drammen-leie-til-eie"), "problem", "Ventelisten var lang"),
        (("bergen-housing-first", "odense-housing-first"), "conditions", "almene boliger"),
        (("gentofte-opgaveudvalg", "svelvik-oppgaveutvalg"), "lessons", "rekruttere innbyggere"),
    ],
)
def test_what_speaks_of_the_same_thing_meets_across_languages(
    base: KnowledgeBase, ids: tuple[str, str], section: str, says: str
) -> None:
    found = next(found for found in base.compare(ids).passages if found.section == section)
    assert all(found.quotes)
    assert says in (found.quotes[1].text if found.quotes[1] else "")


@pytest.mark.model
def test_practices_that_have_nothing_in_common_have_no_passages_in_common(base: KnowledgeBase) -> None:
    comparison = base.compare(("grong-bygdemodre", "kiruna-sextimmarsdag-hemtjanst"))
    assert comparison.by_meaning
    assert comparison.passages == ()


@pytest.mark.model
def test_a_passage_is_aligned_once_and_with_others_practices_only(base: KnowledgeBase) -> None:
    comparison = base.compare((*HOURS, "odsherred-fire-dages-arbejdsuge"))
    for column in range(len(comparison.practices)):
        lines_of = [quote.line for found in comparison.passages if (quote := found.quotes[column])]
        assert len(lines_of) == len(set(lines_of))
    assert all(sum(map(bool, found.quotes)) > 1 for found in comparison.passages)


def test_json_markdown_and_csv_say_the_same(plain: KnowledgeBase) -> None:
    comparison = plain.compare(HOURS)
    said = words("nb")
    data = json.loads(json.dumps(comparison_json(comparison, "practices")))
    table = list(csv.reader(io.StringIO(as_csv(comparison, said)), delimiter=";"))
    markdown = as_markdown(comparison, said, "practices")
    assert [practice["id"] for practice in data["practices"]] == list(HOURS)
    assert table[-1] == ["id", *HOURS]
    assert {len(row) for row in table} == {4}
    for row in comparison.rows:
        for cell in row.cells:
            for line in lines(cell, said):
                assert any(line in written for record in table for written in record)
    assert "6.3 %" in markdown, "figures are taken along as they are written"
    assert "| **Land** (ulikt) | Sverige | Sverige | Island |" in markdown
    assert f"](<practices/{comparison.practices[0].path}>)" in markdown
    widths = {line.replace("\\|", "").count("|") for line in markdown.splitlines() if line.startswith("|")}
    assert widths == {5}


def test_a_text_that_looks_like_a_formula_or_a_table_stays_a_text(small: Small) -> None:
    config = small(names=("no/grong/grong-bygdemodre",))
    hostile = "---\ntitle: =1+1 | <b>fet</b>\nlanguage: nb\nplace: no/oslo\n---\n\n## Utfordringen\n\n@SUM(A1) | `x`\n"
    (config.practices / "ond.md").write_text(hostile, encoding="utf-8")
    build(config)
    comparison = KnowledgeBase(config).compare(("ond", "grong-bygdemodre"))
    table = list(csv.reader(io.StringIO(as_csv(comparison, words("nb"))), delimiter=";"))
    assert table[0][1] == "'=1+1 | <b>fet</b>"
    assert next(row for row in table if row[0] == "Problemet")[1] == "'@SUM(A1) | x"
    assert "| =1+1 \\| \\<b\\>fet\\</b\\> |" in as_markdown(comparison, words("nb"))
