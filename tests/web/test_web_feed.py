"""The feed of new and changed practices, the site map and robots.txt, as programs read them."""

from __future__ import annotations

import datetime
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from kb.config import load_config
from kb.index.build import build
from web.web_ask import ask
from web.web_library import CHOSEN, HOSTILE_ID, plant, serve

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
F7, F16 = "oslo-nordstrand-f7-innovasjonsspeidere", "oslo-nordstrand-f16-leanfasilitatorer"
KIRUNA = "kiruna-sextimmarsdag-hemtjanst"


def _git(root: Path, when: str, *arguments: str) -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, env=os.environ | dates)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over practices with a history: all in 2024, one new in 2025, one changed in 2026."""
    root = tmp_path_factory.mktemp("grown")
    plant(root)
    new = root / "practices" / "se" / "kiruna" / f"{KIRUNA}.md"
    changed = root / "practices" / "no" / "oslo" / f"{F7}.md"
    text = new.read_text(encoding="utf-8")
    new.unlink()
    _git(root, "2024-01-02T03:04:05+01:00", "init", "-q")
    _git(root, "2024-01-02T03:04:05+01:00", "add", "practices")
    _git(root, "2024-01-02T03:04:05+01:00", "commit", "-qm", "start")
    new.write_text(text, encoding="utf-8")
    _git(root, "2025-05-06T07:08:09+02:00", "add", "practices")
    _git(root, "2025-05-06T07:08:09+02:00", "commit", "-qm", "ny")
    changed.write_text(changed.read_text(encoding="utf-8") + "\nMer.\n", encoding="utf-8")
    _git(root, "2026-02-03T10:00:00+00:00", "commit", "-qam", "mer")
    build(load_config(root))
    yield from serve(root)


def _feed(address: str, query: str = "", **headers: str) -> Element:
    answer = ask(f"{address}/feed.atom{query}", **headers)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.body)


def _entries(feed: Element) -> list[Element]:
    return feed.findall(f"{ATOM}entry")


def _text(element: Element, name: str) -> str:
    found = element.find(f"{ATOM}{name}")
    assert found is not None
    return found.text or ""


def _page(entry: Element) -> str:
    return next(link.get("href", "") for link in entry.findall(f"{ATOM}link") if link.get("type") == "text/html")


def _kind(entry: Element) -> tuple[str | None, str | None]:
    """Whether it is new or changed: for programs, and in words."""
    first = next(entry.iter(f"{ATOM}category"))
    return first.get("term"), first.get("label")


def _ids(feed: Element) -> list[str]:
    return [_page(entry).rsplit("/", 1)[1] for entry in _entries(feed)]


def test_the_last_changed_stands_first_with_when_it_came_and_changed(grown: str) -> None:
    feed = _feed(grown)
    first, second, *rest = _entries(feed)
    assert _ids(feed)[:2] == [F7, KIRUNA]
    assert (_text(first, "published"), _text(first, "updated")) == (
        "2024-01-02T03:04:05+01:00",
        "2026-02-03T10:00:00+00:00",
    )
    assert _text(second, "published") == _text(second, "updated") == "2025-05-06T07:08:09+02:00"
    assert len(rest) == len(CHOSEN) - 1
    assert _text(feed, "updated") == "2026-02-03T10:00:00+00:00"


def test_new_and_changed_are_told_apart(grown: str) -> None:
    first, second, *_ = _entries(_feed(grown))
    assert _kind(first) == ("changed", "Endret")
    assert _kind(second) == ("new", "Ny")


def test_the_feed_is_as_atom_requires(grown: str) -> None:
    feed = _feed(grown)
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *_entries(feed)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
            assert _text(element, name).strip()
        assert urlsplit(_text(element, "id")).scheme == "urn"
        assert datetime.datetime.fromisoformat(_text(element, "updated")).tzinfo is not None
        assert element.find(f"{ATOM}author/{ATOM}name") is not None
        links = [(link.get("rel"), link.get("type")) for link in element.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))
        assert all(urlsplit(link.get("href", "")).scheme == "http" for link in element.findall(f"{ATOM}link"))
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"] == [
        f"{grown}/feed.atom"
    ]
    ids = [_text(entry, "id") for entry in _entries(feed)]
    assert len(ids) == len(set(ids))


def test_ids_stay_the_same_whatever_else_changes(grown: str, server: str) -> None:
    def ids(feed: Element) -> dict[str, str]:
        return dict(zip(_ids(feed), (_text(entry, "id") for entry in _entries(feed)), strict=True))

    assert ids(_feed(grown)) == ids(_feed(server)) == ids(_feed(grown, "?lang=sv"))
    assert _text(_feed(grown), "id") == _text(_feed(server), "id") != _text(_feed(grown, "?country=se"), "id")


def test_every_entry_s_page_answers(grown: str) -> None:
    assert {ask(_page(entry)).status for entry in _entries(_feed(grown))} == {200}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?country=se", {KIRUNA, "goteborg-svartedalen-sextimmarsdag"}),
        ("?country=Sverige", {KIRUNA, "goteborg-svartedalen-sextimmarsdag"}),
        ("?place=no/oslo/nordstrand", {F7, F16}),
        ("?place=Nordstrand&theme=spredning", {F7}),
        ("?country=nl&country=is", {"netherlands-buurtzorg-neighbourhood-care", "reykjavik-shorter-working-week"}),
    ],
)
def test_the_feed_can_be_narrowed(grown: str, query: str, expected: set[str]) -> None:
    assert set(_ids(_feed(grown, query))) == expected


def test_a_narrowed_feed_says_what_it_holds(grown: str) -> None:
    assert _text(_feed(grown, "?country=se"), "title") == "Nye og endrede praksiser: Sverige"
    assert _text(_feed(grown, "?country=se&lang=en"), "title") == "New and changed practices: Sweden"


def test_narrowed_to_nothing_it_is_a_feed_without_entries(grown: str) -> None:
    feed = _feed(grown, "?country=se&place=no/oslo")
    assert _entries(feed) == []
    assert _text(feed, "updated")


def _ways(feed: Element) -> dict[str, str]:
    """The addresses of the feed's other pages."""
    links = {link.get("rel", ""): link.get("href", "") for link in feed.findall(f"{ATOM}link")}
    return {name: links[name] for name in ("self", "first", "previous", "next") if name in links}


