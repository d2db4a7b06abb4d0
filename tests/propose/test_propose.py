"""Proposing files against real git remotes: what a contributor sees, and what is left untouched."""

from __future__ import annotations

import os
import re
import subprocess
import threading
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import PRACTICES
from git_remotes import World, git, make_world, over_http, world

from kb.config import load_config
from kb.errors import GitFailed, NoRemote, NothingToPropose, Outdated
from kb.practice import parse_practice
from kb.propose.branch import Person
from kb.propose.proposal import propose
from kb.propose.text import Report
from kb.vocabulary import load_vocabulary

__all__ = ["world"]

PATH = PurePosixPath("no/oslo/oslo-nordstrand-kortere-dag.md")
TEXT = """---
title: Kortere dag på Nordstrand
summary: Én avdeling prøver seks timer.
language: nb
place: no/oslo
areas:
  - helse-omsorg
status: idea
status_as_of: 2026-01-01
evidence: none
---

## Utfordringen

Fraværet er høyt.

## Slik gjør vi det

Én avdeling begynner.
"""
REPORT = Report(practices=(parse_practice(TEXT, PATH, load_vocabulary(PRACTICES)),))
OLA = Person("Ola Nordmann", "ola@example.org")


def _state(clone: Path) -> tuple[str, ...]:
    """All that is the user's own in a clone."""
    return (
        git(clone, "rev-parse", "HEAD"),
        git(clone, "symbolic-ref", "HEAD"),
        git(clone, "status", "--porcelain"),
        git(clone, "for-each-ref", "refs/heads", "refs/tags", "refs/praksis"),
        git(clone, "stash", "list"),
        git(clone, "worktree", "list"),
    )


def test_a_draft_becomes_a_branch_with_one_commit_and_the_clone_is_as_it_was(world: World) -> None:
    (world.clone / "practices" / "no" / "kladd.md").write_text("Halvferdig", encoding="utf-8")
    git(world.clone, "checkout", "--quiet", "-b", "noe-annet")
    before = _state(world.clone)
    proposal = propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT, contributor=OLA)
    assert _state(world.clone) == before
    assert proposal.branch == f"praksis/{PATH.stem}"
    assert world.show(proposal.branch, f"practices/{PATH}") == TEXT.strip()
    assert git(world.bare, "rev-list", "--count", f"main..{proposal.branch}") == "1"
    assert git(world.bare, "diff", "--name-only", "main", proposal.branch) == f"practices/{PATH}"
    said = git(world.bare, "log", "-1", "--format=%B", proposal.branch)
    assert said.startswith("Ny praksis: Kortere dag på Nordstrand\n")
    assert said.rstrip().endswith("Co-authored-by: Ola Nordmann <ola@example.org>")


def test_a_proposal_begins_from_the_remote_s_newest_commit_not_from_an_old_clone(world: World, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", str(world.bare), str(other))
    (other / "NYTT.md").write_text("nytt", encoding="utf-8")
    git(other, "add", "-A")
    git(other, "commit", "--quiet", "-m", "Nytt")
    git(other, "push", "--quiet")
    proposal = propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT)
    assert git(world.bare, "rev-parse", f"{proposal.branch}~1") == git(world.bare, "rev-parse", "main")


def test_the_remote_s_own_default_branch_is_used_whatever_it_is_called(tmp_path: Path) -> None:
    world = make_world(tmp_path, branch="hoved")
    proposal = propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT)
    assert proposal.into == "hoved"


def test_many_who_propose_at_once_all_succeed(world: World) -> None:
    config, found, failed = load_config(world.clone), [], []

    def one(number: int) -> None:
        try:
            found.append(propose(config, {PATH: f"{TEXT}\nNummer {number}\n".encode()}, report=REPORT))
        except Exception as error:  # noqa: BLE001  it is told below
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len({proposal.branch for proposal in found}) == 4
    told = {world.show(proposal.branch, f"practices/{PATH}").splitlines()[-1] for proposal in found}
    assert told == {f"Nummer {number}" for number in range(4)}


def test_without_a_clone_the_configured_address_is_used_over_http(world: World, tmp_path: Path) -> None:
    root = tmp_path / "bare-folder"
    (root / "practices").mkdir(parents=True)
    with over_http(tmp_path) as address:
        (root / "kb.toml").write_text(f'[forge]\nremote = "{address}/praksis.git"\n', encoding="utf-8")
        proposal = propose(load_config(root), {PATH: TEXT.encode()}, report=REPORT, contributor=OLA)
    assert world.show(proposal.branch, f"practices/{PATH}") == TEXT.strip()
    assert git(world.bare, "log", "-1", "--format=%cn", proposal.branch) == "Praksis"
    assert sorted(path.name for path in root.iterdir()) == ["kb.toml", "practices"]


def test_a_refused_push_says_why_in_the_remote_s_words_and_leaves_nothing_behind(world: World) -> None:
    hook = world.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'Bare mandager tas imot forslag.' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = _state(world.clone)
    with pytest.raises(GitFailed, match="Bare mandager tas imot forslag") as caught:
        propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT)
    assert caught.value.hint
    assert world.branches() == ["main"]
    assert _state(world.clone) == before


def test_what_a_killed_proposal_left_in_git_is_taken_away_by_the_next(world: World) -> None:
    with subprocess.Popen(["true"]) as child:
        child.wait()
    for name in (f"{child.pid}-abc", f"{os.getpid()}-abc"):
        git(world.clone, "update-ref", f"refs/praksis/{name}", "HEAD")
    propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT)
    left = git(world.clone, "for-each-ref", "--format=%(refname)", "refs/praksis").splitlines()
    assert left == [f"refs/praksis/{os.getpid()}-abc"], "who still runs still needs it"


