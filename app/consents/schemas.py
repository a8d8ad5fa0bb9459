"""What the consents' operations take in and give back."""

from __future__ import annotations

from marshmallow import fields as plain

from app.connectors import Choice, Day, Input, Output, Part, Ref, Text, Texts
from app.consents.consent import DECISIONS, GIVERS


class RecordIn(Input):
    """Of the form that records a consent; without an end it holds for a year."""

    consent_giver = Choice(*GIVERS, required=True)
    giver_name = Text(load_default="")
    decision = Choice(*DECISIONS, required=True)
    purposes = Texts(load_default=list)
    recipient_parties = Texts(load_default=list)
    information_categories = Texts(load_default=list)
    excluded = Text(load_default="")
    form = Text(load_default="")
    given_at = Day(load_default=None)
    valid_until = Day(load_default=None)
    note = Text(load_default="")


class _ConsentValue(Output):
    key = Ref()
    decision = plain.String()
    valid_until = Day()


class RecordOut(Output):
    """The consent as models know it."""

    consent = Part(_ConsentValue)


class LapseIn(Input):
    """Why the guardians' consents end."""

    reason = Text(required=True)


class LapseOut(Output):
    """How many ended."""

    lapsed = plain.Integer()


class ComeOfAgeIn(Input):
    """Nothing but the course's own citizen."""


class ComeOfAgeOut(Output):
    """How many guardians lost their access."""

    guardians_ended = plain.Integer()
