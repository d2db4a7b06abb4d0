"""Borrowing: a practice becomes a draft for another place, with its lineage and a memo to decide by."""
