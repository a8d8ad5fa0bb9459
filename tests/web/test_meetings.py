"""The page of one meeting: whose points, who is invited, the calendar file, moving it, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app import citizens, courses, jobs, meetings
from app.clock import LOCAL
from app.connectors import OperationContext, perform
from tests.web import youth
from tests.web.youth import YouthTown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[YouthTown]:
    built = youth.build(tmp_path_factory.mktemp("meetings"))
    yield built
    built.house.database.engine.dispose()


@pytest.fixture(scope="module")
def course(town: YouthTown) -> int:
    sofie = town.citizen("Sofie", "Dal", "140305-4004", address="Åvej 3, 3400 Nørreå")
    key = town.start(sofie)
    town.to_follow_up(key)
    return key


def convene(town: YouthTown, course: int, key: int, *, days: int, place: str = "Lokale 2") -> int:
    """A meeting of a course about the citizen of `course`."""
    values = {
        "agenda": [{"title": "Hunden", "from_citizen": True}, {"title": "Skolen", "minutes": 20}],
        "starts_at": (town.clock.now() + timedelta(days=days)).isoformat(),
        "duration": 60,
        "place": place,
        "participants": [
            {"name": "mette", "why": "Tovholder"},
            {"name": "Moster Karen", "party_kind": "network"},
            {"name": "Pia Holm", "why": "Læge", "party_kind": "authority"},
        ],
    }
    house = town.house
    with house.database.write() as work:
        citizen = courses.course(work.session, course).citizen_key
        context = OperationContext(key, citizen, "mette", work.now)
        made = perform(work, house.runtime.operations, "meeting:convene", context, values)
    return int(made["meeting"]["key"])


@pytest.fixture
def meeting(town: YouthTown, course: int) -> int:
    return convene(town, course, course, days=30)


def url(course: int, meeting: int, rest: str = "") -> str:
    return f"/courses/{course}/meetings/{meeting}{rest}"


def test_the_page_marks_the_citizens_points_and_says_who_is_not_invited(
    town: YouthTown, course: int, meeting: int
) -> None:
    page = town.browser("mette").get(url(course, meeting)).text
    assert page.index("1. Hunden") < page.index("Borgerens punkt") < page.index("2. Skolen")
    assert "Intet samtykke dækker Pia Holm" in page
    assert "Intet samtykke dækker Moster Karen" not in page
    assert url(course, meeting) in town.browser("mette").get(f"/courses/{course}/meetings").text


def test_what_is_due_is_suggested_for_the_agenda(town: YouthTown, course: int) -> None:
    far = convene(town, course, course, days=200)
    near = convene(town, course, course, days=20)
    mette = town.browser("mette")
    assert "Jeg vil have nogen at være sammen med" in mette.get(url(course, far)).text
    assert "Kunne også tages op" not in mette.get(url(course, near)).text


def test_the_calendar_file_is_for_those_who_see_the_course(
    town: YouthTown, course: int, meeting: int
) -> None:
    file = town.browser("mette").get(url(course, meeting, "/calendar.ics"))
    assert file.mimetype == "text/calendar"
    assert "SUMMARY:Møde" in file.text
    assert "LOCATION:Lokale 2" in file.text
    assert "Sofie" not in file.text
    assert town.browser("sanne").get(url(course, meeting, "/calendar.ics")).status_code == 200
    assert town.browser("frede").get(url(course, meeting, "/calendar.ics")).status_code == 403
    at_home = convene(town, course, course, days=31, place="Hjemme på Åvej")
    home = town.browser("mette").get(url(course, at_home, "/calendar.ics")).text
    assert "LOCATION" not in home


def test_a_meeting_is_moved_and_called_off_on_its_page(
    town: YouthTown, course: int, meeting: int
) -> None:
    mette = town.browser("mette")
    bad = mette.post(
        url(course, meeting, "/move"), {"starts_at": "i morgen", "minutes": "60", "place": "Her"}
    )
    assert bad.status_code == 422
    assert "Skriv dato og klokkeslæt." in bad.text
    assert 'value="i morgen"' in bad.text
    later = (town.clock.now() + timedelta(days=40)).strftime("%Y-%m-%dT09:30")
    moved = {"starts_at": later, "minutes": "45", "place": "Biblioteket", "reason": "Ferie"}
    assert mette.post(url(course, meeting, "/move"), moved).status_code == 303
    page = mette.get(url(course, meeting)).text
    assert "Biblioteket, 45 minutter" in page
    assert "Hent opdatering til kalenderen" in page
    assert mette.post(url(course, meeting, "/cancel"), {"why": ""}).status_code == 422
    assert mette.post(url(course, meeting, "/cancel"), {"why": "Sofie er syg"}).status_code == 303
    file = mette.get(url(course, meeting, "/calendar.ics")).text
    assert "METHOD:CANCEL" in file
    assert "SEQUENCE:2" in file
    assert mette.post(url(course, meeting, "/cancel"), {"why": "Igen"}).status_code == 409


def test_who_is_outside_sees_the_meeting_and_neither_moves_it_nor_learns_who_is_left_out(
    town: YouthTown, course: int, meeting: int
) -> None:
    sanne = town.browser("sanne")
    page = sanne.get(url(course, meeting))
    assert page.status_code == 200
    assert "Pia Holm" not in page.text
    assert sanne.post(url(course, meeting, "/cancel"), {"why": "Nej"}).status_code == 403
    assert town.browser("frede").get(url(course, meeting)).status_code == 403
    other = town.start(town.citizen("Ida", "Ø", "120388-1111"))
    assert town.browser("mette").get(url(other, meeting)).status_code in {403, 404}
    with town.house.database.read() as session:
        assert meetings.meeting(session, meeting).status == "convened"


def test_two_courses_that_meet_in_one_week_are_told(town: YouthTown, course: int) -> None:
    with town.house.database.read() as session:
        citizen = courses.course(session, course).citizen_key
    assert citizen is not None
    mine = convene(town, course, course, days=60)
    sofie = town.citizen("Sofie", "Dal", "140305-4004")
    assert sofie.key == citizen
    other = town.start(sofie)
    convene(town, course, other, days=60)
    page = town.browser("mette").get(url(course, mine)).text
    assert "To møder i samme uge" in page


def agreed(town: YouthTown, course: int, meeting: int, *what: str) -> None:
    """The meeting was held, and Mette was to do some things within a week."""
    due = (town.clock.now() + timedelta(days=7)).date().isoformat()
    values = {
        "meeting": {"key": str(meeting)},
        "attended": ["mette"],
        "agreements": [{"what": one, "who": "mette", "due": due} for one in what],
    }
    house = town.house
    with house.database.write() as work:
        citizen = courses.course(work.session, course).citizen_key
        context = OperationContext(course, citizen, "mette", work.now)
        perform(work, house.runtime.operations, "meeting:minutes", context, values)


def to_do(town: YouthTown, course: int) -> list[str]:
    with town.house.database.read() as session:
        return [
            courses.visible_variables(session, town.house.runtime, task)["agreement"]["what"]
            for task in courses.tasks_of(session, course)
            if task.status == "open" and task.form_id == "do_agreement"
        ]


def test_an_agreement_is_answered_on_its_meetings_page_and_its_task_closes(
    town: YouthTown, course: int, meeting: int
) -> None:
    before = to_do(town, course)
    agreed(town, course, meeting, "Ring til skolen", "Find en hund", "Hent papirer")
    assert to_do(town, course) == [*before, "Ring til skolen", "Find en hund", "Hent papirer"]
    mette, page = town.browser("mette"), url(course, meeting)
    assert mette.get(page).text.count("Hvad blev der af det?") == 3
    assert "Hvad blev der af det?" not in town.browser("ida").get(page).text, "it is not hers"

    def answer(number: int, **said: str) -> int:
        sent = mette.post(f"{page}/agreements/{number}", said)
        told.append(sent.text)
        return sent.status_code

    told: list[str] = []
    assert answer(0, result="done", note="De ringer tilbage.") == 303
    assert answer(1, result="dropped", note="") == 422
    assert 'href="#note-1"' in told[-1]
    assert answer(1, result="dropped", note="Hun er bange for hunde.") == 303
    assert answer(2, result="moved", due="") == 422
    assert 'href="#due-2"' in told[-1]
    later = (town.clock.now() + timedelta(days=21)).date()
    assert answer(2, result="moved", due=later.isoformat(), note="Der er ferielukket.") == 303
    assert answer(0, result="done") == 409, "it has been answered"
    jobs.run_due(town.house.database, town.house.handlers)
    assert to_do(town, course) == [*before, "Hent papirer"], "its task came again"
    shown = mette.get(page).text
    for words in ("De ringer tilbage.", "Hun er bange for hunde.", "Der er ferielukket."):
        assert words in shown
    with town.house.database.read() as session:
        kept = meetings.meeting(session, meeting).agreements
        task = courses.tasks_of(session, course)[-1]
    assert [one.status for one in kept] == ["done", "dropped", "open"]
    assert kept[2].due == later
    assert task.due is not None
    assert task.due.date() == later
    assert answer(2, result="done") == 303
    assert to_do(town, course) == before


def test_a_calendar_gives_away_nobody_at_home(town: YouthTown) -> None:
    """Given a child whose mother has a protected address, or whose brother's name says where they meet."""
    ane = town.citizen("Ane", "Holm", "200513-4002", address="Skolevej 1")
    lise = town.citizen("Lise", "Krag", "120485-4002", address="Skovstien 8, 3400 Nørreå")
    today = town.clock.now().astimezone(LOCAL).date()
    town.house.database.run(
        lambda work: citizens.add_household(work, "Holm", [ane.key, lise.key], today)
    )
    course = town.start(ane)
    town.to_consent(course)

    def says_place(place: str) -> bool:
        meeting = convene(town, course, course, days=30, place=place)
        return "LOCATION" in town.browser("mette").get(url(course, meeting, "/calendar.ics")).text

    assert [says_place(one) for one in ("Lokale 2", "Hos Lise", "Skovstien 8")] == [
        True,
        False,
        False,
    ]
    keyring = town.house.runtime.keyring
    town.house.database.run(
        lambda work: citizens.set_address_protection(
            work, keyring, lise.key, protected=True, by="mette"
        )
    )
    assert not says_place("Lokale 2")
