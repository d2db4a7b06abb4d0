"""Sources are asked for politely, and only what is surely gone is called dead."""

from __future__ import annotations

import ipaddress
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from web_host import Host, host

from kb.config import Config
from kb.review.links import Answer, Limits, ask, is_public

QUICK = Limits(pause=0, seconds=5)


def anywhere(_: object) -> bool:
    return True


@pytest.fixture
def web() -> Iterator[Host]:
    with host() as found:
        yield found


def one(url: str, limits: Limits = QUICK) -> Answer:
    return ask([url], limits, allowed=anywhere).found[url]


@pytest.mark.parametrize(
    ("path", "state", "reason"),
    [
        ("/", "alive", "200"),
        ("/204", "alive", "204"),
        ("/404", "dead", "404"),
        ("/410", "dead", "410"),
        ("/403", "refused", "403"),
        ("/401", "refused", "401"),
        ("/429", "refused", "429"),
        ("/500", "unsure", "500"),
        ("/503", "unsure", "503"),
        ("/head-405", "alive", "200"),
        ("/head-404", "alive", "200"),
        ("/head-403", "alive", "200"),
        ("/to//404", "dead", "404"),
        ("/to//200", "alive", "200"),
        ("/to/ftp://a.b/", "unsure", "not http or https"),
        ("/side med mellomrom/æøå?q=blå bær", "alive", "200"),
    ],
)
def test_what_a_host_answers_is_what_is_told(web: Host, path: str, state: str, reason: str) -> None:
    found = one(web.url(path))
    assert (found.state, found.reason) == (state, reason)


def test_a_page_that_answers_is_asked_once_and_without_its_text(web: Host) -> None:
    ask([web.url("/a"), web.url("/a"), web.url("/b")], QUICK, allowed=anywhere)
    assert web.asked == ["HEAD /a", "HEAD /b"]


def test_a_ring_of_redirects_ends(web: Host) -> None:
    assert one(web.url("/ring")).state == "unsure"
    assert len(web.asked) < 10


@pytest.mark.parametrize("path", ["/silent", "/drip"])
def test_a_host_that_keeps_one_waiting_is_left_in_time(web: Host, path: str) -> None:
    begun = time.monotonic()
    found = one(web.url(path), Limits(pause=0, seconds=0.4))
    assert (found.state, found.reason) == ("unsure", "no answer in time")
    assert time.monotonic() - begun < 4


def test_a_host_that_hangs_up_is_not_dead(web: Host) -> None:
    assert one(web.url("/broken")).state == "unsure"


def test_one_host_is_asked_at_intervals(web: Host) -> None:
    begun = time.monotonic()
    ask([web.url(f"/{number}") for number in "abc"], Limits(pause=0.1, seconds=5), allowed=anywhere)
    assert time.monotonic() - begun >= 0.2
    assert len(web.asked) == 3


def test_no_more_is_asked_than_the_limits_say(web: Host) -> None:
    urls = [web.url(f"/{name}") for name in "abcde"]
    found = ask(urls, Limits(pause=0, most=2), allowed=anywhere).found
    assert [found[url].state for url in urls] == ["alive", "alive", "unasked", "unasked", "unasked"]
    late = ask(urls, Limits(pause=0, total=0), allowed=anywhere)
    assert {answer.state for answer in late.found.values()} == {"unasked"}
    assert not late.offline
    assert len(web.asked) == 2


def test_a_private_network_is_never_asked_unless_told(web: Host) -> None:
    found = ask([web.url("/"), f"http://localhost:{web.port}/", f"http://[::ffff:127.0.0.1]:{web.port}/"], QUICK)
    assert {answer.state for answer in found.found.values()} == {"private"}
    assert web.asked == []
    assert not found.offline


def test_a_name_that_leads_into_a_private_network_is_not_asked(web: Host) -> None:
    def inside(_: str, __: int) -> list[str]:
        return ["93.184.215.14", "127.0.0.1"]

    url = f"http://ute.example:{web.port}/"
    assert ask([url], QUICK, resolver=inside).found[url].state == "private"
    assert web.asked == []


def test_nobody_is_sent_on_into_a_private_network(web: Host) -> None:
    def only_first(address: object) -> bool:
        return str(address) == "127.0.0.1"

    with host("127.0.0.2") as inner:
        url = web.url(f"/to/{inner.url('/hemmelig')}")
        assert ask([url], QUICK, allowed=only_first).found[url].state == "private"
        assert web.asked == [f"HEAD /to/{inner.url('/hemmelig')}"]
        assert inner.asked == []


