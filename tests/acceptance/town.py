"""The demo municipality's staff and all our models on a real server, with a clock that a test sets.

Courses that take weeks, or that go otherwise after New Year, are walked through the pages within seconds: time is
moved between the clicks, and what falls due on the way is done at its instant, as a worker would.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from app import access, create_app, house_of, jobs, plans
from app.access.passwords import stamp
from app.citizens.rows import CitizenRow
from app.clock import LOCAL, SetClock, to_text
from app.courses import Course
from app.definitions import library
from app.house import House
from app.invented import STAFF
from app.settings import Settings
from app.storage import schema
from tests.acceptance.drivers import ByApi, ByPages, Way
from tests.acceptance.visitor import Visitor
from tests.serving import Served
from tests.web.youth import ROOT

COOKIE = "session"
CONCERN = "concern_assessment"
"""What a concern for a child is assessed in: a course of its own."""
A_WHILE = timedelta(hours=6)
"""After so long one signs in again."""


@dataclass
class Town:
    """What a scenario works with: the server's address, its clock, and people at their browsers."""

    app: Flask
    house: House
    clock: SetClock
    browser: Browser
    base: str
    drawn: bool
    """Whether the work is done at the pages; else by programs at the API."""
    sitting: dict[str, Visitor] = field(default_factory=dict)
    signed_in: dict[str, datetime] = field(default_factory=dict)

    @cached_property
    def way(self) -> Way:
        """How work is done here."""
        return ByPages(self) if self.drawn else ByApi(self)

    @property
    def groups(self) -> dict[str, list[str]]:
        """The groups of each of the staff."""
        return {person.username: [*person.groups] for person in STAFF}

    def at(self, username: str) -> Visitor:
        """A person at the pages, signed in already: logging in, and its slow hashing, is tested elsewhere."""
        visitor, now = self.sitting.get(username), self.clock.now()
        if visitor is None:
            visitor = self.sitting[username] = Visitor(self.browser, self.base)
            visitor.context.set_default_timeout(30_000)
        elif now - self.signed_in[username] < A_WHILE:
            return visitor
        self.signed_in[username] = now
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["username"], session["stamp"] = username, stamp(None)
            session["since"] = to_text(now)
        cookie = client.get_cookie(COOKIE)
        assert cookie is not None
        visitor.context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": self.base}])
        visitor.go("/")
        return visitor

    def set(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Set the clock to a Danish time; nothing runs yet."""
        self.clock.set(datetime(year, month, day, hour, minute, tzinfo=LOCAL))

    def until(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> None:
        """Let time pass until then; what falls due on the way is done at its instant."""
        end = datetime(year, month, day, hour, minute, tzinfo=LOCAL).astimezone(UTC)
        while True:
            with self.house.database.read() as session:
                due = jobs.next_due(session)
            if due is None or due > end:
                break
            self.clock.set(max(due, self.clock.now()))
            jobs.run_due(self.house.database, self.house.handlers)
        self.clock.set(end)

    def now(self) -> None:
        """Do what is due at this instant: what one course tells another is told in the background."""
        jobs.run_due(self.house.database, self.house.handlers)

    def courses_of(self, name: str) -> list[Course]:
        """The courses about a citizen of that name, the newest first."""
        first, _, last = name.partition(" ")
        query = (
            select(Course)
            .join(CitizenRow, CitizenRow.key == Course.citizen_key)
            .where(CitizenRow.first_name == first, CitizenRow.last_name == last)
        )
        with self.house.database.read() as session:
            return list(session.scalars(query.order_by(Course.key.desc())))

    def course_of(self, name: str) -> int:
        """The key of the newest course about a citizen of that name; a concern's own is none of those."""
        found = [one.key for one in self.courses_of(name) if one.process_id != CONCERN]
        assert found, name
        return found[0]

    def do(self, username: str, task: str, citizen: str, **answers: Any) -> None:
        """Find a task about a citizen, fill in its form, and send it; the rest of the form is made up."""
        self.way.do(username, task, citizen, answers)

    def plan(self, course: int) -> plans.Plan:
        """The one plan of a course's citizen."""
        with self.house.database.read() as session:
            plan = plans.current(session, session.get_one(Course, course).citizen_key or 0)
        assert plan is not None
        return plan

    def reviews(self, course: int, *statuses: str, step: str = "hold") -> dict[str, Any]:
        """The answers that review the goals of the plan, each with a status; one that ends has come to its target."""
        rows = [
            {
                "goal": str(goal.key),
                "current_level": 1 if status == "end" else 2,
                "citizen_view": "Det går bedre.",
                "professional_view": "Det går fremad.",
                "status": status,
            }
            for goal, status in zip(self.plan(course).goals, statuses, strict=True)
        ]
        return {"reviews": rows, "support_step": step}


@contextmanager
def open_town(folder: Path, browser: Browser, *, drawn: bool = True) -> Iterator[Town]:
    """Make the municipality in a folder, and serve it until the end; `drawn`: its people sit at the pages."""
    clock = SetClock(datetime(2026, 11, 1, 8, tzinfo=UTC))
    settings = Settings(
        database_url=f"sqlite:///{folder / 'town.sqlite'}",
        secret_key="prøve",
        master_key=base64.b64encode(bytes(32)).decode(),
        var=str(folder),
        demo=not drawn,  # only a demo municipality lets its people in at the API
    )
    app = create_app(settings, clock)
    house = house_of(app)
    schema.upgrade(house.database.engine)
    files = library.gather(ROOT / "workflows")
    house.database.run(lambda work: house.publish(work, files, "dorte"))
    for person in STAFF:
        new = replace(person, password=None) if drawn else person
        house.database.run(lambda work, new=new: access.add_person(work, new))
    served = Served(app)
    town = Town(app, house, clock, browser, served.base, drawn)
    try:
        yield town
    finally:
        for visitor in town.sitting.values():
            visitor.close()
        if isinstance(town.way, ByApi):
            town.way.close()
        served.close()
        house.database.engine.dispose()
