"""Adding a practice: a guided form, problem first, and the file that it becomes."""
