"""A practice that means harm in everything it says: it is shown as it is written, and nothing of it runs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from playwright.sync_api import Dialog, Page, expect
from streamlit.testing.v1 import AppTest

from kb.base import KnowledgeBase
from kb.check import check
from kb.compare.export import as_csv, as_markdown
from kb.config import load_config
from kb.index.build import build
from kb.index.store import FACETS
from kb.preview.change import chosen
from kb.preview.folder import write_preview
from kb.web.compare.words import words
from kb.web.pages import PAGES
from web.web_ask import LOADS, ask
from web.web_ask import Page as Parsed
from web.web_hostile import BORROWED, EVIL, FORMULA, HOSTILE_ID, LONG_ID, ODD_FILE, ODD_ID, SCRIPT, plant_hostile
from web.web_library import open_page, serve
from web.web_screen import in_browser, ready, was_stopped

ADDRESSES: tuple[tuple[str, dict[str, str]], ...] = (
    ("", {}),
    ("", {"q": "vaktliste vikarer"}),
    ("", {"area": "ond", "theme": "ond", "country": "no", "status": "pilot", "place": "no/oslo/ond"}),
    ("", {"q": SCRIPT, "country": SCRIPT, "valgt": f"{HOSTILE_ID},{LONG_ID},{SCRIPT}"}),
    ("praksis", {"id": HOSTILE_ID, "fra": f"q={SCRIPT}"}),
    ("praksis", {"id": LONG_ID}),
    ("praksis", {"id": ODD_ID}),
    ("praksis", {"id": SCRIPT, "fra": SCRIPT}),
    ("sammenlign", {"p": f"{HOSTILE_ID},{BORROWED},{LONG_ID},{SCRIPT}"}),
    ("lan", {"p": HOSTILE_ID}),
    ("lan", {"p": ODD_ID}),
    ("spredning", {}),
    ("spredning", {"p": HOSTILE_ID}),
    ("spredning", {"sted": "no/oslo/ond", "p": SCRIPT}),
    ("ideer", {}),
    ("ord", {}),
    ("ord", {"q": "vikar"}),
    ("ord", {"q": SCRIPT}),
    ("steder", {}),
    ("steder", {"sted": "no/oslo/ond"}),
    ("steder", {"sted": SCRIPT}),
    ("steder", {"omrade": "ond"}),
    ("steder", {"tema": SCRIPT}),
    ("steder", {"ar": SCRIPT}),
    ("oversikt", {}),
    ("ny", {}),
    ("logg-inn", {"til": SCRIPT, "feil": SCRIPT}),
    ("logg-ut", {}),
    ("om", {}),
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Root of a repository with harm in it, indexed."""
    root = tmp_path_factory.mktemp("hostile")
    plant_hostile(root)
    build(load_config(root))
    return root


@pytest.fixture(scope="module")
def hostile_server(hostile: Path) -> Iterator[str]:
    yield from serve(hostile)


def test_every_page_of_the_app_is_tried() -> None:
    assert {path for path, _ in ADDRESSES} == {spec.path for spec in PAGES}


@pytest.mark.parametrize(("path", "params"), ADDRESSES, ids=[f"{path}-{','.join(p)[:40]}" for path, p in ADDRESSES])
def test_no_page_holds_anything_of_theirs_but_text(
    path: str, params: dict[str, str], hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_ROOT", str(hostile))
    test = open_page(path, **params, lang="sv")
    assert not test.exception
    assert test.get("html")
    for element in test.get("html"):
        _is_harmless(str(element.proto.body))
    _labels_are_text(test)


def _is_harmless(html: str) -> None:
    """Well-formed, and nothing in it that loads, runs or covers the page."""
    if html.lstrip().startswith("<style"):
        return
    page = Parsed()
    page.feed(html)
    page.close()
    assert page.open == []
    assert not {"script", "style", "base", "meta", "link", "svg", "math", *LOADS - {"img"}} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name, value)
        if name == "style":
            assert re.fullmatch(r"[\w:;.%/ -]*", value), value
        if name == "src":
            assert value.startswith("data:image/svg+xml,")
            assert not re.search(r"<(script|foreignObject|a|image|text|style)|\son", unquote(value))
        if name == "href":
            assert urlsplit(value).scheme in {"", "http", "https", "mailto"}, value


