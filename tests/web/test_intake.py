"""A new inquiry: a citizen and a course, in one form."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app import citizens, courses
from app.citizens import Cpr
from app.courses import CourseFilters
from tests.web import youth
from tests.web.youth import YouthTown

IDA: dict[str, str | list[str]] = {
    "cpr": "050502-4007",
    "first_name": "Ida",
    "last_name": "Lund",
    "kind": "youth_course",
}
"""Nobody knows her: only tests in which nothing is written post this."""


INQUIRY: dict[str, str | list[str]] = {
    "_seen": [
        "received_at",
        "channel",
        "sender_relation",
        "sender_name",
        "sender_contact",
        "topics",
        "description",
        "concern_for_child",
        "callback_wanted",
    ],
    "received_at": "2026-08-03T08:30",
    "channel": "phone",
    "sender_relation": "parent",
    "sender_name": "Karen Lund",
    "sender_contact": "70 12 34 56",
    "topics": "absence",
    "description": "Ida er holdt op med at komme i skole.",
    "concern_for_child": "no",
}


def _somebody(serial: int) -> dict[str, str | list[str]]:
    """A new citizen, another one for each number."""
    return {**IDA, **INQUIRY, "cpr": f"050502-{4100 + serial}"}


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
    offered = set(re.findall(r'name="kind" value="([^"]+)"', page))
    assert {"youth_course", "family_course"} <= offered
    assert not {"intake", "consent", "plan"} & offered, "the called processes are parts of them"


def test_one_page_takes_the_call_down_and_the_next_call_can_come(town: YouthTown) -> None:
    browser = town.browser("lone")
    answer = browser.post("/intake", _somebody(1))
    assert answer.status_code == 303
    assert answer.location == "/intake"
    page = browser.get(answer.location).text
    assert "Henvendelsen er skrevet ned" in page
    assert "Ida Lund" in page, "among those that wait"
    board = browser.get("/intake/meeting").text
    assert "Ida, " in board, "first name and age"
    assert "Mangler en ansvarlig" in board


def test_what_is_missing_of_the_inquiry_is_said_at_once_and_nothing_is_started(
    town: YouthTown,
) -> None:
    before = _started(town)
    answer = town.browser("lone").post(
        "/intake", _somebody(6) | {"description": "", "cpr": "123", "topics": []}
    )
    assert answer.status_code == 422
    assert "Skriv CPR-nummeret med ti cifre" in answer.text
    assert answer.text.count('class="form-error-message"') == 3, "the number, the topics, the words"
    assert "Karen Lund" in answer.text, "what was typed is still there"
    assert _started(town) == before


def test_a_concern_asks_why_before_anything_is_kept(town: YouthTown) -> None:
    before = _started(town)
    answer = town.browser("lone").post("/intake", _somebody(7) | {"concern_for_child": "yes"})
    assert answer.status_code == 200
    assert "Hvad er du bekymret for?" in answer.text
    assert _started(town) == before


def test_a_known_citizen_needs_only_the_number(town: YouthTown) -> None:
    known = "050502-4102"
    town.citizen("Ida", "Lund", known)
    answer = town.browser("lone").post("/intake", {**INQUIRY, "cpr": known, "kind": "youth_course"})
    assert answer.status_code == 303


def test_a_citizen_found_before_needs_no_number(town: YouthTown) -> None:
    ida = town.citizen("Ida", "Lund", "050502-4103")
    browser = town.browser("lone")
    assert "050502-••••" in browser.get(f"/intake?citizen={ida.key}").text
    answer = browser.post("/intake", {**INQUIRY, "citizen": str(ida.key), "kind": "youth_course"})
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
    answer = town.browser("lone").post("/intake", {**IDA, **INQUIRY, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{at}"' in answer.text
    typed = str({**IDA, **wrong}["first_name"]).strip()
    assert f'value="{typed}"' in answer.text, "what was typed is still there"
    assert _started(town) == before
    with town.house.database.read() as session:
        assert citizens.by_cpr(session, Cpr.parse(str(IDA["cpr"]))) is None


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


class TestAnonymous:
    """Treatment without a name (sundhedsloven § 141 stk. 7, serviceloven § 101 a)."""

    def test_it_starts_without_a_citizen_and_without_an_inquiry(self, town: YouthTown) -> None:
        before = _started(town)
        answer = town.browser("lone").post("/intake", {"kind": "anonymous_treatment"})
        assert answer.status_code == 303
        with town.house.database.read() as session:
            found = courses.all_courses(session, CourseFilters(process_id="anonymous_treatment"), 1)
        assert [row.course.citizen_key for row in found.rows] == [None]
        assert _started(town) == before + 1

    def test_a_number_or_a_name_is_refused_and_not_kept(self, town: YouthTown) -> None:
        before = _started(town)
        answer = town.browser("lone").post("/intake", {**IDA, "kind": "anonymous_treatment"})
        assert answer.status_code == 422
        assert "Et anonymt forløb må ikke have navn eller nummer" in answer.text
        assert _started(town) == before
        with town.house.database.read() as session:
            assert citizens.by_cpr(session, Cpr.parse(str(IDA["cpr"]))) is None


def test_a_partner_from_outside_has_no_intake(town: YouthTown) -> None:
    browser = town.browser("sanne")
    assert browser.get("/intake").status_code == 403
    assert browser.post("/intake", IDA).status_code == 403


def test_a_citizen_outside_the_ages_of_the_course_is_taken_all_the_same_with_a_warning(
    town: YouthTown,
) -> None:
    """Given a course for those between 15 and 30, and a boy of 13."""
    said = INQUIRY | {"cpr": "030313-4006", "first_name": "Emil", "last_name": "Bro"}
    page = town.browser("lone").post(
        "/intake", {**said, "kind": "youth_course"}, follow_redirects=True
    )
    assert "Henvendelsen er skrevet ned." in page.text
    assert "Emil er 13 år. Forløbet er for dem mellem 15 og 30 år." in page.text
    town.browser("lone").post("/intake/meeting")
    waiting = town.browser("lone").get("/intake/meeting").text
    found = re.search(r'href="(/intake/meeting\?inquiry=\d+)">Emil, 13 år', waiting)
    assert found is not None
    board = town.browser("lone").get(found.group(1)).text
    assert "Emil er 13 år. Forløbet er for dem mellem 15 og 30 år." in board
    said |= {"cpr": "030304-4006", "first_name": "Storm"}
    page = town.browser("lone").post(
        "/intake", {**said, "kind": "youth_course"}, follow_redirects=True
    )
    assert "Forløbet er for dem mellem" not in page.text
