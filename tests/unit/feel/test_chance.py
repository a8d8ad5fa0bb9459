"""random number() and uuid(): lots that fall the same way when an expression is decided again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from app import feel

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def value(text: str, at: datetime = AT, **variables: Any) -> Any:
    return feel.evaluate(text, variables, now=at)


def test_the_same_instant_and_variables_draw_the_same() -> None:
    text = "[random number(), random number(), uuid()]"
    assert value(text, x=1) == value(text, x=1)


def test_each_draw_each_instant_and_other_variables_differ() -> None:
    numbers = value("for i in 1..50 return random number()")
    assert len(set(numbers)) == 50
    assert value("random number()") != value("random number()", AT + timedelta(microseconds=1))
    assert value("random number()", loopCounter=1) != value("random number()", loopCounter=2)


def test_numbers_lie_evenly_from_0_to_1() -> None:
    numbers = [value("random number()", n=n) for n in range(400)]
    assert all(Decimal(0) <= number < 1 for number in numbers)
    assert Decimal("0.42") < sum(numbers) / 400 < Decimal("0.58")


def test_a_uuid_looks_like_one() -> None:
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", value("uuid()")
    )
