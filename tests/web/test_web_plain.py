"""The plain pages: whole without scripts, the same for a crawler, a screen reader, a printer and a preview."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

from kb.config import load_config
from kb.index.build import build
from kb.web.base import open_site
from kb.web.practice import page as practice_page
from kb.web.state import Asked
from web.web_ask import LOADS, Answer, ask
from web.web_library import CHOSEN, HOSTILE_ID, REPOSITORY, plant, serve
from web.web_screen import in_browser

F7 = "oslo-nordstrand-f7-innovasjonsspeidere"
DANISH = "kobenhavn-tillidsreform-hjemmepleje"
AALBORG, BUURTZORG = "aalborg-borgerens-faste-tvaerfaglige-teams", "netherlands-buurtzorg-neighbourhood-care"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over every shipped practice, indexed for keyword search."""
    root = tmp_path_factory.mktemp("shipped")
    (root / "kb.toml").write_text(
        f'practices = "{REPOSITORY / "practices"}"\n\n[encoder]\nmodel = "none"\n', encoding="utf-8"
    )
    build(load_config(root))
    yield from serve(root)


def _pages(address: str) -> dict[str, Answer]:
    """The plain page of every practice, by its address, as the site map lists them."""
    listed = re.findall(r"<loc>([^<]*/p/[^<]+)</loc>", ask(f"{address}/sitemap.xml").text)
    with ThreadPoolExecutor(4) as threads:
        return dict(zip(listed, threads.map(ask, listed), strict=True))


def test_every_shipped_practice_is_a_whole_page_that_loads_and_runs_nothing(shipped: str) -> None:
    pages = _pages(shipped)
    assert len(pages) == len(list((REPOSITORY / "practices").glob("*/**/*.md")))
    for url, answer in pages.items():
        page = answer.page
        levels = [level for level, _ in page.headings]
        assert answer.status == 200, url
        assert len(page.ids) == len(set(page.ids)), url
        assert levels.count(1) == 1, url
        assert levels[0] == 1, url
        assert all(after - before <= 1 for before, after in pairwise(levels)), url
        assert all(text.strip() for _, text in page.headings), url
        assert not LOADS & set(page.tags), url
        assert not [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"], url
        assert not [value for _, _, value in page.attributes if value.lower().startswith("javascript:")], url
        assert "None" not in page.said, url
        assert page.metas["description"], url


def test_every_link_within_the_app_answers(shipped: str) -> None:
    pages = {**_pages(shipped), f"{shipped}/p/": ask(f"{shipped}/p/"), f"{shipped}/api/": ask(f"{shipped}/api/")}
    within = {
        urljoin(url, link).split("#")[0]
        for url, answer in pages.items()
        for link in [*answer.page.links, *(other["href"] for other in answer.page.others)]
    }
    within = {url for url in within if urlsplit(url).netloc == urlsplit(shipped).netloc}
    assert len(within) > 800
    with ThreadPoolExecutor(4) as threads:
        statuses = dict(zip(within, threads.map(lambda url: ask(url, Accept="text/html").status, within), strict=True))
    assert {url: status for url, status in statuses.items() if status != 200} == {}


def test_every_anchor_on_a_page_is_there(shipped: str) -> None:
    for url, answer in _pages(shipped).items():
        page = answer.page
        assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids), url


def test_all_practices_are_listed_by_country_and_place(server: str) -> None:
    page = ask(f"{server}/p/").page
    assert [text for level, text in page.headings if level == 2] == [
        "Danmark",
        "Island",
        "Nederland",
        "Norge",
        "Sverige",
    ]
    assert "Nordstrand, Oslo" in [text for level, text in page.headings if level == 3]
    assert {Path(name).name for name in CHOSEN} <= set(page.links)


def test_the_page_has_everything_in_the_order_that_a_leader_asks(server: str) -> None:
    page = ask(f"{server}/p/{DANISH}").page
    order = ["problem", "practice", "results", "evidence", "lessons", "conditions", "lineage"]
    assert [name for name in page.ids if name in order] == order
    assert "Lånt av" in page.said
    assert "Kilder" in page.said


def test_reached_and_hoped_for_stand_in_tables_of_their_own(server: str) -> None:
    shown = ask(f"{server}/p/{HOSTILE_ID}").text
    tables = re.findall(r"<table.*?</table>", shown, re.DOTALL)
    assert [re.findall(r"<caption>([^<]*)", table)[0] for table in tables] == ["Oppnådd", "Forventet – ikke vist ennå"]


