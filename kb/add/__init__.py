"""Adding: what a place tells of its own practice becomes a file, checked as it is told."""
