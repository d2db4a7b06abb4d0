"""Keeping it true: what somebody should look at again, and which sources are gone."""
