"""Behind a login: a real provider, a real server and a real browser; and no way around."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from web.test_web_add import ANSWERS
from web.web_ask import ask
from web.web_login import Browser, Closed, closed, log_in
from web.web_provider import SPOILT, USERS
from web.web_screen import in_browser, ready

PLAIN = (
    "p/",
    "p/grong-bygdemodre",
    "p/bykle-meirope-bibliotek",
    "p/bykle-meirope-bibliotek.md",
    "p/bykle-meirope-bibliotek.json",
    "feed.atom",
    "sitemap.xml",
    "api/",
    "api/openapi.json",
    "api/search?q=bibliotek",
    "api/practices",
    "api/practices/bykle-meirope-bibliotek",
    "api/words?q=tillit",
    "api/spread",
    "api/finnes-ikke",
    "media/abc.md",
    "app/static/x",
    "finnes-ikke",
)
"""What shows something of the practices, or might."""
NAME = "Bykle"
"""Stands in a practice in every language, and in no page that anybody may see."""
FORM = "ny?u=aaaa1111"
DRAFT = ANSWERS | {"place": "no/oslo/nordstrand", "status": "in-use", "evidence": "experience", "areas": "oppvekst"}
DEEP = "praksis?id=bykle-meirope-bibliotek"


@pytest.fixture(scope="module")
def app(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    root = tmp_path_factory.mktemp("closed")
    shutil.copytree(library, root, dirs_exist_ok=True)
    remote = root / "praksis.git"
    clone = root / "clone"
    _git(root, "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    _git(root, "clone", "--quiet", str(remote), str(clone))
    shutil.copytree(library / "practices", clone / "practices")
    _git(clone, "checkout", "--quiet", "-B", "main")
    _git(clone, "add", "-A")
    _git(clone, "commit", "--quiet", "-m", "Begin")
    _git(clone, "push", "--quiet", "origin", "main")
    forge = f'[forge]\nurl = "https://github.com/k/praksis"\nremote = "{remote}"\npropose = true\n'
    (root / "kb.toml").write_text(f'[encoder]\nmodel = "none"\n{forge}', encoding="utf-8")
    with closed(root) as found:
        yield found


def _git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Praksis", "-c", "user.email=praksis@localhost")
    done = subprocess.run(
        ["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


def _keep(page: Page, app: Closed) -> None:
    """Let the browser have a whole draft from before."""
    page.goto(f"{app.url}/logg-ut")
    page.evaluate("draft => localStorage.setItem('praksis.ny.aaaa1111', JSON.stringify(draft))", DRAFT)


@pytest.mark.parametrize("path", PLAIN)
def test_nobody_reads_a_plain_address_without_a_login(app: Closed, path: str) -> None:
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        answer = ask(f"{app.url}/{path}", method)
        assert answer.status == 401, method
        assert NAME not in answer.text
        assert "access-control-allow-origin" not in answer.headers
        assert "private" in answer.headers["cache-control"]
    assert ask(f"{app.url}/{path}", Cookie="_streamlit_user=eyJ9.x.y", Accept="text/html").status == 401


def test_programs_read_with_the_token_and_nothing_else_passes_for_it(app: Closed) -> None:
    known = ask(f"{app.url}/api/search?q=bibliotek", Authorization=f"Bearer {app.token}")
    assert known.status == 200
    assert "bykle-meirope-bibliotek" in known.text
    assert ask(f"{app.url}/feed.atom", Authorization=f"bearer {app.token}").status == 200
    for wrong in (
        "",
        "Bearer",
        f"Bearer {app.token[:-1]}",
        f"Basic {app.token}",
        app.token,
        f"Bearer {app.cookie_secret}",
    ):
        assert ask(f"{app.url}/api/practices", Authorization=wrong).status == 401
    assert ask(f"{app.url}/media/abc.md", Authorization=f"Bearer {app.token}").status == 401


def test_what_no_practice_is_in_is_for_all_and_crawlers_are_sent_away(app: Closed) -> None:
    assert ask(f"{app.url}/robots.txt").text == "User-agent: *\nDisallow: /\n"
    assert ask(f"{app.url}/_stcore/health").text == "ok"
    page = ask(f"{app.url}/{DEEP}", Accept="text/html")
    assert page.status == 200
    assert NAME not in page.text


@pytest.mark.parametrize("name", ["leser", "bidragsyter", "drift"])
def test_whoever_has_a_role_reads_by_the_same_login_at_plain_addresses(app: Closed, name: str) -> None:
    browser = Browser(app)
    assert browser.log_in(name) == "/"
    assert [browser.status(path) for path in ("p/", "feed.atom", "api/practices")] == [200, 200, 200]
    _, headers, _ = browser.ask("api/practices")
    assert "access-control-allow-origin" not in headers
    assert "private" in headers["cache-control"]
    # One who has read it once is told that it is the same only for as long as she may read it.
    etag = str(headers["etag"])
    assert browser.status("api/practices", If_None_Match=etag) in {200, 304}
    assert ask(f"{app.url}/api/practices", If_None_Match=etag).status == 401


@pytest.mark.parametrize("name", sorted(SPOILT))
def test_a_token_that_is_wrong_lets_nobody_in(app: Closed, name: str) -> None:
    browser = Browser(app)
    ended = browser.log_in(name)
    assert browser.status("api/practices") in {401, 403}
    assert browser.status("p/") in {401, 403}
    if ended == "/":
        # The library lets it pass, and Praksis does not.
        assert name in {"annet-publikum", "i-gar"}
    else:
        assert ended == "/logg-inn?feil=refused"
        assert "_streamlit_user" not in {cookie.name for cookie in browser.cookies}


@pytest.mark.parametrize("name", ["uten-rolle", "annen-rolle"])
def test_whoever_has_no_role_is_told_so_and_reads_nothing(app: Closed, name: str) -> None:
    browser = Browser(app)
    assert browser.log_in(name) == "/"
    status, _, body = browser.ask("p/", Accept_Language="nb")
    assert status == 403
    assert "har ikke fått tilgang" in body
    assert NAME not in body


def test_a_cookie_that_is_changed_or_of_another_app_is_nobody_s(app: Closed) -> None:
    browser = Browser(app)
    browser.log_in("leser")
    (own,) = [cookie for cookie in browser.cookies if cookie.name == "_streamlit_user"]
    assert own.value
    assert own.has_nonstandard_attr("HttpOnly")
    for changed in (
        own.value[:-2],
        f"{own.value[:10]}{'AB'[own.value[10] == 'A']}{own.value[11:]}",
        own.value.replace(".", "", 1),
    ):
        assert ask(f"{app.url}/p/", Cookie=f"_streamlit_user={changed}").status == 401
    # A cookie under another name is signed for that name.
    tokens = [cookie for cookie in browser.cookies if cookie.name == "_streamlit_user_tokens"]
    for other in tokens:
        assert ask(f"{app.url}/p/", Cookie=f"_streamlit_user={other.value}").status == 401


def test_a_header_does_not_say_who_somebody_is(app: Closed) -> None:
    forged = {"X-Forwarded-User": "drift", "X-Streamlit-User": "drift", "Remote-User": "drift"}
    assert ask(f"{app.url}/p/", **forged).status == 401


@pytest.mark.parametrize(
    "back",
    ["https://ond.example/", "//ond.example", "/\\ond.example", "finnes-ikke", "javascript:alert(1)", "p/\r\nX: y"],
)
def test_a_login_leads_back_into_the_app_and_nowhere_else(app: Closed, back: str) -> None:
    browser = Browser(app)
    browser.status(f"logg-inn?til={re.sub(r'[^a-z]', lambda found: f'%{ord(found.group()):02X}', back)}")
    assert browser.log_in("leser") == "/"


def test_a_login_leads_back_to_the_page_that_was_asked_for(app: Closed) -> None:
    browser = Browser(app)
    browser.status("logg-inn?til=praksis%3Fid%3Dbykle-meirope-bibliotek%26lang%3Dda", Accept="text/html")
    assert browser.log_in("leser") == f"/{DEEP}&lang=da"


@in_browser
def test_a_reader_logs_in_reads_what_she_was_sent_and_logs_out(app: Closed, page: Page) -> None:
    page.goto(f"{app.url}/{DEEP}")
    expect(page.get_by_text("Du må logge inn for å se dette.")).to_be_visible()
    assert NAME not in page.content()
    log_in(page, app, "leser", DEEP)
    expect(page).to_have_url(f"{app.url}/{DEEP}")
    expect(page.locator("h1")).to_contain_text("bibliotek")
    assert "logg ut" in page.locator(".masthead").inner_text().lower()
    # Her name and her address at the provider were never asked for.
    assert "Lea" not in page.content()
    page.goto(f"{app.url}/p/")
    expect(page.locator("main")).to_contain_text(NAME)
    page.goto(f"{app.url}/")
    ready(page)
    page.get_by_role("link", name="Logg ut").click()
    page.get_by_role("button").first.click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(app.url)}/"))
    ready(page)
    assert "_streamlit_user" not in {cookie["name"] for cookie in page.context.cookies()}
    answer = page.goto(f"{app.url}/p/")
    assert answer is not None
    assert answer.status == 401


SAID = {
    "annet-publikum": "Innloggingen din gjelder ikke her.",
    "utlopt": "Du ble ikke logget inn.",
    "falsk-signatur": "Du ble ikke logget inn.",
    "i-gar": "Du må logge inn for å se dette.",
    "uten-rolle": "Du er logget inn, men har ikke fått tilgang.",
}


@in_browser
@pytest.mark.parametrize("name", SAID)
def test_a_reader_whom_the_login_does_not_vouch_for_is_told_why(app: Closed, page: Page, name: str) -> None:
    log_in(page, app, name)
    expect(page.get_by_text(SAID[name])).to_be_visible()
    assert not page.locator(".card").count()


@in_browser
def test_what_a_reader_has_written_waits_until_she_may_send_it(app: Closed, page: Page) -> None:
    _keep(page, app)
    log_in(page, app, "leser", FORM)
    expect(page.get_by_text("har ikke fått lov til å sende inn")).to_be_visible()
    expect(page.get_by_role("button", name="Last ned filen")).to_be_visible()
    assert not page.get_by_role("button", name="Send inn forslaget").count()
    assert not (app.root / "log").exists()


@in_browser
def test_a_contributor_sends_in_and_the_record_says_who(app: Closed, page: Page) -> None:
    _keep(page, app)
    log_in(page, app, "bidragsyter", FORM)
    page.get_by_role("button", name="Send inn forslaget").click()
    expect(page.get_by_text("Forslaget er sendt inn som")).to_be_visible()
    branches = _git(app.root / "praksis.git", "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    (branch,) = set(branches) - {"main"}
    before, after = map(json.loads, (app.root / "log" / "proposals.jsonl").read_text(encoding="utf-8").splitlines())
    assert (before["event"], before["who"], before["role"]) == ("sends", "bidragsyter", "contributor")
    assert (after["event"], after["branch"], after["file"]) == ("sent", branch, before["file"])
    # Who she is, is for the record alone.
    told = _git(app.root / "praksis.git", "log", "--format=%an %ae %cn %ce %B", branch, "-1")
    assert "bidrag" not in told
    assert "example.org" not in told


def test_secrets_and_people_are_in_no_log(app: Closed) -> None:
    browser = Browser(app)
    for name in ("leser", "falsk-signatur", "uten-rolle"):
        browser.log_in(name)
        browser.status("p/")
    said = app.log.read_text(encoding="utf-8")
    cookies = [cookie.value for cookie in browser.cookies if cookie.value]
    for secret in (app.provider.secret, app.cookie_secret, app.token, *cookies):
        assert secret not in said
    for person in USERS:
        assert not re.search(rf"\b{person}\b", said)
    assert "example.org" not in said


def test_no_setting_lets_in_while_the_app_runs(app: Closed) -> None:
    settings = app.root / "kb.toml"
    before = settings.read_text(encoding="utf-8")
    try:
        for written in ("", '[access]\nread = "open"\n', "[acc", '[encoder]\nmodel = "none"\n'):
            settings.write_text(written, encoding="utf-8")
            assert ask(f"{app.url}/api/practices").status == 401
        settings.unlink()
        assert ask(f"{app.url}/p/").status == 401
    finally:
        settings.write_text(before, encoding="utf-8")


@in_browser
def test_a_login_service_that_is_down_is_told_and_those_who_are_in_read_on(app: Closed, page: Page) -> None:
    inside = Browser(app)
    inside.log_in("leser")
    app.provider.process.kill()
    app.provider.process.wait()
    page.goto(f"{app.url}/")
    page.get_by_role("link", name="Logg inn").first.click()
    expect(page.get_by_text("Innloggingstjenesten svarer ikke nå.")).to_be_visible()
    assert inside.status("p/") == 200


def test_kb_serve_does_not_start_where_login_cannot_work(own_library: Path) -> None:
    with (own_library / "kb.toml").open("a", encoding="utf-8") as settings:
        settings.write('[app]\nurl = "https://praksis.example"\n[access]\nread = "login"\nreader = ["*"]\n')
        settings.write('issuer = "https://login.example"\nclient = "praksis"\n')
    command = [sys.executable, "-m", "kb", "serve", "--root", str(own_library)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 2
    assert "PRAKSIS_LOGIN_SECRET" in done.stderr
    assert json.dumps(done.stdout) == '""'
