"""What happens in a citizen's life is told to the course by people, in the words of its model."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app import citizens
from tests.web import youth
from tests.web.youth import YouthTown


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("happenings"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture
def course(town: YouthTown) -> int:
    key = town.start(town.citizen("Ida", "Lund", "050502-4007", address="Skovvej 1"))
    town.to_team(key)
    return key


def test_the_page_offers_what_the_model_waits_for_in_its_own_words(
    town: YouthTown, course: int
) -> None:
    page = town.browser("mette").get(f"/courses/{course}/report").text

    offered = set(re.findall(r'name="what" value="([^"]+)"', page))
    assert {"citizen_moves", "citizen_deceased", "address_protected", "concern_raised"} <= offered
    assert "consent_withdrawn" not in offered, "the consent itself is the place for that"
    assert "agreement_made" not in offered, (
        "it comes from a meeting's minutes, with what was agreed"
    )
    assert "coordination_needed" not in offered, "it comes when two courses ask the same of a week"
    assert "Flytter til anden kommune" in page
    assert "Forløbet overdrages til den nye kommune og lukkes her." in page


def test_what_leaves_the_course_going_is_told_at_once(town: YouthTown, course: int) -> None:
    mette = town.browser("mette")
    answer = mette.post(
        f"/courses/{course}/report",
        {"what": "address_protected", "reason": "Folkeregisteret har skrevet."},
    )
    assert answer.status_code == 303
    page = mette.get(f"/courses/{course}").text
    assert "er meldt til forløbet" in page
    assert "Beskyttet adresse" in page
    with town.house.database.read() as session:
        (ida,) = citizens.search(session, "Ida Lund")
    assert ida.address_protected
    assert "Skovvej" not in mette.get(f"/citizens/{ida.key}").text


def test_what_stops_the_course_is_asked_twice(town: YouthTown, course: int) -> None:
    mette = town.browser("mette")
    told = {"what": "citizen_moves", "reason": "Flytter til Aarhus den 1."}
    before = {task.element for task in town.open_tasks(course)}

    asked = mette.post(f"/courses/{course}/report", told)
    assert asked.status_code == 200
    assert "stopper forløbet her" in asked.text
    assert "Flytter til Aarhus den 1." in asked.text, "what was typed is still there"
    assert {task.element for task in town.open_tasks(course)} == before

    assert mette.post(f"/courses/{course}/report", told | {"sure": "1"}).status_code == 303
    assert {task.element for task in town.open_tasks(course)} != before


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"what": "", "reason": "Mor ringede."}, "Vælg, hvad der er sket."),
        ({"what": "moon_landing", "reason": "Mor ringede."}, "Vælg, hvad der er sket."),
        ({"what": "citizen_moves", "reason": " "}, "Skriv kort, hvad du ved"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_told(
    town: YouthTown, course: int, typed: dict[str, str], said: str
) -> None:
    answer = town.browser("mette").post(f"/courses/{course}/report", typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_who_has_no_ground_reports_nothing(town: YouthTown, course: int) -> None:
    assert town.browser("sanne").get(f"/courses/{course}/report").status_code == 403
    assert town.browser("karen").get(f"/courses/{course}/report").status_code == 403
