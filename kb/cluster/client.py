"""Send texts to a Dask cluster and take their vectors back, a few lots ahead of the workers.

Dask sends the lots of a worker that died to others. What came back is the caller's at once, so a
cluster that is lost costs only what was under way.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from kb.config import Config
from kb.encoder.protocol import Lot, Stream, Text
from kb.encoder.window import lots
from kb.errors import ClusterError, KbError

if TYPE_CHECKING:
    from distributed import Client, Future

    from kb.encoder.protocol import Vectors

LOT = 64
"""Texts sent at once: a few seconds of a processor's work."""

AHEAD = 2
"""Lots under way for each thread of the workers, so that none waits for the next."""

PULSE = 1.0
"""Seconds without an answer until it is asked whether anybody is there."""

PATIENCE = 30.0
"""Seconds without any worker until the cluster is given up."""

CONNECTING = 10.0
"""Seconds for the scheduler to answer."""

GO_ON = "What came back is kept: run kb index again to go on, with a cluster or without."


def stream_on(address: str, config: Config, fingerprint: str, patience: float = PATIENCE) -> Stream:
    """An encoder's stream that runs on a cluster.

    Args:
        address: the scheduler's, such as `tcp://scheduler:8786`.
        config: names the model and its adapter.
        fingerprint: what every worker's encoder must have.
        patience: seconds without any worker until the cluster is given up.

    Raises:
        ClusterError: Dask is not installed here.
    """
    try:
        import distributed
    except ImportError as error:
        raise ClusterError("Dask is not installed.", hint='Install it with pip install "praksis[cluster]".') from error
    # What it has to say of lost connections is said in a sentence at the end.
    logging.getLogger(distributed.__name__).setLevel(logging.CRITICAL)
    return partial(_stream, address=address, config=config, fingerprint=fingerprint, patience=patience)


def _stream(texts: Iterable[Text], *, address: str, config: Config, fingerprint: str, patience: float) -> Iterator[Lot]:
    """Embed texts as they come; see `Encoder.stream`."""
    from kb.cluster.worker import Embedder, embed, wanted

    client = _connected(address)
    try:
        with _or_lost(address):
            client.register_plugin(Embedder(wanted(config, fingerprint)))
        done: SimpleQueue[Future[Vectors]] = SimpleQueue()
        coming = lots(texts, LOT)
        under_way: dict[Future[Vectors], list[int]] = {}
        while True:
            room = AHEAD * max(1, _threads(client, address)) - len(under_way)
            for places, lot in islice(coming, max(0, room)):
                with _or_lost(address):
                    future = client.submit(embed, fingerprint, lot, pure=False)
                    under_way[future] = places
                    future.add_done_callback(done.put)
            if not under_way:
                return
            future = _next(done, client, address, patience)
            yield Lot(under_way.pop(future), _vectors(future, address))
    finally:
        with contextlib.suppress(OSError):
            client.close(timeout=PULSE)


def _connected(address: str) -> Client:
    from distributed import Client

    try:
        return Client(address, timeout=CONNECTING, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"There is no Dask scheduler at {address}.", hint="Start one with dask scheduler."
        ) from error


@contextlib.contextmanager
def _or_lost(address: str) -> Iterator[None]:
    """What is asked of a cluster that has gone ends in a sentence."""
    try:
        yield
    except (OSError, CancelledError) as error:
        raise _lost(address) from error


def _lost(address: str) -> ClusterError:
    return ClusterError(f"The cluster at {address} was lost.", hint=GO_ON)


def _threads(client: Client, address: str) -> int:
    """How many threads all workers have together."""
    with _or_lost(address):
        return sum(client.nthreads().values())


def _next(done: SimpleQueue[Future[Vectors]], client: Client, address: str, patience: float) -> Future[Vectors]:
    """The next lot that is done.

    Raises:
        ClusterError: the scheduler is gone, or there has been no worker for too long.
    """
    alone = 0.0
    while alone < patience:
        try:
            return done.get(timeout=PULSE)
        except Empty:
            if client.status != "running":
                raise _lost(address) from None
            alone = 0.0 if _threads(client, address) else alone + PULSE
    raise ClusterError(f"The cluster at {address} has no workers.", hint=f"Start dask worker {address}. {GO_ON}")


def _vectors(future: Future[Vectors], address: str) -> Vectors:
    """What a worker gave back.

    Raises:
        ClusterError: it could not embed, or died with each worker that tried, or the cluster was lost.
    """
    with _or_lost(address):
        if future.status != "error":
            return future.result()
        error = future.exception()
    if isinstance(error, KbError):
        raise error
    raise ClusterError(
        f"A worker of {address} failed: {type(error).__name__}: {error}",
        hint=f"Install the same version of Praksis on every worker, and see its own output. {GO_ON}",
    ) from error
