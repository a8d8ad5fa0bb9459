"""Pickers: what a form offers depends on the course and on the day, and nothing else can be chosen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app import citizens, courses
from app.citizens import NewCitizen
from app.courses import Course, CourseChoices, StartRequest
from app.definitions import library
from app.storage import UnitOfWork
from tests.unit.courses.conftest import Desk

TABLES = Path(__file__).parents[3] / "workflows" / "shared"
MODEL = """<process id="talk" isExecutable="true"><startEvent id="s"/><sequenceFlow id="a" sourceRef="s"
  targetRef="t"/><userTask id="t" name="Tal sammen"><extensionElements><zeebe:userTask/></extensionElements>
  </userTask><sequenceFlow id="b" sourceRef="t" targetRef="e"/><endEvent id="e"/></process>"""
SOFIE = NewCitizen(cpr="310507-1006", first_name="Sofie", last_name="Lund")
EMIL = NewCitizen(cpr="020504-1001", first_name="Emil", last_name="Lund")
IN_FORCE = datetime(2026, 6, 1, tzinfo=UTC)
BEFORE_ALL = datetime(2019, 6, 1, tzinfo=UTC)


@pytest.fixture
def tables(desk: Desk) -> None:
    names = ("legal_bases.dmn", "code_lists.dmn")
    files = {name: (TABLES / name).read_bytes() for name in names}
    desk.database.run(lambda work: library.publish(work, files, "designer", desk.runtime.keyring))


def course_about(desk: Desk, key: int | None) -> int:
    desk.publish(MODEL)
    with desk.database.read() as session:
        request = StartRequest("talk", citizens.citizen(session, key) if key else None)
    return desk.database.run(lambda work: courses.start(work, desk.runtime, request, "mette").key)


def known(desk: Desk, work: UnitOfWork) -> list[int]:
    return [
        citizens.find_or_register(work, desk.runtime.keyring, one, "mette").key
        for one in (SOFIE, EMIL)
    ]


def choices(desk: Desk, session: Session, course: int, at: datetime = IN_FORCE) -> CourseChoices:
    return CourseChoices(session, session.get_one(Course, course), at)


@pytest.mark.usefixtures("tables")
class TestWhatHoldsOnTheDay:
    def test_a_legal_basis_is_offered_with_its_paragraph_and_kept_as_a_code(
        self, desk: Desk
    ) -> None:
        course = course_about(desk, None)
        with desk.database.read() as session:
            offered = choices(desk, session, course).options("legal_basis", "")
            code, label = offered[0]

            assert "§" in label
            assert choices(desk, session, course).label("legal_basis", code) == label

    def test_typing_narrows_the_list(self, desk: Desk) -> None:
        course = course_about(desk, None)
        with desk.database.read() as session:
            found = choices(desk, session, course).options("legal_basis", "barnets lov")

            assert found
            assert all(label.startswith("Barnets lov") for _, label in found)

    def test_a_code_list_is_offered_by_its_name(self, desk: Desk) -> None:
        course = course_about(desk, None)
        with desk.database.read() as session:
            offered = choices(desk, session, course).options("code_list:goal_type", "")

            assert offered == [
                ("develop", "Udvikle"),
                ("maintain", "Fastholde"),
                ("limit_loss", "Begrænse tab"),
            ]

    @pytest.mark.parametrize("picker", ["legal_basis", "code_list:goal_type"])
    def test_what_does_not_hold_on_the_day_cannot_be_chosen(self, desk: Desk, picker: str) -> None:
        course = course_about(desk, None)
        with desk.database.read() as session:
            code, _ = choices(desk, session, course).options(picker, "")[0]

            assert choices(desk, session, course, BEFORE_ALL).label(picker, code) is None

    def test_an_unknown_code_list_offers_nothing(self, desk: Desk) -> None:
        course = course_about(desk, None)
        with desk.database.read() as session:
            assert choices(desk, session, course).options("code_list:moon", "") == []


class TestCitizens:
    def test_the_citizen_and_those_they_live_with_are_offered(self, desk: Desk) -> None:
        with desk.database.write() as work:
            sofie, emil = known(desk, work)
            citizens.add_household(work, "Familien Lund", [sofie, emil], date(2020, 1, 1))
        course = course_about(desk, sofie)
        with desk.database.read() as session:
            offered = choices(desk, session, course).options("citizen", "")

            assert offered == [(str(sofie), "Sofie Lund"), (str(emil), "Emil Lund")]

    def test_nobody_else_can_be_chosen(self, desk: Desk) -> None:
        with desk.database.write() as work:
            sofie, emil = known(desk, work)
        course = course_about(desk, sofie)
        with desk.database.read() as session:
            assert choices(desk, session, course).label("citizen", str(emil)) is None

    def test_a_course_about_nobody_offers_nobody(self, desk: Desk) -> None:
        course = course_about(desk, None)
        with desk.database.read() as session:
            assert choices(desk, session, course).options("citizen", "") == []


def test_without_published_tables_nothing_is_offered(desk: Desk) -> None:
    course = course_about(desk, None)
    with desk.database.read() as session:
        assert choices(desk, session, course).options("legal_basis", "") == []
        assert choices(desk, session, course).options("code_list:goal_type", "") == []
