"""Why a task lies where it lies, in words."""

from __future__ import annotations

from app.access import ROLES, Principal, group_name
from app.courses import ANYONE, Task
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
