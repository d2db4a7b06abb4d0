"""The log keeps what it says it keeps, loses nothing, and never stands in the way of a search."""

from __future__ import annotations

import datetime
import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from usage_helpers import keeping, lines, opened, shown, write

import kb
from kb import journal, usage
from kb.config import Config
from kb.index.build import build
from kb.locks import exclusive
from kb.usage import Opened, Shown, forget_log, log_path, read_log, record_opened, record_shown

TODAY = datetime.date(2026, 11, 21)


def test_nothing_is_kept_unless_it_is_asked_for(tmp_path: Path) -> None:
    config = replace(keeping(tmp_path), query_log=False)
    record_shown(config, "faste team", ["a"], "strong")
    record_opened(config, "faste team", "a")
    assert list(config.index.iterdir()) == []
    assert Config(root=tmp_path, practices=tmp_path, index=tmp_path).query_log is False


def test_a_search_from_python_keeps_nothing(small: Callable[..., Config]) -> None:
    config = replace(small(), query_log=True)
    build(config)
    kb.KnowledgeBase(config).search("arbetstid")
    assert not log_path(config).exists()


def test_a_question_is_kept_with_its_date_and_nothing_of_who_asked(tmp_path: Path) -> None:
    config = keeping(tmp_path)
    before = datetime.datetime.now(tz=datetime.UTC).date()
    record_shown(config, "  Hvordan  få faste\nteam? ", ["a", "b"], "possible")
    record_opened(config, "Hvordan få faste team?", "b")
    after = datetime.datetime.now(tz=datetime.UTC).date()
    first, second = lines(log_path(config))
    assert {first.pop("at"), second.pop("at")} <= {before.isoformat(), after.isoformat()}
    asked = {"query": "Hvordan få faste team?"}
    assert first == {"event": "shown", **asked, "language": "nb", "shown": ["a", "b"], "strength": "possible"}
    assert second == {"event": "opened", **asked, "id": "b"}


@pytest.mark.parametrize(("query", "language"), [("vi har inte vikarier", "sv"), ("vikar", "da")])
def test_the_language_is_the_question_s_or_else_the_app_s(tmp_path: Path, query: str, language: str) -> None:
    config = replace(keeping(tmp_path), language="da")
    record_shown(config, query, [], "none")
    assert lines(log_path(config))[0]["language"] == language


@pytest.mark.parametrize("query", ["", "  \n", "41 23 45 67", "kari@example.no", "?!", "…"])
def test_a_question_that_says_nothing_is_not_kept(tmp_path: Path, query: str) -> None:
    config = keeping(tmp_path)
    record_shown(config, query, ["a"], "none")
    record_opened(config, query, "a")
    assert not log_path(config).exists()


def test_a_question_is_masked_before_it_is_cut(tmp_path: Path) -> None:
    config = keeping(tmp_path)
    record_shown(config, "a" * 295 + " 01419010029 " + "b" * 200_000, [], "none")
    (line,) = lines(log_path(config))
    assert line["query"] == "a" * 295 + " … bb"


def test_only_the_account_that_runs_praksis_can_read_it(tmp_path: Path) -> None:
    config = keeping(tmp_path)
    record_opened(config, "faste team", "a")
    assert stat.S_IMODE(log_path(config).stat().st_mode) == 0o600


