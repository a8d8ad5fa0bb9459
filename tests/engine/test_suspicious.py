"""Suspicious input: what would hang, fill or kill a process is refused or ends in an incident, and the rest goes on."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from app import engine
from app.definitions import read_bpmn
from app.definitions.model.graph import Kind, UserTask
from app.engine.deciding import MAX_STATE
from app.engine.nested import MAX_BEGUN
from app.errors import DefinitionError, DomainError
from tests.engine.build import AT, Builder, Course, each, signal

SECONDS = 20
"""None of these may take longer, on a machine that does other things too; each takes a second or two at most."""


@pytest.fixture(autouse=True)
def in_time() -> Any:
    before = process_time()
    yield
    assert process_time() - before < SECONDS


def started() -> Builder:
    b = Builder()
    b.start()
    return b


# -- given a model that goes round without waiting -------------------------------------------------


def test_a_loop_that_never_waits_is_an_incident_and_other_branches_go_on() -> None:
    b = started()
    b.script("round", "=1", "x")
    b.user("beside")
    b.flow("start", "round", "round")
    b.flow("start", "beside")
    course = Course(b).start()
    assert list(course.incidents().values()) == ["engine:steps"]
    assert course.done("beside").said(engine.TaskClosed) != []


def test_a_loop_that_burns_fuel_in_every_round_is_stopped_by_all_of_it_together() -> None:
    b = started()
    b.script("burn", "=count(for i in 1..10000 return i)", "x")
    b.flow("start", "burn", "burn")
    course = Course(b).start()
    ((where, code),) = course.incidents().items()
    assert (code, 10 < int(where.partition("#")[2]) < 300) == ("feel:fuel", True)


@pytest.mark.parametrize("place", ["assignee", "signal", "job"])
def test_every_place_of_a_model_pays_from_the_same_fuel(place: str) -> None:
    """Given work for 400, each with an expression that takes a tenth of an expression's fuel, then not all can pay."""
    burns = '=if count(for i in 1..9000 return i) > 0 then "x" else "y"'
    b = started()
    loop = each("= for i in 1..400 return i")
    if place == "assignee":
        b.user("many", user_task=UserTask(assignee=burns), loop=loop)
    elif place == "signal":
        b.node(Kind.SUB_PROCESS, "many", loop=loop)
        with b.inside("many"):
            b.start("inside")
            b.node(Kind.THROW, "say", event=signal(burns))
            b.flow("inside", "say")
    else:
        b.service("many", burns, loop=loop)
    b.flow("start", "many")
    codes = [event.code for event in Course(b).start().said(engine.IncidentRaised)]
    assert set(codes) == {"feel:fuel"}
    assert 100 < len(codes) < 400, "the first could still pay"


def test_fuel_is_counted_anew_for_each_command() -> None:
    """Given a script that an incident stopped, when the operator resolves it, then it has a command's fuel again."""
    b = started()
    b.script("burn", "=count(for i in 1..10000 return i)", "x")
    b.node(Kind.EXCLUSIVE, "enough", default="enough-burn")
    b.script("count", "=if n = null then 1 else n + 1", "n")
    b.end()
    b.flow("start", "burn", "count", "enough", "burn")
    b.flow("enough", "end", condition="=n > 60")
    course = Course(b, n=0).start()
    resolved = 0
    while not course.how and resolved < 20:
        course.resolve(next(iter(course.incidents())))
        resolved += 1
    assert (course.how, resolved > 0) == ("completed", True)


# -- given a list that is far too long -------------------------------------------------------------


@pytest.mark.parametrize("sequential", [False, True])
@pytest.mark.parametrize(
    ("count", "code"), [(1_001, "engine:too-many"), (5_000, "engine:too-many"), (100_000, "feel:")]
)
def test_a_hundred_thousand_instances_are_an_incident(
    sequential: bool, count: int, code: str
) -> None:
    b = started()
    b.user("ask", loop=each(f"=for i in 1..{count} return i", sequential=sequential))
    b.flow("start", "ask")
    ((where, found),) = Course(b).start().incidents().items()
    assert (where, found.startswith(code)) == ("ask#1", True)


@pytest.mark.parametrize(("count", "code"), [(2_000, "engine:too-many"), (100_000, "feel:fuel")])
def test_a_hundred_thousand_items_of_a_variable_are_an_incident_too(count: int, code: str) -> None:
    b = started()
    b.user("ask", loop=each("=items"))
    b.flow("start", "ask")
    course = Course(b, items=list(range(count))).start()
    assert course.incidents() == {"ask#1": code}
    course.do(engine.SetVariables(AT, "", {"items": [1, 2]}))
    assert course.resolve("ask#1").open() == ["ask#1[0]", "ask#1[1]"]


def test_instances_in_instances_are_counted_together() -> None:
    """A million tasks would be opened; the inner bodies that are too many wait, the others have begun."""
    b = started()
    b.node(Kind.SUB_PROCESS, "outer", loop=each("=for i in 1..1000 return i"))
    with b.inside("outer"):
        b.start("s1")
        b.user("ask", loop=each("=for i in 1..1000 return i"))
        b.flow("s1", "ask")
    b.flow("start", "outer")
    course = Course(b).start()
    assert set(course.incidents().values()) <= {"engine:too-many", "engine:steps", "feel:fuel"}
    assert len(course.said(engine.TaskOpened)) == MAX_BEGUN - 1_000


