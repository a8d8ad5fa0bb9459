"""The models in workflows/ and the forms they refer to: whole, checked and drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import feel, forms
from app.definitions import Kind, Severity, Surroundings, Trigger, examine, read_bpmn
from tests.workflows.library import FORMS, GROUPS, MODELS, OPERATIONS, form, model, processes

PLAIN = {Kind.EVENT_BASED, Kind.PARALLEL}
"""Gateways that ask nothing."""

BY_ROLE = {"=roles.group", "=if pair = null then roles.group else null"}
"""The group of the course's kind, from the table of roles; a pair has the task for itself."""

USER_TASKS = [
    pytest.param(process.id, node.id, id=f"{process.id}-{node.id}")
    for process in processes().values()
    for node in process.nodes
    if node.kind is Kind.USER
]


SHARED = [
    ("Modtagelse", "intake"),
    ("Samtykke", "consent"),
    ("Team", "team_formation"),
    ("Netværksmøde", "network_meeting"),
    ("Plan", "plan"),
    ("Opfølgning", "follow_up"),
    ("Afslutning", "closure"),
]
OWN = {
    "youth_course": set(),
    "family_course": set(),
    "brain_injury_course": {"rehabilitation", "functioning"},
    "substance_use_course": {"treatment_start", "treatment_aftercare"},
}
EVENTS = {
    "consent_withdrawn": "consent_withdrawal",
    "turns_18": "coming_of_age",
    "coordinator_absent": "handover",
    "complaint_received": "complaint",
    "address_protected": "address_protection",
    "citizen_moves": "moving_away",
    "citizen_deceased": "after_death",
}


@pytest.mark.parametrize("course_id", OWN)
def test_a_main_model_calls_the_shared_phases_in_order_and_its_own_between(course_id: str) -> None:
    course = processes()[course_id]
    phases = [
        (node.name, node.call.process_id)
        for node in course.nodes
        if node.call and node.scope == course.id
    ]
    assert [phase for phase in phases if phase[1] not in OWN[course_id]] == SHARED
    assert {called for _, called in phases} == {called for _, called in SHARED} | OWN[course_id]


@pytest.mark.parametrize("course_id", OWN)
def test_every_course_handles_the_events_common_to_all_by_the_same_called_processes(
    course_id: str,
) -> None:
    course = processes()[course_id]
    handled = {
        flow.source: course.by_id[flow.target].call
        for flow in course.flows
        if flow.source in EVENTS and flow.scope.startswith("on_")
    }
    assert {name: call and call.process_id for name, call in handled.items()} == EVENTS


@pytest.mark.parametrize("course_id", OWN)
def test_a_concern_is_assessed_in_a_course_of_its_own_that_no_other_can_stop(
    course_id: str,
) -> None:
    tells = processes()[course_id].by_id["concern_raised_handled"]
    begins = processes()["concern_assessment"].by_id["concern_received"]
    assert tells.job is not None
    assert tells.job.type == "message:publish"
    said = {one.target: one.source for one in tells.inputs}
    assert begins.event is not None
    assert said["message_name"] == begins.event.name
    assert "[citizen.key, " in said["correlation_key"], "it is about the same citizen"
    assert "parent_course: course" in said["message_variables"]


@pytest.mark.parametrize(
    ("age", "kind", "told"),
    [
        (14, "youth_course", True),
        (15, "youth_course", False),
        (29, "youth_course", False),
        (30, "youth_course", True),
        (45, "family_course", False),
    ],
)
def test_who_is_too_young_or_too_old_is_pointed_out_when_the_inquiry_is_treated(
    age: int, kind: str, told: bool
) -> None:
    texts = [part for part in form("treat_inquiry").all_components() if part.type == "text"]
    assert len(texts) == 1
    hide = texts[0].hide
    assert hide is not None
    known = {"citizen": {"age": age}, "course": {"kind": kind}}
    assert feel.evaluate(hide.source.removeprefix("="), known) is not told


@pytest.mark.parametrize(
    ("topics", "code"),
    [
        (["alcohol"], "alcohol_treatment"),
        (["alcohol", "housing"], "alcohol_treatment"),
        (["substances"], "drug_treatment"),
        (["alcohol", "substances"], "drug_treatment"),
        (None, "drug_treatment"),
    ],
)
def test_treatment_for_alcohol_runs_under_its_own_deadline(
    topics: list[str] | None, code: str
) -> None:
    treatment = processes()["treatment_start"]
    job = treatment.by_id["start_clock"]
    said = {one.target: one.source for one in job.inputs}
    assert feel.evaluate(said["deadline_code"][1:], {"topics": topics}) == code
    under = [dict(node.properties).get("deadline", "") for node in treatment.nodes]
    assert under.count("drug_treatment,alcohol_treatment") == 3, "each task joins the one that runs"
    outputs = {
        one.target for one in processes()["substance_use_course"].by_id["phase_intake"].outputs
    }
    assert "topics" in outputs


