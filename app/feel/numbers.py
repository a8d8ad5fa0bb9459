"""FEEL's numbers: IEEE 754 decimal128 (DMN 1.5 §10.3.2.3.1), 34 digits, rounding half to even."""

from __future__ import annotations

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

DIGITS = 34
# Only its methods are used, never the thread's own context, so that a result is the same on every thread.
# The exponent range is far below decimal128's: a number is printed without exponent, so 10**6000 is text of
# 6 kB, and nothing that a municipality counts comes near.
EXACT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_EVEN,
    Emin=-999,
    Emax=999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[InvalidOperation, DivisionByZero, Overflow],
)

NumberError = DecimalException
_LARGEST: int = 10**DIGITS
_LONG = 64

ZERO = Decimal(0)
ONE = Decimal(1)


def read_number(text: str) -> Decimal:
    """A number from the digits of a literal; raises NumberError when out of range."""
    return EXACT.create_decimal(text)


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without a positive exponent: 1E+2 becomes 100."""
    if not number:
        return ZERO
    short = number.normalize(EXACT)
    exponent = short.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        return Decimal(format(short, "f"))
    return short


def number_text(number: Decimal) -> str:
    """How FEEL prints a number: digits only, no exponent, no trailing zeros after the point."""
    return format(plain(number), "f")


def whole(number: Decimal) -> int | None:
    """The number as an int, or None when it has a fraction or more digits than numbers have."""
    if number.adjusted() < DIGITS and number == number.to_integral_value():
        return int(number)
    return None


def cut(number: Decimal) -> int:
    """The number without its fraction, as an int; one with more digits than numbers have is cut to the largest."""
    if number.adjusted() < DIGITS:
        return int(number)
    return -_LARGEST if number.is_signed() else _LARGEST


def dear(number: Decimal) -> int:
    """How many steps writing a number out takes, beyond what every number does: 10**900 has 901 digits."""
    digits = abs(number.adjusted())
    return digits >> 2 if digits > _LONG else 0
