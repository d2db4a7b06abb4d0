"""Case descriptions in Word, HTML and PDF, by libraries that come with `praksis[import]`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from kb.config import LANGUAGES
from kb.errors import CannotImport, NoConverter
from kb.importing.forms import from_markdown
from kb.importing.labels import key_of
from kb.importing.told import OTHER, Piece, Told
from kb.typed import clean
from kb.vocabulary import Vocabulary

INSTALL = 'pip install "praksis[import]"'
"""What brings the converters."""
HEADING = 60
"""Characters of the longest line of a PDF that may be a heading."""
_NOT_TEXT = ("script", "style", "noscript", "template", "nav", "footer", "form", "iframe", "svg", "button")
_STYLES = "p[style-name='Title'] => h1.title:fresh"
_CUT_WORD = re.compile(r"(?<=[^\W\d_])-\n(?!(?:og|eller|och|and|or)\b)(?=[^\W\d_A-ZÆØÅÄÖ])")


def from_word(data: bytes, where: str, name: str, vocabulary: Vocabulary) -> Told:
    """A Word document (docx): its headings by their styles, its lists and tables.

    Raises:
        CannotImport: it is no such document.
        NoConverter: mammoth or markdownify is not installed.
    """
    mammoth = _library("mammoth")
    try:
        images = mammoth.images.img_element(_no_image)
        converted = mammoth.convert_to_html(io.BytesIO(data), style_map=_STYLES, convert_image=images)
    except Exception as error:  # it reads anything that calls itself docx
        message = f"{where}: this is not a Word document (docx)."
        raise CannotImport(message, hint="Open it in a word processor, and save it as .docx.") from error
    return _from_html(converted.value, where, name, vocabulary)


def from_html(data: bytes, where: str, name: str, vocabulary: Vocabulary) -> Told:
    """A web page: its main part, without menus, forms and scripts.

    Raises:
        NoConverter: markdownify is not installed.
    """
    # What is declared inside the page is known only by whoever reads it.
    return _from_html(data, where, name, vocabulary)


def from_pdf(data: bytes, where: str, name: str, vocabulary: Vocabulary) -> Told:
    """A PDF: its lines; one that is known as a heading begins a section.

    Raises:
        CannotImport: it is no PDF, is locked, or has no text in it.
        NoConverter: pypdf is not installed.
    """
    pypdf = _library("pypdf")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        text = "\n".join(page.extract_text() for page in reader.pages)
    except Exception as error:  # it reads anything that calls itself PDF
        message = f"{where}: the PDF cannot be read: {error}."
        raise CannotImport(message, hint="Save it anew without a password.") from error
    if not text.strip():
        hint = "It may be a picture of a text; find the document that it was made from."
        raise CannotImport(f"{where}: there is no text in the PDF.", hint=hint)
    return Told(where, tuple(_pdf_pieces(clean(text), vocabulary)), name)


def _pdf_pieces(text: str, vocabulary: Vocabulary) -> Iterator[Piece]:
    label, lines = OTHER, list[str]()
    for line in _CUT_WORD.sub("", text).split("\n"):
        is_heading = 0 < len(line.strip()) <= HEADING and line.strip()[-1:] not in ".,;" and key_of(line, vocabulary)
        if is_heading:
            yield Piece(label, "\n".join(lines))
            label, lines = line.strip(), []
        else:
            lines.append(line.strip())
    yield Piece(label, "\n".join(lines))


def _from_html(page: str | bytes, where: str, name: str, vocabulary: Vocabulary) -> Told:
    soup = _library("bs4").BeautifulSoup(page, "html.parser")
    url = _address(soup)
    language = soup.html.get("lang", "") if soup.html else ""
    for tag in soup(_NOT_TEXT):
        tag.decompose()
    mains = soup.find_all("main") or soup.find_all("article") or soup.find_all("body")
    main = mains[0] if len(mains) == 1 else soup
    title = _title(main)
    pictures = len(main.find_all("img"))
    text = _library("markdownify").markdownify(
        str(main), heading_style="ATX", bullets="-", strip=["img"], escape_misc=True
    )
    notes = (f"{pictures} picture{'s' if pictures > 1 else ''} left out.",) if pictures else ()
    told = from_markdown(text, where, vocabulary, url=url, name=name, notes=notes)
    if not title and not any(str(piece.value).strip() for piece in told.pieces):
        raise CannotImport(f"{where}: there is no text in it.", hint="Save the page as it is shown, or copy its text.")
    own = (Piece("title", title),) if title else ()
    code = str(language).split("-", 1)[0].lower()
    # `no` may be either of two; what the page does not say plainly, its text does.
    said = (Piece("language", code),) if code in LANGUAGES else ()
    return Told(told.where, (*own, *told.pieces, *said), told.name, told.url, told.notes)


def _title(main: Any) -> str:
    """The title that a document marks as such, taken out of its text."""
    marked = main.find_all("h1", class_="title")
    if len(marked) != 1:
        return ""
    title: str = marked[0].get_text(" ", strip=True)
    marked[0].decompose()
    return title


def _address(soup: Any) -> str:
    """The address that a page gives as its own."""
    link, meta = soup.find("link", rel="canonical"), soup.find("meta", property="og:url")
    given = str((link and link.get("href")) or (meta and meta.get("content")) or "").strip()
    try:
        parts = urlsplit(given)
    except ValueError:
        return ""
    return given if parts.scheme in {"http", "https"} and parts.hostname else ""


def _no_image(_: object) -> dict[str, str]:
    """A picture is counted, not kept."""
    return {"src": ""}


def _library(name: str) -> Any:
    """A converter.

    Raises:
        NoConverter: it is not installed.
    """
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NoConverter(f"Reading this needs {name}, which is not installed.", hint=f"Run {INSTALL}.") from error
