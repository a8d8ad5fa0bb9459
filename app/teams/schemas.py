"""What the teams' operations take in and give back."""

from __future__ import annotations

from marshmallow import fields as plain

from app.connectors import Choice, Day, Input, Items, Output, Part, Text
from app.teams.posts import ARRANGEMENTS, PARTY_KINDS


class AppointIn(Input):
    """Who is responsible, in which arrangement. A handover note is needed where somebody else was before."""

    coordinator = Text(required=True)
    deputy = Text(required=True)
    arrangement = Choice(*ARRANGEMENTS, load_default="coordinator")
    title = Text(load_default="")
    handover_note = Text(load_default="")


class _TeamValue(Output):
    coordinator = plain.String()
    deputy = plain.String()


class AppointOut(Output):
    """The two, together and one by one, and the pair where they share a queue: tasks are assigned with them."""

    team = Part(_TeamValue)
    coordinator = plain.String()
    deputy = plain.String()
    pair = plain.List(plain.String(), allow_none=True)


class HandOverIn(AppointIn):
    """Who is responsible from now on, and what they must know."""

    handover_note = Text(required=True)


class ConsultantIn(Input):
    """Who of the team's providers sees the citizen most: a username, or a name where there is no login."""

    citizen_consultant = Text(required=True)


class ConsultantOut(Output):
    """The consultant's username, null for one without a login (whose tasks the responsible does); and the name."""

    citizen_consultant = plain.String(allow_none=True)
    citizen_consultant_name = plain.String()


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
