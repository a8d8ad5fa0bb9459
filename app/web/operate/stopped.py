"""Steps that have stopped, for who mends them: what they went by, and in plain words what kind of trouble it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app import audit, courses, feel, house_of
from app.courses import Course, Incident, Version
from app.definitions import Node, Process
from app.engine import IncidentRaised, variables_at
from app.errors import ForloebError
from app.web.i18n import gettext as _
from app.web.words import values

JOB_FAILED = "engine:job-failed"


@dataclass(frozen=True)
class Stopped:
    """A step that has stopped.

    Attributes:
        step: what it is called.
        values: of the variables that it was about, as they were when it stopped.
        attempts: whether it is work outside that can be given more attempts.
    """

    incident: Incident
    step: str
    values: Mapping[str, Any]
    attempts: bool


def stopped_at(
    session: Session, course: Course, version: Version, state: bytes, incident: Incident
) -> Stopped:
    """Return a step that has stopped, with the values that it goes by now.

    Args:
        session: a read session.
        course: the course.
        version: that it runs on.
        state: of it.
        incident: what has stopped.
    """
    models = house_of(current_app).runtime.models
    step = courses.step_of(session, house_of(current_app).runtime, incident)
    where = courses.place(session, models, version, course.key, incident.address, incident.element)
    names = _blamed(session, course, incident) | _asked_at(where.process, where.node)
    try:
        callees = courses.Calling(session, models, version)
        seen_there = variables_at(version.model, state, incident.address, callees)
    except KeyError:
        seen_there = {}
    said = {name: seen_there.get(name) for name in sorted(names) if values.is_name(name)}
    return Stopped(incident, step, said, incident.code == JOB_FAILED)


def _blamed(session: Session, course: Course, incident: Incident) -> set[str]:
    """Return the variables that the engine blamed when the step stopped."""
    found: set[str] = set()
    try:
        for moment in audit.replay(session, house_of(current_app).runtime, course.key):
            for event in moment.events:
                if isinstance(event, IncidentRaised) and event.address == incident.address:
                    found = set(event.values)
    except ForloebError:
        return set()
    return found


def _asked_at(process: Process, node: Node | None) -> set[str]:
    """Return the variables that the ways out of a step ask for."""
    if node is None or node.id not in process.by_id:
        return set()
    found: set[str] = set()
    for flow in process.outgoing[node.id]:
        if flow.condition.startswith("="):
            found |= feel.parse(flow.condition[1:]).names
    return found


def explained() -> dict[str, str]:
    """Return what a kind of trouble means and what can be done about it, in plain words, by its code."""
    return {
        JOB_FAILED: _(
            "Et arbejde i et andet system, eller en handling her, lykkedes ikke og har ikke flere forsøg. "
            "Ret årsagen, og giv det flere forsøg."
        ),
        "engine:no-path": _(
            "Modellen spurgte, hvilken vej forløbet skulle, og ingen af svarene passede. "
            "Tit mangler en oplysning, eller den har en anden værdi, end modellen kender."
        ),
        "engine:expression": _(
            "Modellen skulle beregne noget, men kunne ikke. "
            "Tit mangler en oplysning, eller den er af en forkert slags."
        ),
        "engine:condition": _(
            "Modellen stillede et spørgsmål, der ikke kunne besvares med ja eller nej. "
            "Tit mangler en oplysning."
        ),
        "engine:timer": _(
            "En frist eller ventetid kunne ikke beregnes, fordi tiden ikke er en gyldig tid."
        ),
        "engine:assignment": _("Det kunne ikke afgøres, hvem opgaven skal ligge hos."),
        "engine:collection": _(
            "Trinnet skulle gentages for hver på en liste, men listen er der ikke."
        ),
        "engine:too-many": _("Trinnet skulle gentages for flere, end der er tilladt."),
        "engine:deadlock": _(
            "Et sammenløb venter på en gren, der ikke længere kan nå frem. "
            "Flyt forløbet: sæt det på den gren, der mangler, eller efter sammenløbet."
        ),
        "engine:error-uncaught": _(
            "Noget meldte en fejl, som modellen ikke siger, hvad der skal ske med."
        ),
        "engine:steps": _(
            "Modellen kører i ring uden at vente på nogen. Flyt forløbet, eller ret modellen."
        ),
        "engine:callee": _(
            "Den proces, der skulle kaldes, er ikke udgivet. Udgiv den, og prøv igen."
        ),
    }
