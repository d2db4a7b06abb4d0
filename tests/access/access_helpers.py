"""What the tests of access share: settings where everything needs a login, and what a login says."""

from __future__ import annotations

from pathlib import Path

from kb.access.person import Claims
from kb.access.settings import Access

NOW = 1_800_000_000.0
WHOLE = {
    "read": "login",
    "propose": "login",
    "issuer": "https://login.example/tenant",
    "client": "praksis",
    "reader": ["lesere"],
    "contributor": ["bidrag"],
    "maintainer": ["drift"],
}
"""[access] as it stands in a kb.toml that is right."""
ACCESS = Access(**{name: tuple(value) if isinstance(value, list) else value for name, value in WHOLE.items()})  # type: ignore[arg-type]


def said(**changed: object) -> Claims:
    """What a login says that is right, but for what is changed."""
    right = {"iss": ACCESS.issuer, "aud": ACCESS.client, "iat": NOW - 60, "sub": "a1b2", "roles": ["lesere"]}
    return {name: value for name, value in {**right, **changed}.items() if value is not None}


def written(root: Path, url: str = "https://praksis.example", **changed: object) -> Path:
    """A kb.toml with [access] as it stands in WHOLE, but for what is changed; None leaves a key out."""
    lines = [f'[app]\nurl = "{url}"\n[access]']
    for name, value in {**WHOLE, **changed}.items():
        if value is not None:
            lines.append(
                f"{name} = {str(value).replace(chr(39), chr(34)) if isinstance(value, list) else _toml(value)}"
            )
    (root / "kb.toml").write_text("\n".join(lines), encoding="utf-8")
    return root


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()
