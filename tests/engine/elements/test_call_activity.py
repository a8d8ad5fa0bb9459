"""Call activities: a process with variables of its own, in the version that the binding says."""

from __future__ import annotations

import pytest

from app import canonical, engine
from app.definitions.model.graph import (
    Call,
    Kind,
)
from tests.engine.build import (
    AT,
    Builder,
    Course,
    each,
    message,
)
from tests.engine.small_models import mend, nested, start


def called(**fields: object) -> tuple[Builder, Builder]:
    b = Builder()
    b.start()
    b.call("c", "child", **fields)
    b.user("after")
    b.flow("start", "c", "after")
    child = Builder("child")
    child.start("cs")
    child.user("a")
    child.end("ce")
    child.flow("cs", "a", "ce")
    return b, child


def test_a_called_process_has_its_own_variables_and_gives_back_what_it_set() -> None:
    course = Course(*called(inputs=[("=x + 1", "y")]), x=1, z=9).start()
    assert course.said(engine.TaskOpened)[0].element == "child/a"
    assert course.seen("c#1/a#1") == {"x": 1, "y": 2, "z": 9}
    course.do(engine.SetVariables(course.now, variables={"z": 10}))
    course.done("a", new=5)
    assert course.seen() == {"x": 1, "z": 10, "new": 5}


def test_a_call_may_pass_only_what_is_mapped_both_ways() -> None:
    fields = {"propagate_all_parent": False, "propagate_all_child": False}
    course = Course(*called(**fields, inputs=[("=x", "y")]), x=1).start()
    assert course.seen("c#1/a#1") == {"y": 1}
    assert course.done("a", new=5).seen() == {"x": 1}


def test_output_mappings_of_a_call_read_the_child_s_variables() -> None:
    course = Course(*called(outputs=[("=new", "result")]), x=1).start().done("a", new=5)
    assert course.seen() == {"x": 1, "result": 5}


def test_a_missing_called_process_is_an_incident_when_it_is_called() -> None:
    course = Course(called()[0]).start()
    assert course.incidents() == {"c#1": "engine:callee"}


def test_calls_without_an_end_stop_at_a_depth() -> None:
    b = Builder("p")
    b.start()
    b.call("c", "p")
    b.flow("start", "c")
    course = Course(b, b).start()
    assert list(course.incidents().values()) == ["engine:call-depth"]


def child(task: str, *, calls: str = "") -> Builder:
    b = Builder("child")
    b.start("cs")
    b.user(task)
    b.flow("cs", task)
    if calls:
        b.call("again", calls, binding="latest")
        b.flow(task, "again")
    return b


class Shelf:
    """Published versions: the newest is what `latest` means."""

    def __init__(self, **versions: Builder) -> None:
        self.models = {
            name: engine.compile_model(builder.process(), called=True)
            for name, builder in versions.items()
        }
        self.newest = {"child": list(versions)[-1] if versions else ""}
        self.tags: dict[tuple[str, str], str] = {}
        self.asked: list[str] = []

    def version(self, call: Call) -> str:
        self.asked.append(call.process_id)
        if call.binding == "versionTag":
            return self.tags.get((call.process_id, call.version_tag), "")
        return self.newest.get(call.process_id, "")

    def model(self, version: str) -> engine.CompiledModel:
        return self.models[version]


def parent(**fields: str) -> Builder:
    b = Builder()
    b.start()
    b.user("before")
    b.call("c", "child", **({"binding": "latest"} | fields))
    b.user("after")
    b.flow("start", "before", "c", "after")
    return b


def course(b: Builder, shelf: Shelf) -> Course:
    found = Course(b)
    found.callees = shelf
    return found.start()


def chosen(**fields: str) -> Builder:
    """A call whose process an expression chooses."""
    b = Builder()
    b.start()
    b.user("before")
    b.call("c", "=kind", **({"binding": "latest"} | fields))
    b.user("after")
    b.flow("start", "before", "c", "after")
    return b


def other() -> Builder:
    b = Builder("other")
    b.start("os")
    b.node(Kind.SUB_PROCESS, "sub")
    with b.inside("sub"):
        b.start("in")
        b.user("inner")
        b.flow("in", "inner")
    b.flow("os", "sub")
    return b


