"""Danish personal identification numbers (CPR): ten digits whose date must exist; never modulus 11.

Numbers without a valid check digit have been issued since October 2007 (CPR-kontoret,
»Personnumre uden kontrolciffer«). A replacement number (erstatningspersonnummer) has 60 added to its day.
"""

from __future__ import annotations

import re
from datetime import date

_DIGITS = re.compile(r"\d{10}", re.ASCII)
_REPLACEMENT = 60


def compact(text: str) -> str | None:
    """Return the ten digits of a number written with or without a hyphen or spaces; None where it is not one."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if _DIGITS.fullmatch(digits) and birth_date(digits) is not None else None


def birth_date(digits: str) -> date | None:
    """Return the birth date that ten digits hold; the seventh gives the century (table of CPR-kontoret)."""
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    if seventh <= 3:
        century = 1900
    elif seventh in {4, 9}:
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    try:
        return date(century + year, month, day - _REPLACEMENT if day > _REPLACEMENT else day)
    except ValueError:
        return None


def shown(digits: str) -> str:
    """Write a number as people do: 010190-1234."""
    return f"{digits[:6]}-{digits[6:]}" if _DIGITS.fullmatch(digits) else digits
