"""The report on an adapter: one page that opens from disk, with plots, and asks nobody for anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from kb.encoder.adapter import AdapterLayout
from kb.errors import TuningError
from kb.files import write_whole
from kb.tune.run import read_record

WIDE, HIGH, EDGE = 760, 220, 40
SMOOTH = 10
"""Steps that a point of the loss curve is the mean of."""
SHOWN_PAIRS = 60

_STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;max-width:54rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1,h2{line-height:1.2} h2{margin-top:2.5rem} table{border-collapse:collapse;margin:1rem 0;display:block;overflow-x:auto}
td,th{padding:.3rem .7rem;border-bottom:1px solid #d0d7de;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums} .better{color:#0a6b2d} .worse{color:#a40e26}
svg{max-width:100%;height:auto} .muted{color:#57606a}
"""


def write_report(layout: AdapterLayout) -> Path:
    """Write report.html beside an adapter; returns where it is.

    Raises:
        TuningError: nothing is known of how the adapter was made.
    """
    record = read_record(layout)
    if not record:
        raise TuningError(
            f"Nothing is known of how {layout.folder} was made.", hint="Tune it again: kb tune --name NAME --report"
        )
    path = layout.folder / "report.html"
    write_whole(path, page(record, _pairs(layout)))
    return path


def page(record: Mapping[str, Any], pairs: Sequence[Mapping[str, Any]] = ()) -> str:
    """The whole page."""
    name = escape(str(record["name"]))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Adapter {name}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>Adapter {name}</h1>{_summary(record)}"
        f"<h2>Is it better?</h2>{_verdict(record)}{_sets(record)}"
        f"<h2>By language of the question</h2>{_languages(record)}"
        f"<h2>How it learnt</h2>{loss_curve(record['losses'])}"
        f"<h2>What it learnt from</h2>{_subjects(record)}{_pair_counts(record)}{_examples(pairs)}"
        f"<h2>Recipe</h2>{_table(('setting', 'value'), record['recipe'].items())}</html>\n"
    )


def loss_curve(losses: Sequence[float]) -> str:
    """The loss by step as a picture: each step, and the mean of the last ten."""
    if not losses:
        return "<p>No step was taken.</p>"
    top = max(losses)
    means = [sum(part) / len(part) for part in (losses[max(0, n - SMOOTH) : n] for n in range(1, len(losses) + 1))]
    dots = "".join(f'<circle cx="{_x(n, losses):.1f}" cy="{_y(v, top):.1f}" r="1.6"/>' for n, v in enumerate(losses))
    line = " ".join(f"{_x(n, losses):.1f},{_y(v, top):.1f}" for n, v in enumerate(means))
    ticks = "".join(
        f'<text x="{EDGE - 6}" y="{_y(v, top) + 4:.1f}" text-anchor="end">{v:.1f}</text>'
        f'<line x1="{EDGE}" x2="{WIDE}" y1="{_y(v, top):.1f}" y2="{_y(v, top):.1f}" stroke="#d0d7de"/>'
        for v in (0.0, top / 2, top)
    )
    return (
        f'<svg viewBox="0 0 {WIDE + 10} {HIGH + 30}" role="img" font-size="12" '
        f'aria-label="Loss from {losses[0]:.2f} at the first step to {means[-1]:.2f} at the last">'
        f'{ticks}<g fill="#8c959f">{dots}</g>'
        f'<polyline points="{line}" fill="none" stroke="#0550ae" stroke-width="2"/>'
        f'<text x="{EDGE}" y="{HIGH + 24}">step 1</text>'
        f'<text x="{WIDE}" y="{HIGH + 24}" text-anchor="end">{len(losses)}</text></svg>'
    )


def _x(step: int, losses: Sequence[float]) -> float:
    return EDGE + (WIDE - EDGE) * step / max(1, len(losses) - 1)


def _y(value: float, top: float) -> float:
    return HIGH - (HIGH - 20) * value / max(top, 1e-9)


def _summary(record: Mapping[str, Any]) -> str:
    minutes = max(1, round(record.get("seconds", 0) / 60))
    aside = " A fixed fifth of the practices was left out of it." if record.get("kept_aside") else ""
    model, on = escape(str(record["model"])), escape(str(record["on"]))
    return f"<p>Made on {on} for the model {model}, taught in {minutes} min.{aside}</p>"


