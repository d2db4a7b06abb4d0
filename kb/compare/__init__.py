"""Comparing: two to four practices side by side, and where their passages speak of the same thing."""
