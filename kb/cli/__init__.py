"""The command `kb`. Each command has a file of its own; nothing heavy is imported before it is used."""

from kb.cli.app import main

__all__ = ["main"]
