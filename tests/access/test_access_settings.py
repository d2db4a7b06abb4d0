"""Half a setting is a fault with a sentence, and never an open door."""

from __future__ import annotations

from pathlib import Path

import pytest
from access_helpers import WHOLE, written

from kb.access.settings import Access, is_safe
from kb.access.setup import API_TOKEN, CLIENT_SECRET, COOKIE_SECRET, setup
from kb.config import load_config
from kb.doctor.settings import settings
from kb.errors import AccessError, ConfigError

SECRETS = {CLIENT_SECRET: "hemmelig", COOKIE_SECRET: "k" * 32}


def test_everything_is_open_where_nothing_is_said(tmp_path: Path) -> None:
    config = load_config(tmp_path)
    assert config.access == Access()
    assert not config.access.needs_login
    assert setup(config, {}) is None


def test_what_is_whole_is_read(tmp_path: Path) -> None:
    access = load_config(written(tmp_path, hours=8, person="email")).access
    assert (access.read, access.reader, access.hours, access.person) == ("login", ("lesere",), 8, "email")
    assert access.needs_login


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"read": "innlogging"}, "access.read"),
        ({"propose": ""}, "access.propose"),
        ({"issuer": None}, "access.issuer"),
        ({"issuer": "http://login.example"}, "access.issuer"),
        ({"issuer": "login.example"}, "access.issuer"),
        ({"client": None}, "access.client"),
        ({"claim": ""}, "access.claim"),
        ({"person": ""}, "access.person"),
        ({"record": ""}, "access.record"),
        ({"scope": "profile"}, "access.scope"),
        ({"hours": 0}, "access.hours"),
        ({"hours": 1000}, "access.hours"),
        ({"url": ""}, "app.url"),
        ({"url": "http://praksis.example"}, "app.url"),
        ({"reader": None, "contributor": None, "maintainer": None}, "access.reader"),
        ({"contributor": None, "maintainer": None}, "access.contributor"),
        ({"reader": [1]}, "access.reader"),
        ({"reader": [""]}, "access.reader"),
        ({"read": None, "propose": None}, "access.read"),
        ({"read": "open", "propose": "open"}, "access.read"),
        ({"reader": "lesere"}, "access.reader"),
        ({"hours": "ti"}, "access.hours"),
        ({"roles": ["lesere"]}, "access.roles"),
    ],
)
def test_what_is_half_is_named_and_nothing_is_opened(tmp_path: Path, changed: dict[str, object], key: str) -> None:
    with pytest.raises(ConfigError) as told:
        load_config(written(tmp_path, **changed))  # type: ignore[arg-type]
    assert key in str(told.value)
    assert told.value.hint


@pytest.mark.parametrize("missing", [CLIENT_SECRET, COOKIE_SECRET])
def test_a_secret_that_is_missing_is_named_with_how_to_give_it(tmp_path: Path, missing: str) -> None:
    config = load_config(written(tmp_path))
    with pytest.raises(AccessError) as told:
        setup(config, {name: value for name, value in SECRETS.items() if name != missing})
    assert missing in told.value.hint


def test_kb_doctor_tells_what_a_login_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CLIENT_SECRET, raising=False)
    _, area = settings(written(tmp_path))
    assert CLIENT_SECRET in area.findings[0].mend


@pytest.mark.parametrize("name", [COOKIE_SECRET, API_TOKEN])
def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AccessError, match="too short") as told:
        setup(load_config(written(tmp_path)), SECRETS | {name: "hemmelig123"})
    assert "hemmelig123" not in f"{told.value}{told.value.hint}"


def test_secrets_come_from_files_too_and_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    config = load_config(written(tmp_path))
    (tmp_path / "cookie").write_text(f"{'f' * 40}\n", encoding="utf-8")
    found = setup(config, {CLIENT_SECRET: "x", f"{COOKIE_SECRET}_FILE": str(tmp_path / "cookie")})
    assert found is not None
    assert found.cookie_secret == "f" * 40
    assert "f" * 40 not in repr(found)
    with pytest.raises(AccessError, match="cannot be read"):
        setup(config, SECRETS | {f"{API_TOKEN}_FILE": str(tmp_path / "borte")})


def test_an_address_is_safe_where_nobody_can_listen() -> None:
    assert all(map(is_safe, ("https://a.example", "http://127.0.0.1:8501", "http://localhost", "http://[::1]:1/x")))
    assert not any(
        map(is_safe, ("", "http://a.example", "https://", "ftp://localhost", "http://[", "http://127.0.0.1.a.no"))
    )


def test_every_key_that_the_page_on_access_shows_is_one() -> None:
    assert set(WHOLE) <= set(Access.__slots__)
