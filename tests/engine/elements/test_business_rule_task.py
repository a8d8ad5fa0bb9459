"""Business rule tasks: a decision over what the task sees, of the version that the model means."""

from __future__ import annotations

from typing import Any

import pytest

from app import dmn, engine
from app.definitions.model.graph import Call, CalledDecision, JobDefinition, Kind
from tests.engine.build import Builder, Course, each, message

BURNS = "count(for i in 1..90000, j in 1..9 return 1)"
SPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def cells(*texts: str, name: str) -> str:
    return "".join(f"<{name}><text>{text}</text></{name}>" for text in texts)


def support(*, hours: int = 4, policy: str = "UNIQUE", rules: str = "") -> dmn.Model:
    """A table of support hours by age and municipality, drawn with its inputs."""
    rows = rules or (
        f'<rule id="r1"><description>Ungestøtte</description>{cells("[15..18)", "-", name="inputEntry")}'
        f"{cells(str(hours), name='outputEntry')}</rule>"
        f'<rule id="r2">{cells("&gt;= 18", "751", name="inputEntry")}{cells("2", name="outputEntry")}</rule>'
    )
    return dmn.read(
        f"""<definitions xmlns="{SPACE}" id="d" namespace="urn:d" name="Støtte">
      <inputData id="i1" name="age"/><inputData id="i2" name="municipality"/>
      <decision id="support" name="Støttetimer">
        <informationRequirement><requiredInput href="#i1"/></informationRequirement>
        <informationRequirement><requiredInput href="#i2"/></informationRequirement>
        <decisionTable id="t" hitPolicy="{policy}">
          <input label="Alder"><inputExpression><text>age</text></inputExpression></input>
          <input><inputExpression><text>municipality</text></inputExpression></input>
          <output name="hours"/>{rows}
        </decisionTable></decision></definitions>""".encode()
    )


def literal(text: str) -> dmn.Model:
    return dmn.read(
        f"""<definitions xmlns="{SPACE}" id="d" namespace="urn:d" name="d">
      <decision id="answer" name="Svar"><literalExpression><text>{text}</text></literalExpression></decision>
      </definitions>""".encode()
    )


class Shelf:
    """Published tables: `newest` is what `latest` means."""

    def __init__(self, newest: str = "", **tables: dmn.Model) -> None:
        self.tables, self.newest = tables, newest

    def version(self, _call: Call) -> str:
        return ""

    def model(self, version: str) -> engine.CompiledModel:
        raise KeyError(version)

    def decision(self, _decision_id: str) -> str:
        return self.newest

    def table(self, version: str) -> dmn.Model:
        return self.tables[version]


def rule(
    called: CalledDecision | None = None, builder: Builder | None = None, **fields: Any
) -> Builder:
    b = builder or Builder()
    b.start()
    b.user("before")
    b.node(
        Kind.RULE,
        "rule",
        decision=called or CalledDecision("support", "hours", "deployment"),
        **fields,
    )
    b.user("after")
    b.flow("start", "before", "rule", "after")
    return b


def course(b: Builder, *called: Builder, shelf: Shelf | None = None, **tables: dmn.Model) -> Course:
    running = Course(b)
    running.model = engine.compile_model(
        b.process(), {c.id: c.process() for c in called}, {"support": support()} | tables
    )
    if shelf is not None:
        running.callees = shelf
    return running.start()


def test_a_decision_of_the_bundle_becomes_a_variable() -> None:
    running = course(rule()).done("before", age=17, municipality=740)
    assert running.open() == ["after#1"]
    assert running.seen()["hours"] == 4
    # And nothing outside was asked
    assert running.said(engine.DecisionCalled) == []


def test_a_decision_sees_the_mapped_inputs_and_gives_through_outputs() -> None:
    b = rule(
        inputs=[("=citizen.age", "age"), ("=751", "municipality")], outputs=[("=hours + 1", "x")]
    )
    running = course(b).done("before", citizen={"age": 40})
    assert {name: running.seen()[name] for name in ("x",)} == {"x": 3}
    assert "hours" not in running.seen()


def test_no_rule_that_fits_is_an_answer_too() -> None:
    running = course(rule()).done("before", age=12, municipality=740)
    assert running.open() == ["after#1"]
    assert running.seen()["hours"] is None


