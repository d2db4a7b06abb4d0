"""What the tests of the command line share: a small repository, and the real `kb` run as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kb.config import Config
from kb.index.build import build

ROOT = Path(__file__).resolve().parents[2]
KB = (sys.executable, "-m", "kb")
COMMANDS = (
    "search",
    "index",
    "check",
    "show",
    "similar",
    "preview",
    "compare",
    "new",
    "borrow",
    "import",
    "propose",
    "words",
    "spread",
    "review",
    "format",
    "schema",
    "status",
    "doctor",
    "eval",
    "tune",
    "model",
    "log",
    "serve",
)
NAMES = (
    "no/grong/grong-bygdemodre",
    "no/oslo/oslo-alna-bydelsmodre",
    "se/goteborg/goteborg-svartedalen-sextimmarsdag",
    "se/kiruna/kiruna-sextimmarsdag-hemtjanst",
    "is/reykjavik/reykjavik-shorter-working-week",
)


def repository(root: Path, *, indexed: bool = True) -> Path:
    """Five practices in a folder whose kb.toml asks for no model."""
    practices = root / "practices"
    for name in (
        "vocabulary.yaml",
        "places.yaml",
        *(f"{name}{end}" for name in NAMES for end in (".md", ".i18n.yaml")),
    ):
        target = practices / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / "practices" / name, target)
    (root / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    if indexed:
        build(Config(root=root, practices=practices, index=root / "index", model="none"))
    return root


def environment(**changes: str) -> dict[str, str]:
    """This process's environment with a known width, and Python as users run it: buffered, modules kept compiled."""
    own = {"COLUMNS": "100", "PYTHONWARNINGS": "default", "PYTHONDONTWRITEBYTECODE": "", "PYTHONUNBUFFERED": ""}
    return {**os.environ, **own, **changes}


def kb(*arguments: str, cwd: Path, given: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `kb` to its end."""
    return subprocess.run(
        [*KB, *arguments],
        cwd=cwd,
        input=given,
        capture_output=True,
        encoding="utf-8",
        env=environment(**changes),
        timeout=120,
        check=False,
    )


def together(commands: Iterable[Sequence[str]], *, cwd: Path) -> list[subprocess.CompletedProcess[str]]:
    """Run several commands side by side; the answers come in order."""
    with ThreadPoolExecutor(max_workers=3) as pool:
        return list(pool.map(lambda arguments: kb(*arguments, cwd=cwd), commands))
