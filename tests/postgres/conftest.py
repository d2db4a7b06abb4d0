"""A server for the tests of one process, and databases of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from kb.config import Address, Config
from postgres.postgres_servers import Server, running

Small = Callable[..., Config]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server that is never killed."""
    with running(Server()) as one:
        yield one


@pytest.fixture
def stored(server: Server, small: Small) -> Small:
    """A small repository whose index is in a database of its own."""
    address = Address(server.database())

    def make(**options: object) -> Config:
        return replace(small(**options), store=address)

    return make
