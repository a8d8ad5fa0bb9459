"""Input and output mappings: local variables going in, and what comes out written where it belongs."""

from __future__ import annotations

from typing import Any

from app import engine
from app.definitions.model.graph import Kind
from tests.engine.build import Builder, Course, each
from tests.engine.small_models import mend


def one(**fields: Any) -> Builder:
    b = Builder()
    b.start()
    b.user("a", **fields)
    b.user("after")
    b.flow("start", "a", "after")
    return b


def test_inputs_are_made_in_order_and_see_those_before_them() -> None:
    course = Course(one(inputs=[("=n + 1", "m"), ("=m * 2", "k")]), n=1).start()
    assert course.seen("a#1") == {"n": 1, "m": 2, "k": 4}
    assert course.seen() == {"n": 1}


def test_an_input_hides_an_outer_variable_of_the_same_name() -> None:
    course = Course(one(inputs=[("=n + 1", "n")]), n=1).start()
    assert (course.seen("a#1"), course.seen()) == ({"n": 2}, {"n": 1})


def test_a_target_with_dots_writes_inside_a_value_and_leaves_the_rest() -> None:
    course = Course(one(outputs=[("=said", "plan.goal.text")]), plan={"goal": {"level": 2}}).start()
    course.done("a", said="skole")
    assert course.seen() == {"plan": {"goal": {"level": 2, "text": "skole"}}}


def test_variables_whose_names_hold_spaces_or_signs_are_read_between_backticks() -> None:
    """Given variables that an API sent under names of its own, then mappings, scripts and gateways can read them."""
    b = Builder()
    b.start()
    b.user("a", inputs=[("=`timer pr uge` * 2", "timer"), ("=sag.`sags-nr`", "nr")])
    b.script("s", '=if `timer pr uge` > 5 then get value(sag, "sags-nr") else "lille"', "x")
    b.node(Kind.EXCLUSIVE, "g", default="g-b")
    b.user("b")
    b.user("c")
    b.flow("start", "a", "s", "g", "b")
    b.flow("g", "c", condition="=`timer pr uge` > 5 and x = sag.`sags-nr`")
    course = Course(b, **{"timer pr uge": 6, "sag": {"sags-nr": "71-4"}}).start()
    assert (course.seen("a#1")["timer"], course.seen("a#1")["nr"]) == (12, "71-4")
    assert course.done("a").open() == ["c#1"]


def test_all_outputs_are_computed_before_any_is_written() -> None:
    """Given two outputs that swap two variables, when the task is done, then they are swapped."""
    course = Course(one(inputs=[("=x", "a"), ("=y", "b")], outputs=[("=b", "x"), ("=a", "y")]))
    course.variables = {"x": 1, "y": 2}
    assert course.start().done("a").seen() == {"x": 2, "y": 1}


def test_with_outputs_nothing_else_of_the_result_goes_out() -> None:
    course = Course(one(outputs=[("=said", "summary")])).start().done("a", said="ja", other=1)
    assert course.seen() == {"summary": "ja"}


def test_without_outputs_each_value_is_written_where_the_variable_is() -> None:
    b = Builder()
    b.start()
    b.node(Kind.SUB_PROCESS, "sub", inputs=[("=0", "inner")])
    with b.inside("sub"):
        b.start("s")
        b.user("a")
        b.user("still")
        b.flow("s", "a", "still")
    b.flow("start", "sub")
    course = Course(b, outer=0).start().done("a", inner=1, outer=2, new=3)
    assert course.seen("sub#1") == {"inner": 1, "outer": 2, "new": 3}
    assert course.seen() == {"outer": 2, "new": 3}


def test_a_result_goes_to_the_tasks_own_variable_where_it_has_one_of_that_name() -> None:
    course = Course(one(inputs=[("=0", "draft")])).start().done("a", draft=1)
    assert course.seen() == {}


def test_an_output_that_fails_keeps_the_form_and_goes_on_once_it_is_mended() -> None:
    """Given an output that burns its fuel, when the answers come, then nothing is lost and nothing half written."""
    outputs = [("=said", "summary"), ("=count(for i in 1..n, j in 1..n return 1)", "much")]
    course = Course(one(outputs=outputs), n=9999).start().done("a", said="ja")
    assert (course.incidents(), course.seen()) == ({"a#1": "feel:fuel"}, {"n": 9999})
    mend(course, "a#1", n=2)
    assert course.open() == ["after#1"]
    assert course.seen() == {"n": 2, "summary": "ja", "much": 4}


def test_an_input_that_fails_keeps_the_task_closed_until_it_is_mended() -> None:
    course = Course(one(inputs=[("=count(for i in 1..n, j in 1..n return 1)", "much")]), n=9999)
    course.start()
    assert (course.incidents(), course.said(engine.TaskOpened)) == ({"a#1": "feel:fuel"}, [])
    (opened,) = mend(course, "a#1", n=2).said(engine.TaskOpened)
    assert opened.variables == {"much": 4}


def test_mappings_of_a_repeated_activity_belong_to_each_instance() -> None:
    b = one(
        loop=each("=people", input_element="who", output_collection="all", output_element="=mine"),
        inputs=[('="hej " + who', "greeting")],
        outputs=[("=greeting + said", "mine")],
    )
    course = Course(b, people=["Ida", "Bo"]).start()
    course.done("a#1[1]", said="!").done("a#1[0]", said="?")
    assert course.seen() == {"people": ["Ida", "Bo"], "all": ["hej Ida?", "hej Bo!"]}
