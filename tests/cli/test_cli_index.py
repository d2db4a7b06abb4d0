"""`kb index` tells how far it is, what it did, and goes on for as long as it is asked to."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from cli_helpers import KB, environment, kb, repository

import kb as package

DEADLINE = 30.0


def until(happens: Callable[[], bool]) -> None:
    """Look again and again until it has happened."""
    end = time.monotonic() + DEADLINE
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        os.sched_yield()


def test_plain_lines_end_with_the_counts(tmp_path: Path) -> None:
    root = repository(tmp_path, indexed=False)
    answer = kb("index", cwd=root)
    assert answer.returncode == 0
    assert answer.stderr.splitlines() == ["Reading practices: 1 of 5 …", "Writing the index …"]
    assert "\x1b" not in answer.stdout + answer.stderr
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("Note: No model is configured.")
    assert lines[-2].startswith("Generation 000001 is current: 5 practices, ")
    assert lines[-1] == "5 added, 0 changed, 0 removed, 0 unchanged, 0 unreadable; 0 passages embedded."
    again = kb("index", cwd=root).stdout.splitlines()
    assert again[-2].startswith("Nothing has changed: 5 practices, ")
    assert again[-1].startswith("0 added, 0 changed, 0 removed, 5 unchanged")


def test_unreadable_files_and_reasons_are_told(tmp_path: Path) -> None:
    root = repository(tmp_path)
    (root / "practices" / "latin.md").write_bytes("får".encode("latin-1"))
    with (root / "practices" / "places.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nno/nytt:\n  name: Nytt\n  kind: municipality\n  parent: no\n")
    answer = kb("index", cwd=root)
    assert answer.returncode == 0
    assert "unreadable: latin.md:1: The file is not UTF-8 text." in answer.stdout
    assert "Done again because the vocabulary changed." in answer.stdout
    assert "1 unreadable" in answer.stdout
    assert "latin.md" in kb("status", cwd=root).stdout


def test_json_is_one_document_and_nothing_else(tmp_path: Path) -> None:
    root = repository(tmp_path, indexed=False)
    answer = kb("index", "--json", cwd=root)
    assert answer.stderr == ""
    data = json.loads(answer.stdout)
    assert (data["practices"], data["added"], data["wrote"], data["generation"]) == (5, 5, True, "000001")
    assert set(data) == {
        *("practices", "passages", "added", "changed", "removed", "unchanged", "embedded", "unreadable"),
        *("reasons", "generation", "wrote", "warning", "anew"),
    }


def test_other_folders_leave_the_root_alone(tmp_path: Path) -> None:
    root = repository(tmp_path / "root", indexed=False)
    notes = tmp_path / "notater"
    notes.mkdir()
    (notes / "side.md").write_text("# Vaffelrøre\n", encoding="utf-8")
    options = ("--practices", str(notes), "--index", str(tmp_path / "annet"))
    assert kb("index", *options, cwd=root).returncode == 0
    assert not (root / "index").exists()
    found = json.loads(kb("search", "vaffelrøre", *options, "--json", cwd=root).stdout)
    assert found["hits"][0]["path"] == str(notes / "side.md")


def test_rebuild_reads_everything_again(tmp_path: Path) -> None:
    answer = kb("index", "--rebuild", cwd=repository(tmp_path))
    assert "Generation 000002 is current: 5 practices" in answer.stdout


def test_bars_on_a_terminal(tmp_path: Path) -> None:
    root = repository(tmp_path, indexed=False)
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*KB, "index"], cwd=root, stdout=theirs, stderr=theirs, env=environment(TERM="xterm-256color")
    ) as command:
        os.close(theirs)
        shown = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
    os.close(ours)
    text = shown.decode()
    assert command.returncode == 0
    assert "Reading practices" in text
    assert "\x1b[" in text
    assert "5 added, 0 changed" in text


def test_watch_is_not_woken_by_the_index_that_it_writes(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Faste team\n", encoding="utf-8")
    (tmp_path / "kb.toml").write_text('practices = "."\n[encoder]\nmodel = "none"\n', encoding="utf-8")
    with subprocess.Popen(
        [*KB, "index", "--watch"], cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8", env=environment()
    ) as command:
        assert command.stdout is not None
        assert any("Watching" in line for line in command.stdout)
        runs = 0
        # A watch that wakes itself goes on and on; one that does not falls silent.
        while runs < 6 and select.select([command.stdout], [], [], 2)[0]:
            runs += "Nothing has changed" in command.stdout.readline()
        command.send_signal(signal.SIGINT)
        command.communicate(timeout=DEADLINE)
    assert runs <= 2


def test_watch_indexes_what_changes_until_stopped(tmp_path: Path) -> None:
    root = repository(tmp_path, indexed=False)
    with subprocess.Popen(
        [*KB, "index", "--watch"],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
    ) as command:
        try:
            until((root / "index" / "CURRENT").exists)
            # Written at once: not even what comes between the first run and the watch is missed.
            (root / "practices" / "ny.md").write_text("# Zalabimba for alle\n", encoding="utf-8")
            base = package.open(root)
            until(lambda: len(base.practices) == 6)
            assert base.search("zalabimba")[0].practice.id == "ny"
            # A bad moment is told and does not end the watch.
            places = root / "practices" / "places.yaml"
            good = places.read_text(encoding="utf-8")
            places.write_text("no: [", encoding="utf-8")
            assert command.stderr is not None
            assert any("places.yaml" in line for line in command.stderr)
            places.write_text(good, encoding="utf-8")
            (root / "practices" / "ny.md").unlink()
            assert command.stdout is not None
            assert any("1 removed" in line for line in command.stdout)
            assert len(base.practices) == 5
        finally:
            command.send_signal(signal.SIGINT)
        _, err = command.communicate(timeout=DEADLINE)
    assert command.returncode == 130
    assert "Traceback" not in err
    assert "Aborted" not in err
