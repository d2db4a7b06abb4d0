"""HTML that cannot be broken by what people write: everything is escaped unless it is `Html`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from functools import cache
from urllib.parse import quote, urlencode, urlsplit

from kb.web.reader import kept

EXCERPT = 330
"""Characters of a passage that a card has room for."""
_BEFORE = 70


class Html(str):
    """Text that is HTML already, and safe."""

    __slots__ = ()


def esc(text: str) -> Html:
    """Text as HTML that shows it; what is HTML already stays as it is."""
    return text if isinstance(text, Html) else Html(html.escape(text))


def join(parts: Iterable[str], between: str = "") -> Html:
    """Parts one after another; empty ones are left out."""
    # A page is made of thousands of parts: what is HTML already is told by its class alone.
    return Html(esc(between).join([part if part.__class__ is Html else html.escape(part) for part in parts if part]))


def tag(name: str, /, *children: str, **attributes: str) -> Html:
    """One element. `class_` is the class; an underscore in a name is a hyphen; empty attributes are left out.

    An address within the app keeps the reader's language.
    """
    if name == "a" and "href" in attributes:
        attributes["href"] = kept(attributes["href"])
    given = "".join([f' {_attribute(key)}="{html.escape(value)}"' for key, value in attributes.items() if value])
    return Html(f"<{name}{given}>{join(children)}</{name}>")


@cache
def _attribute(key: str) -> str:
    """The name of an attribute as HTML has it; names are written in code, never by people."""
    return key.rstrip("_").replace("_", "-")


def foreign(text: str, language: str, own: str, name: str = "span", **attributes: str) -> Html:
    """Text marked with its language where that is not the app's."""
    return tag(name, text, lang=language if language != own else "", **attributes)


def picture(drawn: str, width: float, height: float) -> Html:
    """An SVG drawing as a picture without words: what it shows must be told beside it."""
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    source = quote(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>', safe=" =/:,.-<>'()")
    return Html(f'<img alt="" src="data:image/svg+xml,{html.escape(source)}">')


def practice_url(practice_id: str, back: str = "") -> str:
    """The address of a practice, seen from any page; `back` is the query to return to."""
    return f"praksis?{urlencode({'id': practice_id} | ({'fra': back} if back else {}))}"


def external(url: str, text: str) -> Html:
    """A link out of the app; an address that is not one of the web's is shown as text."""
    if is_web(url):
        return tag("a", text, href=url, rel="noopener noreferrer")
    return tag("span", text)


def is_web(url: str) -> bool:
    """Whether an address is one that a reader may safely follow."""
    try:
        return urlsplit(url).scheme in {"http", "https", "mailto"}
    except ValueError:
        return False


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Html:
    """Text with the spans in <mark>, cut to the part that has most of them."""
    start, end = _window(text, spans)
    parts: list[str] = ["… "] if start else []
    at = start
    for left, right in sorted(spans):
        if left < at or right > end:
            continue
        parts += [text[at:left], tag("mark", text[left:right])]
        at = right
    parts += [text[at:end], " …" if end < len(text) else ""]
    return join(parts)


def clipped(text: str, length: int) -> str:
    """The beginning of a text, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"


def first_sentence(text: str, length: int) -> str:
    """The first sentence of a text, cut between words where it is long."""
    flat = " ".join(text.split())
    found = re.match(r".{20,}?[.!?](?= [A-ZÆØÅÄÖ«\"]|$)", flat)
    return clipped(found.group() if found else flat, length)


def plain_markdown(text: str) -> str:
    """Text that Streamlit's Markdown shows as it stands, on one line.

    Arrows, dashes, icons and addresses are looked for once more after the backslashes are gone: a sign
    without width keeps those apart.
    """
    apart = _TAKEN_TOGETHER.sub(_JOINER, " ".join(text.split()))
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^=])", r"\\\1", apart)


_JOINER = "\u2060"
_TAKEN_TOGETHER = re.compile(
    r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=[a-z])|(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE
)
"""Where signs would be read as one: `->`, `--`, `>=`, `:material/…:`, `https://`, `www.` and `a@b`."""


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    if len(text) <= EXCERPT:
        return 0, len(text)
    starts = [0, *(max(0, left - _BEFORE) for left, _ in spans)]
    best = max(starts, key=lambda start: sum(start <= left and right <= start + EXCERPT for left, right in spans))
    start = min(best, len(text) - EXCERPT)
    if start:
        start = text.find(" ", start) + 1
    end = start + EXCERPT
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + 1)
    return start, min(end, len(text))