def _labels_are_text(test: AppTest) -> None:
    """No Markdown of theirs stands where Streamlit reads Markdown."""
    shown = [str(element.value) for element in (*test.markdown, *test.info, *test.warning, *test.success, *test.error)]
    shown += [str(element.label) for element in (*test.button, *test.radio, *test.checkbox)]
    shown += [option.content for group in test.button_group for option in group.proto.options]
    for text in shown:
        assert SCRIPT not in text
        assert "](javascript" not in text
        assert not re.search(r"(?<!\\):red\[|(?<!\\):material/", text)


def test_plain_pages_hold_nothing_of_theirs_but_text(hostile_server: str) -> None:
    for path in (f"/p/{HOSTILE_ID}", "/p/", f"/p/{LONG_ID}", f"/p/{ODD_ID}"):
        answer = ask(f"{hostile_server}{path}", Accept="text/html")
        assert answer.status == 200
        assert "script-src" not in answer.headers["content-security-policy"] or "'none'" in answer.text
        page = answer.page
        assert not {name for _, name, _ in page.attributes if name.startswith("on")}
        assert "iframe" not in page.tags
    assert SCRIPT in ask(f"{hostile_server}/p/{HOSTILE_ID}", Accept="text/html").page.said


def test_programs_get_whole_xml_and_json_of_a_kind_that_no_browser_runs(hostile_server: str) -> None:
    for path in ("feed.atom", "sitemap.xml"):
        answer = ask(f"{hostile_server}/{path}", Accept="text/html")
        assert answer.headers["content-type"].startswith(("application/atom+xml", "application/xml"))
        texts = "".join(element.text or "" for element in ElementTree.fromstring(answer.text).iter())
        assert SCRIPT in texts or path == "sitemap.xml"
    paths = (
        f"p/{HOSTILE_ID}.json",
        "api/search?q=vaktliste",
        f"api/practices/{HOSTILE_ID}",
        f"api/practices/{ODD_ID}",
        f"api/similar/{HOSTILE_ID}",
        "api/words?q=vikar",
        f"api/compare?ids={HOSTILE_ID},{BORROWED}",
        "api/spread",
        f"api/search?area={quote(SCRIPT)}",
    )
    for path in paths:
        answer = ask(f"{hostile_server}/{path}", Accept="text/html")
        assert answer.headers["content-type"] == "application/json", path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.json
    assert ask(f"{hostile_server}/p/{HOSTILE_ID}.md").headers["content-type"].startswith("text/markdown")


def test_a_comparison_as_a_table_runs_no_formula(hostile: Path) -> None:
    comparison = KnowledgeBase(load_config(hostile)).compare([HOSTILE_ID, BORROWED])
    cells = [cell for row in csv.reader(io.StringIO(as_csv(comparison, words("nb"))), delimiter=";") for cell in row]
    assert any(FORMULA in cell for cell in cells)
    assert not [cell for cell in cells if cell.lstrip()[:1] in {"=", "+", "@", "\t"} or cell.startswith("-=")]
    told = as_markdown(comparison, words("nb"), "practices")
    assert "<script" not in told.replace("\\<script", "")
    assert "](javascript" not in told.replace("\\]", "")


