"""Synthetic CPR numbers, such as no person has.

A number given out before October 2007 satisfies modulus 11, so one that fails it and has a birth date before then
belongs to nobody; but for 1 January, where such numbers were needed first (cpr.dk, »Personnumre uden kontrolciffer«).
Who is born later gets the form of a replacement number, 60 added to the day, which fails it too.
"""

from __future__ import annotations

from datetime import date

_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_UNCHECKED_SINCE = date(2007, 10, 1)
_REPLACEMENT = 60
_SERIALS_OF_1900 = range(4000)
_SERIALS_OF_2000 = range(4000, 10_000)


def passes_modulus_11(digits: str) -> bool:
    """Tell whether ten digits satisfy the check that real numbers had to before October 2007."""
    return sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


def synthetic(born: date, variant: int) -> str:
    """Return ten digits for somebody invented, the same for the same arguments.

    Args:
        born: the birth date, in 1900–2036 and not 1 January.
        variant: tells people born on one day apart.

    Raises:
        ValueError: a birth date for which there is no number that nobody has.
    """
    if (born.day, born.month) == (1, 1) or not 1900 <= born.year <= 2036:
        raise ValueError(f"no synthetic number for {born}")
    day = born.day + (_REPLACEMENT if born >= _UNCHECKED_SINCE else 0)
    serials = _SERIALS_OF_1900 if born.year < 2000 else _SERIALS_OF_2000
    for step in range(len(serials)):
        serial = serials[(variant + step) % len(serials)]
        digits = f"{day:02}{born:%m%y}{serial:04}"
        if not passes_modulus_11(digits):
            return digits
    raise AssertionError  # ten serials in a row cannot all pass
