"""Measurements of speed, size and quality; `python -m benchmarks` lists them."""

import os

# What is measured is in folders, unless a measurement is given a database.
os.environ.pop("KB_STORE", None)
