"""What is installed: nothing of Zope, whoever asks for it."""

from __future__ import annotations

from importlib.metadata import distributions

import pytest
from packaging.utils import canonicalize_name

FORBIDDEN = ("zope", "restrictedpython", "plone", "acquisition", "btrees", "persistent", "zodb")


def is_forbidden(name: str) -> bool:
    normal = canonicalize_name(name)
    return any(normal == word or normal.startswith(f"{word}-") for word in FORBIDDEN)


@pytest.mark.parametrize("name", ["zope.interface", "zope-event", "RestrictedPython", "Zope"])
def test_the_check_knows_zope_however_it_is_spelled(name: str) -> None:
    assert is_forbidden(name)


def test_no_distribution_of_zope_is_installed() -> None:
    names = {distribution.metadata["Name"] for distribution in distributions()}
    assert "Flask" in names or "flask" in names  # the list is the right one
    assert not [name for name in names if is_forbidden(name)]
