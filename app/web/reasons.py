"""Why a task lies where it lies, and where its deadline comes from, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.access import ROLES, Principal, group_name
from app.clock import LOCAL
from app.courses import ANYONE, Task
from app.web.frame import date_phrase, time_phrase
from app.web.i18n import current, ngettext
from app.web.i18n import gettext as _

_PERSONS = {ROLES[code].title for code in ("caseworker", "coordinator", "team_leader")}
"""Lanes that are named after what a person is, not after a unit."""


def why_mine(task: Task, person: Principal) -> str:
    """Say why the person sees the task: "Du er tovholder", "Din gruppe: Modtagelsen"."""
    if task.assignee == person.username:
        if task.lane in _PERSONS:
            return _("Du er %(role)s") % {"role": task.lane.lower()}
        return _("Du har taget opgaven")
    if person.username in task.users:
        return _("Du er peget ud")
    shared = [group for group in task.groups if group in person.groups]
    if shared:
        return _("Din gruppe: %(group)s") % {"group": group_name(shared[0])}
    if ANYONE in task.groups:
        return _("Alle kan tage opgaven")
    return groups_of(task) or task.lane


def groups_of(task: Task) -> str:
    """Name the groups that may take the task."""
    return ", ".join(group_name(group) for group in task.groups if group != ANYONE)


def source_of_deadline(task: Task, now: datetime) -> str:
    """Say where the deadline comes from: "14 dage fra 3. nov. 2026"; empty where there is none."""
    if task.due is None:
        return ""
    opened = task.opened_at.astimezone(LOCAL)
    days = (task.due.astimezone(LOCAL).date() - opened.date()).days
    if days > 0:
        text = ngettext("%(num)s dag fra %(date)s", "%(num)s dage fra %(date)s", days)
        return text % {"num": days, "date": date_phrase(opened.date(), current())}
    hours = round((task.due - task.opened_at) / timedelta(hours=1))
    if hours < 1:
        return ""
    text = ngettext("%(num)s time fra %(date)s", "%(num)s timer fra %(date)s", hours)
    return text % {"num": hours, "date": time_phrase(opened, now, current())}
