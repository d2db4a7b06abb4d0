"""Repositories of any size, made of the shipped practices: for measuring size, never for reading.

Sections, cards and questions of real practices are put together anew (`compose`), in their five languages, at
places that do not exist (`places`), with lineage among themselves. Everything that is made says that it is
synthetic: titles, summaries, sources, places, file names and folders. The same seed gives the same bytes, and
the first thousand of a larger repository are those of a smaller one (`tree`). Vectors of their passages are those
of the real passages, moved as far as encoding was measured to move them (`vectors`).
"""

from benchmarks.synthetic.tree import SEED, collection, write_tree
from benchmarks.synthetic.vectors import fill_cache

__all__ = ["SEED", "collection", "fill_cache", "write_tree"]
