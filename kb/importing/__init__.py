"""Importing: what is told elsewhere, in forms, tables and documents, becomes drafts with what is missing marked."""
