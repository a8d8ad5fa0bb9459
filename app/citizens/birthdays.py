"""Ages and the 18th birthday."""

from __future__ import annotations

from datetime import date, datetime

from app.clock import LOCAL

OF_AGE = 18


def turns_18(birth_date: date) -> date:
    """Return the day on which the person comes of age.

    Someone born on 29 February does so on 1 March, the first day when 18 whole years have passed (our reading; the
    18th year after a leap year is never one).
    """
    return years_after(birth_date, OF_AGE)


def years_after(birth_date: date, years: int) -> date:
    """Return the first day on which so many whole years have passed."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def age_at(birth_date: date, at: datetime) -> int:
    """Return the age in whole years at an instant, by the date in Denmark."""
    today = at.astimezone(LOCAL).date()
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday)
