"""The command `kb`. Each command has a file of its own; nothing heavy is imported before it is used."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run `kb`; where a package that every command needs is missing, say so and what mends it."""
    try:
        from kb.cli.app import main as run
    except ImportError as error:
        from kb.doctor.bare import main as tell

        tell(error)
        return
    run()