def test_an_expression_chooses_the_process_when_the_call_is_entered() -> None:
    shelf = Shelf(v1=child("task"), v2=other())
    shelf.newest = {"child": "v1", "other": "v2"}
    for kind, version, place in (
        ("child", "v1", "c#1/task#1"),
        ("other", "v2", "c#1/sub#1/inner#1"),
    ):
        running = course(chosen(), shelf).done("before", kind=kind)
        assert running.open() == [place]
        (called,) = running.said(engine.ProcessCalled)
        assert (called.process_id, called.version) == (kind, version)
        # Then: what the expression would give now changes nothing
        running.do(engine.SetVariables(running.now, variables={"kind": "nothing"}))
        assert running.done(place, answer=1).open() == ["after#1"]
        assert running.seen()["answer"] == 1


def test_a_chosen_process_that_is_none_is_an_incident_until_the_variable_is_mended() -> None:
    shelf = Shelf(v1=child("task"))
    running = course(chosen(), shelf).done("before", kind="nobody")
    assert running.incidents() == {"c#1": "engine:callee"}
    running.do(engine.SetVariables(running.now, variables={"kind": [7]})).resolve("c#1")
    assert running.incidents() == {"c#1": "engine:text"}
    running.do(engine.SetVariables(running.now, variables={"kind": "child"})).resolve("c#1")
    assert running.open() == ["c#1/task#1"]


def test_an_expression_and_a_tag_choose_together() -> None:
    shelf = Shelf(v1=child("old"), v2=child("new"))
    shelf.tags = {("child", "spring"): "v1"}
    b = chosen(binding="versionTag", version_tag="spring")
    assert course(b, shelf).done("before", kind="child").open() == ["c#1/old#1"]


def test_latest_is_what_is_newest_when_the_call_is_entered() -> None:
    shelf = Shelf(v1=child("old"), v2=child("new"))
    shelf.newest["child"] = "v1"
    running = course(parent(), shelf)
    # Given: a new version is published before the call is entered
    shelf.newest["child"] = "v2"
    running.done("before")
    assert running.open() == ["c#1/new#1"]
    called = running.said(engine.ProcessCalled)
    assert [(e.address, e.element, e.process_id, e.version) for e in called] == [
        ("c#1", "c", "child", "v2")
    ]
    opened = running.said(engine.TaskOpened)[0]
    assert (opened.element, opened.version) == ("child/new", "v2")
    assert [(e.element, e.version) for e in running.live()] == [("c", ""), ("child/new", "v2")]
    assert running.done("new", x=1).open() == ["after#1"]
    assert running.seen() == {"x": 1}


def test_a_running_call_stays_on_its_version() -> None:
    shelf = Shelf(v1=child("old", calls="child"), v2=child("new"))
    shelf.newest["child"] = "v1"
    running = course(parent(), shelf).done("before")
    asked = len(shelf.asked)
    # When: another version is published while it runs
    shelf.newest["child"] = "v2"
    running.do(engine.SetVariables(AT, variables={"x": 1}))
    assert running.open() == ["c#1/old#1"]
    assert len(shelf.asked) == asked
    # Then: only a call that is entered later finds it
    running.done("old")
    assert running.open() == ["c#1/again#1/new#1"]
    assert canonical.loads(running.state or b"")["m"]["t"][0]["d"]["ver"] == "v1"


def test_nothing_to_call_is_an_incident_and_finds_what_is_published_later() -> None:
    shelf = Shelf()
    running = course(parent(), shelf).done("before")
    assert running.incidents() == {"c#1": "engine:callee"}
    shelf.models["v1"] = engine.compile_model(child("old").process(), called=True)
    shelf.newest["child"] = "v1"
    assert running.resolve("c#1").open() == ["c#1/old#1"]


def test_a_version_tag_finds_its_version() -> None:
    shelf = Shelf(v1=child("old"), v2=child("new"))
    shelf.tags["child", "1.0"] = "v1"
    running = course(parent(binding="versionTag", version_tag="1.0"), shelf).done("before")
    assert running.open() == ["c#1/old#1"]


def test_a_call_without_callees_is_an_incident() -> None:
    running = Course(parent(), child("x")).start().done("before")
    assert running.incidents() == {"c#1": "engine:callee"}


