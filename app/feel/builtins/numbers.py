"""Numeric functions (DMN 1.5 §10.3.4.5, §10.3.4.3 for not)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from app.feel.builtins.signature import Declared, declare
from app.feel.numbers import DIGITS, EXACT, ONE, ZERO, NumberError, cut
from app.feel.run import Run
from app.feel.values import DaysTimeDuration, Value, YearsMonthsDuration

TABLE: Declared = {}
builtin, metered = declare(TABLE)

# Scales that decimal128 has (DMN 1.5 table 75).
_SCALES = range(-6111, 6177)


def _rounded(run: Run, number: Decimal, scale: Decimal, rounding: str) -> Value:
    places = cut(scale)
    if places not in _SCALES:
        return run.warn("feel:number", "Antallet af decimaler er uden for det tilladte.")
    if places > 999 or -int(number.as_tuple().exponent) <= places:
        # Nothing to cut off; what the number has beyond its digits is zeros.
        return number
    if number.adjusted() < -places - 1:
        # Far below half a unit: no need for as many digits as the scale asks for.
        below = Decimal((number.is_signed(), (1,), -2)) if number else ZERO
        units = below.quantize(ONE, rounding, EXACT)
        return _computed(run, lambda: EXACT.scaleb(units, -places)) if units else ZERO
    try:
        return number.quantize(Decimal((0, (1,), -places)), rounding, EXACT)
    except NumberError:
        return run.warn("feel:number", "Tallet kan ikke afrundes sådan.")


def _rounding(text: str, rounding: str) -> None:
    @metered(text)
    def rounded(run: Run, number: Decimal, scale: Decimal = ZERO) -> Value:
        return _rounded(run, number, scale, rounding)


_rounding("decimal(n: number, scale: number)", ROUND_HALF_EVEN)
_rounding("floor(n: number, scale?: number)", ROUND_FLOOR)
_rounding("ceiling(n: number, scale?: number)", ROUND_CEILING)
_rounding("round up(n: number, scale?: number)", ROUND_UP)
_rounding("round down(n: number, scale?: number)", ROUND_DOWN)
_rounding("round half up(n: number, scale?: number)", ROUND_HALF_UP)
_rounding("round half down(n: number, scale?: number)", ROUND_HALF_DOWN)


@builtin("abs(n: number)")
def absolute(number: Decimal) -> Value:
    """Without its sign."""
    return EXACT.abs(number)


@builtin("abs(n: days)")
def absolute_days(length: DaysTimeDuration) -> Value:
    """A duration without its sign."""
    return DaysTimeDuration(abs(length.nanoseconds))


@builtin("abs(n: months)")
def absolute_months(length: YearsMonthsDuration) -> Value:
    """A duration without its sign."""
    return YearsMonthsDuration(abs(length.months))


@metered("modulo(dividend: number, divisor: number)")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Value:
    """What is left after division, with the divisor's sign."""
    return _computed(run, lambda: _floor_modulo(dividend, divisor))


def _floor_modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    rest = EXACT.remainder(dividend, divisor)
    return EXACT.add(rest, divisor) if rest and rest.is_signed() != divisor.is_signed() else rest


def _computed(run: Run, operation: Callable[[], Decimal]) -> Value:
    run.charge(200)
    try:
        return operation()
    except NumberError:
        return run.warn("feel:number", "Regnestykket har intet resultat eller et for stort.")


@metered("sqrt(number: number)")
def sqrt(run: Run, number: Decimal) -> Value:
    """The square root; null of a negative number."""
    return _computed(run, lambda: EXACT.sqrt(number))


@metered("log(number: number)")
def log(run: Run, number: Decimal) -> Value:
    """The natural logarithm; null of what is not positive."""
    if number <= 0:
        return run.warn("feel:number", "Kun positive tal har en logaritme.")
    return _computed(run, lambda: EXACT.ln(number))


@metered("exp(number: number)")
def exp(run: Run, number: Decimal) -> Value:
    """E raised to a number."""
    return _computed(run, lambda: EXACT.exp(number))


@builtin("odd(number: number)")
def odd(number: Decimal) -> Value:
    """Whether a whole number is odd; null of a fraction."""
    rest = _parity(number)
    return None if rest is None else rest == 1


@builtin("even(number: number)")
def even(number: Decimal) -> Value:
    """Whether a whole number is even; null of a fraction."""
    rest = _parity(number)
    return None if rest is None else rest == 0


def _parity(number: Decimal) -> int | None:
    """What is left of a whole number after twos; one with more digits than numbers have ends in a nought."""
    if number.adjusted() >= DIGITS:
        return 0
    return int(number) % 2 if number == number.to_integral_value() else None


@builtin("not(negand: boolean|null)")
def negation(value: Value) -> Value:
    """True of false, false of true, null of null."""
    return not value if isinstance(value, bool) else None
