"""The units of courses that began before they were kept: taken from who coordinated them, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from app import units
from app.courses.rows import tables
from app.storage import schema

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
HANDED = BEGAN + timedelta(days=3)
AGAIN = BEGAN + timedelta(days=9)


def person(key: int, username: str, unit: str) -> dict[str, Any]:
    return {"key": key, "username": username, "name": username, "roles": [], "unit": unit, "phone": "",
            "email": "", "groups": [], "areas": [], "active": True, "created_at": BEGAN}  # fmt: skip


def course(key: int, starter: str) -> dict[str, Any]:
    return {"key": key, "process_id": "p", "version_key": 1, "name": "P", "status": "running",
            "started_at": BEGAN, "started_by": starter, "outcome": "", "phase": "", "last_at": BEGAN,
            "progress": {}}  # fmt: skip


def post(key: int, of: int, who: str, since: datetime, until: datetime | None) -> dict[str, Any]:
    return {"key": key, "course_key": of, "post": "coordinator", "username": who, "name": who, "role": "",
            "area": "", "party_kind": "authority", "valid_from": since, "valid_to": until,
            "handover_note": ""}  # fmt: skip


def test_a_course_belonged_where_its_coordinators_did_and_before_them_where_it_was_begun(
    engine: Engine,
) -> None:
    schema.upgrade(engine)
    people = [person(1, "lone", "in"), person(2, "mette", "uc"), person(3, "helle", "fr")]
    posts = [post(21, 11, "mette", HANDED, AGAIN), post(22, 11, "helle", AGAIN, None)]
    begun = [course(11, "lone"), course(12, "lone"), course(13, "system")]
    with engine.begin() as connection:
        for name, rows in (("person", people), ("course", begun), ("team_post", posts)):
            connection.execute(insert(tables[name]), rows)
    schema.downgrade(engine, "0023")
    schema.upgrade(engine)
    with Session(engine) as session:
        first, second, third = (units.history(session, key) for key in (11, 12, 13))
        assert units.unit_of(session, 11, HANDED - timedelta(seconds=1)) == first[0]
    assert [(one.unit, one.valid_from, one.valid_to) for one in first] == [
        ("in", BEGAN, HANDED),
        ("uc", HANDED, AGAIN),
        ("fr", AGAIN, None),
    ]
    assert [(one.unit, one.valid_to) for one in second] == [("in", None)]
    assert third == []
    assert all(one.assumed for one in (*first, *second))
