"""What becomes of an agreement: open until somebody says, done, dropped with a reason, or passed on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app import meetings
from app.errors import DomainError
from app.meetings import AgreementMade
from tests.unit.meetings.test_meetings import CONVENED, stand
from tests.unit.nouns import NOON, Course

AGREED = [
    {"what": "Finder en læge", "who": "Noah"},
    {"what": "Ringer til skolen", "who": "Maja Holm", "due": "2026-11-20"},
]


@pytest.fixture
def convened(course: Course) -> dict[str, Any]:
    """A meeting that was held, with two agreements: the second to be done first."""
    made = course.do("meeting:convene", **CONVENED)
    course.do("meeting:minutes", meeting=made["meeting"], attended=["Noah"], agreements=AGREED)
    return made


def left(course: Course) -> list[dict[str, Any]]:
    return list(course.do("meeting:agreements")["open_agreements"])


def test_what_was_agreed_is_open_until_somebody_says_what_became_of_it(
    course: Course, convened: dict[str, Any]
) -> None:
    school, doctor = left(course)
    assert (school["what"], school["who"], school["due"]) == (
        "Ringer til skolen",
        "Maja Holm",
        "2026-11-20",
    )
    said = {"agreement": school["key"], "result": "done", "note": "De ringer i morgen."}
    assert course.do("meeting:settle", settled=[said]) == {"agreements_left": 1}
    assert left(course) == [doctor]
    kept = stand(course, convened).agreements
    assert [(one.status, one.note) for one in kept] == [
        ("open", ""),
        ("done", "De ringer i morgen."),
    ]
    assert kept[1].settled_at == NOON


def test_one_that_was_settled_stays_as_it_was(course: Course, convened: dict[str, Any]) -> None:
    school, _ = left(course)
    course.do("meeting:settle", settled=[{"agreement": school["key"], "result": "done"}])
    again = {"agreement": school["key"], "result": "dropped", "note": "Glemt"}
    course.do("meeting:settle", settled=[again])
    assert stand(course, convened).agreements[1].status == "done"


@pytest.mark.parametrize(
    ("said", "field", "why"),
    [
        ({"result": "dropped"}, "settled[0].note", "Skriv, hvorfor »Ringer til skolen«"),
        ({"result": "passed_on"}, "settled[0].passed_to", "hvem der tager over"),
        ({"result": "moved"}, "settled[0].due", "Skriv en ny dato for »Ringer til skolen«"),
        ({"result": "moved", "due": "2026-11-01"}, "settled[0].due", "i dag eller senere"),
        ({"result": "done", "agreement": "1/1"}, "settled[0].agreement", "findes ikke"),
        ({"result": "done", "agreement": "skolen"}, "settled[0].agreement", "findes ikke"),
    ],
)
def test_one_cannot_just_disappear(
    course: Course, convened: dict[str, Any], said: dict[str, Any], field: str, why: str
) -> None:
    school, _ = left(course)
    with pytest.raises(DomainError, match=why) as refused:
        course.do("meeting:settle", settled=[{"agreement": school["key"], **said}])
    assert list(refused.value.fields) == [field]
    assert len(left(course)) == 2
    assert stand(course, convened).agreements[1].status == "open"


@pytest.mark.usefixtures("convened")
def test_a_course_that_ends_leaves_none_open(course: Course) -> None:
    school, doctor = left(course)
    done = {"agreement": school["key"], "result": "done"}
    with pytest.raises(DomainError, match=r"»Finder en læge« \(Noah\)"):
        course.do("meeting:settle", settled=[done], ending=True)
    on = {"agreement": doctor["key"], "result": "passed_on", "passed_to": "Egen læge"}
    assert course.do("meeting:settle", settled=[done, on], ending=True) == {"agreements_left": 0}


def test_where_a_course_stops_what_is_open_falls_with_the_reason(
    course: Course, convened: dict[str, Any]
) -> None:
    school, _ = left(course)
    course.do("meeting:settle", settled=[{"agreement": school["key"], "result": "done"}])
    with course.database.write() as work:
        meetings.drop_open(work, course.key, NOON)
    kept = stand(course, convened).agreements
    assert [one.status for one in kept] == ["dropped", "done"]
    assert "sluttede" in kept[0].note


def test_one_that_is_moved_stays_open_and_is_told_to_its_course_again(
    course: Course, convened: dict[str, Any]
) -> None:
    told: list[AgreementMade] = []
    course.database.facts.subscribe(AgreementMade, lambda _, fact: told.append(fact))
    school, _ = left(course)
    said = {"agreement": school["key"], "result": "moved", "due": "2026-12-01", "note": "Ferie"}
    assert course.do("meeting:settle", settled=[said]) == {"agreements_left": 2}
    kept = stand(course, convened).agreements[1]
    assert (kept.status, kept.due, kept.note) == ("open", date(2026, 12, 1), "Ferie")
    (fact,) = told
    assert (fact.key, fact.due, fact.what) == (school["key"], date(2026, 12, 1), school["what"])