def test_lineage_leads_both_ways_between_plain_pages(server: str) -> None:
    assert BUURTZORG in ask(f"{server}/p/{AALBORG}").page.links
    assert AALBORG in ask(f"{server}/p/{BUURTZORG}").page.links


def test_the_page_leads_to_the_app_the_file_and_the_data(server: str) -> None:
    links = ask(f"{server}/p/{F7}").page.links
    assert {f"../praksis?id={F7}", f"../p/{F7}.md", f"../p/{F7}.json", "../p/", "../feed.atom"} <= set(links)
    assert f"https://forge.example/praksis/blob/main/practices/no/oslo/{F7}.md" in links
    assert "../?theme=spredning" in links


def test_the_app_s_page_leads_to_the_plain_one(library: Path) -> None:
    site = open_site(load_config(library))
    shown = "".join(practice_page._whole(site.base.get(F7), site, Asked()))
    for ending in ("", ".md", ".json"):
        assert f'href="p/{F7}{ending}"' in shown


def test_a_preview_has_title_summary_and_address(server: str) -> None:
    page = ask(f"{server}/p/{F7}").page
    assert page.metas["og:title"].startswith("F7 – innovasjonsspeidere")
    assert page.metas["og:url"] == f"{server}/p/{F7}"
    assert page.metas["og:type"] == "article"
    assert page.metas["og:description"] == page.metas["description"]
    assert {"rel": "canonical", "href": f"{server}/p/{F7}"} in page.others


def test_a_page_names_its_address_in_each_language(server: str) -> None:
    page = ask(f"{server}/p/{F7}?lang=sv").page
    named = {other["hreflang"]: other["href"] for other in page.others if "hreflang" in other}
    assert named == {
        **{language: f"{server}/p/{F7}?lang={language}" for language in ("nb", "nn", "da", "sv", "en")},
        "x-default": f"{server}/p/{F7}",
    }
    assert page.metas["og:locale"] == "sv_SE"


@pytest.mark.parametrize(
    ("query", "accepted", "language", "heading"),
    [
        ("", "", "nb", "Lånt av"),
        ("", "sv-SE,sv;q=0.9,en;q=0.8", "sv", ""),
        ("?lang=da", "sv-SE", "da", ""),
        ("?lang=xx", "nn-NO", "nn", ""),
        ("?lang=en", "", "en", "Borrowed by"),
    ],
)
def test_the_page_is_in_the_reader_s_language(
    server: str, query: str, accepted: str, language: str, heading: str
) -> None:
    answer = ask(f"{server}/p/{BUURTZORG}{query}", Accept_Language=accepted)
    assert answer.page.language == answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]
    assert heading in answer.page.said


def test_what_a_practice_says_is_marked_with_its_own_language(server: str) -> None:
    shown = ask(f"{server}/p/{DANISH}").text
    assert '<div lang="da"><h2>Udfordringen</h2>' in shown
    assert "maskinoversatt fra dansk" in shown
    assert "<div><h2>Udfordringen</h2>" in ask(f"{server}/p/{DANISH}?lang=da").text


def test_a_chosen_language_is_kept_by_the_links(server: str) -> None:
    links = ask(f"{server}/p/{AALBORG}?lang=sv").page.links
    assert f"{BUURTZORG}?lang=sv" in links
    assert any(re.fullmatch(r"\.\./\?area=[a-z-]+&lang=sv", link) for link in links)
    assert "?lang=en" in links


def test_the_file_is_given_as_it_stands(server: str, library: Path) -> None:
    answer = ask(f"{server}/p/{HOSTILE_ID}.md")
    assert answer.body == (library / "practices" / "no" / "oslo" / f"{HOSTILE_ID}.md").read_bytes()
    assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", [f"p/{HOSTILE_ID}", "p/", "p/ukjent", "api/", "sitemap.xml", "feed.atom", "api/search"]
)
def test_no_answer_may_run_or_load_anything(server: str, path: str) -> None:
    headers = ask(f"{server}/{path}").headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Set-Cookie"] is None


def test_what_means_harm_is_shown_as_text(server: str) -> None:
    page = ask(f"{server}/p/{HOSTILE_ID}").page
    assert (1, "Vaktliste <script>document.title='kapret'</script> for $5 :red[nå]") in page.headings
    assert "<img src=x onerror=\"document.title='kapret'\">" in page.said
    assert "[bilde]" in page.said
    assert not LOADS & set(page.tags)
    assert not [link for link in page.links if link.startswith("javascript")]
    assert not [url for url in page.links if "example.org/x.png" in url]


