"""The page where a practice is borrowed."""
