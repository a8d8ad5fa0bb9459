"""Whether a citizen is of the age that a kind of course is meant for: said aloud, and never in the way.

The ages are the model's own (property `ages` of the process, such as "15-30", both with): Holbæk's core task is
education for everybody between 15 and 30, and who is younger may need the course all the same.
"""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from app import house_of
from app.citizens import Citizen
from app.courses import Runtime
from app.definitions import library
from app.web.i18n import gettext as _

PROPERTY = "ages"


def ages_of(session: Session, runtime: Runtime, process_id: str) -> tuple[int, int] | None:
    """Return the youngest and oldest age that the newest version is meant for; None where it does not say."""
    newest = library.latest(session, process_id)
    if newest is None:
        return None
    process = runtime.models.get(session, newest.key).bundle.process
    low, _dash, high = dict(process.properties).get(PROPERTY, "").partition("-")
    return (int(low), int(high)) if low.isdigit() and high.isdigit() else None


def age_note(session: Session, process_id: str, citizen: Citizen) -> str:
    """Return what there is to say of a citizen outside the ages of a kind of course; "" for one within them."""
    house = house_of(current_app)
    ages = ages_of(session, house.runtime, process_id)
    years = citizen.age(house.clock.now())
    if ages is None or ages[0] <= years <= ages[1]:
        return ""
    return _("%(name)s er %(years)s år. Forløbet er for dem mellem %(low)s og %(high)s år.") % {
        "name": citizen.first_name,
        "years": years,
        "low": ages[0],
        "high": ages[1],
    }