def test_an_unknown_id_is_not_found_and_the_nearest_is_named(server: str) -> None:
    answer = ask(f"{server}/p/oslo-nordstrand-f7-innovasjon")
    page = answer.page
    assert answer.status == 404
    assert (1, "Vi fant ikke praksisen") in page.headings
    assert f"{server}/p/{F7}" in page.links
    assert "oslo-nordstrand-f16-leanfasilitatorer" in page.said
    assert page.metas["robots"] == "noindex"


def test_an_unknown_page_leads_on_to_every_practice_and_to_the_app(server: str) -> None:
    html = ask(f"{server}/p/qqqqqqqqqq").text
    main = html[html.index("<main") : html.index("</main>")]
    assert "Alle praksiser på én side" in main
    assert "Til forsiden" in main


def test_an_unknown_id_is_not_found_in_the_reader_s_language(server: str) -> None:
    answer = ask(f"{server}/p/oslo-nordstrand-f7-innovasjon", Accept_Language="da")
    assert (answer.status, answer.page.language) == (404, "da")
    assert "Mente du en af disse?" in answer.page.said
    assert ask(f"{server}/p/qqqqqqqqqq").page.said.count("Mente du") == 0


@pytest.mark.parametrize("path", ["p/a/b/c", "p/<script>alert(1)</script>", "p/%22%3E%3Cimg%20src=x%3E", f"p/{F7}x.md"])
def test_an_odd_address_is_not_found_in_plain_words(server: str, path: str) -> None:
    answer = ask(f"{server}/{path}")
    assert answer.status == 404
    assert not LOADS & set(answer.page.tags)


def test_the_list_is_at_an_address_with_a_slash(server: str) -> None:
    answer = ask(f"{server}/p?lang=sv")
    assert (answer.status, answer.headers["Location"]) == (308, "p/?lang=sv")


@pytest.mark.parametrize("path", [f"p/{F7}", "p/", "sitemap.xml", "feed.atom", f"p/{F7}.json", "api/openapi.json"])
def test_what_one_has_already_is_not_sent_again(server: str, path: str) -> None:
    first = ask(f"{server}/{path}", Accept="text/html")
    again = ask(f"{server}/{path}", Accept="text/html", If_None_Match=f'"other", {first.headers["ETag"]}')
    since = ask(f"{server}/{path}", If_Modified_Since=first.headers["Last-Modified"])
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert (since.status, since.body) == (304, b"")
    assert ask(f"{server}/{path}", If_None_Match='"other"').status == 200
    assert ask(f"{server}/{path}", If_Modified_Since="Sat, 01 Jan 2000 00:00:00 GMT").status == 200
    assert ask(f"{server}/{path}", If_Modified_Since="yesterday").status == 200


def test_languages_are_not_taken_for_each_other_by_a_cache(server: str) -> None:
    swedish = ask(f"{server}/p/{F7}", Accept_Language="sv").headers["ETag"]
    assert ask(f"{server}/p/{F7}", Accept_Language="nb", If_None_Match=swedish).status == 200


def test_head_is_told_the_same_without_the_body(server: str) -> None:
    whole, head = ask(f"{server}/p/{F7}"), ask(f"{server}/p/{F7}", "HEAD")
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == whole.headers[name]


