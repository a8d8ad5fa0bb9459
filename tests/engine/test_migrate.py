"""Migration is replay: the history is decided again on another version, or the report says where it does not fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app import engine
from app.definitions.model.graph import Kind
from tests.engine import walks
from tests.engine.build import AT, Builder, Course, each, timer


class History(Course):
    """A course that keeps its commands."""

    def __init__(self, *args: Any, **variables: Any) -> None:
        super().__init__(*args, **variables)
        self.past: list[engine.Past] = []

    def do(self, command: engine.Command) -> Course:
        self.past.append(engine.Past(command, self.callees))
        return super().do(command)

    def to(self, other: Builder | engine.CompiledModel, **mapping: str) -> Any:
        new = engine.compile_model(other.process()) if isinstance(other, Builder) else other
        return engine.migrate(self.model, new, self.past, mapping)


def line(*tasks: str, names: dict[str, str] | None = None) -> Builder:
    b = Builder()
    b.start()
    for task in tasks:
        b.user(task, name=(names or {}).get(task, ""))
    b.flow("start", *tasks)
    return b


def fits(found: Any) -> engine.Migrated:
    assert isinstance(found, engine.Migrated), found
    return found


def misfits(found: Any) -> engine.Misfit:
    assert isinstance(found, engine.Misfit), found
    return found


def test_a_later_part_may_change_freely() -> None:
    course = History(line("a", "b", "c")).start().done("a", x=1)
    assert isinstance(course, History)
    found = fits(course.to(line("a", "b", "b2", "d")))
    assert found.moved == {"b#1": "b#1"}
    assert (found.gone, found.fresh, found.incidents) == ((), (), ())
    # Deciding the mapped history gives the state
    new = engine.compile_model(line("a", "b", "b2", "d").process())
    state = None
    for past in found.history:
        state = engine.decide(new, state, past.command).state
    assert state == found.state
    after = engine.decide(new, found.state, engine.CompleteTask(AT, "b#1"))
    assert [e.address for e in engine.live(new, after.state)] == ["b2#1"]


def test_the_same_version_gives_the_same_state() -> None:
    """For any model and history, and the state byte for byte."""
    for seed in range(40):
        past: list[engine.Past] = []
        last: list[bytes] = []

        def decide(
            model: Any,
            state: Any,
            command: Any,
            past: list[engine.Past] = past,
            last: list[bytes] = last,
        ) -> Any:
            decision = engine.decide(model, state, command)
            past.append(engine.Past(command))
            last.append(decision.state)
            return decision

        walks.walk(seed, 12, 25, decide=decide)
        model = walks.model_of(seed, 12)[0]
        found = fits(engine.migrate(model, model, past))
        assert found.state == last[-1]
        assert all(old == new for old, new in found.moved.items())
        assert not found.gone
        assert not found.fresh


def test_elements_that_were_renamed_are_mapped() -> None:
    course = History(line("a", "b")).start().done("a")
    new = line("first", "second")
    # Given: no mapping
    report = misfits(course.to(new))
    assert (report.index, report.code, report.address, report.element) == (
        1,
        "migrate:unknown",
        "a#1",
        "a",
    )
    # When: the mapping says who is who
    assert fits(course.to(new, a="first", b="second")).moved == {"b#1": "second#1"}


def test_a_mapping_is_offered_by_name_and_id() -> None:
    old = line(
        "Activity_1", "Activity_2", "talk", names={"Activity_1": "Aftal møde", "Activity_2": "Plan"}
    )
    new = line(
        "Activity_9",
        "Activity_8",
        "talk_citizen",
        names={"Activity_9": "Aftal møde", "Activity_8": "Læg planen", "talk_citizen": "Tal"},
    )
    course = History(old).start().done("Activity_1")
    offer = misfits(course.to(new)).offer
    assert offer["Activity_1"] == "Activity_9"
    assert offer["Activity_2"] == "Activity_8"
    assert offer.get("talk", "talk_citizen") == "talk_citizen"
    assert fits(course.to(new, **offer)).moved == {"Activity_2#1": "Activity_8#1"}


def test_an_element_that_is_something_else_now_does_not_fit() -> None:
    new = Builder()
    new.start()
    new.service("a")
    new.user("b")
    new.flow("start", "a", "b")
    report = misfits(History(line("a", "b")).start().done("a").to(new))
    assert (report.index, report.code) == (1, "migrate:kind")


def test_a_course_that_would_not_have_come_there_does_not_fit() -> None:
    report = misfits(History(line("a", "b")).start().done("a").done("b").to(line("a", "x", "b")))
    assert (report.index, report.code, report.address) == (2, "migrate:not-open", "b#1")
    assert "b" in report.message


def test_an_element_can_be_dropped_and_what_it_gave_is_kept() -> None:
    course = History(line("a", "b", "c")).start().done("a", x=1).done("b", y=2)
    found = fits(course.to(line("a", "c"), b=engine.DROPPED))
    assert found.moved == {"c#1": "c#1"}
    new = engine.compile_model(line("a", "c").process())
    assert engine.variables_at(new, found.state) == {"x": 1, "y": 2}


def test_an_open_task_that_is_dropped_is_gone_and_a_new_one_fresh() -> None:
    course = History(line("a", "b")).start().done("a")
    found = fits(course.to(line("a", "n"), b=engine.DROPPED))
    assert (found.moved, found.gone, found.fresh) == ({}, ("b#1",), ("n#1",))


def looped(extra: bool) -> Builder:
    b = Builder()
    b.start()
    b.node(Kind.EXCLUSIVE, "again")
    b.user("a")
    b.node(Kind.EXCLUSIVE, "more", default="more-end")
    b.end()
    b.flow("start", "again", "a", "more", "end")
    b.flow("more", "again", condition="=go")
    if extra:
        b.boundary("late", "a", timer("P1D"), interrupting=False)
        b.user("remind")
        b.flow("late", "remind")
    return b


def test_occurrence_numbers_of_a_loop_are_kept_and_new_timers_are_set_from_the_past() -> None:
    course = History(looped(extra=False)).start().done("a", go=True).done("a", go=True)
    found = fits(course.to(looped(extra=True)))
    assert found.moved == {"a#3": "a#3"}
    assert found.fresh == ("late#3",)


def test_a_timer_that_would_not_have_been_due_yet_does_not_fit() -> None:
    def waiting(text: str) -> Builder:
        b = line("a")
        b.node(Kind.CATCH, "wait", event=timer(text))
        b.user("after")
        b.flow("a", "wait", "after")
        return b

    course = History(waiting("P1D")).start().done("a").tick("wait", days=2)
    report = misfits(course.to(waiting("P30D")))
    assert (report.index, report.code, report.address) == (2, "timer:early", "wait#1")
    assert fits(course.to(waiting("PT1H"))).moved == {"after#1": "after#1"}


def test_an_incident_of_the_old_version_need_not_have_happened_in_the_new() -> None:
    def scripted(expression: str) -> Builder:
        b = Builder()
        b.start()
        b.node(Kind.EXCLUSIVE, "g")
        b.user("a")
        b.flow("start", "g")
        b.flow("g", "a", condition=expression)
        return b

    course = History(scripted("=missing")).start()
    course.do(engine.SetVariables(AT, variables={"missing": True})).resolve("g#1")
    assert fits(course.to(scripted("=true"))).moved == {"a#1": "a#1"}
    # And the other way round: what the new version cannot decide shows
    stuck = fits(History(scripted("=true")).start().to(scripted("=missing")))
    assert stuck.incidents == ("g#1",)
    assert stuck.gone == ("a#1",)


def inside(task: str, name: str = "sub") -> Callable[[], Builder]:
    def make() -> Builder:
        b = Builder()
        b.start()
        b.node(Kind.SUB_PROCESS, name, loop=each("=[1, 2]"))
        with b.inside(name):
            b.start("in")
            b.user(task)
            b.user("z")
            b.flow("in", task, "z")
        b.flow("start", name)
        return b

    return make


def test_addresses_inside_scopes_and_instances_are_mapped() -> None:
    course = History(inside("x")()).start().done("sub#1[1]/x#1")
    course.do(engine.SetVariables(AT, "sub#1[0]", {"k": 1}, local=True))
    found = fits(course.to(inside("y", "scope")(), x="y", sub="scope"))
    assert found.moved["sub#1[0]/x#1"] == "scope#1[0]/y#1"
    assert found.moved["sub#1[1]/z#1"] == "scope#1[1]/z#1"
    assert not found.gone


def test_moved_tokens_are_moved_in_the_new_version() -> None:
    course = History(line("a", "b", "c")).start()
    course.do(engine.MoveToken(AT, (("", "c"),), ("a#1",)))
    found = fits(course.to(line("a", "b", "last"), c="last"))
    assert found.moved == {"c#1": "last#1"}


def test_a_second_migration_starts_from_the_first() -> None:
    course = History(line("a", "b", "c")).start().done("a")
    first = fits(course.to(line("x", "b", "c"), a="x"))
    v2 = engine.compile_model(line("x", "b", "c").process())
    v3 = engine.compile_model(line("y", "b", "c").process())
    second = fits(engine.migrate(v2, v3, first.history, {"x": "y"}))
    assert second.moved == {"b#1": "b#1"}
    # Undo is a migration back
    back = fits(engine.migrate(v3, course.model, second.history, {"y": "a"}))
    assert back.state == course.state
