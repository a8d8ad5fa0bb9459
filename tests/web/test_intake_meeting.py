"""The daily meeting on the wall: one inquiry at a time, and no way home before each has one person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time

import pytest

from app import courses, intake, jobs
from app.clock import LOCAL
from app.courses import Order
from tests.web import youth
from tests.web.browser import Browser
from tests.web.youth import YouthTown

TREATED = {
    "assessment": "Der er brug for et samlet forløb.",
    "outcome": "open_course",
    "responsible": "mette",
    "first_contact_due": "2026-08-20",
}


@pytest.fixture
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("meeting"))
    yield built
    built.house.database.engine.dispose()


def inquiry(town: YouthTown, first: str = "Emil", cpr: str = "030304-4006") -> int:
    key = town.start(town.citizen(first, "Bro", cpr))
    town.complete(
        key,
        "register_inquiry",
        received_at=town.clock.now().isoformat(),
        concern_for_child="no",
        callback_wanted=True,
    )
    return key


def closing(browser: Browser, *present: str) -> tuple[int, str]:
    where = re.search(r'action="(/intake/meeting/\d+/close)"', browser.get("/intake/meeting").text)
    assert where is not None
    answer = browser.post(where.group(1), {"present": list(present)}, follow_redirects=True)
    return answer.status_code, answer.text


def test_the_meeting_takes_one_inquiry_after_the_other(town: YouthTown) -> None:
    inquiry(town)
    lone = town.browser("lone")
    assert "1 henvendelse venter på en ansvarlig" in lone.get("/intake/meeting").text

    lone.post("/intake/meeting")
    page = lone.get("/intake/meeting").text

    assert re.search(r'<h2 id="at-hand">Emil, 22 år<', page)
    assert "Henvendelse 1 af 1" in page
    assert "Bro" not in page, "on the wall: first name and age"
    assert "030304" not in page
    assert "Kendt fra tidligere" in page
    assert re.search(r'href="/tasks/\d+\?back=/intake/meeting">Behandl<', page)


def test_it_cannot_be_closed_before_each_inquiry_has_one_person(town: YouthTown) -> None:
    course = inquiry(town)
    lone = town.browser("lone")
    lone.post("/intake/meeting")

    status, page = closing(lone, "social", "employment")
    assert status == 422
    assert "mangler en ansvarlig og en dato" in page
    assert "checked" in page, "who is here is still ticked"

    town.complete(course, "treat_inquiry", **TREATED)
    status, page = closing(lone, "social", "employment")
    assert status == 200
    assert "Mødet er lukket" in page
    with town.house.database.read() as session:
        held = intake.last_held(session)
    assert held is not None
    assert (held.present, held.closed_by) == (("social", "employment"), "lone")


def test_who_is_here_stands_there_after_the_next_inquiry(town: YouthTown) -> None:
    inquiry(town)
    lone = town.browser("lone")
    lone.post("/intake/meeting")
    where = re.search(
        r'formaction="(/intake/meeting/\d+/present)"', lone.get("/intake/meeting").text
    )
    assert where is not None

    lone.post(where.group(1), {"present": ["social", "school"]})

    page = lone.get("/intake/meeting").text
    ticked = re.findall(r'name="present" value="(\w+)" checked', page)
    assert ticked == ["social", "school"]


def test_an_inquiry_that_waits_is_given_to_one_person_with_a_reason(town: YouthTown) -> None:
    inquiry(town)
    lone = town.browser("lone")
    lone.post("/intake/meeting")
    where = re.search(
        r'action="(/intake/meeting/\d+/inquiries/\d+)"', lone.get("/intake/meeting").text
    )
    assert where is not None

    wrong = lone.post(where.group(1), {"responsible": "mette", "contact_due": "", "reason": ""})
    assert wrong.status_code == 422
    assert "Skriv, hvorfor henvendelsen venter." in wrong.text
    assert re.search(r'value="mette" selected', wrong.text), "what was chosen is still chosen"

    right = {
        "responsible": "mette",
        "contact_due": "2026-08-20",
        "reason": "Skolen svarer i morgen.",
    }
    page = lone.post(where.group(1), right, follow_redirects=True).text
    assert "Udskudt" in page
    assert closing(lone, "social", "school")[0] == 200


def test_an_earlier_course_that_one_may_not_see_is_counted_and_not_named(town: YouthTown) -> None:
    emil = town.citizen("Emil", "Bro", "030304-4006")
    earlier = town.start(emil)
    order = Order(town.principal("bo"), "Startet ved en fejl.")
    town.house.database.run(lambda work: courses.cancel(work, town.house.runtime, earlier, order))
    key = town.start(emil)
    town.complete(
        key,
        "register_inquiry",
        received_at=town.clock.now().isoformat(),
        concern_for_child="no",
        callback_wanted=False,
    )
    lone = town.browser("lone")
    lone.post("/intake/meeting")

    page = lone.get("/intake/meeting").text

    assert f"/courses/{earlier}" not in page
    assert "forløb, du ikke kan se. Spørg teamlederen." in page


def test_only_who_treats_inquiries_is_at_the_meeting(town: YouthTown) -> None:
    assert town.browser("sanne").get("/intake/meeting").status_code == 403
    assert town.browser("mette").get("/intake/meeting").status_code == 403


def test_a_meeting_that_began_by_itself_says_so_and_is_closed_by_those_who_are_there(
    town: YouthTown,
) -> None:
    inquiry(town)
    lone = town.browser("lone")
    assert "Mødet begynder af sig selv kl. 10 på arbejdsdage." in lone.get("/intake/meeting").text
    house = town.house
    house.database.run(lambda work: intake.plan_hour(work, intake.MEETING, time(10)))
    town.clock.set(datetime.combine(date(2026, 8, 18), time(10), LOCAL))
    jobs.run_due(house.database, house.handlers)

    page = town.browser("lone").get("/intake/meeting").text

    assert "Mødet begyndte af sig selv" in page
    assert re.search(r'<h2 id="at-hand">Emil, 22 år<', page)
