"""Numbers (DMN 1.5 §10.3.2.3.1, §10.3.4.5): decimals of 34 digits, never binary fractions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app import feel
from tests.unit.feel.conftest import Answer

ROWS = [
    ("0.1 + 0.2", 0.3),
    ("1 / 3 * 3", 0.9999999999999999999999999999999999),
    ("1 / 0", None),
    ("0 / 0", None),
    ('1 + "a"', None),
    ("1 + null", None),
    ("1 + true", None),
    ("1 + [2]", None),
    ("2 ** 10", 1024),
    ("2 ** -1", 0.5),
    ("2 ** 0.5 > 1.414", True),
    ("0 ** 0", 1),
    ("(-8) ** 0.5", None),
    ("-true", None),
    ("decimal(1.115, 2)", 1.12),
    ("decimal(2.5, 0)", 2),
    ("decimal(3.5, 0)", 4),
    ("decimal(1250, -2)", 1200),
    ("floor(1.5)", 1),
    ("floor(-1.5)", -2),
    ("floor(1.56, 1)", 1.5),
    ("ceiling(1.5)", 2),
    ("ceiling(-1.5)", -1),
    ("ceiling(1.51, 1)", 1.6),
    ("round up(5.5, 0)", 6),
    ("round up(-5.5, 0)", -6),
    ("round up(1.121, 2)", 1.13),
    ("round down(5.5, 0)", 5),
    ("round down(-5.5, 0)", -5),
    ("round half up(5.5, 0)", 6),
    ("round half up(-2.5, 0)", -3),
    ("round half down(5.5, 0)", 5),
    ("round half down(-5.5, 0)", -5),
    ("round half up(1.126, 2)", 1.13),
    ("round up(1.5, 7000)", None),
    ("round up(0, 5000)", 0),
    ("abs(-10)", 10),
    ('abs(@"-P1D")', "P1D"),
    ("abs(null)", None),
    ("modulo(12, 5)", 2),
    ("modulo(-12, 5)", 3),
    ("modulo(12, -5)", -3),
    ("modulo(-12, -5)", -2),
    ("modulo(10.1, 4.5)", 1.1),
    ("modulo(1, 0)", None),
    ("sqrt(16)", 4),
    ("sqrt(-1)", None),
    ("log(1)", 0),
    ("log(0)", None),
    ("exp(0)", 1),
    ("odd(5)", True),
    ("odd(-4)", False),
    ("odd(1.5)", None),
    ("even(0)", True),
    ("even(number: 3)", False),
    ("floor(n: 1.56, scale: 1)", 1.5),
    ("floor(tal: 1)", None),
    ("abs([-3])", 3),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_numbers(text: str, expected: Any, answer: Answer) -> None:
    assert answer(text) == expected


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("string(1.0)", "1"),
        ("string(100)", "100"),
        ("string(1e2)", "100"),
        ("string(1e21)", "1" + "0" * 21),
        ("string(0.10)", "0.1"),
        ("string(-0.0)", "0"),
        ("string(1e-7)", "0.0000001"),
        ("string(1/3)", "0." + "3" * 34),
        ("string(2/3)", "0." + "6" * 33 + "7"),
    ],
)
def test_a_number_is_printed_plainly(text: str, printed: str, answer: Answer) -> None:
    assert answer(text) == printed


@pytest.mark.parametrize("text", ["100", "1e2", "1e1 * 10", "100.000", "50 + 50.00", "1000 / 10"])
def test_equal_numbers_are_the_same_value(text: str) -> None:
    value = feel.evaluate(text, {})
    assert str(value) == "100"
    assert str(feel.evaluate(f"[{text}]", {})) == "[Decimal('100')]"
    assert feel.to_json(value) == 100
    assert type(feel.to_json(value)) is int


def test_a_fraction_leaves_as_an_exact_decimal() -> None:
    assert feel.to_json(feel.evaluate("0.1 + 0.2", {})) == Decimal("0.3")
