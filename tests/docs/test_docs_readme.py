"""Every command that the documentation shows works as shown."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from kb.check import check, render
from kb.config import load_config

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "docs/search-quality.md",
    "docs/performance.md",
    "docs/query-log.md",
    "docs/own-model.md",
    "docs/tuning.md",
    "docs/workflows.md",
    "docs/editor.md",
    "docs/contributing.md",
    "docs/reviewing.md",
    "docs/maintaining.md",
    "docs/access.md",
    "docs/privacy.md",
    "docs/cluster.md",
    "CONTRIBUTING.md",
    "practices/README.md",
)
ELSEWHERE = (
    *("make run", "make test", "make trust", "make audit", "make bench", "make lock"),
    *("kb tune", "pip install", "dask ", "kb index --cluster", "python -m benchmarks.search_quality"),
)
"""Tested below or in tests/{tune,cluster,benchmarks}, or what is running this very test."""

OWN_MODEL = "--model models/"
"""A model that is not here; tests/encoder/test_own_model.py makes one and runs the same commands."""

pytestmark = pytest.mark.model


def commands(page: str) -> list[str]:
    """The lines that start with $ in a page's console blocks."""
    tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
    blocks = [token.content for token in tokens if token.type == "fence" and token.info == "console"]
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


SHOWN = [(page, command) for page in PAGES for command in commands(page)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, base: object) -> Path:
    """A clone of the repository with an index, to run commands in, and the remote that it is a clone of."""
    assert base is not None
    root = tmp_path_factory.mktemp("readme") / "praksis"
    ignored = shutil.ignore_patterns(".git", ".venv", "index", "__pycache__", "*_cache", ".hypothesis", "build")
    shutil.copytree(ROOT, root, ignore=ignored)
    shutil.copytree(ROOT / "build" / "test-index", root / "index")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "start"]):
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=root, check=True)
    bare = root.with_name("praksis.git")
    for arguments in (
        ["branch", "-qM", "main"],
        ["clone", "-q", "--bare", str(root), str(bare)],
        ["remote", "add", "origin", str(bare)],
        ["fetch", "-q", "origin"],
        ["branch", "-q", "--set-upstream-to=origin/main"],
    ):
        subprocess.run(["git", *arguments], cwd=root, check=True)
    return root


def environment() -> dict[str, str]:
    """The shell's, with `kb` and `python` the ones that run this test."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


@pytest.mark.parametrize(
    ("page", "command"), [item for item in SHOWN if not item[1].startswith(ELSEWHERE) and OWN_MODEL not in item[1]]
)
def test_a_command_that_is_shown_works(copy: Path, page: str, command: str) -> None:
    if command == commands(page)[0]:
        # What one page writes among the practices is no matter of the next.
        subprocess.run(["git", "checkout", "-q", "--", "practices"], cwd=copy, check=True)
        subprocess.run(["git", "clean", "-fdq", "practices"], cwd=copy, check=True)
    done = subprocess.run(
        command,
        cwd=copy,
        shell=True,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{page}: {command}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr


def test_the_readme_shows_commands_at_all() -> None:
    assert len([command for page, command in SHOWN if page == "README.md"]) > 10


@pytest.mark.parametrize("page", PAGES)
def test_settings_that_are_shown_are_settings(page: str, tmp_path: Path) -> None:
    tokens = MarkdownIt().parse((ROOT / page).read_text(encoding="utf-8"))
    for token in tokens:
        if token.type == "fence" and token.info == "toml":
            (tmp_path / "kb.toml").write_text(token.content, encoding="utf-8")
            load_config(tmp_path)


def test_the_python_example_works(copy: Path) -> None:
    text = (copy / "README.md").read_text(encoding="utf-8")
    example = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    done = subprocess.run(
        [sys.executable, "-c", f"{example}\nprint(hits[0].practice.country)"],
        cwd=copy,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.strip() == "no", done.stderr


def test_make_run_starts_the_app_at_the_address_it_prints(base: object) -> None:
    assert base is not None
    if not (ROOT / ".venv" / "run.stamp").exists():
        pytest.skip("make made no environment here; make test does")
    if not (vectors := ROOT / "index" / "vectors.sqlite").exists():
        # The same texts were embedded for the tests; tests/index shows that an index is made without them too.
        shutil.copy2(ROOT / "build" / "test-index" / vectors.name, vectors)
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        printed = next((line for line in process.stdout if "http://" in line), "")
        address = re.findall(r"http://\S+", printed)[0]
        # The address is printed before the server listens; the first answered request ends the wait.
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
                    assert answer.read() == b"ok"
                break
            except OSError:
                continue
        assert process.poll() is None
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


def test_the_example_for_contributors_is_a_valid_practice(tmp_path: Path) -> None:
    text = (ROOT / "practices" / "README.md").read_text(encoding="utf-8")
    fences = [token.content for token in MarkdownIt().parse(text) if token.type == "fence"]
    (example,) = [content for content in fences if content.startswith("---")]
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy2(ROOT / "practices" / name, tmp_path / name)
    place = re.findall(r"^place: (\S+)", example, re.MULTILINE)[0]
    target = tmp_path / "/".join(place.split("/")[:2]) / "oslo-nordstrand-lederen-med-pa-vakt.md"
    target.parent.mkdir(parents=True)
    target.write_text(example, encoding="utf-8")
    report = check(tmp_path)
    assert report.errors == 0, render(report)
