"""Preview: the practices that a change touches, as a folder of pages that open from disk without any server."""
