"""What the meetings' operations take in and give back."""

from __future__ import annotations

from marshmallow import fields as plain

from app.connectors import (
    Choice,
    Day,
    Flag,
    Input,
    Items,
    Moment,
    Names,
    Output,
    Part,
    Ref,
    Text,
    Whole,
)

PARTY_KINDS = ("authority", "provider", "network", "citizen")


class AgendaItemIn(Input):
    """A point of the agenda."""

    title = Text(required=True)
    from_citizen = Flag(load_default=False)
    minutes = Whole(1, 480, load_default=None)


class ParticipantIn(Input):
    """Someone to call. `party` is the recipient code that a consent would name them by, where it differs."""

    name = Text(required=True)
    why = Text(load_default="")
    party_kind = Choice(*PARTY_KINDS, load_default="authority")
    party = Text(load_default="")


class ConveneIn(Input):
    """Of the forms that prepare and convene a meeting."""

    agenda = Items(AgendaItemIn, required=True)
    starts_at = Moment(required=True)
    duration = Whole(1, 24 * 60, required=True)
    place = Text(required=True)
    participants = Items(ParticipantIn, required=True)


class _ConvenedValue(Output):
    key = Ref()
    starts_at = Moment()


class ClashValue(Output):
    """A meeting of another course about the same citizen in the same week."""

    key = Ref()
    course = Ref()
    starts_at = Moment()


class ConveneOut(Output):
    """The meeting, whom from outside no consent covers, and which meetings of other courses are in the same week."""

    meeting = Part(_ConvenedValue)
    uncovered = plain.List(plain.String())
    clashes = plain.List(Part(ClashValue))


class AgreementIn(Input):
    """A row of the form's agreements."""

    what = Text(required=True)
    who = Text(required=True)
    due = Day(load_default=None)


class MinutesIn(Input):
    """Of the form that records a meeting. `held_without_citizen`: it went on although the citizen was absent.

    `absence_reason` says why the citizen was not there; a meeting that went on without them needs it.
    """

    meeting = Ref(required=True)
    attended = Names(load_default=list)
    citizen_present = Flag(load_default=True)
    held_without_citizen = Flag(load_default=False)
    absence_reason = Text(load_default="")
    resources = Text(load_default="")
    needs = Text(load_default="")
    agreements = Items(AgreementIn, load_default=list)
    disagreements = Text(load_default="")
    citizen_said = Text(load_default="")
    next_meeting = Moment(load_default=None)


class _HeldValue(Output):
    key = Ref()
    starts_at = Moment()
    held = plain.Boolean()


class _AgreedValue(Output):
    key = plain.String()
    what = plain.String()
    who = plain.String()
    responsible = plain.String(allow_none=True)
    due = Day()
    course = Ref()


class MinutesOut(Output):
    """Whether the meeting was held, and each agreement with the username and the course that it falls to."""

    meeting = Part(_HeldValue)
    agreed = plain.List(Part(_AgreedValue))


class NothingIn(Input):
    """Nothing: the course itself says which."""


class _OpenValue(Output):
    key = plain.String()
    what = plain.String()
    who = plain.String()
    due = Day()


class OpenOut(Output):
    """The agreements of the course that are open."""

    open_agreements = plain.List(Part(_OpenValue))


class SettledIn(Input):
    """What became of one agreement; one that is `moved` stays open until the new day."""

    agreement = Text(required=True)
    result = Choice("done", "dropped", "passed_on", "moved", required=True)
    note = Text(load_default="")
    passed_to = Text(load_default="")
    due = Day(load_default=None)


class SettleIn(Input):
    """Of the task of one agreement, or of the form that ends a course: then none may be left open."""

    settled = Items(SettledIn, load_default=list)
    ending = Flag(load_default=False)


class SettleOut(Output):
    """How many of the course's agreements are still open."""

    agreements_left = plain.Integer()
