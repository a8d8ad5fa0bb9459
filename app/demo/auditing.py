"""What the demo municipality leaves for its auditor and leaders: a sample with a finding, and an emergency access."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app import access, audit, emergencies
from app.audit import NewFinding, Wish
from app.clock import LOCAL
from app.courses import Course
from app.house import House
from app.nightly import NIGHTLY

_AUDITOR, _HURRIED, _RESPONSIBLE = "henrik", "jonas", "mette"
_ELSEWHERE = "brain_injury_course"
_REASON = "Hjemmeplejen ringer: borgeren er faldet og kan ikke sige, hvem der er pårørende."
_MISSING = "Det står ikke i opgaven, hvorfor der ikke er ringet tilbage inden for fristen."


def leave_for_audit(house: House) -> None:
    """Sign a day's head, draw a sample, find something in it, open an emergency access, and verify all chains."""
    make_round = house.handlers[NIGHTLY]
    house.database.run(lambda work: make_round(work, ""))
    keyring, today = house.runtime.keyring, house.clock.now().astimezone(LOCAL).date()
    with house.database.read() as session:
        hurried = access.acting(session, _HURRIED)
        query = select(Course.citizen_key).where(Course.process_id == _ELSEWHERE)
        citizen = session.scalar(query.order_by(Course.key).limit(1))
    if hurried is not None and citizen is not None:
        house.database.run(
            lambda work: emergencies.open_access(work, keyring, citizen, hurried, _REASON)
        )
    wish = Wish("Alle forløb, 5 tilfældige", 5, "demokommunen")
    sample = house.database.run(lambda work: audit.draw_sample(work, keyring, wish, _AUDITOR))
    with house.database.read() as session:
        first, *_ = (one.course_key for one in audit.sampled(session, sample))
    finding = NewFinding("error", _MISSING, None, _RESPONSIBLE, today + timedelta(days=14))
    house.database.run(
        lambda work: audit.record_finding(work, keyring, sample, first, finding, _AUDITOR)
    )
    house.verifying.begin(_AUDITOR)