def test_the_feed_is_read_a_page_at_a_time(grown: str) -> None:
    whole = _ids(_feed(grown))
    query, found = "?country=no&limit=2", []
    addresses = []
    while query:
        feed = _feed(grown, query)
        found += _ids(feed)
        ways = _ways(feed)
        addresses.append(ways["self"])
        query = ways.get("next", "").removeprefix(f"{grown}/feed.atom")
    assert found == _ids(_feed(grown, "?country=no"))
    assert set(found) < set(whole)
    assert addresses[1] == f"{grown}/feed.atom?country=no&limit=2&offset=2"
    assert (ways["first"], ways["previous"]) == (addresses[0], addresses[-2])
    assert "first" not in _ways(_feed(grown, "?limit=2"))
    assert set(_ways(_feed(grown))) == {"self"}


def test_pages_of_one_feed_have_one_id(grown: str) -> None:
    assert _text(_feed(grown, "?limit=2"), "id") == _text(_feed(grown, "?limit=2&offset=2"), "id")
    assert _text(_feed(grown, "?limit=2&offset=4"), "updated") == _text(_feed(grown), "updated")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?country=xx", "xx"),
        ("?status=pilot", "area, place, country, theme, limit, offset"),
        ("?limit=0", "from 1 to 100"),
        ("?limit=1000", "from 1 to 100"),
        ("?offset=-1", "from 0"),
    ],
)
def test_what_it_cannot_be_narrowed_by_is_said(grown: str, query: str, said: str) -> None:
    answer = ask(f"{grown}/feed.atom{query}")
    assert answer.status == 400
    assert said in answer.page.said


