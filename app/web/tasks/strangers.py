"""Inquiries about somebody whose number nobody knows, among the tasks of who must see to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import intake
from app.access import Principal
from app.clock import LOCAL
from app.inbox import Deadline, Filters, Overview, View
from app.intake import Unattached
from app.web.i18n import current
from app.web.i18n import gettext as _
from app.web.site.frame import deadline_chip
from app.web.words.deadlines import Due


@dataclass(frozen=True)
class Stranger:
    """Such an inquiry as a row of the inbox."""

    inquiry: Unattached
    due: Due
    why: str
    mine: bool

    @property
    def of_nobody(self) -> bool:
        """Whether nobody has it yet."""
        return self.inquiry.responsible is None

    @property
    def group(self) -> str:
        """Beneath which heading it stands."""
        return self.due.chip.kind


def strangers(session: Session, who: Principal, now: datetime) -> list[Stranger]:
    """Return those that are in the person's hands, and those in nobody's; the first due first.

    Where nobody has one yet, it is with all who take part in the meeting, as an inquiry with a number is. Who follows
    up on broken deadlines sees those of everybody that are late.
    """
    if not who.may("intake:read"):
        return []
    late_at = now if who.may("deadline:oversee") and who.may("intake:work") else None
    found = intake.in_hands(
        session, who.username, of_nobody=who.may("intake:work"), late_at=late_at
    )
    return [_row(one, who, now) for one in found]


def shown(one: Stranger, view: View, filters: Filters, now: datetime) -> bool:
    """Tell whether a view of the inbox shows it, narrowed as it is."""
    if filters.process_id or filters.phase or filters.citizens:
        return False
    if filters.by_law and not one.inquiry.due_source:
        return False
    in_view = {View.MINE: one.mine, View.GROUPS: True, View.UNASSIGNED: one.of_nobody}
    return in_view.get(view, False) and _as_near(one.inquiry, filters.deadline, now)


def with_strangers(overview: Overview, unknown: list[Stranger]) -> Overview:
    """Count them among the tasks of each view, and among those that press."""
    mine = sum(one.mine for one in unknown)
    nobody = sum(one.of_nobody for one in unknown)
    more = {View.MINE: mine, View.GROUPS: len(unknown), View.UNASSIGNED: nobody}
    views = {view: count + more.get(view, 0) for view, count in overview.views.items()}
    late = sum(one.group == "late" for one in unknown)
    soon = sum(one.group == "soon" for one in unknown)
    return Overview(views, overview.overdue + late, overview.soon + soon)


def _row(one: Unattached, who: Principal, now: datetime) -> Stranger:
    source = one.due_source or (_("Kommunens egen frist") if one.due else "")
    mine = one.responsible == who.username
    why = _("Du har ansvaret") if mine else _("Ingen har ansvaret endnu")
    if one.responsible is not None and not mine:
        why = _("Overskredet hos en kollega")
    return Stranger(one, Due(deadline_chip(one.due, now, current()), source), why, mine)


def _as_near(one: Unattached, wanted: Deadline | None, now: datetime) -> bool:
    """Tell whether its deadline is as near as the list is narrowed to, days counted as dates in Denmark."""
    if wanted is None:
        return True
    if one.due is None:
        return wanted is Deadline.NONE
    days = one.due.astimezone(LOCAL).date() - now.astimezone(LOCAL).date()
    return {
        Deadline.OVERDUE: one.due < now,
        Deadline.THREE_DAYS: one.due >= now and days <= timedelta(days=3),
        Deadline.THIRTY_DAYS: one.due >= now and days <= timedelta(days=30),
        Deadline.PAUSED: False,
        Deadline.NONE: False,
    }[wanted]
