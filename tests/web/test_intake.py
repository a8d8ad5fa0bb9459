"""A new inquiry: a citizen and a course, in one form."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import citizens, courses
from app.citizens import Cpr
from app.courses import CourseFilters
from tests.web import youth
from tests.web.youth import YouthTown

IDA = {"cpr": "050502-4007", "first_name": "Ida", "last_name": "Lund", "kind": "youth_course"}
"""Nobody knows her: only tests in which nothing is written post this."""


def _somebody(serial: int) -> dict[str, str]:
    """A new citizen, another one for each number."""
    return {**IDA, "cpr": f"050502-{4100 + serial}"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("intake"))
    yield built
    built.house.database.engine.dispose()


def _started(town: YouthTown) -> int:
    with town.house.database.read() as session:
        return courses.all_courses(session, CourseFilters(), 1).total


def test_only_courses_that_people_start_are_offered(town: YouthTown) -> None:
    page = town.browser("lone").get("/intake").text
    assert 'value="youth_course" checked' in page
    assert page.count('name="kind"') == 1, "the called processes are parts of it"


def test_a_new_citizen_and_a_course_lead_to_the_first_task(town: YouthTown) -> None:
    browser = town.browser("lone")
    answer = browser.post("/intake", _somebody(1))
    assert answer.status_code == 303
    assert answer.location.startswith("/tasks/")
    page = browser.get(answer.location).text
    assert "Registrér henvendelse" in page
    assert "Ida Lund" in page


def test_a_known_citizen_needs_only_the_number(town: YouthTown) -> None:
    known = _somebody(2)["cpr"]
    town.citizen("Ida", "Lund", known)
    answer = town.browser("lone").post("/intake", {"cpr": known, "kind": "youth_course"})
    assert answer.status_code == 303


def test_a_citizen_found_before_needs_no_number(town: YouthTown) -> None:
    ida = town.citizen("Ida", "Lund", _somebody(3)["cpr"])
    browser = town.browser("lone")
    assert "050502-••••" in browser.get(f"/intake?citizen={ida.key}").text
    answer = browser.post("/intake", {"citizen": str(ida.key), "kind": "youth_course"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("wrong", "said", "at"),
    [
        ({"cpr": "123"}, "Skriv CPR-nummeret med ti cifre", "cpr"),
        ({"cpr": "310299-4003"}, "er ikke en dato", "cpr"),
        ({"first_name": ""}, "Skriv borgerens fornavn", "first_name"),
        ({"last_name": " "}, "Skriv efternavnet", "last_name"),
        ({"kind": ""}, "Vælg, hvilket forløb", "kind"),
        ({"kind": "consent"}, "Vælg, hvilket forløb", "kind"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    town: YouthTown, wrong: dict[str, str], said: str, at: str
) -> None:
    before = _started(town)
    answer = town.browser("lone").post("/intake", {**IDA, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{at}"' in answer.text
    typed = {**IDA, **wrong}["first_name"].strip()
    assert f'value="{typed}"' in answer.text, "what was typed is still there"
    assert _started(town) == before
    with town.house.database.read() as session:
        assert citizens.by_cpr(session, Cpr.parse(IDA["cpr"])) is None


def test_two_courses_of_a_kind_at_a_time_are_one_too_many(town: YouthTown) -> None:
    browser = town.browser("lone")
    browser.post("/intake", _somebody(4))
    before = _started(town)
    answer = browser.post("/intake", _somebody(4))
    assert answer.status_code == 422
    assert "allerede et forløb af den slags" in answer.text
    assert _started(town) == before


def test_who_starts_a_course_for_others_is_told_where_it_lies(town: YouthTown) -> None:
    answer = town.browser("frede").post("/intake", _somebody(5), follow_redirects=True)
    assert "Den første opgave ligger hos dem, der skal tage den." in answer.text


def test_inquiries_that_wait_are_named_for_who_treats_them(town: YouthTown) -> None:
    key = town.start(town.citizen("Emil", "Bro", "030304-4006"))
    town.complete(
        key,
        "register_inquiry",
        received_at=town.clock.now().isoformat(),
        concern_for_child="no",
        callback_wanted=True,
    )
    assert "Emil Bro" in town.browser("lone").get("/intake").text
    assert "Emil Bro" not in town.browser("frede").get("/intake").text


def test_a_partner_from_outside_has_no_intake(town: YouthTown) -> None:
    browser = town.browser("sanne")
    assert browser.get("/intake").status_code == 403
    assert browser.post("/intake", IDA).status_code == 403
