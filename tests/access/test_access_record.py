"""Who proposed what is kept where a login is needed, and nothing else of anybody."""

from __future__ import annotations

import json
import stat
from pathlib import Path, PurePosixPath

import pytest
from access_helpers import written

from kb.access.person import Person, Role
from kb.access.record import record_path, record_sending, record_sent
from kb.config import load_config

KARI = Person("a1b2", Role.CONTRIBUTOR)
FILE = PurePosixPath("no/oslo/oslo-vaktliste.md")


def test_a_proposal_is_two_lines_that_belong_together(tmp_path: Path) -> None:
    config = load_config(written(tmp_path))
    record_sending(config, KARI, FILE, "tekst")
    record_sent(config, "tekst", "praksis/oslo-vaktliste", "https://forge.example/1")
    before, after = (json.loads(line) for line in record_path(config).read_text(encoding="utf-8").splitlines())
    assert set(before) == {"at", "event", "who", "role", "path", "file"}
    assert (before["event"], before["who"], before["role"], before["path"]) == (
        "sends",
        "a1b2",
        "contributor",
        str(FILE),
    )
    assert set(after) == {"at", "event", "branch", "page", "file"}
    assert before["file"] == after["file"]
    assert stat.S_IMODE(record_path(config).stat().st_mode) == 0o600


@pytest.mark.parametrize("obstacle", ["folder", "full"])
def test_what_cannot_be_kept_is_an_error_so_that_nothing_is_proposed_unseen(tmp_path: Path, obstacle: str) -> None:
    config = load_config(written(tmp_path))
    path = record_path(config)
    path.parent.mkdir(parents=True)
    path.mkdir() if obstacle == "folder" else path.symlink_to("/dev/full")
    with pytest.raises(OSError, match=r"."):
        record_sending(config, KARI, FILE, "tekst")
