"""Decision instances: the decisions that courses have made, decided again from their journals; none is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api import search, seen
from app.api.body import TENANT, KeyText, Moment, Resource, Tenant, Text, Whole, Wire
from app.api.search import Wanted, page_of, request_of
from app.api.seen import Eyes
from app.api.v2 import decision_answers, decision_rows, element_keys, looked_through
from app.api.v2.decision_answers import InputSchema, RuleSchema
from app.courses import Course, Runtime, Version, versions_called
from app.definitions import library, pin
from app.engine import Deciding, Evaluation, Trace
from app.errors import ForloebError, NotFound

resource = Resource("decision-instances", __name__, "Decisions that courses have made.")

_READERS = ("course:read", "task:work", "operate")


class MadeSchema(Wire):
    """One decision that was made."""

    decision_evaluation_instance_key = fields.String()
    decision_evaluation_key = fields.String()
    state = fields.String()
    evaluation_date = Moment()
    evaluation_failure = fields.String(allow_none=True)
    decision_definition_id = fields.String()
    decision_definition_name = fields.String()
    decision_definition_version = fields.Integer()
    decision_definition_type = fields.String()
    decision_definition_key = fields.String()
    root_decision_definition_key = fields.String()
    decision_requirements_key = fields.String()
    result = fields.String()
    tenant_id = fields.String()
    process_definition_key = fields.String()
    process_instance_key = fields.String()
    root_process_instance_key = fields.String()
    element_instance_key = fields.String()
    business_id = fields.String(allow_none=True)


class MadeWholeSchema(MadeSchema):
    """The same with what was tested, and the rules that matched."""

    evaluated_inputs = fields.List(fields.Nested(InputSchema))
    matched_rules = fields.List(fields.Nested(RuleSchema))


class MadeFilter(Wire):
    """What decisions can be narrowed to."""

    decision_evaluation_instance_key = Wanted(Text())
    decision_evaluation_key = Wanted(KeyText())
    state = Wanted(Text())
    evaluation_date = Wanted(Moment(), ordered=True)
    evaluation_failure = Wanted(Text())
    decision_definition_id = Wanted(Text())
    decision_definition_name = Wanted(Text())
    decision_definition_version = Wanted(Whole(), ordered=True)
    decision_definition_type = Wanted(Text())
    decision_definition_key = Wanted(KeyText())
    root_decision_definition_key = Wanted(KeyText())
    decision_requirements_key = Wanted(KeyText())
    process_definition_key = Wanted(KeyText())
    process_instance_key = Wanted(KeyText())
    element_instance_key = Wanted(KeyText())
    business_id = Wanted(Text())
    tenant_id = Tenant()


MadeSearch = request_of(MadeFilter)
MadePage = page_of(MadeSchema)


@dataclass(frozen=True)
class Instance:
    """A decision that a course made, and how it is told."""

    course: Course
    shown: Mapping[str, Any]

    def fulfils(self, wanted: Mapping[str, Any]) -> bool:
        """Tell whether a loaded `MadeFilter` lets it through."""
        plain = {name: rule for name, rule in wanted.items() if name != "tenant_id"}
        return all(search.holds(self.shown[name], rule) for name, rule in plain.items())


@resource.route("/decision-instances/search", methods=["POST"])
@resource.arguments(MadeSearch, required=False)
@resource.response(200, MadePage)
@permit(*_READERS)
def find(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the decisions of the courses that the caller sees: those of one course, or of the latest started."""
    house, wanted = house_of(current_app), asked["filter"]
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        looked = _courses(session, eyes, wanted)
        made = partial(instances, session, house.runtime)
        hits, more = looked_through.gather(eyes, looked, made, wanted)
    for one in reversed(asked["sort"]):
        hits.sort(key=_by(search.known(one["field"], _SORTS)), reverse=one["order"] == "DESC")
    page = search.page(hits[: search.MOST], asked["page"], more=more)
    seen.shown("course:search", [one.course for one in page["items"]], "Søgning i beslutninger")
    return {**page, "items": [one.shown for one in page["items"]]}


def _by(name: str) -> Callable[[Instance], Any]:
    return lambda one: one.shown[_SORTS[name]]


