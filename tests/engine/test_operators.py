"""What an operator does to a course by hand: move tokens, suspend and resume, give a job more attempts."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import Kind
from app.errors import Conflict, DomainError
from tests.engine.build import Builder, Course, each, message, timer


def line(*tasks: str) -> Builder:
    b = Builder()
    b.start()
    for task in tasks:
        b.user(task)
    b.flow("start", *tasks)
    return b


def moved(course: Course, *, to: list[tuple[str, str]], away: list[str] = []) -> Course:  # noqa: B006 -- never changed
    return course.do(engine.MoveToken(course.now, tuple(to), tuple(away)))


def test_a_token_is_moved_forward() -> None:
    course = Course(line("a", "b", "c")).start()
    moved(course, to=[("", "c")], away=["a#1"])
    assert course.open() == ["c#1"]
    assert [e.address for e in course.said(engine.TaskClosed)] == ["a#1"]
    assert [e.address for e in course.said(engine.TaskOpened)] == ["c#1"]
    assert course.done("c").how == "completed"


def test_a_token_is_moved_back_and_numbered_anew() -> None:
    course = Course(line("a", "b")).start().done("a")
    moved(course, to=[("", "a")], away=["b#1"])
    assert course.open() == ["a#2"]


def test_an_activity_is_entered_and_left_with_its_boundary_events() -> None:
    b = line("a", "b")
    b.boundary("late", "a", timer("P1D"))
    b.boundary("late_b", "b", timer("P2D"))
    course = Course(b).start()
    moved(course, to=[("", "b")], away=["a#1"])
    assert course.all_open() == ["b#1", "late_b#1"]
    assert [e.address for e in course.said(engine.TimerCleared)] == ["late#1"]
    assert [e.address for e in course.said(engine.TimerSet)] == ["late_b#1"]


def nested() -> Builder:
    b = line("before")
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("in")
        b.user("x")
        b.user("y")
        b.flow("in", "x", "y")
    b.user("after")
    b.flow("before", "sub", "after")
    return b


def test_tokens_are_moved_inside_a_sub_process() -> None:
    course = Course(nested()).start().done("before")
    moved(course, to=[("sub#1", "y")], away=["sub#1/x#1"])
    assert course.open() == ["sub#1/y#1"]
    assert course.done("y").open() == ["after#1"]


def test_a_token_may_go_into_a_sub_process_that_is_opened_for_it() -> None:
    """Given a sub-process that does not run, when a token is put inside, then it opens there as Camunda 8's does:

    with its inputs, its boundary events and its event sub-processes, and without a token on its start event.
    """
    b = line("before")
    b.node(Kind.SUB_PROCESS, "sub", inputs=[("=n + 1", "own")])
    b.boundary("late", "sub", timer("P1D"))
    with b.inside("sub"):
        b.start("in")
        b.user("x")
        b.node(Kind.SUB_PROCESS, "deep")
        with b.inside("deep"):
            b.start("deeper")
            b.user("y")
            b.user("z")
            b.flow("deeper", "y", "z")
        b.node(Kind.EVENT_SUB_PROCESS, "esp")
        with b.inside("esp"):
            b.start("es", message("m"))
            b.user("e")
            b.flow("es", "e")
        b.flow("in", "x", "deep")
    b.user("after")
    b.flow("before", "sub", "after")
    course = Course(b, n=1).start()
    moved(course, to=[("", "z"), ("", "y")], away=["before#1"])
    assert course.open() == ["sub#1/deep#1/y#1", "sub#1/deep#1/z#1"]
    assert {"late#1", "sub#1/es#1"} <= set(course.all_open())
    assert course.seen("sub#1/deep#1/z#1") == {"n": 1, "own": 2}
    assert course.done("y").done("z#2" if "z#2" in course.open() else "sub#1/deep#1/z#1").how == ""
    assert course.done("sub#1/deep#1/z#2").open() == ["after#1"]


def test_a_token_goes_into_the_sub_process_that_runs() -> None:
    course = Course(nested()).start().done("before")
    moved(course, to=[("", "y")], away=["sub#1/x#1"])
    assert course.open() == ["sub#1/y#1"]
    # Given one that is taken away in the same step, another is opened
    moved(course, to=[("", "x")], away=["sub#1"])
    assert course.open() == ["sub#2/x#1"]


def test_which_of_two_running_sub_processes_must_be_said() -> None:
    b = nested()
    b.flow("start", "sub")
    course = Course(b).start().done("before")
    with pytest.raises(DomainError) as refused:
        moved(course, to=[("", "y")])
    assert refused.value.code == "token:which-scope"
    assert moved(course, to=[("sub#2", "y")]).open() == ["sub#1/x#1", "sub#2/x#1", "sub#2/y#1"]


def test_no_token_goes_into_a_single_instance_nor_into_a_sub_process_that_cannot_open() -> None:
    b = line("a")
    b.node(Kind.SUB_PROCESS, "many", loop=each("=[1, 2]"))
    with b.inside("many"):
        b.start("ms")
        b.user("m")
        b.flow("ms", "m")
    b.node(Kind.SUB_PROCESS, "sub", inputs=[("=count(for i in 1..999, j in 1..999 return 1)", "v")])
    with b.inside("sub"):
        b.start("ss")
        b.user("s")
        b.flow("ss", "s")
    b.flow("a", "many", "sub")
    course = Course(b).start()
    before = course.state
    for element, code in (("m", "token:instance"), ("s", "token:scope")):
        with pytest.raises(DomainError) as refused:
            moved(course, to=[("", element)])
        assert (refused.value.code, course.state) == (code, before)


def test_a_sub_process_that_is_left_empty_goes_with_its_last_token() -> None:
    course = Course(nested()).start().done("before")
    moved(course, to=[("", "after")], away=["sub#1/x#1"])
    assert course.open() == ["after#1"]
    left = {e.address: e.cancelled for e in course.said(engine.ElementLeft)}
    assert left == {"sub#1/x#1": True, "sub#1": True}


def test_a_course_that_is_left_empty_is_cancelled() -> None:
    course = Course(nested()).start().done("before")
    moved(course, to=[], away=["sub#1/x#1"])
    assert course.how == "cancelled"
    assert len(course.said(engine.CourseEnded)) == 1


def test_a_multi_instance_is_moved_as_a_whole() -> None:
    b = line("before")
    b.user("a", loop=each("=[1, 2]"))
    b.user("after")
    b.flow("before", "a", "after")
    course = Course(b).start().done("before")
    with pytest.raises(DomainError, match="hele gentagelsen"):
        moved(course, to=[], away=["a#1[0]"])
    moved(course, to=[("", "after")], away=["a#1"])
    assert course.open() == ["after#1"]
    # And one can be entered by hand
    assert moved(course, to=[("", "a")], away=["after#1"]).open() == ["a#2[0]", "a#2[1]"]


def test_a_multi_instance_of_sub_processes_keeps_an_instance_from_being_emptied() -> None:
    b = line("before")
    b.node(Kind.SUB_PROCESS, "sub", loop=each("=[1, 2]"))
    with b.inside("sub"):
        b.start("in")
        b.user("x")
        b.flow("in", "x")
    b.flow("before", "sub")
    course = Course(b).start().done("before")
    with pytest.raises(DomainError, match="hele gentagelsen"):
        moved(course, to=[], away=["sub#1[0]/x#1"])


@pytest.mark.parametrize("element", ["nothing", "start", "late", "esp", "in"])
def test_what_no_flow_leads_to_cannot_be_entered(element: str) -> None:
    b = nested()
    b.boundary("late", "before", timer("P1D"))
    b.node(Kind.EVENT_SUB_PROCESS, "esp")
    with b.inside("esp"):
        b.start("es", message("m"))
        b.user("z")
        b.flow("es", "z")
    course = Course(b).start()
    with pytest.raises(DomainError, match="Der kan ikke sættes noget"):
        moved(course, to=[("", element)])


def test_what_is_gone_cannot_be_moved_and_an_event_not_without_its_activity() -> None:
    b = line("a", "b")
    b.boundary("late", "a", timer("P1D"))
    course = Course(b).start()
    with pytest.raises(DomainError, match="sammen med sin aktivitet"):
        moved(course, to=[], away=["late#1"])
    course.done("a")
    with pytest.raises(Conflict) as gone:
        moved(course, to=[("", "a")], away=["a#1"])
    assert gone.value.code == "token:gone"
    with pytest.raises(Conflict):
        moved(course, to=[("sub#1", "a")])


def test_a_waiting_join_goes_on_once_its_missing_branch_is_put_there_by_hand() -> None:
    b = line()
    b.node(Kind.PARALLEL, "split")
    b.user("a")
    b.user("b")
    b.node(Kind.PARALLEL, "join")
    b.user("after")
    b.flow("start", "split", "a", "join", "after")
    b.flow("split", "b", "join")
    course = Course(b).start().done("a")
    # Given: b was taken away, so the join waits for ever
    moved(course, to=[], away=["b#1"])
    assert course.incidents() == {"join#1": "engine:deadlock"}
    # Then: nobody can go into the join by hand, for it could not say on which way
    with pytest.raises(DomainError):
        moved(course, to=[("", "join")])
    # When: b is put back and done
    assert moved(course, to=[("", "b")]).done("b").open() == ["after#1"]
    assert course.incidents() == {}


def test_a_suspended_course_takes_nothing_but_an_operator_s_commands() -> None:
    b = line("a", "b")
    b.boundary("late", "a", timer("P1D"))
    course = Course(b).start()
    course.do(engine.Suspend(course.now))
    assert course.said(engine.CourseSuspended)
    assert engine.suspended(course.state or b"")
    for act in (
        lambda: course.done("a"),
        lambda: course.tick("late", days=2),
        lambda: course.signal("s"),
        lambda: course.do(engine.Suspend(course.now)),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "course:suspended"
    # When: an operator moves the token while it stands still, and lets it go on
    moved(course, to=[("", "b")], away=["a#1"])
    course.do(engine.Resume(course.now))
    assert course.said(engine.CourseResumed)
    assert not engine.suspended(course.state or b"")
    assert course.done("b").how == "completed"


def test_only_a_suspended_course_is_resumed_and_it_may_be_cancelled() -> None:
    course = Course(line("a")).start()
    with pytest.raises(Conflict) as refused:
        course.do(engine.Resume(course.now))
    assert refused.value.code == "course:running"
    course.do(engine.Suspend(course.now)).do(engine.Cancel(course.now))
    assert course.how == "cancelled"


def test_a_job_is_given_more_attempts() -> None:
    b = line()
    b.service("work", retries="1")
    b.flow("start", "work")
    course = Course(b).start()
    course.do(engine.FailJob(course.now, "work#1", 0, "nede"))
    assert course.incidents() == {"work#1": "engine:job-failed"}
    # When: an operator gives it five, then tries again
    course.do(engine.UpdateRetries(course.now, "work#1", 5))
    assert course.said(engine.JobUpdated) == [engine.JobUpdated("work#1", 5)]
    course.resolve("work#1")
    assert [event.retries for event in course.said(engine.JobCreated)] == [5]
    with pytest.raises(DomainError, match="mindst ét"):
        course.do(engine.UpdateRetries(course.now, "work#1", 0))
    course.job("work#1")
    with pytest.raises(Conflict):
        course.do(engine.UpdateRetries(course.now, "work#1", 1))
