"""User tasks: opened for a person, with assignment, schedule and form, and completed once."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import (
    UserTask,
)
from app.errors import Conflict
from tests.engine.build import (
    Builder,
    Course,
)
from tests.engine.small_models import line, mend


def test_user_tasks_open_one_after_the_other_and_the_course_ends() -> None:
    course = Course(line("a", "b")).start()
    assert course.open() == ["a#1"]
    course.done("a", answer="ja")
    assert course.open() == ["b#1"]
    course.done("b")
    assert course.how == "completed"
    assert course.said(engine.CourseEnded) == [engine.CourseEnded("completed", ("end",))]
    assert course.seen() == {"answer": "ja"}


def test_a_user_task_opens_with_its_assignment_and_schedule_evaluated() -> None:
    b = Builder()
    b.start()
    task = UserTask(
        form_id="plan",
        assignee="=owner",
        candidate_groups='=["børn", "unge"]',
        candidate_users="anne, bo",
        due_date="2027-03-15",
        follow_up_date="=follow",
        priority="70",
    )
    b.user("a", user_task=task, lane="Rådgiver", name="Lav plan", inputs=[("=owner", "who")])
    b.end()
    b.flow("start", "a", "end")
    course = Course(b, owner="kim", follow="2027-03-10T08:00:00").start()
    opened = course.said(engine.TaskOpened)[0]
    assert (opened.form_id, opened.assignee, opened.lane, opened.name) == (
        "plan",
        "kim",
        "Rådgiver",
        "Lav plan",
    )
    assert opened.candidate_groups == ("børn", "unge")
    assert opened.candidate_users == ("anne", "bo")
    assert opened.due is not None
    assert opened.due.isoformat() == "2027-03-15T22:59:59+00:00"
    assert opened.follow_up is not None
    assert opened.follow_up.isoformat() == "2027-03-10T07:00:00+00:00"
    assert opened.priority == 70
    assert opened.variables == {"who": "kim"}


def test_a_task_is_completed_once() -> None:
    course = Course(line("a", "b")).start().done("a")
    with pytest.raises(Conflict) as conflict:
        course.done("a#1")
    assert conflict.value.code == "task:closed"


@pytest.mark.parametrize("where", ["nowhere#1", "a#2", "a#1/b#1", "", "a#1[0]", "b"])
def test_an_address_of_nothing_is_a_conflict(where: str) -> None:
    course = Course(line("a")).start()
    with pytest.raises(Conflict):
        course.do(engine.CompleteTask(course.now, where))


@pytest.mark.parametrize(
    ("field", "value", "code", "mended"),
    [
        ("assignee", 7, "engine:assignment", "mette"),
        ("candidate_groups", 7, "engine:assignment", ["youth"]),
        ("due_date", 7, "engine:timer", "2027-04-01"),
        ("due_date", "i morgen", "engine:timer", "2027-04-01"),
        ("priority", 101, "engine:priority", 100),
        ("priority", "højt", "engine:priority", 1),
    ],
)
def test_a_task_that_cannot_say_whose_it_is_or_when_it_is_due_opens_once_that_is_mended(
    field: str, value: object, code: str, mended: object
) -> None:
    b = Builder()
    b.start()
    b.user("a", user_task=UserTask(form_id="a", **{field: "=x"}))
    b.flow("start", "a")
    course = Course(b, x=value).start()
    assert (course.incidents(), course.said(engine.TaskOpened)) == ({"a#1": code}, [])
    assert len(mend(course, "a#1", x=mended).said(engine.TaskOpened)) == 1