def test_the_anonymous_treatment_knows_nobody() -> None:
    process = processes()["anonymous_treatment"]
    assert not any(node.job or node.call or node.decision for node in process.nodes)
    assert not any(
        node.event and node.event.trigger in {Trigger.MESSAGE, Trigger.SIGNAL}
        for node in process.nodes
    )
    asked = {
        component.id
        for node in process.nodes
        if node.user_task
        for component in form(node.user_task.form_id).all_components()
    }
    assert "Field_pseudonym" in asked
    assert asked & {"Field_cpr", "Field_name", "Field_phone", "Field_address"} == set()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_doctor_finds_neither_errors_nor_warnings(path: Path) -> None:
    known = Surroundings(
        forms=frozenset(path.stem for path in FORMS),
        processes={
            process.id: tuple(node.call.process_id for node in process.nodes if node.call)
            for process in processes().values()
        },
        jobs=frozenset(OPERATIONS),
    )
    findings = examine(read_bpmn(path.read_bytes()), known)
    assert [f for f in findings if f.severity is not Severity.INFO] == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_everything_is_drawn(path: Path) -> None:
    file = read_bpmn(path.read_bytes())
    for process in file.processes:
        drawn = {node.id for node in process.nodes} | {flow.id for flow in process.flows}
        assert drawn <= file.drawn


@pytest.mark.parametrize("process_id", processes())
def test_the_engine_can_run_it(process_id: str) -> None:
    model(process_id)


@pytest.mark.parametrize("process_id", processes())
def test_service_tasks_use_agreed_operations_and_messages_wait_for_the_citizens_key(
    process_id: str,
) -> None:
    nodes = processes()[process_id].nodes
    assert {node.job.type for node in nodes if node.job} <= OPERATIONS
    keys = {
        node.event.correlation_key
        for node in nodes
        if node.event and node.event.trigger is Trigger.MESSAGE and not node.job
        if node.event.correlation_key
    }
    assert keys <= {"=citizen.key", "=course.key"}


@pytest.mark.parametrize(("process_id", "task"), USER_TASKS)
def test_a_user_task_has_a_form_a_group_a_due_date_and_a_reason(process_id: str, task: str) -> None:
    node = processes()[process_id].by_id[task]
    assert node.user_task is not None
    assert form(node.user_task.form_id).id == node.user_task.form_id
    groups = node.user_task.candidate_groups
    assert groups in BY_ROLE or set(groups.split(",")) <= GROUPS
    assert node.user_task.due_date or dict(node.properties).get("deadline")
    assert node.documentation
    assert node.name[0].isupper()


@pytest.mark.parametrize("process_id", processes())
def test_every_step_and_every_way_out_of_a_decision_has_a_name(process_id: str) -> None:
    process = processes()[process_id]
    out = {node.id: [f for f in process.flows if f.source == node.id] for node in process.nodes}
    for node in process.nodes:
        decides = node.kind is Kind.EXCLUSIVE and len(out[node.id]) > 1
        plain = node.event is None or node.event.trigger is Trigger.NONE
        inner = node.scope != process.id and node.kind in {Kind.START, Kind.END} and plain
        if node.kind not in PLAIN and (node.kind is not Kind.EXCLUSIVE or decides):
            assert node.name or inner, node.id
        if decides:
            assert all(flow.name for flow in out[node.id]), node.id


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_has_no_findings_and_is_used(path: Path) -> None:
    assert forms.check(path.read_bytes()) == ()
    assert forms.load(path.read_bytes()).id == path.stem
    asked = {n.user_task.form_id for p in processes().values() for n in p.nodes if n.user_task}
    assert path.stem in asked


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_forms_labels_are_short_and_free_questions_have_an_upper_limit(path: Path) -> None:
    for component in forms.load(path.read_bytes()).all_components():
        label = "".join(part for part in component.label.parts if isinstance(part, str))
        if component.question:
            worked_out = any(not isinstance(part, str) for part in component.label.parts)
            assert worked_out or 0 < len(label) <= 80, component.id
        if component.type == "textarea":
            assert component.rules.fixed.get("maxLength"), component.id
