"""The demo municipality: what a newcomer finds in it, and what stands behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import access, citizens
from app.access.rows import PersonRow
from app.citizens.rows import CitizenRow, GuardianRow
from app.clock import SystemClock
from app.courses import Course, Incident, Task
from app.definitions import Kind, read_bpmn
from app.house import House, open_house
from app.invented import passes_modulus_11
from app.jobs.rows import DueWork
from app.settings import Settings
from tests.acceptance.conftest import Installation

WORKFLOWS = Path(__file__).parents[2] / "workflows"


@pytest.fixture(scope="module")
def house(loaded: Installation) -> Iterator[House]:
    opened = open_house(Settings(var=str(loaded.folder)))
    yield opened
    opened.database.engine.dispose()


WHEN_NEEDED = {
    "intake/talk_before",
    "team_formation/appoint_consultant",
    "team_formation/involve_business_consultant",
    "follow_up/assess_adjustment",
    "decision/party_hearing",
    "decision/decide",
    "closure/after_check",
}
"""Tasks that only some arrangements and some answers lead to."""


def user_tasks_of(process_id: str) -> set[str]:
    """The user tasks on the way of a model and of the processes that it calls, as tasks of a course are named."""
    read = [read_bpmn(path.read_bytes()) for path in WORKFLOWS.rglob("*.bpmn")]
    processes = {process.id: process for file in read for process in file.processes}
    found, seen, waiting = set(), set(), [process_id]
    while waiting:
        process = processes[waiting.pop()]
        seen.add(process.id)
        prefix = "" if process.id == process_id else f"{process.id}/"
        way = [n for n in process.nodes if not n.scope.startswith("on_")]
        found |= {f"{prefix}{node.id}" for node in way if node.kind is Kind.USER}
        waiting += [n.call.process_id for n in way if n.call and n.call.process_id not in seen]
    return found - WHEN_NEEDED


def test_at_least_one_course_stands_at_every_user_task(house: House) -> None:
    tasks = user_tasks_of("youth_course")
    assert len(tasks) > 15
    with house.database.read() as session:
        waiting = set(session.scalars(select(Task.element).where(Task.status == "open")))
    assert tasks - waiting == set()


def test_a_course_is_in_one_of_the_phases_of_its_model(house: House) -> None:
    with house.database.read() as session:
        phases = set(session.scalars(select(Course.phase)))
    assert {phase.removeprefix("phase_") for phase in phases} <= {
        "", "intake", "consent", "team", "meeting", "plan", "follow_up", "closure",
        "rehabilitation", "functioning", "treatment",
    }  # fmt: skip


def test_there_are_courses_of_all_four_kinds(house: House) -> None:
    with house.database.read() as session:
        kinds = Counter(session.scalars(select(Course.process_id)))
    assert kinds["youth_course"] == 25
    assert {kind: kinds[kind] for kind in ("family_course", "brain_injury_course")} == {
        "family_course": 2,
        "brain_injury_course": 2,
    }
    assert kinds["substance_use_course"] == 2


def test_courses_have_ended_in_different_ways(house: House) -> None:
    with house.database.read() as session:
        ended = session.scalars(select(Course.outcome).where(Course.status == "ended"))
        outcomes = Counter(ended)
    assert outcomes["education"] == 1
    assert outcomes["not_taking_part"] == 1
    assert outcomes["no_course"] == 1


def test_there_are_30_citizens_of_all_ages_and_the_children_among_them_have_parents(
    house: House,
) -> None:
    now = SystemClock().now()
    with house.database.read() as session:
        everybody = citizens.citizens(session, session.scalars(select(CitizenRow.key)))
        with_parents = set(session.scalars(select(GuardianRow.citizen_key)))
    ages = {one.key: one.age(now) for one in everybody.values()}
    assert len(everybody) == 30
    assert sum(15 <= age <= 29 for age in ages.values()) == 24
    children = {key for key, age in ages.items() if age < 18}
    assert len(children) >= 4
    assert children <= with_parents
    assert any(one.address_protected for one in everybody.values())


def test_no_citizen_has_a_cpr_number_that_somebody_could_have(house: House) -> None:
    with house.database.read() as session:
        for row in session.scalars(select(CitizenRow)):
            born = row.birth_date
            assert not passes_modulus_11(row.cpr)
            assert (born.day, born.month) != (1, 1)
            checked = f"{born.year:04}-{born.month:02}" < "2007-10"
            assert row.cpr[:2] == f"{born.day + (0 if checked else 60):02}"


def test_the_history_spreads_over_months_and_nothing_is_in_the_future(house: House) -> None:
    now = SystemClock().now()
    with house.database.read() as session:
        first, last = session.execute(
            select(func.min(Course.started_at), func.max(Course.last_at))
        ).one()
        opened = session.scalars(select(Task.opened_at)).all()
    assert timedelta(days=210) < now - first < timedelta(days=280)
    assert last <= now
    assert len({at.astimezone(UTC).strftime("%Y-%m") for at in opened}) >= 7


def test_everything_went_well(house: House) -> None:
    with house.database.read() as session:
        assert session.scalars(select(Incident.message)).all() == []
        assert session.scalars(select(DueWork.last_error).where(DueWork.attempts > 0)).all() == []


def test_every_role_has_somebody_who_can_log_in(loaded: Installation, house: House) -> None:
    listed = loaded.json("demo", "users")
    assert {role for one in listed for role in one["roles"]} == set(access.ROLES)
    with house.database.read() as session:
        known = {row.username: row for row in session.scalars(select(PersonRow))}
    assert [(one["username"], one["name"]) for one in listed if one["username"] in known] == [
        (one["username"], known[one["username"]].name) for one in listed
    ]
    for username in ("mette", "freja"):
        one = next(one for one in listed if one["username"] == username)
        assert access.login(house.database, username, one["password"]).username == username


def test_loading_says_how_long_it_takes_and_what_it_made(loaded: Installation) -> None:
    said = (loaded.folder / "said").read_text()
    assert "under et minut" in said
    assert "30 borgere" in said


def test_a_database_in_use_is_left_alone(loaded: Installation) -> None:
    before = loaded.database.stat().st_mtime_ns
    again = loaded.run("demo", "load", "--if-empty")
    assert (again.returncode, again.stderr) == (0, "")
    refused = loaded.run("demo", "load")
    assert refused.returncode == 1
    assert "tom database" in refused.stderr
    assert loaded.database.stat().st_mtime_ns == before


def test_a_database_without_tables_is_told_how_to_get_them(tmp_path: Path) -> None:
    ran = Installation(tmp_path).run("demo", "load")
    assert ran.returncode == 1
    assert "forloeb db upgrade" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_load_that_was_broken_off_is_told_from_a_whole_one(
    loaded: Installation, tmp_path: Path
) -> None:
    half = loaded.copy(tmp_path)
    opened = open_house(Settings(var=str(half.folder)))
    with opened.database.write() as work:
        access.deactivate(work, "anders")
    opened.database.engine.dispose()
    ran = half.run("demo", "load", "--if-empty")
    assert ran.returncode == 1
    assert "halvt indlæst" in ran.stderr


def test_the_journal_of_the_whole_municipality_can_be_decided_again(loaded: Installation) -> None:
    report = loaded.json("audit", "verify", "--all")
    assert (report["ok"], report["first_broken"]) == (True, None)
    assert report["redecided"] > 300


def test_every_row_of_the_courses_is_what_their_journals_lead_to(loaded: Installation) -> None:
    compared = loaded.json("db", "rebuild", "--check")
    assert compared["differences"] == []
    assert compared["courses"] > 30
