"""What Camunda 8 adds for texts from and to other systems."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app import feel
from app.feel import FeelError


def said(text: str, **variables: Any) -> Any:
    return feel.evaluate(feel.parse(text), variables)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('is blank("")', True),
        ('is blank(" \n")', True),
        ('is blank(" a ")', False),
        ("is blank(null)", None),
        ('to base64("Sødt")', "U8O4ZHQ="),
        ('from json("[1, 0.10, true, null]")', [1, Decimal("0.10"), True, None]),
        ('from json("{\\"a\\": {\\"b\\": \\"c\\"}}").a.b', "c"),
        ('from json("{")', None),
        ('from json("NaN")', None),
        ('to json({a: [1, 0.25, "æ\\"", null], d: date("2027-03-01")})',
         '{"a":[1,0.25,"æ\\"",null],"d":"2027-03-01"}'),
        ("to json(10000000000000000000000)", "10000000000000000000000"),
        ("from json(to json({a: [true]}))", {"a": [True]}),
        ("assert(1 + 1, true)", 2),
        ('assert("x", 1 < 2, "aldrig")', "x"),
    ],
)  # fmt: skip
def test_each_says_what_camunda_8_says(text: str, expected: object) -> None:
    assert said(text) == expected


def test_a_claim_that_does_not_hold_stops_the_evaluation_with_its_words() -> None:
    with pytest.raises(FeelError, match="Der mangler en ordre") as stopped:
        said('assert(order, order != null, "Der mangler en ordre")', order=None)
    assert stopped.value.code == "feel:assert"
    with pytest.raises(FeelError):
        said("assert(1, null)")


def test_json_that_is_nested_beyond_reason_is_refused_and_nothing_crashes() -> None:
    assert said("from json(t)", t="[" * 100_000) is None
    with pytest.raises(FeelError):
        said("from json(t)", t="[" * 900 + "]" * 900)
