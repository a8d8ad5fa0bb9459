"""Who must not have access, who is let in and for how long, and what a child says: the pages, and what they open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app import access, citizens, courses, meetings
from app.access import NewPerson
from app.citizens import Citizen, NewGuardian
from app.clock import LOCAL
from app.connectors import OperationContext, perform
from app.journal import read
from tests.web import youth
from tests.web.youth import YouthTown

ADDRESS = "Hemmelig Allé 7"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[YouthTown]:
    built = youth.build(tmp_path)
    for name in ("henrik", "frida"):
        new = NewPerson(name, f"{name.title()} Dal", ["external_participant"])
        built.house.database.run(lambda work, new=new: access.add_person(work, new))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture
def sofie(town: YouthTown) -> Citizen:
    """Sofie, 15; her father has custody, her aunt Frida has none; she lives with her little brother."""
    child = town.citizen("Sofie", "Dal", "150411-4004", address=ADDRESS)
    brother = town.citizen("Bo", "Dal", "150315-4005", address=ADDRESS)
    today = town.clock.now().astimezone(LOCAL).date()

    def family(work: Any) -> None:
        citizens.add_guardian(work, child.key, NewGuardian("Henrik Dal", "Far"))
        citizens.add_guardian(work, child.key, NewGuardian("Frida Dal", "Faster", custody=False))
        citizens.add_household(work, "Dal", [child.key, brother.key], today)

    town.house.database.run(family)
    return child


@pytest.fixture
def course(town: YouthTown, sofie: Citizen) -> int:
    """Mette is responsible; a meeting is called, to which the father comes."""
    key = town.start(sofie)
    do(town, key, sofie, "team:appoint", coordinator="mette", deputy="jonas")
    do(
        town,
        key,
        sofie,
        "meeting:convene",
        agenda=[{"title": "Skole", "from_citizen": True, "minutes": 20}],
        starts_at=(town.clock.now() + timedelta(days=7)).isoformat(),
        duration=60,
        place=ADDRESS,
        participants=[{"name": "Henrik Dal", "why": "Far", "party_kind": "network"}],
    )
    return key


def do(town: YouthTown, course: int, citizen: Citizen, name: str, **variables: Any) -> Any:
    def act(work: Any) -> Any:
        context = OperationContext(course, citizen.key, "mette", work.now)
        return perform(work, town.house.runtime.operations, name, context, variables)

    return town.house.database.run(act)


def guardian(town: YouthTown, child: Citizen, name: str) -> int:
    with town.house.database.read() as session:
        return next(one.key for one in citizens.guardians(session, child.key) if one.name == name)


def kinds(town: YouthTown, citizen: int) -> list[str]:
    with town.house.database.read() as session:
        entries = read(session, f"citizen:{citizen}", town.house.runtime.keyring)
        return [one.kind for one in entries]


def test_the_page_says_what_closes_and_closes_it_when_one_says_yes(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    """Given a father who is let in; when he is put on the list, he sees nothing from the next click."""
    mette, url = town.browser("mette"), f"/citizens/{sofie.key}"
    henrik = guardian(town, sofie, "Henrik Dal")
    said = {"username": "henrik", "access_from": town.day(0)}
    assert mette.post(f"{url}/guardians/{henrik}", said).status_code == 303
    with town.house.database.read() as session:
        [meeting] = meetings.meetings(session, course)
    calendar = f"/courses/{course}/meetings/{meeting.key}/calendar.ics"
    entries = ("", "/plan", "/meetings", f"/meetings/{meeting.key}")
    ways_in = [calendar, *(f"/courses/{course}{path}" for path in entries)]
    father = town.browser("henrik")
    assert [father.get(one).status_code for one in ways_in] == [200] * 5

    typed = {"name": "henrik dal", "reason": "Vold mod moderen, tilhold fra politiet"}
    first = mette.post(f"{url}/barred", typed)
    assert "Skal henrik dal på listen?" in first.text
    assert "henrik dal kan intet se om Sofie" in first.text
    assert "1 møde, der er indkaldt til, holdes uden henrik dal" in first.text
    assert "Forældremyndigheden ændres ikke." in first.text
    assert town.browser("henrik").get(f"/courses/{course}").status_code == 200, "not yet"

    done = mette.post(f"{url}/barred", {**typed, "sure": "1"}, follow_redirects=True)
    assert "har ingen adgang længere" in done.text
    assert "Vold mod moderen" in done.text
    for one in ways_in:
        answer = father.get(one)
        assert answer.status_code == 403
        assert ADDRESS not in answer.text
        assert "Sofie" not in answer.text
    assert mette.get(calendar).status_code == 200, "the others go on"
    assert "Må ikke få adgang" in mette.get(url).text
    assert kinds(town, sofie.key)[-1] == "citizen:barred"
    again = mette.post(f"{url}/guardians/{henrik}", said)
    assert again.status_code == 422
    assert "står på listen over dem, der ikke må få adgang" in again.text
    with town.house.database.read() as session:
        [meeting] = meetings.meetings(session, course)
        called = meetings.invitations(session, meeting, town.clock.now())
        assert [one.invited for one in called] == [False]


def test_the_others_at_home_are_closed_in_the_same_act_if_one_ticks_them(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    with town.house.database.read() as session:
        home = citizens.household(session, sofie.key, town.clock.now())
        assert home is not None
        bo = next(one for one in home.members if one.first_name == "Bo")
    key = town.start(bo)
    do(town, key, bo, "team:appoint", coordinator="mette", deputy="jonas")
    typed = {"name": "Henrik Dal", "reason": "Vold", "also": [str(bo.key)], "sure": "1"}
    town.browser("mette").post(f"/citizens/{sofie.key}/barred", typed)
    with town.house.database.read() as session:
        for child in (sofie.key, bo.key):
            [line] = citizens.barred(session, child, town.clock.now())
            assert line.reason == "Vold"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "reason": "Vold"}, "Skriv navnet på den, der ikke må få adgang."),
        ({"name": "Henrik Dal", "reason": " "}, "Skriv hvorfor, så kollegerne forstår det."),
        ({"name": "H", "reason": "Vold", "username": "nobody"}, "Ingen har det login."),
    ],
)
def test_a_line_without_a_name_or_reason_is_refused(
    town: YouthTown, sofie: Citizen, course: int, typed: dict[str, str], said: str
) -> None:
    answer = town.browser("mette").post(f"/citizens/{sofie.key}/barred", {**typed, "sure": "1"})
    assert answer.status_code == 422
    assert said in answer.text
    assert typed["reason"].strip() in answer.text, "what was typed stays"
    with town.house.database.read() as session:
        assert citizens.barred(session, sofie.key, town.clock.now()) == []


def test_only_a_team_leader_takes_somebody_off_the_list_and_says_why(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    url = f"/citizens/{sofie.key}/barred"
    town.browser("mette").post(url, {"name": "Henrik Dal", "reason": "Vold", "sure": "1"})
    with town.house.database.read() as session:
        [line] = citizens.barred(session, sofie.key, town.clock.now())
    assert town.browser("mette").get(f"{url}/{line.key}/lift").status_code == 403
    assert "Tag Henrik Dal af listen" not in town.browser("mette").get(url).text
    tina = town.browser("tina")
    assert "Tag Henrik Dal af listen" in tina.get(url).text
    assert "kan igen indkaldes til møder om Sofie" in tina.get(f"{url}/{line.key}/lift").text
    without = tina.post(f"{url}/{line.key}/lift", {"reason": " "})
    assert without.status_code == 422
    assert "Skriv, hvorfor det er forsvarligt" in without.text
    tina.post(f"{url}/{line.key}/lift", {"reason": "Tilholdet er ophævet"})
    with town.house.database.read() as session:
        assert citizens.barred(session, sofie.key, town.clock.now()) == []
    assert kinds(town, sofie.key)[-2:] == ["citizen:barred", "citizen:bar-lifted"]
    assert tina.get(f"{url}/{line.key}/lift").status_code == 404


def test_a_guardian_is_let_in_from_a_day_to_a_day_and_shut_out_at_once(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    mette = town.browser("mette")
    url = f"/citizens/{sofie.key}/guardians/{guardian(town, sofie, 'Henrik Dal')}"
    assert "Giv Henrik Dal adgang" in mette.get(f"/citizens/{sofie.key}").text
    said = {"username": "henrik", "access_from": town.day(2), "access_to": town.day(4)}
    assert mette.post(url, said).status_code == 303
    seen = []
    for _ in range(6):
        seen.append(town.browser("henrik").get(f"/courses/{course}").status_code)
        town.clock.advance(timedelta(days=1))
    assert seen == [403, 403, 200, 200, 200, 403]

    today = {"username": "henrik", "access_from": town.day(0)}
    mette = town.browser("mette")
    assert mette.post(url, today).status_code == 303
    henrik = town.browser("henrik")
    assert henrik.get(f"/courses/{course}").status_code == 200
    for page in ("consents", "timeline"):
        assert henrik.get(f"/courses/{course}/{page}").status_code == 403
    assert henrik.get(f"/citizens/{sofie.key}").status_code == 403
    assert "Har adgang" in mette.get(f"/citizens/{sofie.key}").text
    assert mette.post(f"{url}/end").status_code == 303
    assert henrik.get(f"/courses/{course}").status_code == 403
    with town.house.database.read() as session:
        [father] = [
            one
            for one in citizens.guardians(session, sofie.key, town.clock.now())
            if one.name == "Henrik Dal"
        ]
        assert father.custody, "he is a father still"
    assert kinds(town, sofie.key)[-1] == "citizen:guardian-shut-out"
    assert mette.post(f"{url}/end").status_code == 404


def test_a_father_who_loses_custody_is_not_asked_or_let_in_any_longer(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    # Given a father who may follow the course
    mette = town.browser("mette")
    url = f"/citizens/{sofie.key}/guardians/{guardian(town, sofie, 'Henrik Dal')}"
    mette.post(url, {"username": "henrik", "access_from": town.day(0)})
    assert town.browser("henrik").get(f"/courses/{course}").status_code == 200
    # When the end of his custody is written down, it needs a day that has come, and what ended it
    early = mette.post(f"{url}/custody", {"last": town.day(1), "reason": ""})
    assert early.status_code == 422
    assert "Vælg en dag, der er kommet" in early.text
    assert "Skriv, hvad der afsluttede forældremyndigheden" in early.text
    town.clock.advance(timedelta(days=2))
    told = {"last": town.day(-1), "reason": "Dom af 20. november"}
    assert town.browser("mette").post(f"{url}/custody", told).status_code == 303
    # Then he sees nothing, has no custody, and stays in the history
    assert town.browser("henrik").get(f"/courses/{course}").status_code == 403
    with town.house.database.read() as session:
        now = citizens.guardians(session, sofie.key, town.clock.now())
        ever = citizens.guardians(session, sofie.key)
    assert "Henrik Dal" not in {one.name for one in now}
    assert "Henrik Dal" in {one.name for one in ever}
    assert kinds(town, sofie.key)[-1] == "citizen:guardian-ended"
    again = town.browser("mette").post(f"{url}/custody", told)
    assert "har ikke forældremyndigheden i dag" in again.text


def test_no_access_outlasts_the_night_before_the_18th_birthday(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    url = f"/citizens/{sofie.key}/guardians/{guardian(town, sofie, 'Henrik Dal')}"
    said = {"username": "henrik", "access_from": town.day(0), "access_to": "2029-04-15"}
    refused = town.browser("mette").post(url, said)
    assert refused.status_code == 422
    assert "Adgangen slutter senest 14.4.2029, dagen før Sofie bliver 18." in refused.text
    assert town.browser("mette").post(url, {**said, "access_to": ""}).status_code == 303
    midnight = datetime.combine(sofie.turns_18, datetime.min.time(), LOCAL).astimezone(UTC)
    town.clock.set(midnight - timedelta(minutes=1))
    assert town.browser("henrik").get(f"/courses/{course}").status_code == 200
    town.clock.set(midnight)
    assert town.browser("henrik").get(f"/courses/{course}").status_code == 403


@pytest.mark.parametrize(
    ("who", "said", "words"),
    [
        ("Frida Dal", {"username": "frida"}, "Frida Dal har ikke forældremyndigheden i dag."),
        ("Henrik Dal", {"username": "jonas"}, "Jonas Lind er medarbejder."),
        ("Henrik Dal", {"username": ""}, "Vælg det login, som forælderen bruger."),
        ("Henrik Dal", {"access_from": ""}, "Skriv den første dag med adgang."),
        ("Henrik Dal", {"access_to": "2026-08-01"}, "Den sidste dag kommer før den første."),
        ("Henrik Dal", {"access_from": "i morgen"}, "Skriv en dato"),
    ],
)
def test_who_may_not_be_let_in_is_refused_with_a_reason(
    town: YouthTown, sofie: Citizen, course: int, who: str, said: dict[str, str], words: str
) -> None:
    url = f"/citizens/{sofie.key}/guardians/{guardian(town, sofie, who)}"
    typed = {"username": "henrik", "access_from": town.day(0)} | said
    answer = town.browser("mette").post(url, typed)
    assert answer.status_code == 422
    assert words in answer.text


def test_what_a_child_says_is_kept_apart_and_parents_never_read_it(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    mette, url = town.browser("mette"), f"/citizens/{sofie.key}"
    said = "Jeg er bange, når far drikker."
    assert "Med barnets egne ord" in mette.get(url).text
    assert mette.post(f"{url}/words", {"view": " "}).status_code == 422
    assert mette.post(f"{url}/words", {"view": said}).status_code == 303
    page = mette.get(url).text
    assert f"»{said}«" in page
    assert "skrevet af Mette Kragh" in page
    henrik = guardian(town, sofie, "Henrik Dal")
    mette.post(f"{url}/guardians/{henrik}", {"username": "henrik", "access_from": town.day(0)})
    father = town.browser("henrik")
    for path in ("", "/plan", "/team", "/meetings", "/diagram"):
        assert said not in father.get(f"/courses/{course}{path}").text
    with town.house.database.read() as session:
        [entry] = [
            one
            for one in read(session, f"citizen:{sofie.key}", town.house.runtime.keyring)
            if one.kind == "citizen:child-heard"
        ]
        assert isinstance(entry.payload, dict)
        assert entry.payload["view"] == said
        assert courses.of_citizen(session, sofie.key)[0].key == course


def test_who_does_not_work_with_the_child_reaches_none_of_it(
    town: YouthTown, sofie: Citizen, course: int
) -> None:
    henrik = guardian(town, sofie, "Henrik Dal")
    for who in ("frede", "henrik", "karen", "sanne"):
        browser = town.browser(who)
        assert browser.get(f"/citizens/{sofie.key}/barred").status_code == 403
        assert browser.get(f"/citizens/{sofie.key}/guardians/{henrik}").status_code == 403
        assert browser.post(f"/citizens/{sofie.key}/words", {"view": "x"}).status_code == 403
    assert date(2029, 4, 15) == sofie.turns_18
    assert not re.search("Sofie", town.browser("frede").get(f"/citizens/{sofie.key}/barred").text)
