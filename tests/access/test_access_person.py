"""What a login says is believed only as far as it is checked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from access_helpers import ACCESS, NOW, said
from hypothesis import given
from hypothesis import strategies as st

from kb.access.person import Person, Role, admit, person_of, role_of
from kb.errors import LoginNeeded, LoginRefused, NotAllowed, RoleTooLow


def test_a_login_that_is_right_is_somebody() -> None:
    assert person_of(said(), ACCESS, NOW) == Person("a1b2", Role.READER)
    assert person_of(said(aud=["other", "praksis"], iss=f"{ACCESS.issuer}/"), ACCESS, NOW) == Person(
        "a1b2", Role.READER
    )
    assert person_of({}, ACCESS, NOW) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://login.example/other"},
        {"iss": None},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": None},
        {"aud": {"praksis": 1}},
        {"iat": None},
        {"iat": "1800000000"},
        {"iat": True},
        {"iat": NOW + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_a_login_that_is_not_for_here_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(LoginRefused):
        person_of(said(**changed), ACCESS, NOW)


def test_a_login_holds_for_as_long_as_is_set() -> None:
    made = said(iat=NOW)
    assert person_of(made, ACCESS, NOW + ACCESS.hours * 3600) is not None
    with pytest.raises(LoginNeeded):
        person_of(made, ACCESS, NOW + ACCESS.hours * 3600 + 1)


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["lesere"], Role.READER),
        ("bidrag", Role.CONTRIBUTOR),
        (["andre", "lesere", "drift"], Role.MAINTAINER),
        (["Lesere"], Role.NONE),
        ([], Role.NONE),
        (None, Role.NONE),
        (["*"], Role.NONE),
        ({"lesere": True}, Role.NONE),
        ([["lesere"]], Role.NONE),
    ],
)
def test_the_highest_role_that_a_claim_gives_counts(roles: object, role: Role) -> None:
    assert role_of(said(roles=roles), ACCESS) is role


def test_everybody_who_can_log_in_may_be_given_a_role() -> None:
    access = replace(ACCESS, reader=("*",))
    assert role_of(said(roles=None), access) is Role.READER
    assert role_of(said(roles=["drift"]), access) is Role.MAINTAINER


@pytest.mark.parametrize("claim", ["realm_access.roles", "https://praksis.example/roles"])
def test_a_claim_within_another_and_one_with_dots_in_its_name_are_found(claim: str) -> None:
    inner: dict[str, object] = {"realm_access": {"roles": ["drift"]}, "https://praksis.example/roles": ["drift"]}
    assert role_of(said(roles=None, **inner), replace(ACCESS, claim=claim)) is Role.MAINTAINER


def test_each_role_does_what_those_before_may_and_no_more() -> None:
    may = {role: [admitted(Person("x", role), asked) for asked in (Role.READER, Role.CONTRIBUTOR)] for role in Role}
    assert may == {
        Role.NONE: [False, False],
        Role.READER: [True, False],
        Role.CONTRIBUTOR: [True, True],
        Role.MAINTAINER: [True, True],
    }
    with pytest.raises(LoginNeeded):
        admit(None, ACCESS, Role.READER)
    with pytest.raises(RoleTooLow):
        admit(Person("x", Role.READER), ACCESS, Role.CONTRIBUTOR)


def test_what_is_open_asks_nobody() -> None:
    admit(None, replace(ACCESS, read="open"), Role.READER)
    admit(None, replace(ACCESS, propose="open"), Role.CONTRIBUTOR)


def admitted(person: Person, role: Role) -> bool:
    try:
        admit(person, ACCESS, role)
    except NotAllowed:
        return False
    return True


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.sampled_from(["drift", "*", ""]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["roles", "a"]), inner, max_size=2),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["iss", "aud", "iat", "sub", "roles", "x"]), _JSON))
def test_no_claims_at_all_make_somebody_unless_each_is_right(claims: dict[str, object]) -> None:
    try:
        found = person_of(claims, ACCESS, NOW)
    except NotAllowed:
        return
    assert found is None
    assert claims == {}


@given(_JSON)
def test_a_role_is_only_given_by_a_text_that_names_it(roles: object) -> None:
    role = role_of(said(roles=roles), ACCESS)
    assert role in {Role.NONE, Role.MAINTAINER}
    if role is Role.MAINTAINER:
        assert '"drift"' in json.dumps(roles)