# -- given values that are far too large -----------------------------------------------------------


def test_five_megabytes_in_a_command_are_refused_and_nothing_is_written() -> None:
    b = started()
    b.user("a")
    b.flow("start", "a")
    course = Course(b).start()
    before = course.state
    with pytest.raises(DomainError) as refused:
        course.done("a", text="x" * 5_000_000)
    assert (refused.value.code, course.state) == ("variables:too-large", before)
    assert course.done("a", text="x" * 1_000_000).how == "completed"


def test_a_value_that_an_expression_blows_up_is_an_incident() -> None:
    """A list of one text a thousand times is small in memory and huge when it is written."""
    b = started()
    b.script("p", "=for i in 1..1000 return text", "big")
    b.flow("start", "p")
    course = Course(b, text="x" * 90_000).start()
    assert course.incidents() == {"p#1": "engine:too-large"}
    assert "big" not in course.seen()


def test_a_large_value_copied_into_every_instance_is_an_incident() -> None:
    b = started()
    b.user("ask", loop=each("=for i in 1..500 return i"), inputs=[("=text", "copy")])
    b.flow("start", "ask")
    course = Course(b, text="x" * 90_000).start()
    assert set(course.incidents().values()) == {"engine:too-large"}
    assert len(course.state or b"") < MAX_STATE


def fill(course: Course) -> None:
    for number in range(20):
        course.done(f"a#{number + 1}", **{f"v{number}": "x" * 1_900_000})


def test_a_course_that_would_grow_beyond_all_bounds_is_refused_the_last_step() -> None:
    b = started()
    b.user("a")
    b.flow("start", "a", "a")
    course = Course(b).start()
    with pytest.raises(DomainError) as refused:
        fill(course)
    assert refused.value.code == "course:too-large"
    assert len(course.state or b"") <= MAX_STATE


def test_values_nested_deeper_than_anything_real_are_refused() -> None:
    value: Any = 1
    for _ in range(600):
        value = [value]
    b = started()
    b.user("a")
    b.flow("start", "a")
    with pytest.raises(ValueError, match="layers deep"):
        Course(b, deep=value).start()


# -- given calls and scopes without an end ---------------------------------------------------------


def test_a_call_activity_that_calls_itself_stops_at_a_depth() -> None:
    b = started()
    b.call("again", "p")
    b.flow("start", "again")
    course = Course(b, b).start()
    ((where, code),) = course.incidents().items()
    assert (code, where.count("/")) == ("engine:call-depth", 20)


def test_a_call_that_calls_itself_twice_does_not_double_for_ever() -> None:
    b = started()
    b.call("one", "p")
    b.call("two", "p")
    b.flow("start", "one")
    b.flow("start", "two")
    course = Course(b, b).start()
    assert set(course.incidents().values()) <= {"engine:call-depth", "engine:steps"}
    assert course.incidents()


def test_calls_that_hand_everything_down_carry_no_more_than_a_command_may_write() -> None:
    b = started()
    b.call("again", "p", loop=each("=[1, 2, 3]"))
    b.flow("start", "again")
    course = Course(b, b, text="x" * 100_000).start()
    assert "engine:too-large" in set(course.incidents().values())
    assert len(course.state or b"") < MAX_STATE


def nested(depth: int, *, process: str = "p") -> bytes:
    inside = '<startEvent id="s{0}"/>'
    text = inside.format(0)
    for layer in range(1, depth + 1):
        text = inside.format(layer) + f'<subProcess id="sub{layer}">{text}</subProcess>'
        text += f'<sequenceFlow id="f{layer}" sourceRef="s{layer}" targetRef="sub{layer}"/>'
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
        f'<process id="{process}" isExecutable="true">{text}</process></definitions>'
    ).encode()


def test_a_thousand_elements_inside_each_other_are_refused_when_the_file_is_read() -> None:
    with pytest.raises(DefinitionError) as refused:
        read_bpmn(nested(1_000))
    assert refused.value.code.startswith("xml:")


def test_a_hundred_scopes_inside_each_other_are_refused_when_the_model_is_compiled() -> None:
    (process,) = read_bpmn(nested(51)).processes
    with pytest.raises(DefinitionError) as refused:
        engine.compile_model(process)
    assert [finding.code for finding in refused.value.findings] == ["engine:too-deep"]


# -- given a model that is far too wide ------------------------------------------------------------


def test_two_thousand_elements_in_a_row_compile_and_stop_at_the_steps() -> None:
    b = started()
    names = [b.node(Kind.TASK, f"t{number}") for number in range(2_000)]
    b.flow("start", *names)
    course = Course(b).start()
    assert list(course.incidents().values()) == ["engine:steps"]
    assert course.resolve(next(iter(course.incidents()))).how == ""
