"""What makes practices findable: generations of vectors, terms and records on disk."""
