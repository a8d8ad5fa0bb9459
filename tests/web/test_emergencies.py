"""Emergency access: a reason, some hours, everything logged, and somebody else reviews it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from app import access, citizens
from app.access import NewPerson
from app.citizens import Citizen, NewGuardian
from app.journal import read
from tests.web import youth
from tests.web.youth import YouthTown

REASON = "Skolen ringer: Ida er ikke kommet hjem, og vi kan ikke få fat i tovholderen."


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    town = youth.build(tmp_path_factory.mktemp("emergencies"))
    yield town
    town.house.database.engine.dispose()


@pytest.fixture
def town(built: YouthTown) -> YouthTown:
    """The same town; the emergencies of another test are over and reviewed."""
    with built.house.database.write() as work:
        work.session.execute(text("DELETE FROM emergency_access"))
    return built


@pytest.fixture(scope="module")
def ida(built: YouthTown) -> Citizen:
    return built.citizen("Ida", "Lund", "050502-4007")


@pytest.fixture(scope="module")
def course(built: YouthTown, ida: Citizen) -> int:
    key = built.start(ida)
    built.to_consent(key)
    return key


def open_it(town: YouthTown, course: int, who: str = "frede") -> None:
    sent = town.browser(who).post(f"/emergency/courses/{course}", {"reason": REASON})
    assert sent.status_code == 303


def the_review(town: YouthTown, who: str = "karen") -> str:
    """The URL of the emergency that waits."""
    found = re.search(r"/audit/break-glass/\d+", town.browser(who).get("/audit/break-glass").text)
    assert found is not None
    return found[0]


def test_who_is_refused_is_offered_emergency_access(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    browser = town.browser("frede")
    page = browser.get(f"/courses/{course}")
    assert page.status_code == 403
    assert f'href="/emergency/courses/{course}"' in page.text
    page = browser.get(f"/citizens/{ida.key}")
    assert f'href="/emergency/citizens/{ida.key}"' in page.text
    listed = browser.post("/citizens", {"text": "Ida Lund"}).text
    assert f'href="/emergency/citizens/{ida.key}"' in listed

    asked = browser.get(f"/emergency/courses/{course}").text
    assert "Adgangen varer 4 timer." in asked
    assert "Ida" not in asked, "nothing is shown before it is opened"


def test_who_has_no_such_permit_is_not(town: YouthTown, course: int) -> None:
    for who in ("sanne", "bo"):
        page = town.browser(who).get(f"/courses/{course}")
        assert page.status_code == 403
        assert "/emergency/" not in page.text
        assert town.browser(who).get(f"/emergency/courses/{course}").status_code == 403


def test_a_reason_is_needed(town: YouthTown, course: int) -> None:
    browser = town.browser("frede")
    page = browser.post(f"/emergency/courses/{course}", {"reason": "haster"})
    assert page.status_code == 422
    assert "Skriv med mindst 15 tegn" in page.text
    assert ">haster</textarea>" in page.text
    assert browser.get(f"/courses/{course}").status_code == 403


def test_it_opens_the_citizen_and_the_courses_for_some_hours(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    open_it(town, course)
    browser = town.browser("frede")
    for url in (f"/courses/{course}", f"/courses/{course}/plan", f"/citizens/{ida.key}"):
        assert browser.get(url).status_code == 200, url

    town.clock.advance(timedelta(hours=3, minutes=59))
    assert town.browser("frede").get(f"/courses/{course}").status_code == 200
    town.clock.advance(timedelta(minutes=1))
    assert town.browser("frede").get(f"/courses/{course}").status_code == 403


def test_it_stands_in_the_access_log_and_in_the_citizen_s_journal(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    open_it(town, course)
    town.browser("frede").get(f"/courses/{course}")
    last = town.house.access_log.of_citizen(ida.key)[0]
    assert (last.actor, last.purpose) == (
        "frede",
        "Du har nødadgang, som en anden gennemgår bagefter.",
    )
    with town.house.database.read() as session:
        entries = read(session, f"citizen:{ida.key}", town.house.runtime.keyring)
        opened = [one for one in entries if one.kind == "citizen:emergency-opened"][-1]
    assert (opened.actor, opened.payload["reason"]) == ("frede", REASON)


def test_the_reviewer_is_told_in_the_inbox_and_never_the_person_themselves(
    town: YouthTown, course: int
) -> None:
    """Tina leads Ungecentret; Frede is of Ældreområdet, whose review is an auditor's."""
    open_it(town, course)
    assert "venter på din gennemgang" not in town.browser("tina").get("/inbox").text
    assert "venter på din gennemgang" not in town.browser("frede").get("/inbox").text
    assert ">1</span>" in town.browser("karen").get("/audit").text.split("</nav>")[0]

    # The leader of the same unit is told in her inbox.
    ulla = NewPerson("ulla", "Ulla Ravn", ["team_leader"], ["team_leader"], unit="Ældreområdet")
    town.house.database.run(lambda work: access.add_person(work, ulla))
    page = town.browser("ulla").get("/inbox").text
    assert '<a href="/audit/break-glass">1 nødadgang</a> venter på din gennemgang.' in page


