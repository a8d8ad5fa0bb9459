"""What the teams' operations take in and give back."""

from __future__ import annotations

from marshmallow import fields as plain

from app.connectors import Choice, Day, Input, Items, Output, Part, Text
from app.teams.posts import PARTY_KINDS


class AppointIn(Input):
    """Who coordinates. A handover note is needed where somebody else did before."""

    coordinator = Text(required=True)
    deputy = Text(required=True)
    handover_note = Text(load_default="")


class _TeamValue(Output):
    coordinator = plain.String()
    deputy = plain.String()


class AppointOut(Output):
    """The two, together and one by one: tasks are assigned with `=coordinator`."""

    team = Part(_TeamValue)
    coordinator = plain.String()
    deputy = plain.String()


class MemberIn(Input):
    """A row of the form's table: `person` is a username, `name` is for people without a login here."""

    person = Text(load_default="")
    name = Text(load_default="")
    role = Text(load_default="")
    area = Text(load_default="")
    party_kind = Choice(*PARTY_KINDS, load_default="authority")
    access_until = Day(load_default=None)


class AssembleIn(Input):
    """The team besides coordinator and deputy: this list replaces the one before."""

    members = Items(MemberIn, required=True)


class AssembleOut(Output):
    """How many people are in the team, coordinator and deputy included."""

    team_size = plain.Integer()