def test_latest_is_the_newest_table_when_the_task_is_reached_and_is_recorded() -> None:
    shelf = Shelf("v1", v1=support(hours=4), v2=support(hours=9))
    running = course(rule(CalledDecision("support", "hours")), shelf=shelf)
    # Given: a new table is published before the task is reached
    shelf.newest = "v2"
    running.done("before", age=17, municipality=740)
    assert running.seen()["hours"] == 9
    called = running.said(engine.DecisionCalled)
    assert [(e.address, e.element, e.decision_id, e.version) for e in called] == [
        ("rule#1", "rule", "support", "v2")
    ]


def test_a_tag_has_a_table_of_its_own() -> None:
    b = rule(CalledDecision("support", "hours", "versionTag", "2027"))
    running = course(b, **{"support:2027": support(hours=7)}).done("before", age=16, municipality=1)
    assert running.seen()["hours"] == 7


def test_an_expression_may_name_the_decision() -> None:
    b = rule(CalledDecision("= which", "hours"))
    shelf = Shelf("v1", v1=support())
    running = course(b, shelf=shelf).done("before", which="support", age=16, municipality=1)
    assert running.seen()["hours"] == 4


@pytest.mark.parametrize(
    ("table", "variables", "code", "says"),
    [
        (
            support(
                rules=f"<rule>{cells('-', '-', name='inputEntry')}{cells('1', name='outputEntry')}</rule>"
                * 2
            ),
            {"age": 17, "municipality": 1},
            "engine:decision",
            "Beslutningen »Støttetimer« gav intet svar: Flere regler passer (1, 2), men højst én må.",
        ),
        (
            support(),
            {"municipality": 1},
            "engine:decision",
            "Beslutningen »Støttetimer« gav intet svar: Der er ingen 'age' blandt input.",
        ),
        (
            support(
                rules=f"<rule>{cells('-', '-', name='inputEntry')}{cells(BURNS, name='outputEntry')}</rule>"
            ),
            {"age": 17, "municipality": 1},
            "feel:fuel",
            "Beslutningen »Støttetimer« kan ikke regnes ud",
        ),
    ],
)
def test_what_cannot_be_decided_is_an_incident_in_plain_words(
    table: dmn.Model, variables: dict[str, Any], code: str, says: str
) -> None:
    running = course(rule(), support=table).done("before", **variables)
    raised = running.said(engine.IncidentRaised)
    assert [(e.address, e.element, e.code) for e in raised] == [("rule#1", "rule", code)]
    assert raised[0].message.startswith(says)
    assert raised[0].values == variables


def test_an_unknown_decision_is_an_incident_and_goes_on_once_it_is_published() -> None:
    shelf = Shelf()
    running = course(rule(CalledDecision("support", "hours")), shelf=shelf)
    running.done("before", age=17, municipality=1)
    raised = running.said(engine.IncidentRaised)
    assert [(e.code, e.message) for e in raised] == [
        ("engine:decision-missing", "Beslutningen »support« findes ikke.")
    ]
    shelf.tables["v1"], shelf.newest = support(), "v1"
    running.do(engine.ResolveIncident(running.now, "rule#1"))
    assert running.open() == ["after#1"]


def test_a_decision_for_each() -> None:
    b = rule(
        inputs=[("=person.age", "age"), ("=751", "municipality")],
        loop=each(
            "= people", input_element="person", output_collection="all", output_element="= hours"
        ),
    )
    running = course(b).done("before", people=[{"age": 15}, {"age": 30}, {"age": 3}])
    assert running.seen()["all"] == [4, 2, None]


def test_a_decision_knows_the_commands_instant() -> None:
    b = rule(CalledDecision("answer", "today", "deployment"))
    running = course(b, answer=literal("today()")).done("before")
    assert running.seen()["today"] == "2027-03-01"


def test_a_business_rule_task_with_a_job_type_is_work_for_somebody() -> None:
    b = Builder()
    b.start()
    b.node(Kind.RULE, "rule", job=JobDefinition("rules", "3"))
    b.user("after")
    b.flow("start", "rule", "after")
    running = Course(b).start()
    assert [e.type for e in running.said(engine.JobCreated)] == ["rules"]
    assert running.job("rule", hours=3).seen()["hours"] == 3


