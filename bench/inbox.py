"""The inbox of a large municipality: 100,000 open tasks in 30,000 courses, asked for as a browser does.

The time is the server's: Flask's own test client, from the request to the finished page, access log included.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, insert, make_url, select, text

from app import access, create_app, house_of
from app.access import NewPerson
from app.access.passwords import stamp
from app.access.rows import PersonRow
from app.citizens.rows import CitizenRow
from app.clock import to_text
from app.courses.rows import Course, Task, TaskCandidate
from app.definitions import library
from app.house import House
from app.invented import synthetic
from app.settings import Settings
from app.storage import keys
from app.storage.schema import upgrade
from bench.desk import HERE, LOOP
from bench.row import Row, at_most, told

COURSES, TASKS = 30_000, 100_000
TEAMS, STAFF = 30, 600
ASKED = 60
FIRST_KEY = keys.FIRST + 1_000_000
_NAMES = ("Asta", "Birk", "Ebbe", "Frida", "Ingrid", "Jens", "Karla", "Malthe", "Signe", "Villads")
_TABLES = (CitizenRow, Course, Task, TaskCandidate)


def measure(scale: float = 1.0, url: str = "") -> list[Row]:
    """Measure the first page for a caseworker of two teams, and for one who leads half of them all.

    Args:
        scale: part of the courses and tasks to make.
        url: an empty database; an SQLite file of its own without.
    """
    with _municipality(scale, url) as app:
        house = house_of(app)
        worker = _ask(app, house, "worker", "/inbox")
        leader = _ask(app, house, "leader", "/inbox")
    tasks = f"{int(TASKS * scale):,} open tasks in {int(COURSES * scale):,} courses"
    return [
        at_most(
            f"inbox, first page, server time p95, {tasks}", _p95(worker), 50, "ms", seconds=worker
        ),
        told("  the same for a person of half of all groups", f"{_p95(leader):.0f} ms"),
    ]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] * 1000


def _ask(app: Flask, house: House, username: str, path: str) -> list[float]:
    client = app.test_client()
    with house.database.read() as session:
        found = select(PersonRow.password).where(PersonRow.username == username)
        password = session.execute(found).scalar_one()
    with client.session_transaction() as cookie:
        cookie["username"], cookie["stamp"] = username, stamp(password)
        cookie["since"] = to_text(house.clock.now())
    taken = []
    for _ in range(ASKED):
        began = perf_counter()
        answer = client.get(path)
        taken.append(perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status}")
    return taken[3:]


@contextmanager
def _municipality(scale: float, url: str) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory(prefix="forloeb-bench-") as folder:
        url = url or f"sqlite:///{Path(folder) / 'forloeb.sqlite'}"
        engine = create_engine(make_url(url))
        upgrade(engine)
        engine.dispose()
        app = create_app(Settings(database_url=url, var=folder, demo=True))
        app.config["TESTING"] = True
        house = house_of(app)
        _fill(house, scale)
        try:
            yield app
        finally:
            house.database.engine.dispose()
            house.access_log.database.engine.dispose()


def _fill(house: House, scale: float) -> None:
    """Write the rows that 30,000 running courses would have, without running them."""
    files = {
        file.name: file.read_bytes()
        for file in sorted((HERE / "models").iterdir())
        if file.suffix != ".json"
    }
    house.database.run(lambda work: house.publish(work, files, "designer"))
    for name, teams in (("worker", 2), ("leader", TEAMS // 2)):
        new = NewPerson(
            name, name.title(), ("caseworker",), tuple(f"team_{n}" for n in range(teams))
        )
        house.database.run(lambda work, new=new: access.add_person(work, new))
    with house.database.write() as work:
        version = library.latest(work.session, LOOP)
        made = _rows(
            work.now, version.key if version else 0, int(COURSES * scale), int(TASKS * scale)
        )
        for mapped, rows in zip(_TABLES, made, strict=True):
            work.session.connection().execute(insert(mapped.__table__), rows)
    with house.database.write() as work:
        work.session.execute(text("ANALYZE"))


def _rows(now: datetime, version: int, courses: int, tasks: int) -> list[list[dict[str, Any]]]:
    chance, numbers = random.Random(1), count(FIRST_KEY)
    people = []
    for number in range(courses):
        born = date(1950 + number % 40, 2, 1) + timedelta(days=number // 40 % 300)
        name = (chance.choice(_NAMES), f"Prøvegaard{number % 97}")
        people.append(
            {
                "key": next(numbers),
                "cpr": synthetic(born, number // 12_000 * 20),
                "first_name": name[0],
                "last_name": name[1],
                "search": " ".join(name).lower(),
                "birth_date": born,
                "address": "Prøvevej 1",
                "address_protected": False,
                "municipality_code": "999",
                "phone": "",
                "registered_at": now,
            }
        )
    running = [_course(next(numbers), version, person["key"], now) for person in people]
    opened, candidates = [], []
    for number in range(tasks):
        key, team = next(numbers), f"team_{chance.randrange(TEAMS)}"
        holder = f"person_{chance.randrange(STAFF)}" if chance.random() < 0.4 else None
        due = now + timedelta(hours=chance.randrange(-200, 2000)) if chance.random() < 0.9 else None
        opened.append(_task(key, running[number % courses]["key"], team, holder, due, now))
        candidates.append({"task_key": key, "kind": "group", "value": team})
    return [people, running, opened, candidates]


def _course(key: int, version: int, citizen: int, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "process_id": LOOP,
        "version_key": version,
        "name": "Samme opgaver igen og igen",
        "citizen_key": citizen,
        "status": "running",
        "started_at": now,
        "started_by": "mette",
        "outcome": "",
        "phase": "assess" if key % 2 else "talk",
        "last_at": now,
        "progress": {},
    }


def _task(
    key: int, course: int, team: str, holder: str | None, due: datetime | None, now: datetime
) -> dict[str, Any]:
    return {
        "key": key,
        "course_key": course,
        "address": f"assess#{key}",
        "element": "assess",
        "name": "Vurdér",
        "lane": "",
        "form_id": "assess",
        "status": "open",
        "assignee": holder,
        "groups": [team],
        "users": [],
        "due": due,
        "priority": 50,
        "opened_at": now.astimezone(UTC),
        "closed_by": "",
        "version": "",
    }
