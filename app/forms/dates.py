"""Dates and times as Danes write them: read liberally from a text field, shown in one way."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from app.clock import LOCAL

MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})[.\-/ ]+(\d{1,2})[.\-/ ]+(\d{4})", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})\.? +([a-zæøå]{3,9})\.? +(\d{4})", re.ASCII)
_TIME = re.compile(r"(?:kl\.? *)?(\d{1,2})(?:[.:](\d{2}))?(?::(\d{2}))?", re.ASCII)
_DATE_PART = re.compile(
    r"(.*?\d{4}(?:-\d{1,2}-\d{1,2})?)(?:,|T| )? *((?:kl\.? *)?\d{1,2}(?:[.:]\d{2}){0,2})"
)


def read_date(text: str) -> date | None:
    """Read »1. 2. 2027«, »1/2-2027«, »1. februar 2027« or »2027-02-01«; None for anything else."""
    text = text.strip().lower()
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _NUMBERS.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _WORDS.fullmatch(text):
            months = [month for month in MONTHS if month.startswith(found[2])]
            if len(months) == 1:
                return date(int(found[3]), MONTHS.index(months[0]) + 1, int(found[1]))
    except ValueError:
        return None
    return None


def read_time(text: str) -> time | None:
    """Read »10.30«, »10:30«, »kl. 10«; None for anything else."""
    found = _TIME.fullmatch(text.strip().lower())
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2] or 0), int(found[3] or 0))
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """Read a date followed by a time (»1. 2. 2027 kl. 10.30«), without an offset; None for anything else."""
    found = _DATE_PART.fullmatch(text.strip())
    day, clock = (read_date(found[1]), read_time(found[2])) if found else (None, None)
    return None if day is None or clock is None else datetime.combine(day, clock)


def localised(moment: datetime) -> datetime | None:
    """Give a moment without offset Danish time; None where the clocks jump over it."""
    if moment.tzinfo is not None:
        return moment
    local = moment.replace(tzinfo=LOCAL)
    try:
        there_and_back = datetime.fromtimestamp(local.timestamp(), LOCAL)
    except (ValueError, OverflowError, OSError):
        return None
    return local if there_and_back.replace(tzinfo=None) == moment else None


def date_text(day: date) -> str:
    """Write a date as it is typed: »1. 2. 2027«."""
    return f"{day.day}. {day.month}. {day.year:04d}"


def date_words(day: date) -> str:
    """Write a date as it is said: »1. februar 2027«."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year:04d}"
