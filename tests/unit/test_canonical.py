"""Canonical JSON: one value, one text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app import canonical


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (Decimal("2.0"), "2"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), '{"~d":"0.1"}'),
        (Decimal("-0.000"), "0"),
        (Decimal("0E+999999"), "0"),
        ({"b": 1, "a": [True, None, "æøå"]}, '{"a":[true,null,"æøå"],"b":1}'),
    ],
)
def test_one_value_has_one_text(value: object, text: str) -> None:
    assert canonical.dumps(value) == text
    assert canonical.dumps(canonical.loads(text)) == text


@pytest.mark.parametrize("value", [1.5, {1: 2}, {"~d": "1"}, {"a": object()}, Decimal("NaN")])
def test_what_cannot_be_stored_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- each has its own words
        canonical.dumps(value)


@pytest.mark.parametrize(
    "text", ["NaN", "[1e999999999]", '{"~d":"1"}', '"\\ud800"', "{", "[Infinity]"]
)
def test_what_comes_from_outside_is_refused_before_it_does_harm(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- each has its own words
        canonical.from_outside(text)


def test_numbers_from_outside_are_never_floats() -> None:
    assert canonical.from_outside("[1, 1.0, 0.1, 1e2]") == [1, 1, Decimal("0.1"), 100]
    assert canonical.to_outside({"a": Decimal("0.1"), "b": [2]}) == {"a": 0.1, "b": [2]}