@given(st.text(max_size=400), st.text(max_size=10))
@example("natt \ud800 vakt \x00 \u2028", "\udc80")
def test_whatever_is_asked_can_be_read_back(query: str, practice_id: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = keeping(Path(folder))
        record_opened(config, query, practice_id)
        for event in read_log(log_path(config)):
            assert isinstance(event, Opened)
            assert 0 < len(event.query) <= usage.MAX_QUESTION
            assert event.query.split() == event.query.split(" ")


DAMAGED = {
    "half a line": b'{"at": "2026-11-21", "event": "shown", "que',
    "half a letter": b'{"at": "2026-11-21", "event": "opened", "query": "r\xc3',
    "nothing": b"",
    "zeros": b"\0" * 40,
    "not an object": b"[1, 2]",
    "another event": b'{"at": "2026-11-21", "event": "closed", "query": "a", "id": "b"}',
    "no day": b'{"at": "i dag", "event": "opened", "query": "a", "id": "b"}',
    "no id": b'{"at": "2026-11-21", "event": "opened", "query": "a", "id": 7}',
    "ids of another kind": (
        b'{"at": "2026-11-21", "event": "shown", "query": "a", "language": "", "shown": [1], "strength": ""}'
    ),
    "a text for ids": (
        b'{"at": "2026-11-21", "event": "shown", "query": "a", "language": "", "shown": "ab", "strength": ""}'
    ),
    "half a pair": rb'{"at": "2026-11-21", "event": "opened", "query": "\ud800", "id": "b"}',
    "deep": b"[" * 200_000,
    "a number without end": b"1" * 10_000,
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_line_is_passed_over(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "queries.jsonl"
    before, after = (json.dumps(opened("faste team", name)).encode() for name in "ab")
    path.write_bytes(b"\n".join((before, damage, after, b"")))
    assert read_log(path) == (Opened(TODAY, "faste team", "a"), Opened(TODAY, "faste team", "b"))


def test_a_line_that_was_cut_short_does_not_swallow_the_next(tmp_path: Path) -> None:
    config = keeping(tmp_path)
    log_path(config).write_bytes(DAMAGED["half a letter"])
    record_opened(config, "faste team", "a")
    (event,) = read_log(log_path(config))
    assert (event.query, event.id) == ("faste team", "a")  # type: ignore[union-attr]


def test_no_file_is_no_events(tmp_path: Path) -> None:
    assert read_log(tmp_path / "queries.jsonl") == ()


WRITER = """
import sys, threading
from pathlib import Path
from kb.config import Config
from kb.usage import record_opened, record_shown
root, who = Path(sys.argv[1]), sys.argv[2]
config = Config(root=root, practices=root, index=root / "index", query_log=True)
def write(thread):
    for number in range(25):
        record_shown(config, f"hva med {who} {thread}", [f"{number}"] * 100, "strong")
        record_opened(config, f"hva med {who} {thread}", f"{number}")
threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_many_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    config = keeping(tmp_path)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), who], stderr=subprocess.PIPE, encoding="utf-8")
        for who in ("øst", "vest", "nord")
    ]
    said = [writer.communicate(timeout=100)[1] for writer in writers]
    assert said == [""] * 3
    log = read_log(log_path(config))
    assert len(log) == len(lines(log_path(config))) == 3 * 4 * 25 * 2
    for query in {event.query for event in log}:
        assert [event.id for event in log if isinstance(event, Opened) and event.query == query] == [
            str(number) for number in range(25)
        ]


def _in_the_way(path: Path) -> None:
    path.mkdir()


def _full(path: Path) -> None:
    path.symlink_to("/dev/full")


def _locked_away(path: Path) -> None:
    path.with_suffix(".lock").mkdir()


@pytest.mark.parametrize("obstacle", [_in_the_way, _full, _locked_away])
def test_what_cannot_be_written_is_said_once_and_borne(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], obstacle: Callable[[Path], None]
) -> None:
    config = keeping(tmp_path)
    obstacle(log_path(config))
    for _ in range(3):
        record_shown(config, "faste team", ["a"], "strong")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert str(log_path(config)) in said
    assert "The search is not affected." in said


def test_a_lock_that_is_never_let_go_does_not_hold_up_a_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "PATIENCE", 0.02)
    config = keeping(tmp_path)
    with exclusive(log_path(config).with_suffix(".lock")):
        record_opened(config, "faste team", "a")
    assert not log_path(config).exists()
    assert "another process" in capsys.readouterr().err
    record_opened(config, "faste team", "a")
    assert len(read_log(log_path(config))) == 1


READ_ONLY = """
import os, sys
from pathlib import Path
from kb.base import KnowledgeBase
from kb.config import Config
from kb.usage import record_shown
root = Path(sys.argv[1])
config = Config(root=root, practices=root / "practices", index=root / "index", model="none", query_log=True)
base = KnowledgeBase(config)
base.search("arbetstid")
if os.geteuid() == 0:
    os.setuid(65534)
for _ in range(2):
    results = base.search("arbetstid")
    record_shown(config, results.query, [hit.practice.id for hit in results], results.strength)
print(len(results))
"""


def test_a_folder_that_may_only_be_read_can_be_searched(small: Callable[..., Config]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        config = small()
        config = replace(config, root=root, index=root / "index", practices=config.practices.rename(root / "practices"))
        build(config)
        root.chmod(0o755)
        config.index.chmod(0o555)
        answer = subprocess.run(
            [sys.executable, "-c", READ_ONLY, folder], capture_output=True, encoding="utf-8", timeout=60, check=False
        )
        left = os.listdir(config.index)
        config.index.chmod(0o755)
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) > 0
    assert answer.stderr.count("\n") == 1
    assert "Permission denied" in answer.stderr
    assert not [name for name in left if name.startswith("queries")]


def test_all_of_it_can_be_deleted_and_begun_anew(tmp_path: Path) -> None:
    config = keeping(tmp_path)
    assert not forget_log(log_path(config))
    record_opened(config, "faste team", "a")
    assert forget_log(log_path(config))
    assert list(config.index.iterdir()) == []
    assert not forget_log(log_path(config))
    record_opened(config, "faste team", "b")
    assert len(read_log(log_path(config))) == 1


def test_what_is_written_and_what_is_read_are_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "log", [shown("faste team", "a", "b"), opened("faste team", "b")])
    assert read_log(path) == (
        Shown(TODAY, "faste team", "nb", ("a", "b"), "strong"),
        Opened(TODAY, "faste team", "b"),
    )


def test_git_ignores_it() -> None:
    root = Path(__file__).parents[2]
    command = ["git", "check-ignore", "index/queries.jsonl", "index/queries.lock"]
    if not (root / ".git").exists():
        pytest.skip("not a Git repository")
    assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0
