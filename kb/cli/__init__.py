"""The command `kb`. Each command has a file of its own; nothing heavy is imported before it is used."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> None:
    """Run `kb`; where a package that every command needs is missing, say so and what mends it."""
    if told := _nothing_to_do():
        sys.stdout.write(told)
        return
    try:
        from kb.cli.app import asked, run

        commands = asked(sys.argv[1:])
    except ImportError as error:
        from kb.doctor.bare import main as tell

        tell(error)
        return
    run(commands)


def _nothing_to_do() -> str:
    """What `kb index` says where nothing has changed; empty for any other command, and where something may have."""
    if sys.argv[1:2] != ["index"]:
        return ""
    from kb.index.idle import answer

    return answer(sys.argv[1:])
