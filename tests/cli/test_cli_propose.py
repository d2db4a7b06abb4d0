"""From a clone to a proposal, as a new contributor does it: `kb new` or `kb borrow`, `kb check`, `kb propose`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from cli_helpers import KB, environment
from conftest import ROOT
from git_remotes import World, git, make_world

NEW = (
    *("new", "--place", "Alna", "--title", "Kjøkkenet veier restene", "--problem", "Mye mat ble kastet hver dag."),
    *("--practice", "Kjøkkenet veier restene.", "--summary", "Vi kastet mye mat. Nå veier vi den."),
    *("--area", "oppvekst", "--status", "in-use", "--as-of", "2025-03", "--evidence", "experience"),
    *("--contact", "https://www.oslo.kommune.no/alna/"),
)
FILE = "practices/no/oslo/oslo-alna-kjokkenet-veier-restene.md"
BRANCH = "praksis/oslo-alna-kjokkenet-veier-restene"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def kb(world: World, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """`kb` in the clone, on a machine where git knows nobody."""
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PRAKSIS_FORGE_TOKEN": ""}
    return subprocess.run(
        [*KB, *arguments],
        cwd=world.clone,
        input=given,
        capture_output=True,
        encoding="utf-8",
        env=environment(**own, PYTHONPATH=str(ROOT)),
        timeout=120,
        check=False,
    )


def standing(world: World) -> tuple[str, str, str]:
    """What a proposal must never touch: the branch that is checked out, where it is, and what is staged."""
    clone = world.clone
    return git(clone, "branch", "--show-current"), git(clone, "rev-parse", "HEAD"), git(clone, "diff", "--cached")


def written(world: World) -> str:
    """The file that `kb new` says it wrote."""
    done = kb(world, *NEW)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[0]


def test_a_practice_of_ones_own_goes_from_the_clone_to_a_branch(world: World) -> None:
    before = standing(world)
    path = written(world)
    assert path == FILE
    assert kb(world, "check", path).returncode == 0
    done = kb(world, "propose", path, "-m", "Prøvd i to år.", "--by", "Kari Vik <kari@oslo.example>")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Branch {BRANCH}, to be merged into main: 1 file(s).\n")
    assert world.show(BRANCH, FILE) == (world.clone / FILE).read_text(encoding="utf-8").strip()
    message = git(world.bare, "log", "-1", "--format=%B", BRANCH)
    assert "Prøvd i to år." in message
    assert "Co-authored-by: Kari Vik <kari@oslo.example>" in message
    assert git(world.bare, "diff", "--name-only", "main", BRANCH) == FILE
    assert standing(world) == before


def test_what_is_borrowed_is_filled_in_checked_and_proposed(world: World) -> None:
    borrowed = kb(world, "borrow", "grong-bygdemodre", "--place", "Alna")
    assert borrowed.returncode == 2
    assert kb(world, "index").returncode == 0
    borrowed = kb(world, "borrow", "grong-bygdemodre", "--place", "Alna", "--title", "Bydelsmødre hos oss")
    path = world.clone / borrowed.stdout.splitlines()[0]
    assert kb(world, "check", str(path)).returncode == 1
    text = path.read_text(encoding="utf-8")
    for heading in ("Utfordringen", "Slik gjør vi det", "Slik tilpasset vi"):
        assert f"## {heading}\n" in text
        text = text.replace(f"## {heading}\n", f"## {heading}\n\nTekst av oss.\n")
    text = text.replace("\nlanguage: nb\n", "\nsummary: Vi låner ideen fra Grong.\nlanguage: nb\n", 1)
    path.write_text(text, encoding="utf-8")
    checked = kb(world, "check", str(path))
    assert checked.returncode == 0, checked.stdout
    done = kb(world, "propose", str(path), "--json")
    assert done.returncode == 0, done.stderr
    proposal = json.loads(done.stdout)
    assert proposal["files"] == [path.relative_to(world.clone).as_posix()]
    assert "grong-bygdemodre" in world.show(proposal["branch"], proposal["files"][0])
    assert "grong-bygdemodre" in proposal["body"]


def test_a_dry_run_shows_the_proposal_and_sends_nothing(world: World) -> None:
    path = written(world)
    done = kb(world, "propose", path, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "Kjøkkenet veier restene" in done.stdout.splitlines()[0]
    assert f"- `{Path(FILE).relative_to('practices')}`" in done.stdout
    assert world.branches() == ["main"]


def test_the_same_proposed_twice_gets_a_branch_each(world: World) -> None:
    path = written(world)
    branches = [json.loads(kb(world, "propose", path, "--json").stdout)["branch"] for _ in range(2)]
    assert branches[0] == BRANCH
    assert branches[1].startswith(f"{BRANCH}-")
    assert set(world.branches()) == {"main", *branches}


def test_a_new_place_goes_with_the_practice_once_it_is_in_the_list(world: World) -> None:
    arguments = ["Vardø" if text == "Alna" else text for text in NEW]
    made = kb(world, *arguments, "--country", "Norge", "--json")
    told = json.loads(made.stdout)
    with (world.clone / "practices" / "places.yaml").open("a", encoding="utf-8") as places:
        places.write(told["place_entry"])
    assert kb(world, "check", told["path"]).returncode == 0
    proposal = json.loads(kb(world, "propose", told["path"], "--json").stdout)
    assert proposal["files"] == [told["path"], "practices/places.yaml"]
    assert "no/vardo:" in world.show(proposal["branch"], "practices/places.yaml")


def test_what_stands_there_already_is_nothing_to_propose(world: World) -> None:
    done = kb(world, "propose", "practices/no/grong/grong-bygdemodre.md")
    assert done.returncode == 2
    assert "stands in the repository already" in done.stderr
    assert world.branches() == ["main"]


def test_a_remote_that_refuses_says_why_and_the_draft_is_kept(world: World) -> None:
    hook = world.bare / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'Only maintainers push here.' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    path = written(world)
    done = kb(world, "propose", path)
    assert done.returncode == 2
    assert "Only maintainers push here." in done.stderr
    assert (world.clone / FILE).is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("practices/no/finnes-ikke.md",), "no/finnes-ikke.md"),
        (("practices/no/oslo",), "Name the files themselves."),
        (("kb.toml",), "kb.toml"),
        (("practices/no/grong/grong-bygdemodre.md", "--by", "Kari"), "Write it as 'Kari Vik <kari@oslo.example>'."),
        ((), "Missing argument"),
    ],
)
def test_misuse_is_said_in_a_sentence_and_sends_nothing(world: World, arguments: tuple[str, ...], said: str) -> None:
    done = kb(world, "propose", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert world.branches() == ["main"]


def test_a_folder_that_is_no_clone_says_what_to_configure(world: World, tmp_path: Path) -> None:
    path = written(world)
    alone = tmp_path / "alone"
    (world.clone / ".git").rename(tmp_path / "git")
    world.clone.rename(alone)
    done = kb(World(world.bare, alone), "propose", path)
    assert done.returncode == 2
    assert "[forge]" in done.stderr