def test_a_called_process_brings_its_decision() -> None:
    child = rule(builder=Builder("child"))
    b = Builder()
    b.start()
    b.call("c", "child")
    b.user("end_task")
    b.flow("start", "c", "end_task")
    running = course(b, child).done("before", age=16, municipality=1)
    running.done("after")
    assert running.seen()["hours"] == 4


def gateway() -> Builder:
    b = rule()
    b.node(Kind.EXCLUSIVE, "g", default="g-no")
    b.user("yes")
    b.user("no")
    b.flow("after", "g")
    b.flow("g", "yes", condition="= hours > limit")
    b.flow("g", "no")
    return b


def test_a_trace_says_why_and_changes_nothing() -> None:
    running = course(gateway()).done("before", age=17, municipality=740)
    state = running.state
    command = engine.CompleteTask(running.now, "after#1", {"limit": 3})
    trace = engine.Trace()
    plain = engine.decide(running.model, state, command)
    assert engine.decide(running.model, state, command, trace=trace) == plain
    (why,) = trace.evaluations
    assert (why.deciding, why.address, why.element) == (engine.Deciding.WAY, "g#1", "g")
    assert (why.text, why.inputs, why.missing, why.result, why.warnings) == (
        "= hours > limit",
        {"hours": 4, "limit": 3},
        (),
        True,
        (),
    )


def test_a_trace_names_what_was_missing_where_a_condition_failed() -> None:
    running = course(gateway()).done("before", age=17, municipality=740)
    trace = engine.Trace()
    command = engine.CompleteTask(running.now, "after#1", {})
    decision = engine.decide(running.model, running.state, command, trace=trace)
    (raised,) = [e for e in decision.events if isinstance(e, engine.IncidentRaised)]
    assert raised.message.startswith(
        "Betingelsen = hours > limit er hverken sand eller falsk. Der er ingen variabel 'limit'."
    )
    (why,) = trace.evaluations
    assert (why.inputs, why.missing, why.result) == ({"hours": 4}, ("limit",), None)
    assert any("limit" in text for text in why.warnings)


def test_a_trace_shows_the_rules_that_matched() -> None:
    running = course(rule())
    trace = engine.Trace()
    command = engine.CompleteTask(running.now, "before#1", {"age": 17, "municipality": 740})
    engine.decide(running.model, running.state, command, trace=trace)
    (why,) = trace.evaluations
    assert (why.deciding, why.text, why.inputs, why.result) == (
        engine.Deciding.DECISION,
        "Støttetimer",
        {"age": 17, "municipality": 740},
        4,
    )
    assert why.tables == (
        engine.TableUse(
            "Støttetimer",
            "U",
            (("Alder", 17), ("municipality", 740)),
            ("hours",),
            (engine.MatchedRule(1, ("[15..18)", "-"), ("4",), "Ungestøtte"),),
            4,
        ),
    )


def test_a_trace_tells_when_a_repetition_was_enough_and_when_an_event_came() -> None:
    b = Builder()
    b.start()
    b.user(
        "ask", loop=each("= [1, 2, 3]", completion_condition="= numberOfCompletedInstances >= 1")
    )
    b.boundary("late", "ask", message("m"), interrupting=True)
    b.flow("start", "ask")
    running = Course(b).start()
    trace = engine.Trace()
    engine.decide(
        running.model, running.state, engine.CompleteTask(running.now, "ask#1[0]", {}), trace=trace
    )
    assert [(e.deciding, e.inputs, e.result) for e in trace.evaluations] == [
        (engine.Deciding.ENOUGH, {"numberOfCompletedInstances": 1}, True)
    ]


def test_decisions_pay_from_the_fuel_of_the_whole_command() -> None:
    burns = literal("count(for i in 1..20000 return i)")
    b = rule(
        CalledDecision("answer", "n", "deployment"),
        loop=each("= for i in 1..400 return i", output_collection="all", output_element="= n"),
    )
    running = course(b, answer=burns).done("before")
    raised = running.said(engine.IncidentRaised)
    assert {event.code for event in raised} == {"feel:fuel"}
    assert 1 < len(raised) < 400, "the first could still pay"
