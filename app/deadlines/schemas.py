"""What the deadlines' operations take in and give back."""

from __future__ import annotations

from marshmallow import fields as plain

from app.connectors import Input, Moment, Output, Part, Ref, Text


class CodeIn(Input):
    """Which deadline of the course, by the code of its rule."""

    deadline_code = Text(required=True)


class StartIn(CodeIn):
    """From when it runs, now where nothing is said; `deadline_due` is an end that was decided."""

    deadline_from = Moment(load_default=None)
    deadline_due = Text(load_default="")
    deadline_note = Text(load_default="")


class ReasonIn(CodeIn):
    """Why it stands still, or is given up."""

    deadline_reason = Text(required=True)


class _DeadlineValue(Output):
    key = Ref()
    code = plain.String()
    name = plain.String()
    kind = plain.String()
    source = plain.String()
    legal_basis = plain.String()
    rule = plain.String()
    status = plain.String()
    due = Moment()
    due_date = plain.String()


class DeadlineOut(Output):
    """The deadline as models know it."""

    deadline = Part(_DeadlineValue)


class MetOut(DeadlineOut):
    """With whether it was met in time."""

    in_time = plain.Boolean()