def test_a_browser_gets_it_compressed(server: str) -> None:
    answer = ask(f"{server}/p/{F7}", Accept="text/html", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == ask(f"{server}/p/{F7}").body


def test_a_page_can_only_be_read(server: str) -> None:
    answer = ask(f"{server}/p/{F7}", "POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_new_edition_is_shown_and_the_old_one_is_no_longer_known(own_library: Path) -> None:
    file = own_library / "practices" / "no" / "oslo" / f"{HOSTILE_ID}.md"
    for address in serve(own_library):
        before = ask(f"{address}/p/{HOSTILE_ID}")
        file.write_text(
            file.read_text(encoding="utf-8").replace("Begynn smått.", "Begynn i det små."), encoding="utf-8"
        )
        build(load_config(own_library))
        after = ask(f"{address}/p/{HOSTILE_ID}", If_None_Match=before.headers["ETag"])
        assert after.status == 200
        assert "Begynn i det små." in after.page.said
        file.unlink()
        gone = ask(f"{address}/p/{HOSTILE_ID}.md")
        assert gone.status >= 400
        assert "Traceback" not in gone.text
        build(load_config(own_library))
        assert ask(f"{address}/p/{HOSTILE_ID}").status == 404


def test_before_there_is_an_index_it_says_so_and_when_to_come_back(tmp_path: Path) -> None:
    plant(tmp_path)
    for address in serve(tmp_path):
        page, data = ask(f"{address}/p/{F7}"), ask(f"{address}/api/search?q=natt")
        assert (page.status, data.status) == (503, 503)
        assert page.headers["Retry-After"] == data.headers["Retry-After"] == "30"
        assert (1, "Praksisene gjøres klare") in page.page.headings
        assert set(data.json) == {"error", "hint"}
        assert page.headers["Cache-Control"] == "no-store"


def test_the_app_and_the_plain_pages_share_a_path_below_another_site(library: Path) -> None:
    for address in serve(library, "verktoy/praksis"):
        top = address.removesuffix("/verktoy/praksis")
        shell = ask(f"{address}/praksis?id={F7}", Accept="text/html")
        assert shell.status == 200
        assert 'id="root"' in shell.text
        answer = ask(f"{address}/p/{F7}", Accept="text/html")
        assert {"rel": "canonical", "href": f"{address}/p/{F7}"} in answer.page.others
        assert f"<loc>{address}/p/{F7}</loc>" in ask(f"{address}/sitemap.xml").text
        assert ask(f"{address}/api/practices/{F7}").json["id"] == F7
        robots = ask(f"{top}/robots.txt").text
        assert "Disallow: /verktoy/praksis/api/" in robots
        assert f"Sitemap: {address}/sitemap.xml" in robots
        assert ask(f"{top}/p/{F7}").status == 404


def test_the_app_s_page_leads_those_without_scripts_to_the_plain_one(server: str) -> None:
    answer = ask(f"{server}/praksis?id={F7}&lang=sv", Accept="text/html")
    assert 'id="root"' in answer.text
    without = re.findall(r"<noscript>(.*?)</noscript>", answer.text, re.DOTALL)[0]
    assert f'href="./p/{F7}?lang=sv"' in without
    assert "JavaScript" in without
    assert f'<link rel="canonical" href="./p/{F7}">' in answer.text
    assert 'href="./p/?lang=nb"' in ask(f"{server}/om", Accept="text/html").text


def test_an_odd_id_does_not_break_out_of_the_app_s_document(server: str) -> None:
    answer = ask(f"{server}/praksis?id=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", Accept="text/html")
    assert "<script>alert(1)" not in answer.text
    assert "%22%3E%3Cscript%3E" in answer.text


def test_the_app_itself_is_served_as_before(server: str) -> None:
    assert 'id="root"' in ask(f"{server}/", Accept="text/html").text
    assert ask(f"{server}/_stcore/health").text == "ok"
    script = re.findall(r'src="\./(static/js/[^"]+)"', ask(f"{server}/", Accept="text/html").text)[0]
    assert "javascript" in ask(f"{server}/{script}").headers["Content-Type"]


def test_configured_address_stands_in_links_instead_of_the_one_asked_at(own_library: Path) -> None:
    settings = own_library / "kb.toml"
    settings.write_text('[app]\nurl = "https://praksis.example/"\n' + settings.read_text("utf-8"), encoding="utf-8")
    for address in serve(own_library):
        page = ask(f"{address}/p/{F7}").page
        assert {"rel": "canonical", "href": f"https://praksis.example/p/{F7}"} in page.others
        assert f"<loc>https://praksis.example/p/{F7}</loc>" in ask(f"{address}/sitemap.xml").text
        assert "Sitemap: https://praksis.example/sitemap.xml" in ask(f"{address}/robots.txt").text


@in_browser
def test_on_paper_there_is_the_practice_its_sources_and_where_it_was_found(page: Page, server: str) -> None:
    page.goto(f"{server}/p/{HOSTILE_ID}")
    page.emulate_media(media="print")
    assert [page.locator(name).is_visible() for name in (".menu", ".languages", "footer", ".tell")] == [False] * 4
    assert page.locator(".address").inner_text() == f"{server}/p/{HOSTILE_ID}"
    after = "getComputedStyle(document.querySelector('.sources a'), '::after').content"
    assert "https://example.org/?a=1&b=2" in page.evaluate(after)
    assert len(page.pdf(format="A4")) > 1000


@in_browser
@pytest.mark.parametrize("path", [f"p/{HOSTILE_ID}", f"p/{DANISH}?lang=en", "p/", "p/ukjent", "api/"])
def test_axe_finds_nothing_and_a_narrow_screen_is_enough(page: Page, server: str, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}/{path}")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#innhold"
    page.set_viewport_size({"width": 1100, "height": 900})
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    broken = {rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in found.response["violations"]}
    assert broken == {}
    assert page.title().endswith("Praksis")
    assert [text for text in told if "404" not in text] == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(server).netloc}
