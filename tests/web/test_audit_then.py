"""Point in time: a course, a citizen and a plan as they were, and as a named colleague was allowed to see them then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app import citizens, courses, plans
from app.citizens import Citizen
from app.clock import LOCAL
from app.journal import heads
from app.web.audit.then import instant, written
from tests.web import youth
from tests.web.youth import BEGIN, YouthTown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("then"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def ida(town: YouthTown) -> Citizen:
    return town.citizen("Ida", "Lund", "050502-4007", address="Strandvej 4, 8000 Nørreå")


@pytest.fixture(scope="module")
def course(town: YouthTown, ida: Citizen) -> int:
    """A course whose plan is being drafted: it began on 3 August at 9."""
    key = town.start(ida)
    town.to_plan(key)
    return key


def at(town: YouthTown, course: int, when: datetime, **more: str) -> str:
    query = {"time": when.astimezone(LOCAL).replace(tzinfo=None).isoformat(), **more}
    return town.browser("karen").get(f"/audit/courses/{course}/at", query_string=query).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-03T09:00:07", datetime(2026, 8, 3, 7, 0, 7, 999999, UTC)),
        ("2026-08-03 9.05", datetime(2026, 8, 3, 7, 5, 59, 999999, UTC)),
        ("2026-08-03", datetime(2026, 8, 3, 21, 59, 59, 999999, UTC)),
        ("2026-08-03T07:00:00.000250+00:00", datetime(2026, 8, 3, 7, 0, 0, 250, UTC)),
        ("i går", None),
        ("2026-13-03", None),
        ("9999-12-31", None),
    ],
)
def test_an_instant_is_read_to_its_end(text: str, expected: datetime | None) -> None:
    assert instant(text) == expected


def test_the_hour_that_comes_twice_is_read_back_as_the_one_it_was() -> None:
    """25 October 2026: half past two is first 00.30, then 01.30 in UTC. A page of one must not lead to the other."""
    first, second = (datetime(2026, 10, 25, hour, 30, 5, tzinfo=UTC) for hour in (0, 1))
    assert written(first) == "2026-10-25T02:30:05"
    assert written(second) == "2026-10-25T02:30:05+01:00"
    for at in (first, second):
        assert instant(written(at)) == at.replace(microsecond=999999)


def test_a_course_stands_as_it_stood(town: YouthTown, course: int) -> None:
    early = at(town, course, BEGIN + timedelta(hours=1))
    assert "Behandl henvendelse" in early.split("Åbne opgaver dengang")[2].split("</table>")[0]
    assert "Ingen var udpeget" in early
    assert "Intet samtykke var skrevet ned" in early
    assert "Efter post" in early

    later = at(town, course, town.clock.now())
    team = later.split("Team dengang")[1].split("</section>")[0]
    assert "Mette Kragh" in team
    assert "Behandl henvendelse" not in later.split("Åbne opgaver dengang")[2].split("</table>")[0]


def test_before_it_began_there_is_nothing(town: YouthTown, course: int) -> None:
    assert "var ikke begyndt" in at(town, course, BEGIN - timedelta(days=1))


def test_a_time_to_come_is_no_past(town: YouthTown, course: int) -> None:
    answer = town.browser("karen").get(f"/audit/courses/{course}/at?time=2031-01-01")
    assert answer.status_code == 422
    assert "Tidspunktet er ikke kommet endnu." in answer.text


def test_a_colleague_saw_what_they_were_let_into(town: YouthTown, course: int) -> None:
    early = BEGIN + timedelta(minutes=30)
    as_mette = at(town, course, early, **{"as": "mette"})
    assert "Kunne ikke se det her" in as_mette
    assert "Åbne opgaver dengang" not in as_mette, "the page shows no more than they could open"

    now = town.clock.now()
    as_mette = at(town, course, now, **{"as": "mette"})
    assert "Kunne se det her" in as_mette
    assert "Du er tovholder i forløbet." in as_mette
    assert "Forløbets oplysninger dengang" not in as_mette, "raw variables are for the auditor only"


def test_a_partner_saw_what_the_consent_opened(town: YouthTown, course: int) -> None:
    as_sanne = at(town, course, town.clock.now(), **{"as": "sanne"})
    assert "borgeren har givet samtykke til" in as_sanne
    assert "Samtykker dengang" not in as_sanne, "a consent opens less than the authority's work"


def test_a_name_that_fits_several_is_asked_again(town: YouthTown, course: int) -> None:
    page = at(town, course, BEGIN, **{"as": "lo"})
    assert "Set med den adgang, Lone Holt havde" in page
    page = at(town, course, BEGIN, **{"as": "e"})
    assert "Flere passer. Skriv brugernavnet" in page
    page = at(town, course, BEGIN, **{"as": "ingen-her"})
    assert "Ingen kollega har det navn" in page


def test_who_held_a_task_is_told_by_the_journal(town: YouthTown, course: int) -> None:
    early = at(town, course, BEGIN + timedelta(hours=1))
    row = early.split("Åbne opgaver dengang")[2].split("</table>")[0]
    assert "Ingen: Modtagelsen" in row, "whoever sent it later did not hold it then"


def test_the_citizen_stands_as_they_were_known(town: YouthTown, course: int, ida: Citizen) -> None:
    browser = town.browser("karen")
    page = browser.get(f"/audit/citizens/{ida.key}/at?time=2026-08-05").text
    assert "Strandvej 4" in page
    assert f"/audit/courses/{course}/at" in page
    before = browser.get(f"/audit/citizens/{ida.key}/at?time=2026-08-02").text
    assert "var ikke registreret på det tidspunkt" in before
    assert "Strandvej 4" not in before


def test_the_plan_stands_as_it_stood(town: YouthTown, ida: Citizen) -> None:
    key = town.start(town.citizen("Bo", "Vig", "050502-4023"))
    town.to_follow_up(key)
    with town.house.database.read() as session:
        citizen = courses.course(session, key).citizen_key
        plan = plans.current(session, citizen or 0)
    assert plan is not None
    assert plan.adopted_at is not None
    browser = town.browser("karen")

    def page(when: datetime) -> str:
        query = {"time": when.isoformat()}
        return browser.get(f"/audit/plans/{plan.key}/at", query_string=query).text

    assert "Kladde" in page(plan.adopted_at - timedelta(hours=1)).split("<article")[1][:600]
    assert "Gælder" in page(plan.adopted_at).split("<article")[1][:600]
    assert "Der var ingen plan" in page(BEGIN - timedelta(days=1))


def test_every_look_is_in_the_access_log_with_its_purpose(
    town: YouthTown, course: int, ida: Citizen
) -> None:
    at(town, course, BEGIN + timedelta(hours=2), **{"as": "mette", "purpose": "Stikprøve uge 32"})
    last = town.house.access_log.of_citizen(ida.key)[0]
    assert last.actor == "karen"
    assert last.action == "audit:then"
    assert "3. august 2026 kl. 11" in last.purpose
    assert "set med den adgang, Mette Kragh havde" in last.purpose
    assert "Stikprøve uge 32" in last.purpose


def test_nothing_is_written_by_looking(town: YouthTown, course: int) -> None:
    with town.house.database.read() as session:
        before = heads(session)
    at(town, course, BEGIN + timedelta(hours=1), **{"as": "sanne"})
    with town.house.database.read() as session:
        assert heads(session) == before


def test_only_auditors_look_back(town: YouthTown, course: int, ida: Citizen) -> None:
    browser = town.browser("mette")
    for url in (f"/audit/courses/{course}/at", f"/audit/citizens/{ida.key}/at"):
        assert browser.get(url).status_code == 403


def test_the_past_does_not_tell_an_address_that_is_protected_now(town: YouthTown) -> None:
    """Given an address that was written down openly; a week later it is protected, and she lives there still."""
    lea = town.citizen("Lea", "Friis", "050502-4015", address="Skjulevej 9")
    before = town.clock.now()
    town.clock.advance(timedelta(days=7))
    query = {"time": before.astimezone(LOCAL).replace(tzinfo=None).isoformat()}
    path = f"/audit/citizens/{lea.key}/at"
    assert "Skjulevej 9" in town.browser("karen").get(path, query_string=query).text
    keyring = town.house.runtime.keyring
    town.house.database.run(
        lambda work: citizens.set_address_protection(
            work, keyring, lea.key, protected=True, by="mette"
        )
    )
    page = town.browser("karen").get(path, query_string=query).text
    assert "Skjulevej" not in page
    assert "Beskyttet adresse" in page
