"""Deadlines and the portfolio's questions, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from app import deadlines, jobs, portfolio
from app.clock import SetClock
from app.courses import STANDINGS, Course, CourseFilters, all_courses
from app.deadlines import NewDeadline, Rule, Unit
from app.storage import Database, Facts, schema

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
RULE = Rule(
    code="drug_treatment",
    name="Stofbehandling i gang",
    kind="lov",
    source="Serviceloven § 101: 14 dage",
    legal_basis="sel_101",
    count=14,
    unit=Unit.DAYS,
    counts_from="Henvendelsen",
    roll=False,
    warn_before=("P7D",),
    on_breach="Teamlederen får besked.",
    escalate_to="team_leader",
    row="lovfrist_drug_treatment",
    digest="d" * 64,
)


def test_a_deadline_runs_stands_still_and_breaks_and_is_counted(engine: Engine) -> None:
    schema.upgrade(engine)
    clock = SetClock(MONDAY)
    database = Database(engine, clock, Facts())
    with database.write() as work:
        course = Course(
            key=work.next_key(),
            process_id="p",
            version_key=1,
            name="Forløb",
            citizen_key=None,
            status="running",
            started_at=MONDAY,
            started_by="mette",
            last_at=MONDAY,
            progress={},
        )
        work.session.add(course)
        work.session.flush()
        new = NewDeadline(course.key, None, RULE, MONDAY)
        key = deadlines.start(work, new, at=MONDAY, by="mette").key

    clock.advance(timedelta(days=1))
    database.run(lambda work: deadlines.pause(work, key, "Venter", at=work.now, by="mette"))
    clock.advance(timedelta(days=2))
    resumed = database.run(lambda work: deadlines.resume(work, key, at=work.now, by="mette"))
    assert resumed.due == datetime(2026, 11, 18, 22, 59, 59, tzinfo=UTC)

    handlers = {deadlines.WATCH: deadlines.watch}
    clock.set(datetime(2026, 11, 12, 9, tzinfo=UTC))
    assert jobs.run_due(database, handlers) == 1
    clock.set(datetime(2026, 11, 18, 23, tzinfo=UTC))
    assert jobs.run_due(database, handlers) == 1
    with database.read() as session:
        said = [event.what for event in deadlines.events(session, key)]
        assert said == ["started", "paused", "resumed", "reminded", "breached"]
        found = deadlines.listing(session, None, state="breached", code="drug_treatment", number=1)
        assert [one.key for one in found.rows] == [key]
        assert deadlines.unseen_breaches(session, None) == 1

        now = clock.now()
        [kind] = portfolio.counts(session, None, now)
        assert (kind.running, kind.breached) == (1, 1)
        figures = portfolio.figures(session, None, now)
        assert (figures.kept[0].breached, figures.kept[0].silent) == (1, 0)
        assert figures.standings["no_coordinator"] == 1
        for standing in STANDINGS:
            narrowed = CourseFilters(status="running", standing=standing, at=now)
            assert all_courses(session, narrowed, 1).total == figures.standings[standing]
