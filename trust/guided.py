"""What atheris runs: `python -m trust.guided TARGET FOLDER SEEDS [options of libFuzzer]`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["kb", "markdown_it", "tomllib"]):
    from trust import properties


def main() -> None:
    """Fuzz one reader until libFuzzer has had enough."""
    target = sys.argv.pop(1)
    atheris.Setup(
        sys.argv, {"front-matter": _front, "passages": _passages, "writer": _writer}.get(target) or _file(target)
    )
    atheris.Fuzz()


def _front(data: bytes) -> None:
    properties.front_matter(_text(data))


def _passages(data: bytes) -> None:
    properties.passage_splitter(_text(data))


def _writer(data: bytes) -> None:
    properties.writer(_text(data), {"title": "Ny: tittel", "related": ["a", "#b"], "summary": None})


def _file(target: str) -> Callable[[bytes], None]:
    return {"batch": properties.batch, "judgments": properties.judgments}[target]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
