"""Kinds of entry: versions are read through upcasters, and every kind is documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from app.journal import KINDS, Erased, Kind
from app.journal.kinds import registry, stored_name, upcast

DOCUMENT = Path(__file__).parents[3] / "docs" / "journal.md"


def one_name(payload: dict[str, Any]) -> dict[str, Any]:
    """1 → 2: first and last name became one."""
    return {"name": f"{payload['first']} {payload['last']}"}


def named_list(payload: dict[str, Any]) -> dict[str, Any]:
    """2 → 3: there may be several names."""
    return {"names": [payload["name"]]}


GROWN = registry([Kind("a:b", "A test.", (one_name, named_list)), Kind("a:c", "Another.")])


def test_an_old_entry_is_read_in_the_present_shape() -> None:
    old = {"first": "Ida", "last": "Holm"}
    assert upcast("a:b", old, GROWN) == {"names": ["Ida Holm"]}
    assert upcast("a:b@2", {"name": "Ida Holm"}, GROWN) == {"names": ["Ida Holm"]}
    assert upcast("a:b@3", {"names": []}, GROWN) == {"names": []}
    assert old == {"first": "Ida", "last": "Holm"}


def test_a_new_entry_names_its_version_from_the_second_on() -> None:
    assert stored_name("a:b", GROWN) == "a:b@3"
    assert stored_name("a:c", GROWN) == "a:c"


def test_an_erased_payload_stays_erased() -> None:
    assert upcast("a:b", Erased("course:1"), GROWN) == Erased("course:1")


def test_two_kinds_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="a:b"):
        registry([Kind("a:b", "One."), Kind("a:b", "Two.")])


def test_every_kind_and_no_other_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z:-]+)` \| (.+) \|$", DOCUMENT.read_text(), re.MULTILINE)
    assert dict(rows) == {kind.name: kind.about for kind in KINDS.values()}


def test_kinds_are_named_after_a_noun_and_what_happened() -> None:
    for kind in KINDS.values():
        assert re.fullmatch(r"[a-z]+:[a-z]+(-[a-z]+)*", kind.name)
        assert kind.about.endswith(".")
        for upcaster in kind.upcasters:
            assert upcaster.__doc__
