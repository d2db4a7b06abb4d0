"""The page of who borrowed what from whom."""
