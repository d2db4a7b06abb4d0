"""hypothesis outside of a test: so many executions of a property, as a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from trust.rows import Row, Tally, spent

SECONDS = 20.0
"""How long one execution may take of the processor."""


def fuzz(tried: str, holds: Callable[..., None], times: int, *strategies: Any) -> Row:
    """Execute a property with so many different arguments; the smallest that breaks it is told."""
    tally = Tally(tried)
    last: list[tuple[Any, ...]] = []

    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(st.tuples(*strategies))
    def run(arguments: tuple[Any, ...]) -> None:
        tally.times += 1
        last[:] = [arguments]
        start = spent()
        holds(*arguments)
        if (took := spent() - start) > SECONDS:
            raise AssertionError(f"took {took:.1f} s, more than {SECONDS:g}")

    try:
        run()
    except (Exception, HypothesisException) as error:  # noqa: BLE001  whatever is raised is what is being looked for
        tally.bad("wrong", f"{type(error).__name__}: {error}: {last[0] if last else ()!r:.200}")
    return tally.row(f"each within {SECONDS:g} s")