@resource.route("/decision-instances/<decision_evaluation_instance_key>")
@resource.response(200, MadeWholeSchema)
@permit(*_READERS)
def get(decision_evaluation_instance_key: str) -> Mapping[str, Any]:
    """Return one decision with what was tested, and the rules that matched."""
    house = house_of(current_app)
    evaluation = decision_evaluation_instance_key.partition("-")[0]
    inside = element_keys.course_of(int(evaluation)) if evaluation.isdecimal() else None
    with house.database.read() as session:
        eyes = Eyes(session, current_principal(), house.clock.now())
        course = session.get(Course, inside) if inside is not None else None
        if course is not None:
            ground = eyes.need_inside(course)
            for one in instances(session, house.runtime, course):
                key = one.shown["decision_evaluation_instance_key"]
                if key == decision_evaluation_instance_key:
                    seen.shown("course:read", [course], ground.words)
                    return one.shown
    raise NotFound("decision:no-instance", "Der er ikke truffet en beslutning med den nøgle.")


def instances(session: Session, runtime: Runtime, course: Course) -> Iterator[Instance]:
    """Decide a course again, and yield the decisions that it has made, in order; what it cannot decide ends it."""
    trace = Trace()
    try:
        for moment in audit.replay(session, runtime, course.key, trace=trace):
            if not moment.anew:
                for each in trace.evaluations:
                    if each.deciding is Deciding.DECISION:
                        yield from _made(
                            session, runtime, course, moment.version, each, moment.entry.at
                        )
            trace.evaluations.clear()
    except ForloebError:
        return


def _made(
    session: Session,
    runtime: Runtime,
    course: Course,
    version: Version,
    each: Evaluation,
    at: datetime,
) -> Iterator[Instance]:
    """Yield a decision with those that it required, as they are told."""
    digest = each.file or _pinned(session, runtime, course, version, each)
    found = decision_rows.of_file(session, each.decision, digest) if digest else None
    if found is None:
        return
    row, whole = found
    key = element_keys.key_of_element(course.key, each.address)
    model = library.decision_model(session, digest)
    versions = decision_rows.versions(session, whole)
    told = decision_answers.answer(key, row, whole, model, versions, each.inputs, at)
    for one in told["evaluated_decisions"]:
        about = {
            **one,
            "decision_evaluation_key": key,
            "state": "EVALUATED",
            "evaluation_date": at,
            "evaluation_failure": None,
            "result": one["output"],
            "root_decision_definition_key": row.key,
            "decision_requirements_key": whole.key,
            "process_definition_key": course.version_key,
            "process_instance_key": course.key,
            "root_process_instance_key": course.key,
            "element_instance_key": key,
            "business_id": None,
            "tenant_id": TENANT,
        }
        yield Instance(course, about)


def _pinned(
    session: Session, runtime: Runtime, course: Course, version: Version, each: Evaluation
) -> str:
    """Return the digest of the file that came with the version in which the step stands; "" where it is not found."""
    called = versions_called(session, runtime.models, version, course.key)
    for one in (version, *called.values()):
        plan = one.model.elements.get(each.element)
        if plan is not None and plan.node.decision is not None:
            return str(one.bundle.decisions.get(pin(plan.node.decision), ""))
    return ""


def _courses(session: Session, eyes: Eyes, wanted: Mapping[str, Any]) -> list[Course]:
    """Return the courses to look through: those that the filter names, else the latest started."""
    query = select(Course).where(eyes.near())
    for name in ("decision_evaluation_key", "element_instance_key"):
        if name in wanted:
            query = query.where(element_keys.near_element(Course.key, wanted[name]))
    return looked_through.latest(session, query, wanted)


_SORTS = {
    "decisionDefinitionId": "decision_definition_id",
    "decisionDefinitionKey": "decision_definition_key",
    "decisionDefinitionName": "decision_definition_name",
    "decisionDefinitionType": "decision_definition_type",
    "decisionDefinitionVersion": "decision_definition_version",
    "decisionEvaluationInstanceKey": "decision_evaluation_instance_key",
    "decisionEvaluationKey": "decision_evaluation_key",
    "elementInstanceKey": "element_instance_key",
    "evaluationDate": "evaluation_date",
    "processDefinitionKey": "process_definition_key",
    "processInstanceKey": "process_instance_key",
    "rootDecisionDefinitionKey": "root_decision_definition_key",
    "state": "state",
    "tenantId": "tenant_id",
}
"""What a search can be sorted by, and where it stands."""
