"""Messages: given to the courses that wait for them, or kept for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app
from marshmallow import fields, validate
from sqlalchemy import select

from app import citizens, courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api.body import MOST_KEY, TENANT, Resource, Tenant, Text, Variables, Whole, Wire
from app.api.seen import Eyes
from app.courses import Course, Subscription
from app.errors import NotFound, Refused
from app.storage import UnitOfWork

LONGEST_LIFE = timedelta(days=365)

resource = Resource("messages", __name__, "Messages to courses.")


class CorrelationRequest(Wire):
    """A message that somebody must be waiting for."""

    name = fields.String(required=True, validate=validate.Length(1, 200, error="1–200 tegn."))
    correlation_key = Text(load_default="")
    variables = Variables(load_default=dict)
    tenant_id = Tenant()
    business_id = Text(allow_none=True)


class PublicationRequest(CorrelationRequest):
    """A message that is kept for `timeToLive` milliseconds where nobody waits for it."""

    time_to_live = Whole(0, int(LONGEST_LIFE.total_seconds() * 1000), load_default=0)
    message_id = Text(load_default="")


class PublicationSchema(Wire):
    """The message was taken."""

    tenant_id = fields.String()
    message_key = fields.String()


class CorrelationSchema(PublicationSchema):
    """The message reached a course."""

    process_instance_key = fields.String()


@resource.route("/messages/publication", methods=["POST"])
@resource.arguments(PublicationRequest)
@resource.response(200, PublicationSchema)
@permit("task:work", "operate", "message:publish")
def publish(asked: dict[str, Any]) -> dict[str, Any]:
    """Publish a message: one course of each process takes it, the one that has waited longest, or begins with it."""
    key, _ = house_of(current_app).database.run(lambda work: _publish(work, asked))
    return {"tenant_id": TENANT, "message_key": key}


@resource.route("/messages/correlation", methods=["POST"])
@resource.arguments(CorrelationRequest)
@resource.response(200, CorrelationSchema)
@permit("task:work", "operate", "message:publish")
def correlate(asked: dict[str, Any]) -> dict[str, Any]:
    """Give a message to a course that waits for it now, or begin one with it; 404 where neither can be."""

    def act(work: UnitOfWork) -> tuple[int, list[int]]:
        key, reached = _publish(work, asked)
        if not reached:
            raise NotFound("message:not-awaited", "Intet forløb venter på beskeden.")
        return key, reached

    key, reached = house_of(current_app).database.run(act)
    return {"tenant_id": TENANT, "message_key": key, "process_instance_key": reached[0]}


def _publish(work: UnitOfWork, asked: dict[str, Any]) -> tuple[int, list[int]]:
    who = current_principal()
    _may_reach(work, Eyes(work.session, who, work.now), asked["name"], asked["correlation_key"])
    reached = courses.publish_message(
        work,
        house_of(current_app).runtime,
        asked["name"],
        asked["correlation_key"],
        variables=asked["variables"],
        time_to_live=timedelta(milliseconds=asked.get("time_to_live", 0)),
        message_id=asked.get("message_id", ""),
        by=who.username,
    )
    return work.next_key(), reached


def _may_reach(work: UnitOfWork, eyes: Eyes, name: str, correlation_key: str) -> None:
    """Go on only if the caller sees every course that waits; one kept or begun needs sight of its citizen.

    An outside system's message reaches the processes that it is registered for and passes the others by, now and
    while it is kept; to begin a course it needs `course:start`.

    Raises:
        Refused: the message is about a citizen whom the caller does not see, or begins a course it may not start.
    """
    if eyes.who.client is not None:
        if eyes.who.processes & set(courses.begins_with(work.session, name)):
            eyes.who.require("course:start")
        return
    waiting = select(Subscription.course_key).where(
        Subscription.name == name, Subscription.correlation_key == correlation_key
    )
    about = work.session.scalars(select(Course).where(Course.key.in_(waiting))).all()
    for course in about:
        eyes.need_work(course)
    is_key = correlation_key.isascii() and correlation_key.isdigit()
    key = int(correlation_key) if is_key and len(correlation_key) < 20 else 0
    begins = courses.begins_with(work.session, name)
    named = work.session.get(Course, key) if 0 < key <= MOST_KEY else None
    if named is not None:  # it may be kept until the course waits
        eyes.need_work(named)
    if (
        (about and not begins)
        or not 0 < key <= MOST_KEY
        or not citizens.citizens(work.session, [key])
    ):
        return
    if not eyes.sees_citizen(key):
        raise Refused("sight:no-ground", "Du arbejder ikke med borgeren, som beskeden handler om.")
