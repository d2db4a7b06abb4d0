"""A generation that is a thin layer over the parts of an earlier one: a change costs what it is, not what there is.

The base's parts are linked, not copied. Over them lies a store with the practices that were read since, vectors of
their own, and the words of both; what of the base no longer counts is left out. A layer that grows is written whole.
"""
