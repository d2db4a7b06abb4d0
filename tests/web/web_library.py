"""A small repository of real practices, one that means harm among them, and the app over it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

REPOSITORY = Path(__file__).parents[2]
MAIN = REPOSITORY / "kb" / "web" / "main.py"
CHOSEN = (
    "dk/aalborg/aalborg-borgerens-faste-tvaerfaglige-teams",
    "dk/kobenhavn/kobenhavn-tillidsreform-hjemmepleje",
    "dk/viborg/viborg-skaermbesoeg",
    "is/reykjavik/reykjavik-shorter-working-week",
    "nl/netherlands-buurtzorg-neighbourhood-care",
    "no/arendal/arendal-med-hjerte-for-arendal",
    "no/bykle/bykle-meirope-bibliotek",
    "no/oslo/oslo-nordstrand-f7-innovasjonsspeidere",
    "no/oslo/oslo-nordstrand-f16-leanfasilitatorer",
    "no/oslo/oslo-ostensjo-tillitsmodellen-i-drift",
    "no/oslo/oslo-ullern-tillitsmodellen-hovedpilot",
    "se/goteborg/goteborg-svartedalen-sextimmarsdag",
    "se/kiruna/kiruna-sextimmarsdag-hemtjanst",
)

HOSTILE = """---
title: Vaktliste <script>document.title='kapret'</script> for $5 :red[nå]
summary: Vikarmangel & <b>fet</b> skrift, e-post:a@b.no
language: nb
place: no/oslo
areas:
  - helse-omsorg
status: pilot
status_as_of: unknown
evidence: none
evidence_note: <img src=x onerror="document.title='kapret'">
results:
  - kind: realised
    statement: Færre <script>alert(1)</script> hull
    indicator: hull i turnus
    value: 12
    unit: prosent
    period: 2020
  - kind: expected
    statement: Ingen hull i turnus
borrowed_from:
  - practice: oslo-nordstrand-f7-innovasjonsspeidere
    note: Måten å spre på
  - where: Delft
    title: Rooster
    url: javascript:alert(1)
sources:
  - title: Kilde med <i>skrå</i>
    url: https://example.org/?a=1&b=2
    publisher: Byen
    year: 2020
---

## Utfordringen

Vi fant ikke vikarer. <script>document.title='kapret'</script> [Farlig](javascript:alert(1)) og
[F7](oslo-nordstrand-f7-innovasjonsspeidere.md) og [borte](finnes-ikke.md). ![bilde](https://example.org/x.png)

## Slik gjør vi det

### En underoverskrift

Slik gjør vi det.

## Lærdommer

Begynn smått. Spør de ansatte.
"""
HOSTILE_ID = "oslo-vaktliste"


def plant(root: Path) -> None:
    """The chosen practices and one that means harm, with their vocabulary; nothing is indexed."""
    practices = root / "practices"
    for name in CHOSEN:
        target = practices / name
        target.parent.mkdir(parents=True, exist_ok=True)
        for suffix in (".md", ".i18n.yaml"):
            shutil.copy(REPOSITORY / "practices" / f"{name}{suffix}", target.with_name(target.name + suffix))
    (practices / "no" / "oslo" / f"{HOSTILE_ID}.md").write_text(HOSTILE, encoding="utf-8")
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy(REPOSITORY / "practices" / name, practices / name)
    settings = '[encoder]\nmodel = "none"\n\n[forge]\nurl = "https://forge.example/praksis"\n'
    (root / "kb.toml").write_text(settings, encoding="utf-8")


def visit(**params: str | list[str]) -> AppTest:
    """The front page after its first run, at an address."""
    test = AppTest.from_file(str(MAIN), default_timeout=30)
    for name, value in params.items():
        test.query_params[name] = value
    return test.run()


def open_page(path: str, **params: str | list[str]) -> AppTest:
    """Any page of the whole app after its first run, by the path of its address."""
    test = AppTest.from_file(str(MAIN), default_timeout=60)
    test._page_hash = calc_hash(path) if path else ""
    for name, value in params.items():
        test.query_params[name] = value
    return test.run()


def serve(root: Path, base: str = "", script: Path | None = None) -> Iterator[str]:
    """Start the app as people do, wait until it answers, and stop it afterwards.

    Args:
        root: the installation.
        base: a path that the app lies under.
        script: another script of Streamlit's than the app.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kb", "serve", "--root", str(root), "--host", "127.0.0.1", "--port", str(port)]
    if script:
        command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
        command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    own = {"KB_ROOT": str(root), "STREAMLIT_SERVER_BASE_URL_PATH": base}
    log = (root / "server.log").open("wb")
    with (
        log,
        subprocess.Popen(command, cwd=REPOSITORY, env=os.environ | own, stdout=log, stderr=log) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}{f'/{base}' if base else ''}"
            _wait(f"{address}/_stcore/health", process, root / "server.log")
            yield address
        finally:
            process.terminate()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            process.poll()
    pytest.fail(f"The app did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
