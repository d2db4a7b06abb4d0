"""What the tests of tuning share: a repository large enough to learn from, and the real `kb` run as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import PRACTICES

from kb.tune.subjects import LEAST_SUBJECTS

FEW = ("--steps", "2", "--rank", "2", "--seed", "3")


def plant(root: Path) -> Path:
    """A repository with the fewest practices that can be learnt from, and judged questions about six of them."""
    (root / "practices").mkdir(parents=True)
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy2(PRACTICES / name, root / "practices" / name)
    chosen = sorted(PRACTICES.glob("no/*/*.md"))[:LEAST_SUBJECTS]
    for source in (item for path in chosen for item in (path, path.with_suffix(".i18n.yaml"))):
        target = root / "practices" / source.relative_to(PRACTICES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    (root / "kb.toml").touch()
    judged = [
        f"- id: {path.stem}\n  text: Hvem har prøvd {path.stem.replace('-', ' ')}\n  language: nb\n  type: problem\n"
        f"  judgments:\n    {path.stem}: 3\n"
        for path in chosen[:6]
    ]
    (root / "judged.yaml").write_text("".join(judged), encoding="utf-8")
    return root


def kb(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `kb` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "kb", *arguments],
        cwd=cwd,
        env={**os.environ, "KB_DEBUG": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
