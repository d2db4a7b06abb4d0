"""Nordic text: which language it is, how words are folded, and where they match."""
