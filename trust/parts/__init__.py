"""The parts; see trust/__init__.py for what one has."""
