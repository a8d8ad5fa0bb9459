"""CPR numbers: reading, checking and masking them.

Ten digits, DDMMYY-SSSS; the seventh digit tells the century (cpr.dk, "Personnummeret i CPR-systemet").
Numbers that fail the old modulus-11 check have been issued since October 2007 and are as good as any
other, so it is never used here. A replacement number (erstatningspersonnummer) has 60 added to its day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.errors import DomainError

_SHAPE = re.compile(r"(\d{2})(\d{2})(\d{2})[- ]?(\d{4})", re.ASCII)
_REPLACEMENT = 60


@dataclass(frozen=True, repr=False)
class Cpr:
    """A CPR number that names a real date. Its text form is masked, so that no log shows it by accident.

    Attributes:
        digits: all ten digits, without a hyphen.
        birth_date: what the number says.
        is_replacement: issued by an authority instead of the register; the day has 60 added.
    """

    digits: str
    birth_date: date
    is_replacement: bool = False

    @classmethod
    def parse(cls, text: str) -> Cpr:
        """Read a number with or without a hyphen or a space before the last four digits.

        Raises:
            DomainError: not ten digits, or no such date.
        """
        shape = _SHAPE.fullmatch(text.strip())
        if shape is None:
            raise _wrong("Skriv CPR-nummeret med ti cifre, for eksempel 010203-1234.")
        day, month, year, serial = (int(part) for part in shape.groups())
        is_replacement = day > _REPLACEMENT
        try:
            born = date(
                _century(int(shape[4][0]), year) + year,
                month,
                day - _REPLACEMENT if is_replacement else day,
            )
        except ValueError:
            raise _wrong("De første seks cifre i CPR-nummeret er ikke en dato.") from None
        return cls(f"{shape[1]}{shape[2]}{shape[3]}{serial:04}", born, is_replacement)

    @property
    def full(self) -> str:
        """The number as people write it, for a form's field; never for a list, a log or a URL."""
        return f"{self.digits[:6]}-{self.digits[6:]}"

    def __str__(self) -> str:
        return mask(self.digits)

    __repr__ = __str__


def mask(digits: str) -> str:
    """Return a number for lists: `010190-••••`."""
    return f"{digits[:6]}-••••"


def _century(seventh: int, year: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in {4, 9}:
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def _wrong(text: str) -> DomainError:
    return DomainError("cpr:wrong", text, fields={"cpr": text})
