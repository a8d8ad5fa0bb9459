"""Three-valued logic and comparison (DMN 1.5 §10.3.2.9-10, tables 46-55)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.feel.conftest import Answer

T, F, N = "true", "false", "null"
VALUES = {T: True, F: False, N: None}
AND = {
    (T, T): T, (T, F): F, (T, N): N,
    (F, T): F, (F, F): F, (F, N): F,
    (N, T): N, (N, F): F, (N, N): N,
}  # fmt: skip
OR = {
    (T, T): T, (T, F): T, (T, N): T,
    (F, T): T, (F, F): F, (F, N): N,
    (N, T): T, (N, F): N, (N, N): N,
}  # fmt: skip


@pytest.mark.parametrize(("pair", "expected"), AND.items())
def test_and(pair: tuple[str, str], expected: Any, answer: Answer) -> None:
    assert answer(f"{pair[0]} and {pair[1]}") is VALUES[expected]
    assert answer(f"all({pair[0]}, {pair[1]})") is VALUES[expected]
    assert answer(f"every x in [{pair[0]}, {pair[1]}] satisfies x") is VALUES[expected]


@pytest.mark.parametrize(("pair", "expected"), OR.items())
def test_or(pair: tuple[str, str], expected: Any, answer: Answer) -> None:
    assert answer(f"{pair[0]} or {pair[1]}") is VALUES[expected]
    assert answer(f"any({pair[0]}, {pair[1]})") is VALUES[expected]
    assert answer(f"some x in [{pair[0]}, {pair[1]}] satisfies x") is VALUES[expected]


@pytest.mark.parametrize(("value", "expected"), [(T, False), (F, True), (N, None), ("1", None)])
def test_not(value: Any, expected: Any, answer: Answer) -> None:
    assert answer(f"not({value})") is expected


@pytest.mark.parametrize("other", ["1", '"ja"', "[true]", "{}"])
def test_what_is_no_boolean_counts_as_null(other: str, answer: Answer) -> None:
    assert answer(f"true and {other}") is None
    assert answer(f"false and {other}") is False
    assert answer(f"false or {other}") is None
    assert answer(f"true or {other}") is True


EQUAL = [
    ("1 = 1.0", True),
    ("1 != 1.0", False),
    ("0.1 + 0.2 = 0.3", True),
    ("-0 = 0", True),
    ('"a" = "a"', True),
    ('"a" = "A"', False),
    ("null = null", True),
    ("null != null", False),
    ("1 = null", False),
    ("1 != null", True),
    ('1 = "1"', None),
    ('1 != "1"', None),
    ("true = 1", None),
    ("[1] = 1", None),
    ("[1, 2] = [1, 2]", True),
    ("[1, 2] = [2, 1]", False),
    ("[1, [2, {a: 3}]] = [1, [2, {a: 3}]]", True),
    ('[1, "a"] = [1, 2]', False),
    ("{a: 1, b: 2} = {b: 2, a: 1}", True),
    ("{a: 1} = {a: 1, b: null}", False),
    ("[1..5] = [1..5]", True),
    ("[1..5] = [1..5)", False),
    ("(< 5) = (< 5)", True),
    ('@"2026-01-01" = @"2026-01-01T00:00:00"', None),
    ('@"P1D" = @"PT24H"', True),
    ('@"P1Y" = @"P12M"', True),
    ('@"P1Y" = @"P365D"', None),
    ('@"P0D" = @"P0Y"', True),
    ('@"10:00:00Z" = @"11:00:00+01:00"', True),
    ('@"10:00:00" = @"10:00:00Z"', False),
    ('@"2026-07-01T12:00:00@Europe/Copenhagen" = @"2026-07-01T10:00:00Z"', True),
    ('@"2026-01-01T12:00:00@Europe/Copenhagen" = @"2026-01-01T11:00:00Z"', True),
    ("(function() 1) = (function() 1)", False),
    ("sum = sum", True),
]
ORDERED = [
    ("1 < 2", True),
    ("2 <= 2", True),
    ("2 >= 3", False),
    ('"abe" < "bi"', True),
    ('1 < "2"', None),
    ("1 < null", None),
    ("null < null", None),
    ("true < false", None),
    ("[1] < [2]", None),
    ('@"2026-01-01" < @"2026-01-02"', True),
    ('@"10:00:00" < @"11:00:00"', True),
    ('@"10:00:00Z" < @"10:30:00+01:00"', False),
    ('@"10:00:00Z" < @"10:30:00"', True),
    ('@"2026-01-01T10:00:00" < @"2026-01-01T11:00:00"', True),
    ('@"2026-01-01T10:00:00" < @"2026-01-01T11:00:00Z"', True),
    ('@"2026-01-01" < @"2026-01-01T11:00:00"', None),
    ('@"P1D" < @"PT25H"', True),
    ('@"P11M" < @"P1Y"', True),
    ('@"P11M" < @"P1D"', None),
    ("5 between 1 and null", None),
    ("null between 1 and 2", None),
]


@pytest.mark.parametrize(("text", "expected"), EQUAL + ORDERED)
def test_comparison(text: str, expected: Any, answer: Answer) -> None:
    assert answer(text) is expected
