"""Which practice files there are, by what they are called."""

from __future__ import annotations

from pathlib import PurePosixPath

from hypothesis import given
from hypothesis import strategies as st

from kb.listing import listed

PATHS = st.builds(
    PurePosixPath, st.sampled_from(["no", "no/oslo", "se"]), st.sampled_from(["a.md", "A.md", "b.md", "B.markdown"])
)


@given(paths=st.sets(PATHS), more=PATHS)
def test_one_more_file_is_listed_as_if_it_had_been_there(paths: set[PurePosixPath], more: PurePosixPath) -> None:
    assert listed(paths).with_one(more) == listed({*paths, more})
    assert (more in listed(paths)) == (more in paths)


def test_the_first_that_claims_an_id_has_it_and_case_alone_makes_none_new() -> None:
    first, second, third = map(PurePosixPath, ("no/a.md", "no/oslo/A.md", "se/a.md"))
    found = listed([third, second, first])
    assert found.paths == (first, second, third)
    assert found.by_id == {"a": first, "A": second}
    assert found.by_folded_id == {"a": (first, second, third)}
