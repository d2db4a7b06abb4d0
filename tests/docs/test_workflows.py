"""The workflows do what they say: their commands are run as they stand, on a real pull request."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from typer.testing import CliRunner
from workflow_steps import GITLAB, HOOKS, ROOT, WORKFLOWS, Step, load, run, steps, words_of_kb

from kb.cli.app import app

PRACTICES = ROOT / "practices"
CHANGED = "no/grong/grong-bygdemodre"
COPY = "no/grong/grong-bygdemoedre-igjen"
UNTOUCHED = "no/oslo/oslo-alna-bydelsmodre"
FAULTS = (
    (r"^status: .*$", "status: rar", "unknown-value"),
    (r"^status_as_of: .*$", "status_as_of: i fjor", "bad-date"),
    (r"^evidence: .*$", "bevis: experience", "unknown-key"),
    (r"^## Utfordringen$", "## Utfordringen\n\nTODO: skriv mer.", "template-text"),
    (r"^## Slik gjør vi det$", "## Slik gjør vi det\n\nRing Kari på 912 34 567.", "private-phone"),
)
"""Planted in one practice, each with the rule that it breaks."""

PROBE = """
import atexit, sys
atexit.register(lambda: print(*{name.split(".")[0] for name in sys.modules}, file=sys.stderr))
from kb.cli import main
sys.argv = ["kb", "check"]
main()
"""

STEPS = tuple(steps())


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Kari", "-c", "user.email=post@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


def clone(folder: Path) -> Path:
    """A repository with a few practices, one of them with an error since long, and a branch."""
    for name in (CHANGED, UNTOUCHED, "se/kiruna/kiruna-sextimmarsdag-hemtjanst"):
        target = folder / "practices" / f"{name}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        for end in (".md", ".i18n.yaml"):
            shutil.copy2(PRACTICES / f"{name}{end}", target.with_name(f"{target.stem}{end}"))
    for name in ("vocabulary.yaml", "places.yaml"):
        shutil.copy2(PRACTICES / name, folder / "practices" / name)
    (folder / "kb.toml").write_text('[encoder]\nmodel = "none"\n', encoding="utf-8")
    old = folder / "practices" / f"{UNTOUCHED}.md"
    old.write_text(re.sub(r"(?m)^status: .*$", "status: rar", old.read_text(encoding="utf-8")), encoding="utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Begin")
    git(folder, "switch", "-qc", "forslag")
    return folder


def commit(folder: Path, name: str, text: str) -> None:
    path = folder / "practices" / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Endre")


@pytest.fixture
def pull_request(tmp_path: Path) -> Path:
    """A pull request that mends a practice, and adds one that says the same once more."""
    folder = clone(tmp_path / "praksis")
    text = (PRACTICES / f"{CHANGED}.md").read_text(encoding="utf-8")
    commit(folder, CHANGED, text.replace("title: ", "title: Nye ", 1))
    commit(folder, COPY, text)
    return folder


def step(file: str, name: str) -> Step:
    (found,) = [one for one in STEPS if (one.file, one.name) == (file, name)]
    return found


def test_what_is_not_run_here_is_known() -> None:
    assert [str(one) for one in STEPS if one.is_elsewhere] == [
        "check.yml: Install what the check needs",
        "check.yml: Install kb",
        "proposal.yml: Install",
        "proposal.yml: Install kb",
        "comment.yml: Write it, or update the one that is there",
        "review.yml: Install what the review needs",
        "review.yml: Install kb",
        "review.yml: Write it in the issue, or close it",
        "audit.yml: Audit",
        "test.yml: Test",
        ".gitlab-ci.yml: .light",
        ".gitlab-ci.yml: .light",
        ".gitlab-ci.yml: proposal",
        ".gitlab-ci.yml: proposal",
        ".gitlab-ci.yml: audit",
        ".gitlab-ci.yml: test",
    ]


def test_every_other_step_runs_on_a_pull_request_as_it_stands(pull_request: Path) -> None:
    git(pull_request, "rm", "-q", f"practices/{COPY}.md")
    git(pull_request, "commit", "-qm", "Bare endringen")
    kept = pull_request / ".env"
    for one in STEPS:
        if one.is_elsewhere:
            continue
        done = run(
            one,
            pull_request,
            BASE=git(pull_request, "rev-parse", "main"),
            FILE=f"practices/{CHANGED}.md",
            GITHUB_ENV=str(kept),
            RUN_URL="https://github.example/run/1",
        )
        assert done.returncode == 0, f"{one}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
    assert kept.read_text(encoding="utf-8") in {"due=true\n", "due=false\n"}
    assert (pull_request / "preview" / "grong-bygdemodre.html").is_file()
    assert (pull_request / "comment.md").read_text(encoding="utf-8").startswith("<!-- praksis -->\n")


def test_five_faults_in_one_practice_give_five_annotations_on_their_lines_and_none_elsewhere(tmp_path: Path) -> None:
    folder = clone(tmp_path / "praksis")
    text = (PRACTICES / f"{CHANGED}.md").read_text(encoding="utf-8")
    for pattern, planted, _ in FAULTS:
        text, count = re.subn(pattern, planted, text, flags=re.MULTILINE)
        assert count == 1, pattern
    commit(folder, CHANGED, text)
    done = run(step("check.yml", "Check"), folder, BASE="main")
    assert done.returncode == 1
    found = re.findall(r"^::error file=([^,]+),line=(\d+),col=\d+,title=([a-z-]+)::", done.stdout, re.MULTILINE)
    lines = text.split("\n")
    due = sorted((lines.index(planted.split("\n")[-1]) + 1, code) for _, planted, code in FAULTS)
    told = sorted((int(line), code) for _, line, code in found if code != "missing-key")
    assert told == due
    # A key that is misspelt is one fault with two sides: it is unknown, and the right one is absent.
    assert [code for _, _, code in found].count("missing-key") == 1
    assert {file for file, _, _ in found} == {f"practices/{CHANGED}.md"}


def test_a_near_duplicate_is_told_in_the_comment(pull_request: Path) -> None:
    base = git(pull_request, "rev-parse", "main")
    for name in ("Index", "Findings and near practices"):
        done = run(step("proposal.yml", name), pull_request, BASE=base)
        assert done.returncode == 0, done.stderr
    told = (pull_request / "told" / "comment.md").read_text(encoding="utf-8")
    assert "grong-bygdemoedre-igjen.md" in told
    assert "(`grong-bygdemodre`)" in told


def test_a_comment_calls_nobody_and_fits(tmp_path: Path) -> None:
    folder = tmp_path / "praksis"
    (folder / "told").mkdir(parents=True)
    (folder / "told" / "comment.md").write_bytes(b"Hei @kari \0 og " + "æ".encode() * 40000)
    done = run(step("comment.yml", "Make the comment harmless"), folder, RUN_URL="https://github.example/run/1")
    assert done.returncode == 0, done.stderr
    text = (folder / "comment.md").read_text(encoding="utf-8")
    assert "@kari" not in text
    assert "@\u200bkari" in text
    assert "\0" not in text
    assert len(text) < 65536


@pytest.mark.parametrize("one", STEPS, ids=str)
def test_each_command_of_kb_exists_with_its_options(one: Step) -> None:
    for command, options in words_of_kb(one.run):
        told = CliRunner().invoke(app(), [command, "--help"], env={"COLUMNS": "200"})
        assert told.exit_code == 0, command
        assert options <= set(re.findall(r"(?<![\w-])(--?[a-z][a-z-]*)", told.output)), one.run


def test_the_steps_speak_of_kb_at_all() -> None:
    said = {command for one in STEPS for command, _ in words_of_kb(one.run)}
    assert said == {"check", "index", "similar", "preview", "review", "format"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_no_more_than_it_must(path: Path) -> None:
    loaded = load(path)
    assert loaded["defaults"] == {"run": {"shell": "bash"}}
    allowed = dict(loaded["permissions"])
    for job in loaded["jobs"].values():
        allowed |= job.get("permissions", {})
        assert "timeout-minutes" in job
    writes = {name for name, how in allowed.items() if how == "write"}
    assert writes == {"comment.yml": {"pull-requests"}, "review.yml": {"issues"}}.get(path.name, set())
    assert "concurrency" in loaded
    # What a stranger proposes never runs where something may be written.
    assert "pull_request_target" not in loaded["on"]
    if writes and "workflow_run" in loaded["on"]:
        assert "actions/checkout" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_no_text_of_a_proposal_is_pasted_into_a_shell(path: Path) -> None:
    for job in load(path)["jobs"].values():
        for one in job["steps"]:
            if "uses" in one:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one["uses"]), one["uses"]
                assert one["uses"] + " # v" in path.read_text(encoding="utf-8")
            assert "${{" not in one.get("run", "")


def brought(*names: str) -> set[str]:
    """Distributions, with all that they need."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = re.split(r"[^A-Za-z0-9_.-]", waiting.pop())[0].lower().replace("_", "-")
        if name not in found:
            found.add(name)
            with suppress(PackageNotFoundError):
                waiting += [needed for needed in requires(name) or () if "extra ==" not in needed]
    return found


def test_the_check_installs_all_that_it_imports() -> None:
    installed = step("check.yml", "Install what the check needs").run.split()[4:]
    done = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    known = packages_distributions()
    imported = {name for module in done.stderr.splitlines()[-1].split() for name in known.get(module, ())}
    assert "typer" in imported
    assert {name.lower().replace("_", "-") for name in imported} <= brought(*installed) | {"praksis", "setuptools"}


def test_the_same_is_done_on_gitlab() -> None:
    loaded = load(GITLAB)
    assert {"check", "proposal", "review", "audit", "test"} <= set(loaded)
    assert "bash .ci/run" in loaded["test"]["script"]


def test_the_hooks_look_at_practices_and_nothing_else() -> None:
    for path in HOOKS:
        loaded = load(path)
        hooks = loaded if isinstance(loaded, list) else loaded["repos"][0]["hooks"]
        for hook in hooks:
            assert re.search(hook["files"], f"practices/{CHANGED}.md")
            assert not re.search(hook["files"], "kb/practice.py")
            assert not re.search(hook["files"], "README.md")