def _verdict(record: Mapping[str, Any]) -> str:
    trial = record.get("trial")
    if not trial:
        return "<p>It was not measured: there were no judged questions.</p>"
    found = trial["comparison"]
    said = (
        "It is used from now on."
        if record.get("used")
        else "It was kept aside: it is used where it finds more, and no less across languages."
    )
    return (
        f"<p>nDCG@10 of the whole search changed by {found['mean_difference']:+.3f} "
        f"(95 % interval {found['low']:+.3f} to {found['high']:+.3f}) over {found['queries']} questions: "
        f"{found['wins']} better, {found['ties']} the same, {found['losses']} worse. {said}</p>"
    )


_WAYS = (
    ("search", "whole search"),
    ("text", "text by meaning alone"),
    ("unseen_search", "whole search, among the practices kept aside"),
    ("unseen_text", "text by meaning alone, among those"),
)


def _sets(record: Mapping[str, Any]) -> str:
    rows = []
    for name, after in _of(record, "after").items():
        before = _of(record, "before").get(name, {})
        for way, called in _WAYS:
            for part, what in (("every", "all"), ("elsewhere", "other languages")):
                values = (before.get(way, {}).get(part), after.get(way, {}).get(part))
                if values[1] is not None:
                    rows.append((name, called, what, *values))
    return _changes(("questions", "way", "answers"), rows)


def _languages(record: Mapping[str, Any]) -> str:
    rows = [
        (name, language, _of(record, "before").get(name, {}).get("languages", {}).get(language), value)
        for name, after in _of(record, "after").items()
        for language, value in after["languages"].items()
        if value is not None
    ]
    return _changes(("questions", "language"), rows)


def _of(record: Mapping[str, Any], side: str) -> dict[str, Any]:
    found: dict[str, Any] = (record.get("trial") or {}).get(side) or {}
    return found


def _changes(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table whose last two values are before and after, with a bar for each change."""
    if not rows:
        return "<p>Nothing was measured.</p>"
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = []
    for *names, before, after in rows:
        change = 0.0 if before is None else after - before
        kind = "better" if change > 0 else "worse"
        width = min(100, abs(change) * 300)
        drawn = f'<rect width="{width:.0f}" height="10" fill="currentColor"/>'
        bar = f'<svg width="104" height="10" aria-hidden="true">{drawn}</svg>'
        cells = "".join(f"<td>{escape(str(text))}</td>" for text in names)
        body.append(
            f'<tr>{cells}<td class="n">{_number(before)}</td><td class="n">{_number(after)}</td>'
            f'<td class="n {kind}">{change:+.3f}</td><td class="{kind}">{bar}</td></tr>'
        )
    tail = '<th class="n">before</th><th class="n">after</th><th class="n">change</th><th></th>'
    return f"<table><tr>{head}{tail}</tr>{''.join(body)}</table>"


def _subjects(record: Mapping[str, Any]) -> str:
    called = {"practices": "practices", "written": "written for training", "general": "common knowledge"}
    return _table(("subjects", "how many"), ((called[name], count) for name, count in record["subjects"].items()))


def _pair_counts(record: Mapping[str, Any]) -> str:
    """How many pairs by language of question and of answer, as a grid."""
    counts: dict[str, int] = record["pairs"]
    asked = sorted({name.split("-")[0] for name in counts})
    answered = sorted({name.split("-")[1] for name in counts})
    rows = [(one, *(counts.get(f"{one}-{other}", 0) for other in answered)) for one in asked]
    return _table(("question in \\ answer in", *answered), rows)


def _examples(pairs: Sequence[Mapping[str, Any]]) -> str:
    if not pairs:
        return ""
    rows = [(pair["subject"], f"{pair['asked']} ({pair['language']})", pair["answer"][:300]) for pair in pairs]
    table = _table(("subject", "asked", "answered by"), rows)
    return f"<details><summary>The first {len(pairs)} pairs; all are in pairs.jsonl</summary>{table}</details>"


def _pairs(layout: AdapterLayout) -> list[dict[str, Any]]:
    path = layout.folder / "pairs.jsonl"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, SHOWN_PAIRS)]


def _table(heads: Sequence[str], rows: Any) -> str:
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(
        "<tr>" + "".join(f"<td{_right(cell)}>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _right(cell: Any) -> str:
    return ' class="n"' if isinstance(cell, int | float) else ""


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
