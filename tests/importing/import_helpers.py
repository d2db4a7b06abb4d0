"""Sources to import, made as the programs that people use make them, and the drafts that come of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date
from functools import cache
from html import escape

from conftest import PRACTICES

from kb.errors import CannotImport
from kb.importing.draft import Imported, Wanted
from kb.importing.run import drafts, of_kind
from kb.practice import Practice, parse_practice
from kb.vocabulary import Vocabulary, load_vocabulary

DAY = date(2026, 3, 15)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_KINDS = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_NAMES = {"Title": "Title", "Heading1": "heading 1", "Heading2": "heading 2"}


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary(PRACTICES)


def imported(
    data: bytes | str, suffix: str, *, place: str = "", language: str = "", name: str = "kilden"
) -> list[Imported | CannotImport]:
    """Everything that comes of one file."""
    raw = data.encode() if isinstance(data, str) else data
    told = of_kind(suffix, raw, f"{name}{suffix}", name, vocabulary())
    return list(drafts(told, vocabulary(), PRACTICES, Wanted(place, language), today=DAY))


def one(data: bytes | str, suffix: str, **wanted: str) -> Imported:
    (made,) = imported(data, suffix, **wanted)
    assert isinstance(made, Imported), made
    return made


def practice(made: Imported) -> Practice:
    """The draft as it reads."""
    return parse_practice(made.draft.text, made.draft.path, vocabulary())


def texts(found: Practice) -> dict[str, str]:
    """What stands under each heading, sub-headings with it."""
    told: dict[str, list[str]] = {}
    for section in found.sections:
        own = [section.heading] if section.level == 2 else [*section.parents[-1:], section.heading]
        told.setdefault(own[0], []).extend([*own[1:], *(block.text for block in section.blocks)])
    return {heading: "\n".join(lines) for heading, lines in told.items()}


def codes(made: Imported) -> dict[str, list[str]]:
    """Errors by code, each with the key or the line's text that it is about."""
    lines = ["", *made.draft.text.split("\n")]
    found: dict[str, list[str]] = {}
    for error in made.draft.errors:
        found.setdefault(error.code, []).append(lines[error.line].split(":")[0].lstrip("# "))
    return found


def word(paragraphs: Sequence[tuple[str, str]]) -> bytes:
    """A docx of paragraphs, each with its style."""
    text = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(said)}</w:t></w:r></w:p>'
        for style, said in paragraphs
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in _NAMES.items()
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_KINDS}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        "_rels/.rels": _related("officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": _related("styles", "styles.xml"),
        "word/document.xml": f"<w:document {_WORD}><w:body>{text}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_WORD}>{styles}</w:styles>",
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
    return made.getvalue()


def _related(kind: str, target: str) -> str:
    one = f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{_LINKS}">{one}</Relationships>'


def pdf(lines: Sequence[str]) -> bytes:
    """A PDF of one page with a line of text for each."""
    drawn = b"BT /F1 12 Tf 14 TL 50 780 Td " + b" ".join(
        b"(" + line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b") Tj T*"
        for line in lines
    )
    stream = drawn + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica "
        b"/Encoding /WinAnsiEncoding >> >> >> >>",
        b"<< /Length " + str(len(stream)).encode() + b" >>\nstream\n" + stream + b"\nendstream",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += str(number).encode() + b" 0 obj\n" + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = str(len(objects) + 1).encode()
    tail = b"trailer << /Size " + count + b" /Root 1 0 R >>\nstartxref\n" + str(len(made)).encode() + b"\n%%EOF\n"
    return made + b"xref\n0 " + count + b"\n0000000000 65535 f \n" + table + tail
