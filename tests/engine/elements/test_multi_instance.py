"""Multi-instance: an activity once for each item, one after the other or all at once."""

from __future__ import annotations

import pytest

from app import engine
from app.definitions.model.graph import (
    Kind,
)
from tests.engine.build import (
    Builder,
    Course,
    each,
    message,
)
from tests.engine.small_models import mend, start, with_sub


def many(*, sequential: bool, **fields: str) -> Builder:
    b = Builder()
    b.start()
    loop = each(
        "=people",
        sequential=sequential,
        input_element="person",
        output_collection="answers",
        output_element="=answer",
        **fields,
    )
    b.user("ask", loop=loop)
    b.user("after")
    b.flow("start", "ask", "after")
    return b


def test_a_parallel_multi_instance_asks_all_and_collects_in_order() -> None:
    course = Course(many(sequential=False), people=["a", "b", "c"]).start()
    assert course.open() == ["ask#1[0]", "ask#1[1]", "ask#1[2]"]
    seen = course.seen("ask#1[1]")
    assert (seen["person"], seen["loopCounter"]) == ("b", 2)
    for index in (2, 0, 1):
        course.done(f"ask#1[{index}]", answer=index)
    assert course.open() == ["after#1"]
    assert course.seen() == {"people": ["a", "b", "c"], "answers": [0, 1, 2]}


def test_a_sequential_multi_instance_asks_one_at_a_time() -> None:
    course = Course(many(sequential=True), people=["a", "b"]).start()
    assert course.open() == ["ask#1[0]"]
    course.done("ask", answer=1)
    assert course.open() == ["ask#1[1]"]
    assert course.done("ask", answer=2).seen()["answers"] == [1, 2]


def test_a_completion_condition_ends_a_multi_instance_early() -> None:
    b = many(sequential=False, completion_condition="=numberOfCompletedInstances >= 2")
    course = Course(b, people=["a", "b", "c"]).start()
    course.done("ask#1[2]", answer="c").done("ask#1[0]", answer="a")
    assert course.open() == ["after#1"]
    assert course.seen()["answers"] == ["a", None, "c"]
    assert engine.TaskClosed("ask#1[1]", "ask", cancelled=True) in course.events


@pytest.mark.parametrize("sequential", [True, False])
def test_nothing_to_ask_goes_straight_on(sequential: bool) -> None:
    course = Course(many(sequential=sequential), people=[]).start()
    assert (course.open(), course.seen()["answers"]) == (["after#1"], [])


def test_a_collection_that_is_no_list_is_an_incident() -> None:
    course = Course(many(sequential=False), people="Anne").start()
    raised = course.said(engine.IncidentRaised)[0]
    assert (raised.code, raised.values) == ("engine:collection", {"people": "Anne"})


def test_an_interrupting_event_ends_all_instances_with_what_is_inside_them() -> None:
    b = with_sub(loop=each("=[1,2]", input_element="i"))
    b.boundary("e", "sub", message("m"))
    b.user("stopped")
    b.flow("e", "stopped")
    course = Course(b).start()
    assert course.open() == ["sub#1[0]/a#1", "sub#1[1]/a#1"]
    assert course.message("e").open() == ["stopped#1"]


def test_an_instance_whose_output_element_fails_is_an_incident_of_that_instance() -> None:
    b = start()
    loop = each(
        "=[1,2]",
        input_element="i",
        output_collection="out",
        output_element="=if ok then x else (for i in 1..9999, j in 1..9999 return 1)",
    )
    b.user("a", loop=loop, outputs=[("=answer", "x")])
    b.user("after")
    b.flow("start", "a", "after")
    course = Course(b, ok=False).start().done("a#1[0]", answer="p")
    assert course.incidents() == {"a#1[0]": "feel:fuel"}
    mend(course, "a#1[0]", ok=True).done("a#1[1]", answer="q")
    assert course.open() == ["after#1"]


def test_a_nested_multi_instance_collects_into_its_own_scopes() -> None:
    b = start()
    outer = each("=[1,2]", input_element="i", output_collection="all", output_element="=inner")
    b.node(Kind.SUB_PROCESS, "sub", loop=outer)
    with b.inside("sub"):
        b.start("s")
        loop = each(
            "=[10,20]",
            sequential=True,
            input_element="j",
            output_collection="inner",
            output_element="=v",
        )
        b.script("x", "=i * j", "v", loop=loop)
        b.flow("s", "x")
    b.user("after")
    b.flow("start", "sub", "after")
    assert Course(b).start().seen()["all"] == [[10, 20], [20, 40]]


def test_a_thousand_instances_are_enough() -> None:
    b = start()
    b.user("a", loop=each("=for i in 1..1001 return i"))
    b.flow("start", "a")
    assert Course(b).start().incidents() == {"a#1": "engine:too-many"}


def test_an_output_collection_that_an_instance_wrote_over_is_an_incident() -> None:
    b = Builder()
    b.start()
    b.user("a", loop=each("=[1, 2]", output_collection="out", output_element="=x"))
    b.user("after")
    b.flow("start", "a", "after")
    course = Course(b).start().done("a#1[0]", x=1, out="mine")
    # Given: the form of one instance has a field called as the collection
    assert course.incidents() == {"a#1[0]": "engine:collected"}
    raised = course.said(engine.IncidentRaised)[0]
    assert raised.values == {"out": "mine"}
    # When: an operator mends the collection, which lives in the body around the instances
    course.do(engine.SetVariables(course.now, "a#1[1]", {"out": [None, None]}))
    course.resolve("a#1[0]").done("a#1[1]", x=2)
    # Then: nothing that the forms gave is lost
    assert course.seen()["out"] == [1, 2]
