"""Deadlines in words: how long is left in their own measure, where they come from, and what happens when they break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from app import deadlines
from app.clock import LOCAL
from app.courses import Task
from app.deadlines import Deadline, Unit
from app.web.i18n import current, ngettext
from app.web.i18n import gettext as _
from app.web.site.frame import SOON_DAYS, Chip, date_phrase, deadline_chip, time_phrase


@dataclass(frozen=True)
class Due:
    """A task's deadline as pages show it.

    Attributes:
        chip: how long is left, or that it stands still.
        source: where it comes from, and from when it is counted; empty where there is none.
        on_breach: what happens when it is broken.
        paused: it stands still.
    """

    chip: Chip
    source: str = ""
    on_breach: str = ""
    paused: bool = False


class Standing(NamedTuple):
    """A course's deadlines with chip and source: those that run, those that have ended, and how many of these late."""

    running: tuple[tuple[Deadline, Chip, str], ...]
    ended: tuple[tuple[Deadline, Chip, str], ...]
    late: int


def standing(found: Sequence[Deadline], now: datetime) -> Standing:
    """Say how a course's deadlines stand: one looks for those that run, and finds the others below."""
    told = [(one, chip_of(one, now), source_of(one)) for one in found]
    ended = tuple(one for one in told if not one[0].is_open)
    late = sum(one.breached_at is not None for one, _, _ in ended)
    return Standing(tuple(one for one in told if one[0].is_open), ended, late)


def dues(session: Session, tasks: Sequence[Task], now: datetime) -> dict[int, Due]:
    """Return the deadlines of tasks by the tasks' keys; with one query for all of them."""
    keys = [task.deadline_key for task in tasks if task.deadline_key is not None]
    found = deadlines.by_keys(session, keys)
    return {task.key: due_of(task, found.get(task.deadline_key or 0), now) for task in tasks}


def due_of(task: Task, deadline: Deadline | None, now: datetime) -> Due:
    """Return a task's deadline; one that its model sets without a rule is the municipality's own."""
    if deadline is None or not deadline.code:
        if task.due is None:
            return Due(deadline_chip(None, now, current()))
        told = _("Teamlederen får besked.")
        return Due(deadline_chip(task.due, now, current()), _own_source(task, now), told)
    paused = deadline.status == "paused"
    return Due(chip_of(deadline, now), source_of(deadline), deadline.on_breach, paused)


def chip_of(deadline: Deadline, now: datetime) -> Chip:
    """Say how a deadline stands: "3 arbejdsdage til", "2 dage over", "Sat på pause"."""
    if deadline.status == "paused":
        return Chip("none", _("Sat på pause"), "hourglass")
    if not deadline.is_open:
        if deadline.breached_at is not None:
            return Chip("late", _("Overskredet"), "error")
        return Chip("ok", _ended(deadline), "check")
    plain = deadline_chip(deadline.due, now, current())
    if deadline.unit is not Unit.WORKING_DAYS or deadline.due < now:
        return plain
    left = deadline.working_days_left(now)
    if left < 2:
        return plain
    words = ngettext("%(num)s arbejdsdag til", "%(num)s arbejdsdage til", left) % {"num": left}
    return Chip("soon" if left <= SOON_DAYS else "time", words, plain.icon)


def source_of(deadline: Deadline) -> str:
    """Say where a deadline comes from: "Serviceloven § 101: 14 dage fra 3. nov. 2026"."""
    said = deadline.source if deadline.statutory else _own(deadline)
    since = date_phrase(deadline.starts_at.astimezone(LOCAL).date(), current())
    return _("%(source)s fra %(date)s") % {"source": said, "date": since}


def _ended(deadline: Deadline) -> str:
    words = {"met": _("Overholdt"), "waived": _("Frafaldet"), "lapsed": _("Bortfaldet")}
    return words[deadline.status]


def _own(deadline: Deadline) -> str:
    length = {
        Unit.HOURS: ngettext("%(num)s time", "%(num)s timer", deadline.count),
        Unit.DAYS: ngettext("%(num)s dag", "%(num)s dage", deadline.count),
        Unit.WORKING_DAYS: ngettext("%(num)s arbejdsdag", "%(num)s arbejdsdage", deadline.count),
        Unit.WEEKDAYS: ngettext("%(num)s hverdag", "%(num)s hverdage", deadline.count),
        Unit.WEEKS: ngettext("%(num)s uge", "%(num)s uger", deadline.count),
        Unit.MONTHS: ngettext("%(num)s måned", "%(num)s måneder", deadline.count),
    }[deadline.unit]
    return _("Kommunens egen frist: %(length)s") % {"length": length % {"num": deadline.count}}


def _own_source(task: Task, now: datetime) -> str:
    """Say where a due date comes from that the model sets: "Kommunens egen frist: 14 dage fra 3. nov. 2026"."""
    assert task.due is not None  # noqa: S101 -- asked for tasks with a date only
    opened = task.opened_at.astimezone(LOCAL)
    days = (task.due.astimezone(LOCAL).date() - opened.date()).days
    if days > 0:
        length = ngettext("%(num)s dag", "%(num)s dage", days) % {"num": days}
        since = date_phrase(opened.date(), current())
    else:
        hours = round((task.due - task.opened_at) / timedelta(hours=1))
        if hours < 1:
            return _("Kommunens egen frist")
        length = ngettext("%(num)s time", "%(num)s timer", hours) % {"num": hours}
        since = time_phrase(opened, now, current())
    said = _("Kommunens egen frist: %(length)s") % {"length": length}
    return _("%(source)s fra %(date)s") % {"source": said, "date": since}
