"""The page that sets practices side by side."""