def test_a_name_is_looked_up_once_for_each_question(web: Host) -> None:
    """Else it could lead somewhere else the second time."""
    looked: list[str] = []

    def counting(name: str, _: int) -> list[str]:
        looked.append(name)
        return ["127.0.0.1"]

    url = f"http://ute.example:{web.port}/a"
    assert ask([url], QUICK, allowed=anywhere, resolver=counting).found[url].state == "alive"
    assert looked == ["ute.example"]


def gone(name: str, _: int) -> list[str]:
    if name.endswith(".example"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if name.endswith(".test"):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return ["127.0.0.1"]


def test_a_host_whose_name_is_gone_is_dead_where_others_are_found(web: Host) -> None:
    found = ask(["http://borte.example/", "http://snart.test/", web.url("/")], QUICK, allowed=anywhere, resolver=gone)
    assert [answer.state for answer in found.found.values()] == ["dead", "unsure", "alive"]
    assert not found.offline


def test_without_a_network_nothing_is_called_dead() -> None:
    found = ask(["http://borte.example/", "http://snart.test/"], QUICK, allowed=anywhere, resolver=gone)
    assert {answer.state for answer in found.found.values()} == {"unsure"}
    assert found.offline


def test_without_a_network_it_soon_gives_up() -> None:
    looked: list[str] = []

    def counting(name: str, port: int) -> list[str]:
        looked.append(name)
        return gone(name, port)

    found = ask([f"http://{number}.test/" for number in range(200)], QUICK, allowed=anywhere, resolver=counting)
    assert found.offline
    assert len(looked) < 60
    assert {answer.state for answer in found.found.values()} == {"unsure", "unasked"}


def test_a_refused_connection_is_not_dead(web: Host) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        found = ask([url, web.url("/")], QUICK, allowed=anywhere)
    assert found.found[url].state == "unsure"


@pytest.mark.parametrize("url", ["http://[::1", "ftp://a.b/", "http://", "https://a b/", "http://a.b:99999/", "\x00"])
def test_what_is_no_address_stops_nothing(url: str) -> None:
    found = ask([url], QUICK, resolver=gone)
    assert found.found[url].state in {"unsure", "private"}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_what_is_public_is_known(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


GRONG = Path("practices/no/grong/grong-bygdemodre.md")
DAY = ("--today", "2026-11-21")


@pytest.fixture
def root(small: Callable[..., Config]) -> Path:
    return small(names=("no/grong/grong-bygdemodre",)).root


def kb(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kb", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", timeout=60, check=False)


def sourced_at(path: Path, *urls: str) -> None:
    """Let the sources of a practice be these alone."""
    text = path.read_text(encoding="utf-8")
    listed = "".join(f"  - title: x\n    url: {url}\n" for url in urls)
    path.write_text(re.sub(r"sources:\n(?: .*\n)+", f"sources:\n{listed}", text), encoding="utf-8")


def test_dead_sources_are_told_with_their_line_when_asked_for(root: Path, web: Host) -> None:
    sourced_at(root / GRONG, web.url("/her"), web.url("/404"), web.url("/403"))
    asked = ("review", *DAY, "grong-bygdemodre", "--json")
    assert json.loads(kb(root, *asked).stdout)["links"] is None
    assert web.asked == []
    safe = json.loads(kb(root, *asked, "--links").stdout)
    assert {answer["state"] for answer in safe["links"]["answers"]} == {"private"}
    assert web.asked == []
    done = kb(root, *asked, "--links", "--private")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    [dead] = [item for item in told["due"] if item["kind"] == "dead-link"]
    assert urlsplit(dead["url"]).path == "/404"
    assert (root / GRONG).read_text(encoding="utf-8").splitlines()[dead["line"] - 1].endswith("/404")
    states = {urlsplit(answer["url"]).path: answer["state"] for answer in told["links"]["answers"]}
    assert states == {"/her": "alive", "/404": "dead", "/403": "refused"}


def test_without_a_network_it_says_so_and_still_tells_what_is_due(root: Path) -> None:
    with host() as web:
        closed = web.url("/a")
    sourced_at(root / GRONG, closed)
    done = kb(root, "review", *DAY, "grong-bygdemodre", "--links", "--private")
    assert done.returncode == 2
    assert "ingen av dem kunne nås (spurt: 1)" in done.stderr
    assert "Gammel status (1)" in done.stdout
    assert "finnes ikke lenger" not in done.stdout
