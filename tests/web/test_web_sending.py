"""From a draft in the app to a branch at a real remote: no Git, no account, and nothing lost where it is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from streamlit.testing.v1 import AppTest

from kb.check.unwritten import check_text
from kb.practice import parse_practice
from kb.vocabulary import load_vocabulary
from web.test_web_add import PAGE, faults, fill, write

REFUSE = "#!/bin/sh\necho 'Her tas ingen forslag imot om natten.' >&2\nexit 1\n"


def _git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Kari", "-c", "user.email=kari@example.org")
    done = subprocess.run(
        ["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


@pytest.fixture
def remote(own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare repository that the app, which is no clone of it, may propose to."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    bare, clone = tmp_path / "praksis.git", tmp_path / "clone"
    _git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(bare))
    _git(tmp_path, "clone", "--quiet", str(bare), str(clone))
    shutil.copytree(own_library / "practices", clone / "practices")
    _git(clone, "checkout", "--quiet", "-B", "main")
    _git(clone, "add", "-A")
    _git(clone, "commit", "--quiet", "-m", "Begin")
    _git(clone, "push", "--quiet", "origin", "main")
    settings = f'[encoder]\nmodel = "none"\n[forge]\nurl = "https://github.com/k/praksis"\nremote = "{bare}"\n'
    (own_library / "kb.toml").write_text(f"{settings}propose = true\n", encoding="utf-8")
    return bare


@pytest.fixture
def form(own_library: Path, remote: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    assert remote.exists()
    monkeypatch.setenv("KB_ROOT", str(own_library))
    test = AppTest.from_string(PAGE, default_timeout=60)
    test.query_params["u"] = "aaaa1111"
    return test.run()


def _branches(bare: Path) -> list[str]:
    return _git(bare, "for-each-ref", "--format=%(refname:short)", "refs/heads").splitlines()


def test_a_complete_draft_is_sent_in_and_becomes_a_branch_with_a_valid_file(
    form: AppTest, remote: Path, own_library: Path
) -> None:
    assert "nytt-send" not in {button.key for button in form.button}
    test = fill(form)
    write(test, **{"by-name": "Enhetsleder i Nordstrand"})
    test.button(key="nytt-send").click().run()
    assert not test.exception
    assert test.success[-1].value.startswith("Forslaget er sendt inn som praksis/")
    (branch,) = [name for name in _branches(remote) if name != "main"]
    path = _git(remote, "diff", "--name-only", "main", branch).removeprefix("practices/")
    text = _git(remote, "show", f"{branch}:practices/{path}") + "\n"
    practice = parse_practice(text, PurePosixPath(path), load_vocabulary(own_library / "practices"))
    assert practice.title == "Kjøkkenet veier matrestene"
    found = check_text(own_library / "practices", practice.path, text)
    assert not [one for one in found if one.severity.value == "error"]
    links = "\n".join(str(element.proto.body) for element in test.get("html"))
    assert "https://github.com/k/praksis/compare/main...praksis/" in links
    assert "Enhetsleder%20i%20Nordstrand" in links


def test_what_was_sent_in_is_not_sent_twice_and_a_change_afterwards_is_told(form: AppTest, remote: Path) -> None:
    test = fill(form)
    test.button(key="nytt-send").click().run()
    assert "nytt-send" not in {button.key for button in test.button}
    write(test, title="Et annet navn")
    assert test.button(key="nytt-send").label == "Send inn på nytt"
    assert len(_branches(remote)) == 2


def test_an_address_without_a_name_is_asked_about_before_anything_is_sent(form: AppTest, remote: Path) -> None:
    test = write(fill(form), **{"by-mail": "ikke en adresse"})
    test.button(key="nytt-send").click().run()
    assert "hel e-postadresse" in test.error[0].value
    assert _branches(remote) == ["main"]


def test_a_refusal_is_told_in_the_remote_s_words_and_the_draft_stays(form: AppTest, remote: Path) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.write_text(REFUSE, encoding="utf-8")
    hook.chmod(0o755)
    test = fill(form)
    test.button(key="nytt-send").click().run()
    assert test.error[0].value.startswith("Det gikk ikke å sende inn forslaget. Utkastet er som det var.")
    assert "Her tas ingen forslag imot om natten." in "".join(faults(test))
    assert test.text_input(key="ny-title").value == "Kjøkkenet veier matrestene"
    assert "nytt-send" in {button.key for button in test.button}


def test_who_sends_in_without_end_is_told_to_wait_and_the_draft_stays(
    form: AppTest, remote: Path, own_library: Path
) -> None:
    settings = own_library / "kb.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}[limits]\nproposals = 1\n", encoding="utf-8")
    test = fill(form)
    test.button(key="nytt-send").click().run()
    write(test, title="Et annet navn")
    test.button(key="nytt-send").click().run()
    assert test.error[0].value.startswith("Det er sendt inn mange forslag på kort tid.")
    assert "Vent 60 minutter" in test.error[0].value
    assert test.text_input(key="ny-title").value == "Et annet navn"
    assert len(_branches(remote)) == 2


def test_nothing_can_be_sent_in_where_it_is_not_switched_on(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_ROOT", str(own_library))
    test = AppTest.from_string(PAGE, default_timeout=60)
    test.query_params["u"] = "aaaa1111"
    test = fill(test.run())
    assert "nytt-send" not in {button.key for button in test.button}
