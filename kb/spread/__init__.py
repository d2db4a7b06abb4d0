"""Spreading: who borrowed what from whom."""
