"""The HTML document around a plain page: whole in itself, without scripts, in the reader's language."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from kb.web.markup import Html, join, tag
from kb.web.masthead import masthead
from kb.web.plain import reply
from kb.web.plain.reply import Reply
from kb.web.reader import PARAMETER
from kb.web.texts import t

STYLE = Path(__file__).parents[1] / "plain.css"
CONTENT = "innhold"
"""The id of the main part, where the skip link leads."""
LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "da": "da_DK", "sv": "sv_SE", "en": "en_GB"}

PRACTICE = "praksis"
"""The app's page of a practice."""

_HREF = re.compile(r'(?<= href=")[^"]*(?=")')


def void(name: str, /, **attributes: str) -> Html:
    """An element that has no end."""
    return Html(tag(name, **attributes).removesuffix(f"</{name}>"))


def document(
    *, language: str, title: str, head: str, main: str, ways: str, up: str, here: str = "?", status: int = 200
) -> Reply:
    """A whole page.

    Args:
        language: of the page's own words.
        title: what the browser calls it, without the name of the app.
        head: what else stands in its head.
        main: what it says.
        ways: links at its foot.
        up: the way from this address to the app's own.
        here: this address without its language, for links to the same page in another.
        status: of the answer.
    """
    name = t("app.name", language)
    own_style, digest = style()
    whole = join(
        (
            Html('<!doctype html>\n<html lang="'),
            language,
            Html('">\n'),
            tag(
                "head",
                void("meta", charset="utf-8"),
                void("meta", name="viewport", content="width=device-width, initial-scale=1"),
                tag("title", f"{title} – {name}" if title else name),
                head,
                tag("style", own_style),
            ),
            Html("\n<body>\n"),
            tag("a", t("plain.skip", language), href=f"#{CONTENT}", class_="skip"),
            tag("header", masthead(language, None, here, up)),
            tag("main", main, id=CONTENT, tabindex="-1"),
            tag("footer", tag("ul", ways)) if ways else "",
            Html("\n</body>\n</html>\n"),
        )
    )
    allowed = f"{reply.NOTHING_ALLOWED}; style-src 'sha256-{digest}'; img-src 'self'"
    headers = {"content-security-policy": allowed, "content-language": language}
    return Reply(whole.encode(), reply.HTML, status, headers)


def alternate(kind: str, href: str, title: str = "") -> Html:
    """The same, or news of it, in another form."""
    return void("link", rel="alternate", type=kind, href=href, title=title)


def relinked(page: Html, practices: str, app: str) -> Html:
    """HTML made for the app's own pages, with practices at their plain addresses.

    Args:
        page: with links as they are seen from the app's own pages.
        practices: what goes in front of the id of a practice.
        app: what goes in front of any other address of the app.
    """
    return Html(_HREF.sub(lambda found: html.escape(_moved(html.unescape(found.group()), practices, app)), page))


def _moved(href: str, practices: str, app: str) -> str:
    try:
        parts = urlsplit(href)
    except ValueError:
        return href
    if parts.scheme or parts.netloc or href.startswith(("#", "/")):
        return href
    asked = parse_qs(parts.query)
    if parts.path == PRACTICE and asked.get("id"):
        kept = {PARAMETER: asked[PARAMETER][0]} if PARAMETER in asked else {}
        return f"{practices}{quote(asked['id'][0])}{f'?{urlencode(kept)}' if kept else ''}"
    return f"{app}{href.removeprefix('./')}"


@cache
def style() -> tuple[Html, str]:
    """The style, and the digest by which the browser is allowed to use it."""
    written = STYLE.read_text(encoding="utf-8")
    return Html(written), base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
