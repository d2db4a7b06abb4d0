"""The pages of places, with their map."""