def test_titles_are_in_the_reader_s_language_and_marked_where_they_are_not(grown: str) -> None:
    feed = _feed(grown, Accept_Language="sv")
    assert feed.get(LANG) == "sv"
    titles = {name: entry.find(f"{ATOM}title") for name, entry in zip(_ids(feed), _entries(feed), strict=True)}
    kiruna, hostile = titles[KIRUNA], titles[HOSTILE_ID]
    assert kiruna is not None
    assert hostile is not None
    assert (kiruna.get(LANG), hostile.get(LANG)) == ("sv", "nb")


def test_what_means_harm_is_text_in_a_feed_too(grown: str) -> None:
    feed = _feed(grown)
    entry = _entries(feed)[_ids(feed).index(HOSTILE_ID)]
    assert _text(entry, "title") == "Vaktliste <script>document.title='kapret'</script> for $5 :red[nå]"
    assert entry.find(f"{ATOM}title").get("type") is None  # type: ignore[union-attr]
    assert "<b>fet</b>" in _text(entry, "summary")


def test_without_git_the_files_own_times_are_used(own_library: Path) -> None:
    file = next((own_library / "practices").glob(f"**/{F16}.md"))
    os.utime(file, (2_000_000_000, 2_000_000_000))
    build(load_config(own_library))
    for address in serve(own_library):
        first = _entries(_feed(address))[0]
        assert _page(first).endswith(F16)
        assert _text(first, "updated") == "2033-05-18T03:33:20+00:00"
        # Elsewhere such a time would be taken for the truth.
        assert "Sist endret" not in ask(f"{address}/p/{F16}").page.said
        assert "<lastmod>" not in ask(f"{address}/sitemap.xml").text


def test_the_api_tells_the_same_dates_and_the_commit(grown: str) -> None:
    listed = {item["id"]: item for item in ask(f"{grown}/api/practices").json["practices"]}
    assert (listed[F7]["added"], listed[F7]["changed"]) == ("2024-01-02T03:04:05+01:00", "2026-02-03T10:00:00+00:00")
    assert len(listed[F7]["commit"]) == 40
    assert listed[KIRUNA]["added"] == listed[KIRUNA]["changed"]
    assert listed[KIRUNA]["commit"] != listed[F7]["commit"]


def test_plain_pages_lead_to_the_feed(grown: str) -> None:
    for path in ("p/", f"p/{F7}"):
        others = ask(f"{grown}/{path}").page.others
        assert [other["href"] for other in others if other.get("type") == "application/atom+xml"] == ["../feed.atom"]


def test_the_page_says_when_the_text_was_last_changed(grown: str) -> None:
    page = ask(f"{grown}/p/{F7}").page
    assert "Sist endret 3. februar 2026" in page.said
    assert ("time", "datetime", "2026-02-03") in page.attributes
    assert page.metas["article:modified_time"] == "2026-02-03T10:00:00+00:00"


def test_the_site_map_lists_every_page_with_its_day(grown: str) -> None:
    answer = ask(f"{grown}/sitemap.xml")
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.body)
    assert root.tag == f"{MAP}urlset"
    found = {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in root.findall(f"{MAP}url")}
    assert {f"{grown}/", f"{grown}/p/"} <= set(found)
    assert len(found) == len(CHOSEN) + 3
    assert found[f"{grown}/p/{F7}"] == "2026-02-03T10:00:00+00:00"


def test_robots_are_shown_the_map_and_kept_from_the_api(grown: str) -> None:
    assert ask(f"{grown}/robots.txt").text.splitlines() == [
        "User-agent: *",
        "Disallow: /api/",
        "Allow: /",
        f"Sitemap: {grown}/sitemap.xml",
    ]
