"""An inquiry about somebody whose number nobody knows: in one person's hands until they are found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app import courses, intake
from app.intake import Unattached
from app.journal import read
from tests.web import youth
from tests.web.test_intake import INQUIRY
from tests.web.test_intake_meeting import closing
from tests.web.youth import YouthTown

UNKNOWN = {
    "cpr": "",
    "first_name": "",
    "last_name": "",
    "kind": "youth_course",
    "about": "Emil fra 8. B på Åskolen",
}


@pytest.fixture
def town(tmp_path: Path) -> Iterator[YouthTown]:
    built = youth.build(tmp_path)
    yield built
    built.house.database.engine.dispose()


def told(town: YouthTown, **more: str) -> Any:
    said = {**INQUIRY, **UNKNOWN, "sender_relation": "teacher", "sender_name": "Lis Lund"}
    said |= {"sender_contact": "77 00 11 22", **more}
    return town.browser("lone").post("/intake", said, follow_redirects=True)


def waiting(town: YouthTown) -> list[Unattached]:
    with town.house.database.read() as session:
        return intake.open_unattached(session)


def test_it_is_kept_without_a_course_and_the_meeting_does_not_close_over_it(
    town: YouthTown,
) -> None:
    page = told(town)
    assert "skrevet ned uden CPR-nummer" in page.text
    [one] = waiting(town)
    assert (one.about, one.responsible) == ("Emil fra 8. B på Åskolen", None)
    lone = town.browser("lone")
    assert "1 henvendelse venter på en ansvarlig" in lone.get("/intake/meeting").text
    lone.post("/intake/meeting")
    status, text = closing(lone, "social", "employment")
    assert status == 422
    assert "Én henvendelse mangler en ansvarlig og en dato" in text
    assert "Emil fra 8. B" in text

    url = f"/intake/unattached/{one.key}"
    refused = lone.post(f"{url}/give", {"responsible": "", "contact_due": "2026-01-01"})
    assert refused.status_code == 422
    assert "Vælg den ene, der har ansvaret." in refused.text
    assert "Datoen er allerede gået." in refused.text
    given = {"responsible": "mette", "contact_due": town.day(1)}
    assert lone.post(f"{url}/give", given).status_code == 303
    status, text = closing(lone, "social", "employment")
    assert (status, "Mødet er lukket" in text) == (200, True)


def test_when_the_person_is_found_the_course_begins_with_what_was_told_then(
    town: YouthTown,
) -> None:
    told(town, received_at=town.clock.now().isoformat())
    [one] = waiting(town)
    received = town.clock.now()
    town.clock.advance(timedelta(days=2))
    lone, url = town.browser("lone"), f"/intake/unattached/{one.key}"
    wrong = lone.post(f"{url}/attach", {"cpr": "0303044006"})
    assert wrong.status_code == 422
    assert "Skriv borgerens fornavn" in wrong.text
    found = {"cpr": "030304-4006", "first_name": "Emil", "last_name": "Rønn"}
    page = lone.post(f"{url}/attach", found, follow_redirects=True)
    assert "Borgeren er fundet, og forløbet er begyndt." in page.text
    assert waiting(town) == []
    with town.house.database.read() as session:
        kept = intake.unattached(session, one.key)
        assert kept.course_key is not None
        course = courses.course(session, kept.course_key)
        assert course.citizen_key is not None
        [inquiry] = intake.inquiries(session, citizen_key=course.citizen_key)
        assert inquiry.sender_name == "Lis Lund"
        assert abs(inquiry.received_at - received) < timedelta(minutes=1)
        entries = read(session, f"unattached:{one.key}", town.house.runtime.keyring)
        assert [entry.kind for entry in entries] == ["intake:unattached", "intake:attached"]
    assert lone.post(f"{url}/attach", found).status_code == 409


def test_a_concern_for_an_unknown_child_has_somebody_from_the_first_moment(
    town: YouthTown,
) -> None:
    told(town, concern_for_child="yes", concern_reason="Han er bange for at gå hjem.")
    [one] = waiting(town)
    assert (one.responsible, str(one.contact_due)) == ("lone", town.day(1))
    assert "Bekymring for et barn" in town.browser("lone").get("/intake").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"about": "E"}, "Skriv det, du ved om personen"),
        ({"cpr": "030304-4006"}, "Skriv enten CPR-nummeret, eller hvad du ved om personen."),
        ({"kind": ""}, "Vælg, hvilket forløb der skal startes."),
    ],
)
def test_what_contradicts_itself_is_refused(
    town: YouthTown, typed: dict[str, str], said: str
) -> None:
    page = told(town, **typed)
    assert page.status_code == 422
    assert said in page.text
    assert waiting(town) == []


def test_it_is_closed_without_a_person_only_with_a_reason(town: YouthTown) -> None:
    told(town)
    [one] = waiting(town)
    lone, url = town.browser("lone"), f"/intake/unattached/{one.key}"
    assert lone.post(f"{url}/close", {"reason": " "}).status_code == 422
    assert lone.post(f"{url}/close", {"reason": "Skolen kender ham ikke"}).status_code == 303
    assert "Skolen kender ham ikke" in lone.get(url).text
    assert town.browser("frede").get(url).status_code == 403


def test_a_colleagues_advice_stays_on_the_inquiry(town: YouthTown) -> None:
    course = town.start(town.citizen("Emil", "Bro", "030304-4006"))
    town.complete(course, "register_inquiry", received_at=town.clock.now().isoformat())
    lone = town.browser("lone")
    lone.post("/intake/meeting")
    page = lone.get("/intake/meeting").text
    found = re.search(r'action="(/intake/inquiries/\d+/advice)"', page)
    assert found is not None
    assert lone.post(found.group(1), {"advice": " "}).status_code == 422
    advice = "Spørg SSP, de kender storebroren."
    assert advice in lone.post(found.group(1), {"advice": advice}, follow_redirects=True).text
    assert town.browser("frede").post(found.group(1), {"advice": "x"}).status_code == 403


def row_of(page: str) -> str:
    """The inbox's row of the inquiry without a number, as people read it."""
    found = re.search(r"<tr>(?:(?!</tr>).)*Henvendelse uden CPR-nummer.*?</tr>", page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group(0))) if found else ""