def test_each_instance_records_its_version_and_joins_inside_are_watched() -> None:
    """What the caller's model does not have (joins, conditions) is looked after in a called version all the same."""
    inner = child("old")
    inner.node(Kind.INCLUSIVE, "split", default="split-b")
    inner.user("a")
    inner.user("b")
    inner.node(Kind.INCLUSIVE, "join")
    inner.user("last")
    inner.flow("old", "split", "a", "join", "last")
    inner.flow("split", "b", "join")
    inner.flows[1:] = [
        f if f.id != "split-a" else type(f)(f.id, f.source, f.target, f.scope, condition="=true")
        for f in inner.flows[1:]
    ]
    b = Builder()
    b.start()
    b.call("c", "child", binding="latest", loop=each("=[1, 2]", input_element="i"))
    b.flow("start", "c")
    running = course(b, Shelf(v1=inner))
    assert [e.address for e in running.said(engine.ProcessCalled)] == ["c#1[0]", "c#1[1]"]
    running.done("c#1[0]/old#1").done("c#1[0]/a#1")
    assert running.open() == ["c#1[0]/last#1", "c#1[1]/old#1"]


def test_a_version_that_calls_itself_for_ever_is_an_incident() -> None:
    b = Builder("child")
    b.start("cs")
    b.call("again", "child", binding="latest")
    b.flow("cs", "again")
    running = course(parent(), Shelf(v1=b)).done("before")
    assert set(running.incidents().values()) == {"engine:call-depth"}


def test_a_replay_is_given_the_recorded_answers() -> None:
    shelf = Shelf(v1=child("old"), v2=child("new"))
    running = course(parent(), shelf)
    before = running.state
    running.done("before")
    recorded = {e.process_id: e.version for e in running.said(engine.ProcessCalled)}
    again = Shelf(v1=child("old"), v2=child("new"), v3=child("newest"))
    again.newest = recorded
    command = engine.CompleteTask(AT, "before#1")
    assert engine.decide(running.model, before, command, again).state == running.state
    with pytest.raises(KeyError):
        engine.live(running.model, running.state or b"")


def test_a_call_whose_outputs_fail_keeps_what_the_child_set() -> None:
    b = start()
    b.call(
        "c",
        "child",
        outputs=[("=if ok then given else (for i in 1..9999, j in 1..9999 return 1)", "y")],
    )
    b.user("after")
    b.flow("start", "c", "after")
    child = Builder("child")
    child.start("cs")
    child.user("a")
    child.flow("cs", "a")
    course = Course(b, child, ok=False).start().done("a", given=5)
    assert course.incidents() == {"c#1": "feel:fuel"}
    assert mend(course, "c#1", "c#1", ok=True).seen()["y"] == 5


def test_two_calls_of_one_process_do_not_share_variables() -> None:
    child = Builder("child")
    child.start("cs")
    child.user("a")
    child.flow("cs", "a")
    b = start()
    b.call("c", "child", loop=each("=[1,2]", input_element="i"))
    b.user("beside")
    b.flow("start", "c")
    b.flow("start", "beside")
    course = Course(b, child, x=0).start()
    course.done("c#1[0]/a#1", mine=1)
    assert course.seen("c#1[1]/a#1")["i"] == 2
    assert "mine" not in course.seen("c#1[1]/a#1")
    assert course.seen()["mine"] == 1


def test_calls_and_sub_processes_together_go_no_deeper_than_python_can() -> None:
    b = Builder("child")
    b.start()
    child = nested(b, 40, inside="child")
    course = Course(nested(start(), 40, inside="child"), child).start()
    assert list(course.incidents().values()) == ["engine:call-depth"]


def test_a_called_process_begins_at_its_plain_start_wherever_it_stands_in_the_file() -> None:
    """Given a process that also begins by message, and that start drawn first, when it is called, then not there."""
    child = Builder("child")
    child.start("by_message", message("go"))
    child.start("plain")
    child.user("a")
    child.user("b")
    child.flow("by_message", "a")
    child.flow("plain", "b")
    b = start()
    b.call("c", "child")
    b.flow("start", "c")
    assert Course(b, child).start().open() == ["c#1/b#1"]
