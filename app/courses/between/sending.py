"""The operation with which a course sends a message: a throw event or send task of type `message:publish`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import fields

from app.connectors import Input, OperationContext, Output, Registry, Text, Whole, operation
from app.courses.kept import messages
from app.courses.kept.messages import Message
from app.storage import UnitOfWork

KEPT_DAYS = 30
"""For how long a course's message is kept for those that do not wait for it yet, if the model says nothing."""

LONGEST_KEPT_DAYS = 365


class PublishTakes(Input):
    """What a message from a course is made of."""

    message_name = Text(required=True)
    correlation_key = Text(load_default="")
    message_variables = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        error_messages={"invalid": "skal være et objekt"},
    )
    keep_days = Whole(1, LONGEST_KEPT_DAYS, load_default=KEPT_DAYS)


class PublishGives(Output):
    """How the message is known."""

    message_key = Text()


@operation(
    "message:publish",
    PublishTakes,
    PublishGives,
    title="Send besked",
    description="Sender en besked til andre forløb: om en borger, en husstand eller et forløb. "
    "Beskeden gemmes for dem, der endnu ikke venter på den.",
)
def publish(work: UnitOfWork, context: OperationContext, values: dict[str, Any]) -> dict[str, Any]:
    """Put a message on its way; it arrives in a transaction of its own."""
    message = Message(
        values["message_name"],
        values["correlation_key"],
        values["message_variables"],
        context.actor,
        context.course_key,
    )
    kept = timedelta(days=values["keep_days"])
    return {"message_key": str(messages.keep(work, message, kept, queued=True))}


def register(registry: Registry) -> None:
    """Add what courses do themselves."""
    registry.add(publish)
