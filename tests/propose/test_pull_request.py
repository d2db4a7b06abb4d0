"""Pull requests by a forge's API, against a small server that speaks the documented calls."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from git_remotes import World, world

from kb.config import Config, load_config
from kb.errors import ForgeRefused
from kb.propose.proposal import propose
from kb.propose.request import TOKEN, can_open, request
from kb.propose.text import Report

__all__ = ["world"]

PATH = PurePosixPath("no/oslo/ny.md")
PULLS = {
    "github": "/api/v3/repos/kommune/praksis/pulls",
    "forgejo": "/api/v1/repos/kommune/praksis/pulls",
    "gitlab": "/api/v4/projects/kommune%2Fpraksis/merge_requests",
}
"""Where each kind of forge takes a new request, by its documentation."""


@dataclass
class Forge:
    """A server that keeps requests as a forge does, and refuses whoever has no token."""

    kind: str
    address: str = ""
    kept: list[dict[str, Any]] = field(default_factory=list)
    refusal: tuple[int, dict[str, Any]] | None = None

    def new(self, asked: dict[str, str]) -> dict[str, Any]:
        number = len(self.kept) + 7
        page = f"{self.address}/kommune/praksis/{'-/merge_requests' if self.kind == 'gitlab' else 'pulls'}/{number}"
        known = {"iid": number, "web_url": page, "state": "opened"}
        if self.kind != "gitlab":
            known = {"number": number, "html_url": page, "state": "open", "merged": False}
        self.kept.append(known | {"asked": asked})
        return known


def _handler(forge: Forge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if forge.refusal:
                self._answer(*forge.refusal)
            elif not self._may():
                self._answer(401, {"message": "Bad credentials"})
            elif self.path == PULLS[forge.kind]:
                self._answer(201, forge.new(data))
            else:
                self._answer(404, {"message": "Not Found"})

        def do_GET(self) -> None:
            found = [
                kept for kept in forge.kept if self.path == f"{PULLS[forge.kind]}/{kept.get('iid', kept.get('number'))}"
            ]
            self._answer(200, found[0]) if found else self._answer(404, {"message": "Not Found"})

        def _may(self) -> bool:
            wanted = {"github": "Bearer hemmelig", "forgejo": "token hemmelig"}
            if forge.kind == "gitlab":
                return self.headers.get("PRIVATE-TOKEN") == "hemmelig"
            return self.headers.get("Authorization") == wanted[forge.kind]

        def _answer(self, status: int, said: dict[str, Any]) -> None:
            text = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name that it overrides
            pass

    return Handler


@pytest.fixture
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    made = Forge(request.param)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(made))
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def configured(world: World, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Config]:
    """The clone's settings with this forge, and a token."""

    def make(token: str) -> Config:
        monkeypatch.setenv(TOKEN, token)
        settings = f'[forge]\nurl = "{forge.address}/kommune/praksis"\nkind = "{forge.kind}"\n'
        (world.clone / "kb.toml").write_text(settings, encoding="utf-8")
        return load_config(world.clone)

    return make


every_forge = pytest.mark.parametrize("forge", PULLS, indirect=True)
github = pytest.mark.parametrize("forge", ["github"], indirect=True)


@every_forge
def test_with_a_token_the_pull_request_is_opened_and_its_state_is_told(
    configured: Callable[[str], Config], forge: Forge
) -> None:
    config = configured("hemmelig")
    proposal = propose(config, {PATH: b"ny"}, report=Report())
    assert proposal.request is not None
    assert proposal.page == proposal.request.url == forge.kept[0].get("html_url", forge.kept[0].get("web_url"))
    asked = forge.kept[0]["asked"]
    assert proposal.branch in asked.values()
    assert proposal.into in asked.values()
    assert proposal.body in asked.values()
    assert request(config, proposal.request.number).state == "open"
    forge.kept[0] |= {"state": "merged" if forge.kind == "gitlab" else "closed", "merged": True}
    assert request(config, proposal.request.number).state == "merged"


@every_forge
def test_a_closed_request_is_told_apart_from_a_merged_one(configured: Callable[[str], Config], forge: Forge) -> None:
    config = configured("hemmelig")
    proposal = propose(config, {PATH: b"ny"}, report=Report())
    assert proposal.request is not None
    forge.kept[0] |= {"state": "closed"}
    assert request(config, proposal.request.number).state == "closed"


@github
def test_a_token_that_is_refused_leaves_the_branch_and_the_page_to_open_it_by_hand(
    configured: Callable[[str], Config], world: World
) -> None:
    proposal = propose(configured("gammel"), {PATH: b"ny"}, report=Report())
    assert proposal.request is None
    assert TOKEN in proposal.refused
    assert proposal.branch in world.branches()
    assert "/compare/main..." in proposal.page


@github
def test_what_the_forge_says_of_its_refusal_is_told(configured: Callable[[str], Config], forge: Forge) -> None:
    forge.refusal = (422, {"message": "Validation Failed", "errors": [{"message": "No commits between main and it"}]})
    proposal = propose(configured("hemmelig"), {PATH: b"ny"}, report=Report())
    assert "No commits between main and it" in proposal.refused


@github
def test_without_a_token_nobody_is_asked(configured: Callable[[str], Config], forge: Forge) -> None:
    config = configured("")
    assert not can_open(config)
    assert propose(config, {PATH: b"ny"}, report=Report()).refused == ""
    assert not forge.kept


@github
def test_a_number_that_the_forge_does_not_know_is_an_error_with_what_to_do(configured: Callable[[str], Config]) -> None:
    with pytest.raises(ForgeRefused, match="404") as caught:
        request(configured("hemmelig"), 99)
    assert caught.value.hint


@github
def test_a_forge_that_is_down_loses_nothing(
    configured: Callable[[str], Config], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured("hemmelig")
    (world.clone / "kb.toml").write_text(
        '[forge]\nurl = "http://127.0.0.1:9/kommune/praksis"\nkind = "github"\n', encoding="utf-8"
    )
    monkeypatch.setenv(TOKEN, "hemmelig")
    proposal = propose(load_config(world.clone), {PATH: b"ny"}, report=Report())
    assert "did not answer" in proposal.refused
    assert proposal.branch in world.branches()


def test_no_file_of_the_repository_holds_a_token(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "hemmelig")
    propose(load_config(world.clone), {PATH: b"ny"}, report=Report())
    kept = [path for path in Path(world.clone).rglob("*") if path.is_file()]
    assert not any(b"hemmelig" in path.read_bytes() for path in kept)
