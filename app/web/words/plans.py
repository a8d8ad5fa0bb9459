"""What the plan page shows besides the plan: changes since an earlier version, and what needs coordination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app import meetings, plans
from app.clock import LOCAL
from app.plans import Difference, Intervention, Plan
from app.web.i18n import gettext as _


@dataclass(frozen=True)
class Comparison:
    """A version held against an earlier one."""

    against: Plan
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Together:
    """What courses about one citizen should coordinate: support that begins, and meetings, in one week."""

    support: tuple[tuple[Intervention, Intervention], ...]
    meetings: tuple[tuple[datetime, datetime], ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything."""
        return bool(self.support or self.meetings)


def comparison(versions: list[Plan], shown: Plan | None, wanted: int | None) -> Comparison | None:
    """Return what changed in the version shown since the one asked for, or since the one before it."""
    if shown is None:
        return None
    earlier = [one for one in versions if one.version < shown.version]
    if not earlier:
        return None
    against = next((one for one in earlier if one.version == wanted), earlier[0])
    return Comparison(against, tuple(plans.difference(against, shown)))


def together(
    session: Session, citizen_key: int | None, now: datetime, *, meets: bool = True
) -> Together:
    """Return what clashes in the plan that is in force and among the meetings ahead.

    Args:
        session: a read session.
        citizen_key: whose; None for a course about nobody.
        now: the instant.
        meets: also meetings of other courses, which a partner outside is not to know of.
    """
    if citizen_key is None:
        return Together((), ())
    plan = plans.current(session, citizen_key)
    ahead = meetings.of_citizen(session, citizen_key, now) if meets else []
    pairs = [
        (one.starts_at, other.starts_at)
        for number, one in enumerate(ahead)
        for other in ahead[number + 1 :]
        if one.course_key != other.course_key and _week(one.starts_at) == _week(other.starts_at)
    ]
    return Together(tuple(plans.clashes(plan)) if plan is not None else (), tuple(pairs))


def field_names() -> dict[str, str]:
    """Return what a part of a plan is called, by the code of what changed."""
    return {
        "objective": _("Det fælles mål"),
        "dreams": _("Det drømmer jeg om"),
        "wishes_education_job": _("Uddannelse og arbejde"),
        "strengths": _("Det er jeg god til"),
        "worries": _("Det er svært"),
        "citizen_words": _("Mål, ord"),
        "goal": _("Indsatsmål"),
        "measure": _("Ses på"),
        "baseline": _("Niveau i dag"),
        "target": _("Niveau, der skal nås"),
        "target_date": _("Måldato"),
        "responsible": _("Ansvarlig"),
        "legal_basis": _("Hjemmel"),
        "person": _("Hvem"),
        "subgoals": _("Delmål"),
        "provider": _("Hvem giver støtten"),
        "start": _("Begynder"),
        "ends": _("Slutter"),
        "hours_per_week": _("Timer om ugen"),
        "ladder": _("Støttetrappe"),
        "new_goal": _("Nyt mål"),
        "ended_goal": _("Mål taget ud"),
        "new_support": _("Ny støtte"),
        "ended_support": _("Støtte taget ud"),
    }


def _week(at: datetime) -> tuple[int, int]:
    return at.astimezone(LOCAL).date().isocalendar()[:2]
