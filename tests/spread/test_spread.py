"""Who borrowed what from whom, as the practices say it: lineage, borders, give and take, and what is not tried."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath

import pytest

import kb
from kb.practice import Borrowing, Practice
from kb.spread.ties import OUTSIDE, Spread, spread
from kb.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def shipped(base: kb.KnowledgeBase) -> Spread:
    return base.spread()


def made(practice_id: str, place: str, *borrowed: Borrowing, **more: object) -> Practice:
    """A practice with little but its borrowings."""
    path = PurePosixPath(f"{practice_id}.md")
    return Practice(practice_id, path, practice_id, places=(place,), borrowed_from=borrowed, **more)  # type: ignore[arg-type]


def of(*practices: Practice, base: kb.KnowledgeBase | None = None) -> Spread:
    return spread(practices, base.vocabulary if base else Vocabulary())


def test_lineage_goes_back_to_the_first_and_on_to_the_last(shipped: Spread) -> None:
    assert set(shipped.ancestors("grong-bygdemodre")) == {
        "oslo-alna-bydelsmodre",
        f"{OUTSIDE}bydelsmødre",
        f"{OUTSIDE}stadtteilmütter",
    }
    assert shipped.ancestors("grong-bygdemodre")[0] == "oslo-alna-bydelsmodre"
    assert shipped.descendants(f"{OUTSIDE}stadtteilmütter") == ("oslo-alna-bydelsmodre", "grong-bygdemodre")


def test_a_family_is_everything_that_borrowings_tie_together(shipped: Spread) -> None:
    family = shipped.family("haderslev-kaffe-foerst")
    assert family[0] == "haderslev-kaffe-foerst"
    assert {"netherlands-buurtzorg-neighbourhood-care", "habo-grannvard-buurtzorg-sverige"} <= set(family)
    assert shipped.family("aarhus-kontrolfri-zone") == ("aarhus-kontrolfri-zone",)


def test_every_borrowing_stands_in_one_family_after_its_source(shipped: Spread) -> None:
    families = shipped.families()
    assert [len(family) for family in families] == sorted((len(family) for family in families), reverse=True)
    for family in families:
        for node in family:
            assert all(family.index(loan.source) < family.index(node) for loan in shipped.sources(node))
    assert sum(len(shipped.sources(node)) for family in families for node in family) == len(shipped.loans)


def test_what_most_have_borrowed_comes_first(shipped: Spread) -> None:
    assert shipped.most_borrowed()[:2] == [
        ("netherlands-buurtzorg-neighbourhood-care", 6),
        (f"{OUTSIDE}housing first", 3),
    ]


def test_what_is_outside_is_named_once_with_everything_that_is_said_of_it(shipped: Spread) -> None:
    village = shipped.outsiders[f"{OUTSIDE}de hogeweyk"]
    assert village.title == "De Hogeweyk"
    assert village.where == ("De Hogeweyk utenfor Amsterdam, Nederland", "Weesp, Nederlandene")
    assert village.countries == ("nl",)
    assert shipped.outsiders[f"{OUTSIDE}kommune-kari"].places == ("no/sandefjord",)


def test_a_practice_that_is_not_in_the_collection_is_kept_as_an_outsider() -> None:
    found = of(made("a", "no/oslo", Borrowing(practice="borte", note="alt"), Borrowing(where="Delft")))
    assert [outsider.title or outsider.where for outsider in found.outsiders.values()] == ["borte", ("Delft",)]
    assert found.sources("a")[0].note == "alt"


def test_a_borrowing_that_names_nothing_tells_nothing() -> None:
    assert of(made("a", "no/oslo", Borrowing(note="fra noen"))).loans == ()


def test_chains_cross_a_border_that_is_known(shipped: Spread) -> None:
    chains = shipped.chains()
    assert (f"{OUTSIDE}bydelsmødre", "oslo-alna-bydelsmodre", "grong-bygdemodre") in chains
    assert ("gentofte-opgaveudvalg", "svelvik-oppgaveutvalg") in chains
    ends = {chain[-1] for chain in chains}
    assert "kungsbacka-trelleborgsmodellen-kopia" not in ends
    assert "bergen-housing-first" not in ends
    assert "Housing First" in {outsider.title for outsider in shipped.unplaced()}


def test_a_place_gives_takes_and_passes_on_within_itself(shipped: Spread) -> None:
    oslo = shipped.trade("no/oslo")
    assert {loan.borrower for loan in oslo.gives} == {"grong-bygdemodre", "trondheim-67pluss-aldersvennlig-transport"}
    assert "oslo-ullern-vestre-aker-eldrefact" in {loan.borrower for loan in oslo.inside}
    assert "oslo-deichman-merapent" in {loan.borrower for loan in oslo.takes}
    norway = shipped.trade("no")
    assert not norway.gives
    assert "grong-bygdemodre" in {loan.borrower for loan in norway.inside}


def test_countries_and_places_are_listed_with_the_most_active_first(shipped: Spread) -> None:
    countries = shipped.trades(countries=True)
    active = [len(trade.gives) + len(trade.takes) for trade in countries]
    assert active == sorted(active, reverse=True)
    assert {"no", "dk", "nl"} <= {trade.place for trade in countries}
    assert all("/" in trade.place for trade in shipped.trades(countries=False))


def test_not_tried_is_what_others_have_and_the_place_has_not(shipped: Spread) -> None:
    gaps = shipped.untried("no/oslo/nordstrand")
    keys = {gap.key for gap in gaps}
    assert "velferd" in keys
    own = [practice for practice in shipped.practices.values() if "no/oslo/nordstrand" in practice.places]
    assert own
    assert not keys & {key for practice in own for key in (*practice.areas, *practice.themes)}
    for gap in gaps:
        assert gap.practices
        assert all(gap.key in getattr(practice, gap.kind) for practice in gap.practices)


def test_what_a_whole_city_shares_counts_for_its_districts_and_a_district_for_its_city(base: kb.KnowledgeBase) -> None:
    city = made("by", "no/oslo", areas=("velferd",))
    district = made("bydel", "no/oslo/alna", areas=("oppvekst",))
    other = made("andre", "dk/odense", areas=("velferd", "oppvekst", "digitalisering"))
    found = of(city, district, other, base=base)
    assert [gap.key for gap in found.untried("no/oslo/nordstrand")] == ["oppvekst", "digitalisering"]
    assert [gap.key for gap in found.untried("no/oslo")] == ["digitalisering"]
    assert [gap.key for gap in found.untried("no")] == ["digitalisering"]


def test_what_is_in_use_and_best_known_to_work_is_named_first(base: kb.KnowledgeBase) -> None:
    found = of(
        made("stanset", "dk/odense", areas=("velferd",), status="stopped", evidence="research"),
        made("erfaring", "dk/odense", areas=("velferd",), status="in-use", evidence="experience"),
        made("forsket", "dk/odense", areas=("velferd",), status="scaled", evidence="research"),
        base=base,
    )
    (gap,) = found.untried("no")
    assert [practice.id for practice in gap.practices] == ["forsket", "erfaring", "stanset"]


def test_a_circle_of_borrowings_ends() -> None:
    found = of(
        made("a", "no", Borrowing(practice="b")),
        made("b", "dk", Borrowing(practice="c")),
        made("c", "se", Borrowing(practice="a")),
        made("d", "se", Borrowing(practice="d")),
    )
    assert found.ancestors("a") == ("b", "c")
    assert set(found.family("b")) == {"a", "b", "c"}
    assert set(found.generations(found.family("a")).values()) <= {0, 1, 2}
    assert found.chains() == []
    assert len(found.loans) == 3


def test_a_very_long_chain_is_followed_to_its_end() -> None:
    chain = [made("p0", "no")] + [made(f"p{n}", "no", Borrowing(practice=f"p{n - 1}")) for n in range(1, 3000)]
    found = of(*chain)
    assert found.generations(found.family("p0"))["p2999"] == 2999
    assert len(found.ancestors("p2999")) == 2999


def test_when_is_told_as_the_borrower_wrote_it(shipped: Spread) -> None:
    (loan,) = shipped.sources("svelvik-oppgaveutvalg")
    assert loan.when == shipped.practices["svelvik-oppgaveutvalg"].started
    assert loan.note.startswith("Delegasjon fra Svelvik")


def test_nothing_borrowed_is_nothing_to_tell() -> None:
    found = of(made("a", "no"))
    assert (found.families(), found.most_borrowed(), found.chains(), found.trades(countries=True)) == ([], [], [], [])


def test_a_thousand_practices_are_read_in_a_moment(base: kb.KnowledgeBase) -> None:
    many = [made(f"p{n}", "no/oslo", *([Borrowing(practice=f"p{n // 2}")] if n else [])) for n in range(1000)]
    start = datetime.datetime.now(tz=datetime.UTC)
    found = of(*many, base=base)
    found.families()
    found.most_borrowed()
    found.chains()
    assert (datetime.datetime.now(tz=datetime.UTC) - start).total_seconds() < 5
