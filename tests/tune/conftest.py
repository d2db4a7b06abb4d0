"""An adapter that learnt a little."""

from __future__ import annotations

from pathlib import Path

import pytest

from tune.tune_helpers import FEW, kb, plant


@pytest.fixture(scope="session")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with an adapter called `little`, and what `kb tune` said. Copy it before changing it."""
    root = plant(tmp_path_factory.mktemp("tuned") / "root")
    done = kb("tune", "--name", "little", *FEW, "--judged", "judged.yaml", "--report", cwd=root)
    assert done.returncode == 0, done.stderr
    return root, done.stdout + done.stderr