def test_a_remote_that_is_gone_is_told_without_the_password_in_its_address(world: World) -> None:
    git(world.clone, "remote", "set-url", "origin", "http://kari:hemmelig@127.0.0.1:9/praksis.git")
    with pytest.raises(GitFailed) as caught:
        propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT)
    assert "hemmelig" not in f"{caught.value} {caught.value.hint}"
    assert "127.0.0.1" in str(caught.value)


def test_where_nothing_says_where_to_the_reader_is_told_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "practices").mkdir()
    with pytest.raises(NoRemote) as caught:
        propose(load_config(tmp_path), {PATH: TEXT.encode()}, report=REPORT)
    assert "remote" in caught.value.hint


def test_what_stands_there_already_is_not_proposed_again(world: World) -> None:
    known = "is/reykjavik/reykjavik-shorter-working-week.md"
    text = (world.clone / "practices" / known).read_bytes()
    with pytest.raises(NothingToPropose):
        propose(load_config(world.clone), {PurePosixPath(known): text}, report=Report())
    assert world.branches() == ["main"]


KNOWN = PurePosixPath("is/reykjavik/reykjavik-shorter-working-week.md")


def _changed_by_another(world: World, folder: Path, old: str, new: str) -> None:
    other = folder / "another"
    git(folder, "clone", "--quiet", str(world.bare), str(other))
    path = other / "practices" / KNOWN
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    git(other, "commit", "--quiet", "-am", "Mend")
    git(other, "push", "--quiet")


def test_a_change_keeps_what_others_changed_elsewhere_in_the_same_file(world: World, tmp_path: Path) -> None:
    text = (world.clone / "practices" / KNOWN).read_text(encoding="utf-8")
    _changed_by_another(world, tmp_path, "language: en", "language: en\nreviewed: 2026-01-01")
    mine = f"{text.rstrip()}\n\nEn linje til.\n"
    proposal = propose(load_config(world.clone), {KNOWN: mine.encode()}, report=Report())
    there = world.show(proposal.branch, f"practices/{KNOWN}")
    assert "reviewed: 2026-01-01" in there
    assert there.endswith("En linje til.")


def test_a_change_of_the_same_lines_is_refused_with_what_to_do(world: World, tmp_path: Path) -> None:
    text = (world.clone / "practices" / KNOWN).read_text(encoding="utf-8")
    title = re.search(r"^title: .*$", text, re.MULTILINE)
    assert title
    _changed_by_another(world, tmp_path, title[0], "title: Their title")
    with pytest.raises(Outdated, match="changed by others") as caught:
        propose(load_config(world.clone), {KNOWN: text.replace(title[0], "title: My title").encode()}, report=Report())
    assert "git pull" in caught.value.hint
    assert world.branches() == ["main"]


def test_a_new_place_is_added_where_a_reader_looks_for_it(world: World) -> None:
    entry = "no/nesbyen:\n  name: Nesbyen\n  kind: municipality\n  parent: no\n"
    proposal = propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT, place_entries=entry)
    added = git(world.bare, "diff", "main", proposal.branch, "--", "practices/places.yaml")
    lines = [line for line in added.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    assert lines == [f"+{line}" for line in entry.splitlines()]
    keys = re.findall(r"^([a-z0-9/-]+):", world.show(proposal.branch, "practices/places.yaml"), re.MULTILINE)
    at = keys.index("no/nesbyen")
    assert keys[at - 1] < "no/nesbyen" < keys[at + 1]


@pytest.mark.parametrize(
    ("url", "begins", "title"),
    [
        ("https://github.com/kommune/praksis", "https://github.com/kommune/praksis/compare/main...praksis/", "title"),
        (
            "https://gitlab.com/kommune/praksis",
            "https://gitlab.com/kommune/praksis/-/merge_requests/new",
            "merge_request[title]",
        ),
        (
            "https://codeberg.org/kommune/praksis",
            "https://codeberg.org/kommune/praksis/compare/main...praksis/",
            "title",
        ),
    ],
)
def test_the_forge_s_page_is_filled_in(world: World, url: str, begins: str, title: str) -> None:
    with (world.clone / "kb.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[forge]\nurl = "{url}"\n')
    proposal = propose(load_config(world.clone), {PATH: TEXT.encode()}, report=REPORT, contributor=OLA)
    assert proposal.page.startswith(begins)
    asked = parse_qs(urlsplit(proposal.page).query)
    assert asked[title] == ["Ny praksis: Kortere dag på Nordstrand"]
    assert "Ola Nordmann" in proposal.page.replace("%20", " ")
    assert "ola@example.org" not in proposal.page
    assert len(proposal.page) < 8000


def test_a_praksis_in_a_folder_of_a_larger_repository_keeps_to_its_folder(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    git(world.clone, "mv", "-k", "practices", "kunnskap")
    inner = world.clone / "kunnskap"
    (inner / "practices").mkdir()
    for child in [child for child in inner.iterdir() if child.name != "practices"]:
        child.rename(inner / "practices" / child.name)
    (world.clone / "kb.toml").rename(inner / "kb.toml")
    git(world.clone, "add", "-A")
    git(world.clone, "commit", "--quiet", "-m", "Move")
    git(world.clone, "push", "--quiet")
    proposal = propose(load_config(inner), {PATH: TEXT.encode()}, report=REPORT)
    assert proposal.files == (PurePosixPath("kunnskap/practices") / PATH,)
