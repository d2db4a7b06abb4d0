"""`kb doctor` finds what is wrong, says why and what mends it, changes nothing, and works where nothing else does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kb
from kb.config import load_config
from kb.doctor.run import examine
from kb.index.build import build
from kb.locks import exclusive
from trust.parts.indexing.base import plant
from trust.parts.recovery import BROKEN, Broken, commit, files, run, said

PACKAGES = str(Path(kb.__file__).parents[1])


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound repository in git, indexed."""
    config = plant(tmp_path_factory.mktemp("doctor") / "sound", 4)
    commit(config.root)
    build(config)
    return config.root


@pytest.fixture
def root(sound: Path, tmp_path: Path) -> Path:
    """A copy of it to break."""
    shutil.copytree(sound, tmp_path / "broken")
    return tmp_path / "broken"


def test_nothing_is_found_where_nothing_is_wrong(root: Path) -> None:
    areas = tuple(examine(root))
    assert [area.name for area in areas] == ["Installation", "Configuration", "Model", "Index", "Practices"]
    assert all(area.told for area in areas)
    assert not said(areas)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_what_is_broken_is_found_and_mended_by_the_command_that_is_told(case: Broken, root: Path) -> None:
    case.break_it(load_config(root))
    before = files(root)
    areas = tuple(examine(root))
    assert case.said in said(areas)
    found = [finding for area in areas for finding in area.findings]
    assert all(finding.what and finding.why.endswith(".") and finding.mend for finding in found)
    assert files(root) == before
    if case.mend:
        for finding in found:
            run(finding.mend, root)
        assert not said(tuple(examine(root)))


def test_a_writer_at_work_is_told_and_is_no_fault(root: Path) -> None:
    with exclusive(load_config(root).index / "writer.lock"):
        areas = tuple(examine(root))
    assert not said(areas)
    assert f"process {os.getpid()} is writing" in next(area.told for area in areas if area.name == "Index")


def doctor(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kb", "doctor", *arguments]
    own = {**os.environ, **environment}
    return subprocess.run(command, cwd=cwd, env=own, capture_output=True, encoding="utf-8", check=False)


def test_exit_codes_and_json(root: Path) -> None:
    (root / "practices" / "ny.md").write_text("# Ny\n", encoding="utf-8")
    done = doctor("--json", cwd=root)
    told = json.loads(done.stdout)
    assert (done.returncode, told["sound"], done.stderr) == (1, False, "")
    (finding,) = [finding for area in told["areas"] for finding in area["findings"] if area["name"] == "Index"]
    assert (finding["what"], finding["mend"], finding["severity"]) == ("1 file changed since.", "kb index", "warning")
    assert doctor("--root", str(root / "nowhere"), cwd=root).returncode == 2


def test_it_needs_no_package_to_tell_that_all_of_them_are_missing(root: Path) -> None:
    command = [sys.executable, "-S", "-m", "kb"]
    own = {"PYTHONPATH": PACKAGES, "PATH": os.environ["PATH"]}
    for arguments, code in ((("doctor",), 1), (("search", "team"), 2)):
        done = subprocess.run(
            [*command, *arguments], cwd=root, env=own, capture_output=True, encoding="utf-8", check=False
        )
        told = done.stdout + done.stderr
        assert done.returncode == code, told
        assert "The package pyyaml is not installed." in told
        assert "Traceback" not in told
    assert "pip install" in told


@pytest.mark.model
def test_thoroughly_the_model_reads_a_sentence(base: kb.KnowledgeBase) -> None:
    areas = tuple(examine(base.config.root, index=base.config.index, thorough=True))
    (model,) = [area for area in areas if area.name == "Model"]
    assert model.told.startswith("packaged")
    assert not model.findings
