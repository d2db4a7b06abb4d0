"""The names that the package offers."""

from __future__ import annotations

import importlib

import pytest

import kb


def test_names_are_sorted_and_each_once() -> None:
    assert kb.__all__ == sorted(set(kb.__all__))


def test_every_name_has_a_home() -> None:
    assert set(kb.__all__) == set(kb._HOMES)


@pytest.mark.parametrize("name", kb.__all__)
def test_every_name_can_be_imported(name: str) -> None:
    value = getattr(kb, name)
    assert value is getattr(importlib.import_module(kb._HOMES[name]), "open_base" if name == "open" else name)
    assert value.__doc__


def test_what_the_package_says_of_itself_names_what_it_offers() -> None:
    assert kb.__doc__ is not None
    assert "kb.open(" in kb.__doc__


def test_unknown_name_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'serach'"):
        _ = kb.serach