def test_it_has_the_deadline_of_every_inquiry_and_stands_in_the_inbox_of_who_treats_them(
    town: YouthTown,
) -> None:
    told(town)
    [one] = waiting(town)
    # Monday; the table says a working day, which ends on Tuesday night in Denmark
    assert one.due is not None
    assert one.due.isoformat() == "2026-08-04T21:59:59+00:00"
    assert one.due_name == "Behandl henvendelse på 10-mødet"

    page = town.browser("lone").get("/inbox").text
    assert "Behandl henvendelse på 10-mødet" in row_of(page)
    assert "Ingen har ansvaret endnu" in row_of(page)
    assert "Kommunens egen frist" in row_of(page)
    assert row_of(town.browser("lone").get("/inbox?view=unassigned").text)
    assert row_of(town.browser("lone").get("/inbox?due=3").text)
    assert not row_of(town.browser("lone").get("/inbox?due=overdue").text)
    assert not row_of(town.browser("lone").get("/inbox?view=mine").text)
    assert not row_of(town.browser("mette").get("/inbox").text)


def test_who_is_given_it_has_it_among_their_own_tasks_and_may_open_it(town: YouthTown) -> None:
    told(town, callback_wanted="true")
    [one] = waiting(town)
    url = f"/intake/unattached/{one.key}"
    mette = town.browser("mette")
    assert mette.get(url).status_code == 403
    given = {"responsible": "mette", "contact_due": town.day(3)}
    town.browser("lone").post(f"{url}/give", given)

    page = row_of(mette.get("/inbox?view=mine").text)
    assert "Ring tilbage" in page
    assert "3 dage til" in page
    assert mette.get(url).status_code == 200
    assert not row_of(town.browser("lone").get("/inbox").text)


def test_a_late_one_is_seen_by_who_follows_up_on_broken_deadlines(town: YouthTown) -> None:
    told(town)
    [one] = waiting(town)
    given = {"responsible": "mette", "contact_due": town.day(0)}
    town.browser("lone").post(f"/intake/unattached/{one.key}/give", given)
    assert not row_of(town.browser("tina").get("/inbox").text)
    town.clock.advance(timedelta(days=1))

    assert "Overskredet hos en kollega" in row_of(town.browser("tina").get("/inbox").text)
    assert row_of(town.browser("mette").get("/inbox?due=overdue").text)


def test_a_concern_keeps_the_laws_hours_whatever_day_its_person_is_given(town: YouthTown) -> None:
    told(town, concern_for_child="yes", concern_reason="Han har blå mærker og vil ikke hjem.")
    [one] = waiting(town)
    assert one.due == town.clock.now() + timedelta(hours=24)
    given = {"responsible": "mette", "contact_due": town.day(3)}
    town.browser("lone").post(f"/intake/unattached/{one.key}/give", given)

    [one] = waiting(town)
    assert one.due == town.clock.now() + timedelta(hours=24)
    assert "Barnets lov § 136: 24 timer" in row_of(town.browser("mette").get("/inbox").text)
