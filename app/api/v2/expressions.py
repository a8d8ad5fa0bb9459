"""FEEL at hand: an expression evaluated with variables of the caller's, and of a course where one is named."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from app import canonical, feel, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api import seen
from app.api.body import Resource, Text, Variables, Wire, key_of
from app.api.seen import Eyes
from app.api.v2 import scopes
from app.courses import Task
from app.errors import DomainError

resource = Resource("expressions", __name__, "FEEL expressions.")


class ExpressionRequest(Wire):
    """An expression, and what its names stand for; `scopeKey` is a course or a task."""

    expression = fields.String(
        required=True, validate=validate.Length(1, 20_000, error="1–20.000 tegn.")
    )
    tenant_id = Text()
    scope_key = fields.String()
    variables = Variables(load_default=dict, allow_none=True)


class ExpressionWarningSchema(Wire):
    """Why a part of an expression became null."""

    message = fields.String()


class ExpressionSchema(Wire):
    """What the expression gives."""

    expression = fields.String()
    result = fields.Raw(allow_none=True)
    warnings = fields.List(fields.Nested(ExpressionWarningSchema))
    referenced_secrets = fields.List(fields.Dict())


@resource.route("/expression/evaluation", methods=["POST"])
@resource.arguments(ExpressionRequest)
@resource.response(200, ExpressionSchema)
@permit("model:read", "course:read", "job:work")
def evaluate(asked: dict[str, Any]) -> dict[str, Any]:
    """Evaluate a FEEL expression (with its `=`); nothing is written."""
    house = house_of(current_app)
    values: dict[str, Any] = {}
    if "scope_key" in asked:
        with house.database.read() as session:
            values = _seen(session, key_of(asked["scope_key"], "Forløbet"))
    values |= asked["variables"] or {}
    notes: list[feel.FeelWarning] = []
    text = asked["expression"].removeprefix("=")
    given = {name: feel.from_json(value) for name, value in values.items()}
    try:
        value = feel.evaluate(text, given, now=house.clock.now(), trace=notes)
        result = canonical.to_outside(feel.to_json(value))
    except (feel.FeelError, ValueError) as error:
        said = str(error)
        raise DomainError("expression:invalid", said, fields={"expression": said}) from error
    return {
        "expression": asked["expression"],
        "result": result,
        "warnings": [{"message": note.message} for note in notes],
        "referenced_secrets": [],
    }


def _seen(session: Session, key: int) -> dict[str, Any]:
    """Return the variables of a course, or all that a task sees, if the caller may see them."""
    house = house_of(current_app)
    eyes = Eyes(session, current_principal(), house.clock.now())
    task = session.get(Task, key)
    course = eyes.course(key if task is None else task.course_key)
    ground = eyes.need_inside(course) if task is None else eyes.need_task(task, course)
    seen.shown("variable:read", [course], ground.words)
    if task is not None:
        return scopes.of_task(session, house.runtime, task)
    return scopes.of_course(session, house.runtime, course)