@in_browser
def test_in_a_browser_nothing_runs_and_everything_is_read_as_written(page: Page, hostile_server: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def heard(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", heard)
    # What the browser had to stop was not made harmless by us.
    stopped: list[str] = []
    page.on("console", lambda told: stopped.append(told.text) if was_stopped(told) else None)
    page.on("popup", lambda other: stopped.append(other.url))
    for path, params in ADDRESSES:
        page.goto(f"{hostile_server}/{path}?{urlencode(params)}")
        expect(page.locator("h1").first).to_be_visible()
        ready(page)
        page.evaluate("document.querySelectorAll('details').forEach(folded => folded.open = true)")
        _nothing_ran(page)
        assert urlsplit(page.url).path == f"/{path}"
        if params.get("id", params.get("p", "")).startswith(HOSTILE_ID):
            assert SCRIPT in " ".join(page.locator("[data-testid=stMain]").inner_text().split())
    plain = (f"p/{HOSTILE_ID}", f"p/{ODD_ID}", "p/", f"p/{HOSTILE_ID}.json", "feed.atom", "sitemap.xml")
    for path in (*plain, "api/search?q=vaktliste", f"api/practices/{HOSTILE_ID}", f"p/{SCRIPT}", f"api/{SCRIPT}"):
        page.goto(f"{hostile_server}/{path}")
        _nothing_ran(page)
    _try_the_widgets(page, hostile_server)
    assert said == []
    assert stopped == []
    assert [url for url in asked if not url.startswith((hostile_server, "data:", "blob:"))] == []


@in_browser
def test_a_preview_on_disk_runs_and_loads_nothing(page: Page, hostile: Path, tmp_path: Path) -> None:
    config = load_config(hostile)
    files = [hostile / "practices" / "no" / "oslo" / f"{name}.md" for name in (HOSTILE_ID, ODD_FILE)]
    asked: list[str] = []
    stopped: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda told: stopped.append(told.text))
    pages = write_preview(config, chosen(config.practices, files), check(config.practices, files), tmp_path / "ut")
    assert len(pages) == 3
    for path in pages:
        page.goto(path.as_uri())
        _nothing_ran(page)
        assert path.name == "index.html" or SCRIPT in page.locator("main").inner_text()
    assert {urlsplit(url).scheme for url in asked} == {"file"}
    assert stopped == []


def _nothing_ran(page: Page) -> None:
    assert page.evaluate(f"window.{EVIL}") is None
    found = "iframe, object, embed, [onerror], [onload], [onmouseover], [onclick], .stHtml script, .stHtml svg"
    assert page.locator(found).count() == 0
    beyond = "[...document.querySelectorAll('.stHtml *, .stMarkdown *')].map(e => getComputedStyle(e))"
    assert page.evaluate(f"{beyond}.filter(s => s.backgroundImage.includes('ond.example')).length") == 0


def _try_the_widgets(page: Page, server: str) -> None:
    """Open what is folded away in widgets: their choices are theirs too."""
    page.goto(f"{server}/")
    filters = page.locator("[data-testid=stSidebar] [data-testid=stMultiSelect]")
    expect(filters.first).to_be_visible()
    filters.first.locator("input").click()
    expect(page.get_by_role("option").filter(has_text="<script>").first).to_be_visible()
    _nothing_ran(page)
    page.goto(f"{server}/sammenlign?p={BORROWED}")
    page.locator("[data-testid=stSelectbox] input").first.click()
    expect(page.get_by_role("option").filter(has_text="<script>").first).to_be_visible()
    _nothing_ran(page)


NAMES = ("q", "lens", "sort", "page", "valgt", "id", "fra", "p", "sted", "omrade", "tema", "ar", "lang", *FACETS)
VALUES = some.one_of(
    some.sampled_from(["", "-1", "0", "9" * 30, "1e9", "xx", "nb", "no", "no/oslo", "ukjent", HOSTILE_ID, BORROWED]),
    some.sampled_from(["x" * 10_000, "ø" * 5_000, f"{HOSTILE_ID}," * 50, ",".join(map(str, range(50))), "q=x&page=-1"]),
    some.sampled_from(["\0", "\ufffd\u202e\u200b", "../../etc/passwd", "%00%ff", "{0}", "²", "٣", "&=?#/", "\t\n"]),
    some.text(max_size=30),
)
ASKED = some.dictionaries(some.sampled_from(NAMES), VALUES | some.lists(VALUES, max_size=5), max_size=6)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(path=some.sampled_from([spec.path for spec in PAGES]), params=ASKED)
def test_no_address_brings_a_page_down(path: str, params: dict[str, str | list[str]], hostile: Path) -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KB_ROOT", str(hostile))
        test = open_page(path, **params)
    assert not test.exception
    html = "".join(str(element.proto.body) for element in test.get("html"))
    assert "<h1" in html or test.title
    assert '<nav class="menu"' in html
    for element in test.get("html"):
        _is_harmless(str(element.proto.body))


SIGNS = some.sampled_from(
    [
        *"\\`*_{}[]()#+-.!|<>~:$&^=/@'\" 1aæ\u200b\u202e",
        *("->", "<-", "--", ">=", "<=", "~=", "$$", "**", "~~", "```", "\n\n", "    ", "\n---\n", "\n===\n"),
        *(":red[", ":red-badge[", ":small[", ":material/delete:", ":streamlit:", ":smile:", "{.x}", "[ ] ", "[^1]"),
        *("https://", "www.ond.no", "a@b.no", "](javascript:x)", "![", "<script>", "<!--", "&lt;", "| a |"),
        *("1. ", "- ", "> ", "# "),
    ]
)
TEXTS = some.lists(some.lists(SIGNS, min_size=1, max_size=12).map("".join).filter(str.strip), min_size=30, max_size=60)
LABELS = """
import json, os, streamlit as st
from pathlib import Path
from kb.web.markup import plain_markdown
for number, text in enumerate(json.loads(Path(os.environ["KB_ROOT"], "texts.json").read_text(encoding="utf-8"))):
    with st.container(key=f"whole-{number}"):
        st.markdown(plain_markdown(text))
    st.button(plain_markdown(text), key=f"label-{number}")
with st.container(key="done"):
    st.markdown("ferdig")
"""


@pytest.fixture(scope="module")
def labels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server that shows the texts of a file as Markdown and as labels, and the file."""
    root = tmp_path_factory.mktemp("labels")
    script = root / "labels.py"
    script.write_text(LABELS, encoding="utf-8")
    for address in serve(root, script=script):
        yield address, root / "texts.json"


@in_browser
def test_streamlit_s_markdown_changes_nothing_of_a_text(page: Page, labels: tuple[str, Path]) -> None:
    address, file = labels

    @settings(max_examples=8, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def as_written(texts: list[str]) -> None:
        file.write_text(json.dumps(texts), encoding="utf-8")
        page.goto(address)
        expect(page.locator(".st-key-done")).to_have_text("ferdig")
        made = "a, strong, em, code, del, h1, h2, h3, li, img, table, blockquote, sup, hr"
        read = "n => [...Array(n).keys()].map(i => ['whole', 'label'].map(kind => {"
        read += "const e = document.querySelector(`.st-key-${kind}-${i}`);"
        read += f"return [e?.textContent ?? '', e?.querySelectorAll('{made}').length]}}))"
        # Streamlit fetches what draws some signs when it first meets them.
        filled = "n => [...Array(n).keys()].every(i => ['whole', 'label'].every(kind =>"
        filled += "document.querySelector(`.st-key-${kind}-${i}`)?.textContent))"
        page.wait_for_function(filled, arg=len(texts))
        for text, shown in zip(texts, page.evaluate(read, len(texts)), strict=True):
            for said, elements in shown:
                assert _plain(said) == _plain(text), text
                assert elements in {0, None}, text

    as_written()


def _plain(text: str) -> str:
    """A text without what cannot be seen."""
    return " ".join(text.replace("\u2060", "").split())
