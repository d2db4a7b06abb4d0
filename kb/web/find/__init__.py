"""The front page: ask, narrow and choose."""
