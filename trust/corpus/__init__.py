"""Files that are broken or mean harm, as lists that anybody can read and add to; see README.md beside this."""

from trust.corpus.read import Case, cases
from trust.corpus.write import CannotMake, write

__all__ = ["CannotMake", "Case", "cases", "write"]
