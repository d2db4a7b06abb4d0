"""A decision memo as Markdown, and as HTML that stands alone: no script, nothing fetched."""

from __future__ import annotations

import html
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, urlsplit

from kb import markdown
from kb.borrow.memo import Block, Cell, Heading, Link, Links, Memo, Table, Text
from kb.typed import clean, inline, line, prose

STYLE = Path(__file__).with_name("memo.css")
_BOX = "☐"
_GAPS = (" ", "\n\n")
"""Between a label and a short text, and a long one."""


def as_markdown(memo: Memo) -> str:
    """The memo as Markdown that any program shows."""
    head = [f"# {inline(memo.title)}", f"{inline(memo.kind)} · {inline(memo.about)}"]
    return "\n\n".join([*head, *map(_markdown, memo.blocks)]) + "\n"


def as_html(memo: Memo) -> str:
    """The memo as a whole HTML document, made to be printed on two pages."""
    return (
        f'<!doctype html>\n<html lang="{_esc(memo.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{_esc(memo.title)}</title>\n'
        f"<style>\n{STYLE.read_text(encoding='utf-8')}</style>\n</head>\n<body>\n<main>\n{body(memo)}\n</main>\n"
        "</body>\n</html>\n"
    )


def body(memo: Memo, top: int = 1) -> str:
    """The memo as HTML without its document; its title is a heading of level `top`."""
    head = f'<p class="kind">{_esc(memo.kind)}</p>\n<h{top}>{_esc(memo.title)}</h{top}>\n<p>{_esc(memo.about)}</p>'
    return "\n".join([f"<header>{head}</header>", *(_html(block, top) for block in memo.blocks)])


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {inline(block.text)}"
    if isinstance(block, Text):
        text = f"*{inline(block.text)}*" if block.missing else prose(block.text)
        if not block.label:
            return text
        return f"**{_label(block)}**{_GAPS[_is_long(block)]}{text}"
    if isinstance(block, Table):
        rows = [block.heads, ("---",) * len(block.heads)]
        cells = [[inline(cell.text) for cell in row] for row in block.rows]
        return "\n".join(f"| {' | '.join(row)} |" for row in (*rows, *cells))
    if isinstance(block, Links):
        return "\n".join(f"- {_markdown_link(link)}" for link in block.links)
    return f"{'  '.join(f'{_BOX} {choice}' for choice in block.choices)}\n\n{block.signed}: ______________________"


def _label(block: Text) -> str:
    return block.label if block.label.endswith("?") else f"{block.label}:"


def _is_long(block: Text) -> bool:
    """Whether a text has lines of its own, and so cannot stand beside its label."""
    return "\n" in clean(block.text)


def _markdown_link(link: Link) -> str:
    text = f"[{inline(link.text)}](<{_address(link.url)}>)" if _is_web(link.url) else inline(link.text)
    return f"{text} – {inline(link.about)}" if line(link.about) else text


def _html(block: Block, top: int) -> str:
    if isinstance(block, Heading):
        level = min(block.level + top - 1, 6)
        return f"<h{level}>{_esc(block.text)}</h{level}>"
    if isinstance(block, Text):
        marks = _lang(block.language) + (' class="missing"' if block.missing else "")
        label = f"<strong>{_esc(_label(block))}</strong>" if block.label else ""
        if label and not _is_long(block):
            return f"<p>{label} <span{marks}>{_esc(line(block.text))}</span></p>"
        return f"{f'<p>{label}</p>' if label else ''}<div{marks}>{markdown.html(prose(block.text)).strip()}</div>"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Links):
        return f"<ul>{''.join(f'<li>{_link(link)}</li>' for link in block.links)}</ul>"
    choices = "".join(f"<li>{_BOX} {_esc(choice)}</li>" for choice in block.choices)
    return f'<ul class="ticks">{choices}</ul><p class="signed">{_esc(block.signed)}: <span></span></p>'


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{_esc(head)}</th>' for head in table.heads)
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in table.rows)
    caption = f"<caption>{_esc(table.caption)}</caption>"
    box = f'<div class="wide" role="region" tabindex="0" aria-label="{_esc(table.caption)}">'
    return f"{box}<table>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"


def _cell(cell: Cell) -> str:
    return f"<td{_lang(cell.language)}{_missing(cell)}>{_esc(line(cell.text))}</td>"


def _missing(cell: Cell) -> str:
    return ' class="missing"' if cell.missing else ""


def _link(link: Link) -> str:
    text = f"<span{_lang(link.language)}>{_esc(line(link.text))}</span>"
    if _is_web(link.url):
        text = f'<a href="{_esc(_address(link.url))}" rel="noopener noreferrer">{text}</a>'
    return _joined((text, _esc(line(link.about))))


def _joined(parts: Iterable[str]) -> str:
    return " – ".join(filter(None, parts))


def _is_web(url: str) -> bool:
    """Whether an address is one that a reader may safely follow."""
    try:
        return urlsplit(url).scheme.lower() in {"http", "https"}
    except ValueError:
        return False


def _address(url: str) -> str:
    return quote(line(url), safe="%/:=&?~#+!$,;'@()*[]-._")


def _lang(language: str) -> str:
    return f' lang="{_esc(language)}"' if language else ""


def _esc(text: str) -> str:
    return html.escape(text)
