"""Who may do what: nobody gets in who should not, whatever she sends."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from trust.rows import Row, Tally, Untried

TESTS = Path(__file__).parents[2] / "tests"
sys.path.insert(0, str(TESTS))
if TYPE_CHECKING:
    from web.web_login import Closed

ORDER = 6
TITLE = "Who may do what"
ABOUT = """Reading and sending in are behind a login, at a real login service here (oidc-provider-mock, made by
others), which for some of its users gives a token that is wrong. Executed is a practice that somebody saw who has no
right to it; wrong is somebody who has, and was kept out. The same in a real browser is in `make test`."""
LIMIT = 900

LOGINS = 3
"""Times that each token is tried."""
FORGED = 2000
"""Cookies and tokens that are made up."""
SECONDS = 30.0
NAME = "Bykle"
"""Stands in a practice in every language, and in nothing that is for all."""
OPEN = ("p/", "feed.atom", "api/practices", "api/search?q=bibliotek", "p/bykle-meirope-bibliotek.md")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
SETTINGS = ("", "[", '[access]\nread = "open"\n', '[encoder]\nmodel = "none"\n', None)
"""What kb.toml says while the app runs; None for nothing, since it is gone."""


def trial(folder: Path) -> Iterator[Row | Untried]:
    """Everything, at one server."""
    from web.web_library import plant
    from web.web_login import closed

    from kb.config import load_config
    from kb.index.build import build

    root = folder / "closed"
    plant(root)
    (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    build(load_config(root))
    with closed(root) as app:
        yield _roles(app)
        yield _tokens(app)
        yield _windows(app)
        yield _forged(app)
        yield _settings(app)


def _roles(app: Closed) -> Row:
    """Each person at each address."""
    from web.web_login import Browser
    from web.web_provider import USERS

    tally = Tally("People with each role, and without one, at plain addresses")
    for name in USERS:
        may = "rolle" not in name
        browser = Browser(app)
        browser.log_in(name)
        for path in OPEN:
            with tally.once(f"{name}: {path}", SECONDS):
                status, _, body = browser.ask(path)
                if may and status != 200:
                    tally.bad("wrong", f"{name} got {status} at {path}")
                if not may and (status != 403 or NAME in body):
                    tally.bad("executed", f"{name} got {status} at {path}")
    return tally.row()


def _tokens(app: Closed) -> Row:
    """Logins whose token is wrong."""
    from web.web_login import Browser
    from web.web_provider import SPOILT

    tally = Tally(f"Logins with a token that is wrong, in {len(SPOILT)} ways: {', '.join(SPOILT)}")
    for name in SPOILT:
        for _ in range(LOGINS):
            browser = Browser(app)
            with tally.once(name, SECONDS):
                browser.log_in(name)
                if browser.status(OPEN[0]) not in {401, 403}:
                    tally.bad("executed", name)
    return tally.row(f"the slowest took {tally.slowest:.1f} s")


def _windows(app: Closed) -> Row:
    """Windows of the app that nobody is logged in to."""
    from kb.web.pages import PAGES
    from trust.parts.load.windows import shown

    tally = Tally("Windows of the app by web socket, without a login, at every page in five languages")
    port = int(app.url.rpartition(":")[2])
    for spec in PAGES:
        for language in ("nb", "nn", "da", "sv", "en"):
            path = f"{spec.path}?id=bykle-meirope-bibliotek&p=bykle-meirope-bibliotek&q=bibliotek&lang={language}"
            with tally.once(path, SECONDS):
                if NAME in "\n".join(shown(port, path)):
                    tally.bad("executed", path)
    return tally.row()


def _forged(app: Closed) -> Row:
    """Cookies that are almost right, and tokens that are made up."""
    from web.web_ask import ask
    from web.web_login import Browser

    tally = Tally("Cookies with a sign changed, cut or added, and made-up tokens for programs")
    browser = Browser(app)
    browser.log_in("leser")
    right = next(cookie.value or "" for cookie in browser.cookies if cookie.name == "_streamlit_user")
    chance = random.Random(8)
    for number in range(FORGED):
        # The last sign holds bits that say nothing: another may stand for the same.
        at, sign = chance.randrange(len(right) - 1), chance.choice(LETTERS)
        made = (f"{right[:at]}{sign}{right[at + 1 :]}", right[:at], f"{right[:at]}{sign}{right[at:]}")[number % 3]
        token = "".join(chance.choices(LETTERS, k=len(app.token)))
        with tally.once(f"{number}", SECONDS):
            given = {"Authorization": f"Bearer {token}"} if number % 4 == 3 else {"Cookie": f"_streamlit_user={made}"}
            status = ask(f"{app.url}/api/practices", **given).status
            if status != 401 and made != right:
                tally.bad("executed", f"{status} for {number}")
    return tally.row(f"the slowest took {tally.slowest:.2f} s")


def _settings(app: Closed) -> Row:
    """Settings that change while the app runs."""
    from web.web_ask import ask

    tally = Tally("kb.toml is emptied, broken, opened or gone while the app runs")
    settings = app.root / "kb.toml"
    for said in SETTINGS:
        if said is None:
            settings.unlink()
        else:
            settings.write_text(said, encoding="utf-8")
        for path in OPEN:
            with tally.once(f"{said!r}: {path}", SECONDS):
                status = ask(f"{app.url}/{path}").status
                if status != 401:
                    tally.bad("executed", f"{status} at {path} with {said!r}")
    return tally.row()
