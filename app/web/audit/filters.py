"""What a course's history is narrowed to, as the address says: who, which step, what kind, from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request

from app import audit
from app.clock import LOCAL
from app.courses import KINDS
from app.journal import Wanted
from app.web.i18n import gettext as _

NAMES = ("kind", "who", "step", "since", "until")


@dataclass(frozen=True)
class Narrowed:
    """What was asked, what that means for entries, and what could not be read, by field."""

    asked: dict[str, Any]
    wanted: Wanted
    wrong: tuple[tuple[str, str], ...] = ()


def narrowed() -> Narrowed:
    """Read the filters of this request; what cannot be read narrows nothing, and is said."""
    given = {name: request.args.get(name, "").strip()[:200] for name in NAMES}
    asked: dict[str, Any] = {name: value for name, value in given.items() if value}
    kind = asked.get("kind", "")
    kinds = audit.GROUPS.get(kind, frozenset({kind} if kind in all_kinds() else ()))
    since, until = midnight(asked.get("since", "")), midnight(asked.get("until", ""), days=1)
    wrong = tuple(
        (name, _("Skriv datoen som 2026-11-23."))
        for name, value in (("since", since), ("until", until))
        if name in asked and value is None
    )
    wanted = Wanted(kinds, asked.get("who", ""), asked.get("step", ""), since, until)
    return Narrowed(asked, wanted, wrong)


def all_kinds() -> frozenset[str]:
    """Return every kind of entry that a course's journal may hold."""
    return frozenset(KINDS.values()).union(*audit.GROUPS.values())


def midnight(text: str, days: int = 0) -> datetime | None:
    """Return the midnight in Denmark that begins a day written as 2026-11-23, or so many days later."""
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None
    return datetime.combine(day, time(), LOCAL)
