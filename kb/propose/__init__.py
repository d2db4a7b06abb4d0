"""Proposing: how a file that was made here comes into the repository."""
