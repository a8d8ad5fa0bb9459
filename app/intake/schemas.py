"""What intake's operations take in and give back."""

from __future__ import annotations

from marshmallow import fields as plain

from app.connectors import (
    Choice,
    Day,
    Flag,
    Input,
    Moment,
    Output,
    Part,
    Ref,
    Text,
    Texts,
    Whole,
)
from app.intake.queries import OUTCOMES

ACUTE_HOURS = 24
"""At most until a concern is first assessed, unless the model says otherwise (barnets lov § 136); weekends count."""


class RegisterIn(Input):
    """Of the form that registers an inquiry."""

    received_at = Moment(required=True)
    channel = Text(required=True)
    sender_name = Text(load_default="")
    sender_relation = Text(required=True)
    sender_contact = Text(load_default="")
    topics = Texts(required=True)
    description = Text(required=True)
    concern_for_child = Flag(required=True)
    callback_wanted = Flag(load_default=False)


class AssignIn(Input):
    """Of the form that treats an inquiry."""

    inquiry = Ref(required=True)
    assessment = Text(load_default="")
    outcome = Choice(*OUTCOMES, required=True)
    responsible = Text(required=True)
    first_contact_due = Day(required=True)
    need = Whole(0, 4, load_default=None)


class ReturnIn(Input):
    """When the coordinated course ends and the duty does not."""

    inquiry = Ref(required=True)
    responsible = Text(required=True)
    reason = Text(required=True)


class CloseIn(Input):
    """Why an inquiry needs no more."""

    inquiry = Ref(required=True)
    outcome = Text(required=True)


class ConcernIn(Input):
    """What gives rise to concern. `due_hours` lets a model's deadline table set another limit."""

    inquiry = Ref(required=True)
    reason = Text(load_default="")
    due_hours = Whole(1, 24 * 31, load_default=ACUTE_HOURS)


class _InquiryValue(Output):
    key = Ref()
    concern = plain.Boolean()
    responsible = plain.String(allow_none=True)
    status = plain.String()
    outcome = plain.String()


class InquiryOut(Output):
    """The inquiry as models know it."""

    inquiry = Part(_InquiryValue)


class _ConcernValue(Output):
    key = Ref()
    due = Moment()
    responsible = plain.String()


class ConcernOut(Output):
    """The concern as models know it."""

    concern = Part(_ConcernValue)
