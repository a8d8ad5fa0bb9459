"""Unary tests (DMN 1.5 §7.3.3, grammar rules 13-17): what a cell of a decision table says."""

from __future__ import annotations

from typing import Any

import pytest

from app import feel

ROWS = [
    ("-", 5, True),
    ("-", None, True),
    ("5", 5, True),
    ("5", 6, False),
    ("-5", -5, True),
    ("< 5", 4, True),
    ("<= 5", 6, False),
    ("= 5", 5, True),
    ("!= 5", 5, False),
    ("< 5", None, None),
    ('"a"', "a", True),
    ('"a", "b"', "b", True),
    ('"a", "b"', "c", False),
    ("[1..5]", 5, True),
    ("[1..5)", 5, False),
    ("]1..5]", 1, False),
    ("[1..3], [7..9]", 8, True),
    ("< 3, > 7", 5, False),
    ("not(5)", 5, False),
    ("not(5, 6)", 7, True),
    ("not(< 5)", 7, True),
    ("not([1..3], 9)", 9, False),
    ('not("a")', "b", True),
    ("null", None, True),
    ("null", 1, False),
    ("not(null)", 1, True),
    ("true", True, True),
    ("true", False, False),
    ("false", False, True),
    ("? > 5", 6, True),
    ("? > 5 and ? < 9", 9, False),
    ("even(?)", 4, True),
    ("not(even(?))", 4, False),
    ('starts with(?, "bo")', "bord", True),
    ("list contains([1, 2], ?)", 2, True),
    ("[1, 2, 3]", 2, True),
    ("limit", 5, True),
    ("> limit", 6, True),
    ("limits", 2, True),
    ("[limit..limit + 5]", 10, True),
    ("?.age > 17", {"age": 18}, True),
    ("some x in ? satisfies x > 2", [1, 3], True),
    ("count(?) = 2", [1, 2], True),
    ('date("2026-01-01")', "2026-01-01", None),
    ('"5"', 5, None),
    ("2 * 2, 5", 4, True),
]


@pytest.mark.parametrize(("text", "value", "expected"), ROWS)
def test_a_value_passes_or_not(text: str, value: Any, expected: Any) -> None:
    assert feel.test(text, value, {"limit": 5, "limits": [1, 2]}) is expected


@pytest.mark.parametrize("text", ["", "<", "not(", "1,", "- 1 -", "not()", "> 1 and"])
def test_what_is_no_test_is_refused(text: str) -> None:
    with pytest.raises(feel.FeelError):
        feel.parse_unary_tests(text)


def test_the_input_is_no_variable() -> None:
    assert feel.parse_unary_tests("? > limit").names == {"limit"}
