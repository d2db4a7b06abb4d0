"""Front matter that others write and Praksis does not: TOML between lines of `+++`, as Hugo has it.

Reading is lenient: a title that stands there is the title. What the checker asks for is YAML all the same.
"""

from __future__ import annotations

import tomllib
from typing import Any

from kb.frontmatter import FrontMatter, Value, YamlDocument, text_lines

FENCE = "+++"
MAX_CHARACTERS = 64 * 1024
"""Front matter beyond this is an attack on the parser or no front matter."""


def split(text: str) -> FrontMatter | None:
    """A file with TOML front matter taken apart; None where it has none that can be read."""
    lines = text_lines(text.lstrip("\ufeff"))
    if not lines or lines[0].rstrip() != FENCE:
        return None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    written = "".join(lines[1:end])
    if end is None or len(written) > MAX_CHARACTERS:
        return None
    try:
        data = {key: _value(value) for key, value in tomllib.loads(written.replace("\r\n", "\n")).items()}
    except (ValueError, RecursionError):
        return None
    return FrontMatter(YamlDocument(data, {}, {}, ()), "".join(lines[end + 1 :]), end + 2, present=False)


def _value(value: Any) -> Value:
    """A value of TOML as the texts that it holds."""
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    return [_value(item) for item in value] if isinstance(value, list) else str(value)
