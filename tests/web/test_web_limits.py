"""Who asks too often is told to wait, and nobody else is: the counting, and the middleware around a real ASGI app."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kb.config import Limits
from kb.web import guard
from kb.web.guard import Guard
from kb.web.limits import HERE, KNOWN, Pace, asker

STEPS = some.lists(some.tuples(some.floats(0, 40), some.sampled_from("abc")), max_size=200)


@given(STEPS, some.integers(1, 20))
def test_nobody_gets_more_than_twice_the_share_in_any_period_nor_waits_for_others(
    steps: list[tuple[float, str]], most: int
) -> None:
    pace, now = Pace(period=60), 0.0
    let_in: dict[str, list[float]] = {}
    for pause, who in steps:
        now += pause
        wait = pace.wait(who, most, now)
        if not wait:
            let_in.setdefault(who, []).append(now)
        assert wait <= 60 / most * 1.001
    for times in let_in.values():
        # A whole share at once, and what has come free in the minute since.
        assert all(sum(start <= time < start + 60 for time in times) <= 2 * most for start in times)
        assert len(times) <= most + now / 60 * most


def test_one_who_waits_as_long_as_told_is_let_in() -> None:
    pace = Pace(period=60)
    assert [pace.wait("a", 3, 0.0) for _ in range(3)] == [0, 0, 0]
    wait = pace.wait("a", 3, 0.0)
    assert wait == pytest.approx(20)
    assert pace.wait("b", 3, 0.0) == 0
    assert pace.wait("a", 3, wait) == 0
    assert pace.wait("a", 0, 0.0) == 0


def test_what_is_remembered_has_an_end() -> None:
    pace = Pace(period=60)
    for number in range(KNOWN + 10):
        pace.wait(str(number), 5, 0.0)
    assert len(pace._free) == KNOWN


@pytest.mark.parametrize(
    ("host", "who"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", HERE),
        ("::1", HERE),
        ("testclient", HERE),
        (None, HERE),
    ],
)
def test_an_address_counts_for_its_subscriber(host: str | None, who: str) -> None:
    assert asker(host) == who


class Asked:
    """A server in small: it hands requests to the guard, whose app answers when the test says so."""

    def __init__(self, limits: Limits) -> None:
        self.go = asyncio.Event()
        self.inside = 0
        self._came = asyncio.Condition()
        self.guard = Guard(self._app, limits, "")

    async def ask(self, client: str, path: str = "/api/search", **more: Any) -> tuple[int, dict[str, str], bytes]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "root_path": ""}
        scope |= {"client": (client, 1), "server": ("praksis", 80), "scheme": "http", "http_version": "1.1"}
        await self.guard(scope | more, receive, send)
        head = {name.decode(): value.decode() for name, value in sent[0].get("headers", ())}
        return sent[0].get("status", 0), head, b"".join(message.get("body", b"") for message in sent)

    async def until(self, inside: int) -> None:
        """Wait until so many have been let in."""
        async with self._came:
            await self._came.wait_for(lambda: self.inside >= inside)

    async def _app(self, _: Any, __: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        async with self._came:
            self.inside += 1
            self._came.notify_all()
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})


def test_so_much_is_answered_at_once_and_the_rest_is_told_to_come_back() -> None:
    async def trial() -> None:
        asked = Asked(Limits(requests=0))
        each = guard.AT_ONCE // 4
        waiting = [asyncio.create_task(asked.ask(f"203.0.113.{number // each}")) for number in range(guard.AT_ONCE)]
        await asked.until(guard.AT_ONCE)
        status, head, body = await asked.ask("203.0.113.0")
        assert (status, head["retry-after"]) == (429, str(guard.SOON))
        assert json.loads(body)["error"] == "Your network address asks too much at once."
        status, head, body = await asked.ask("203.0.113.99")
        assert (status, head["retry-after"]) == (503, str(guard.SOON))
        assert json.loads(body)["error"] == "Too many ask at once."
        # Files of the app are let through.
        file = asyncio.create_task(asked.ask("203.0.113.0", "/static/js/x.js"))
        asked.go.set()
        assert {status for status, _, _ in await asyncio.gather(*waiting, file)} == {200}
        assert (await asked.ask("203.0.113.0"))[0] == 200

    asyncio.run(trial())


def test_a_window_that_closes_leaves_its_seat_to_another() -> None:
    async def trial() -> None:
        asked = Asked(Limits(readers=4))
        wanted = {"headers": [(b"accept", b"text/html"), (b"accept-language", b"da")]}
        window = {"type": "websocket"}
        open_ = [asyncio.create_task(asked.ask(f"203.0.113.{number}", **window)) for number in range(3)]
        open_.append(asyncio.create_task(asked.ask("203.0.113.0", **window)))
        await asked.until(4)
        status, head, body = await asked.ask("203.0.113.9", "/om", **wanted)
        assert (status, head["retry-after"]) == (503, str(guard.LATER))
        assert "Der er flere her nu, end der er plads til." in body.decode()
        await asked.ask("203.0.113.9", **window)
        assert asked.inside == 4
        asked.go.set()
        await asyncio.gather(*open_)
        assert (await asked.ask("203.0.113.9", "/om", **wanted))[0] == 200

    asyncio.run(trial())


def test_half_the_seats_are_the_most_that_one_address_has() -> None:
    async def trial() -> None:
        asked = Asked(Limits(readers=4))
        open_ = [asyncio.create_task(asked.ask("203.0.113.1", type="websocket")) for _ in range(5)]
        others = [asyncio.create_task(asked.ask("203.0.113.2", type="websocket")) for _ in range(2)]
        await asyncio.gather(*open_[2:])
        await asked.until(4)
        assert asked.inside == 4
        asked.go.set()
        await asyncio.gather(*open_, *others)

    asyncio.run(trial())