def test_somebody_else_reviews_it_and_sees_what_was_seen(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    open_it(town, course)
    town.clock.advance(timedelta(minutes=5))
    town.browser("frede").get(f"/courses/{course}/plan")
    url = the_review(town)
    page = town.browser("karen").get(url).text
    for words in (REASON, "Ida Lund", "Så planen", "Frede Friis brugte nødadgang"):
        assert words in page, words

    sent = town.browser("karen").post(url, {"verdict": "justified", "remark": ""})
    assert sent.status_code == 303
    after = town.browser("karen").get("/audit/break-glass").text
    assert "Ingen nødadgang venter på dig." in after
    assert "Berettiget" in after
    assert town.browser("frede").get(f"/courses/{course}").status_code == 200, "still in its hours"


def test_one_that_was_not_justified_ends_at_once_and_needs_a_remark(
    town: YouthTown, course: int
) -> None:
    open_it(town, course)
    url, karen = the_review(town), town.browser("karen")
    page = karen.post(url, {"verdict": "unjustified"})
    assert page.status_code == 422
    assert "Skriv, hvorfor den ikke var berettiget" in page.text
    assert 'href="#remark"' in page.text
    assert karen.post(url, {}).status_code == 422

    assert (
        karen.post(url, {"verdict": "unjustified", "remark": "Talt med Frede"}).status_code == 303
    )
    assert town.browser("frede").get(f"/courses/{course}").status_code == 403
    again = karen.post(url, {"verdict": "justified"})
    assert again.status_code == 409


def test_only_reviewers_come_to_a_review(town: YouthTown, course: int) -> None:
    open_it(town, course)
    url = the_review(town)
    for who in ("frede", "mette", "bo"):
        assert town.browser(who).get(url).status_code == 403, who
        assert town.browser(who).post(url, {"verdict": "justified"}).status_code == 403, who
    assert town.browser("tina").get(url).status_code == 403, "another unit's leader"


def test_a_leader_does_not_review_herself(town: YouthTown, course: int, ida: Citizen) -> None:
    other = town.citizen("Bo", "Dal", "060603-4005")
    sent = town.browser("tina").post(f"/emergency/citizens/{other.key}", {"reason": REASON})
    assert sent.status_code == 303
    url = the_review(town, "karen")
    assert town.browser("tina").get(url).status_code == 403
    assert "Ingen nødadgang venter på dig." in town.browser("tina").get("/audit/break-glass").text


def test_with_three_that_nobody_has_reviewed_there_is_no_fourth(
    town: YouthTown, course: int
) -> None:
    names = ("Ada", "Bea", "Cia", "Dea")
    people = [
        town.citizen(name, "Prøve", f"61{month:02}03-400{month}")
        for month, name in enumerate(names, start=2)
    ]
    browser = town.browser("frede")
    for one in people[:3]:
        sent = browser.post(f"/emergency/citizens/{one.key}", {"reason": REASON})
        assert sent.status_code == 303
    refused = browser.post(f"/emergency/citizens/{people[3].key}", {"reason": REASON})
    assert refused.status_code == 403
    assert "3 af dine nødadgange er ikke gennemgået endnu." in refused.text


def test_opening_again_while_it_lasts_gives_no_second_one(town: YouthTown, course: int) -> None:
    open_it(town, course)
    open_it(town, course)
    page = town.browser("karen").get("/audit/break-glass").text
    assert page.count("Frede Friis") == 1


def test_who_stands_on_the_block_list_is_let_in_by_no_emergency(town: YouthTown) -> None:
    eva = town.citizen("Eva", "Holm", "070704-4003")
    town.house.database.run(
        lambda work: citizens.bar(work, eva.key, "Frede Friis", by="mette", username="frede")
    )
    refused = town.browser("frede").post(f"/emergency/citizens/{eva.key}", {"reason": REASON})
    assert refused.status_code == 403
    assert "heller ikke nu" in refused.text
    assert town.browser("frede").get(f"/citizens/{eva.key}").status_code == 403


def test_it_lets_one_read_and_leaves_nothing_behind_that_would_let_one_in_later(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    """Given a leader of another unit with an emergency; she moves no course to herself and lets no parent in."""
    for username, roles in (("per", ["external_participant"]), ("lea", ["team_leader"])):
        with town.house.database.read() as session:
            if access.person(session, username) is None:
                new = NewPerson(username, username.title(), roles, unit="Ældreområdet")
                town.house.database.run(lambda work, new=new: access.add_person(work, new))
    father = NewGuardian("Per Lund", "father")
    guardian = town.house.database.run(lambda work: citizens.add_guardian(work, ida.key, father))
    line = town.house.database.run(
        lambda work: citizens.bar(work, ida.key, "Bo Lund", by="mette", reason="Vold")
    )
    open_it(town, course, "lea")
    browser, day = town.browser("lea"), town.day(0)
    assert browser.get(f"/courses/{course}").status_code == 200
    acts = {
        f"/courses/{course}/unit": {"unit": "Ældreområdet", "reason": "Vi tager den"},
        f"/courses/{course}/report": {"what": "citizen_died", "reason": "Hørt", "sure": "1"},
        f"/courses/{course}/cases": {"system": "SAPA", "reference": "1", "url": ""},
        f"/citizens/{ida.key}/guardians": {"name": "X", "relation": "other", "custody": "yes"},
        f"/citizens/{ida.key}/guardians/{guardian}": {"username": "per", "access_from": day},
        f"/citizens/{ida.key}/guardians/{guardian}/custody": {"last": day, "reason": "Dom"},
        f"/citizens/{ida.key}/barred/{line}/lift": {"reason": "Det er vist i orden"},
        f"/citizens/{ida.key}/words": {"view": "Jeg vil hjem"},
    }
    for url, sent in acts.items():
        assert browser.post(url, sent).status_code == 403, url
    kept_out = {"name": "Ib Lund", "reason": "Truer", "sure": "1"}
    assert browser.post(f"/citizens/{ida.key}/barred", kept_out).status_code == 303, "it protects"
    page = browser.get(f"/citizens/{ida.key}").text
    for offered in ("/guardians", "/words", "/lift"):
        assert offered not in page, "what is refused is not offered"
    assert "/lift" not in browser.get(f"/citizens/{ida.key}/barred").text
