"""Signals: broadcast to every course and start event that waits for them."""

from __future__ import annotations

from typing import Any

from flask import current_app
from marshmallow import fields, validate

from app import courses, house_of
from app.access.closed import permit
from app.access.session import current_principal
from app.api.body import TENANT, Resource, Tenant, Variables, Wire
from app.storage import UnitOfWork

resource = Resource("signals", __name__, "Signals to all who wait for them.")


class BroadcastRequest(Wire):
    """A signal, and what comes with it."""

    signal_name = fields.String(
        required=True, validate=validate.Length(1, 200, error="1–200 tegn.")
    )
    variables = Variables(load_default=dict)
    tenant_id = Tenant()


class BroadcastSchema(Wire):
    """The signal is on its way."""

    tenant_id = fields.String()
    signal_key = fields.String()


@resource.route("/signals/broadcast", methods=["POST"])
@resource.arguments(BroadcastRequest)
@resource.response(200, BroadcastSchema)
@permit("operate")
def broadcast(asked: dict[str, Any]) -> dict[str, Any]:
    """Broadcast a signal: it reaches whoever waits for it now, each in a transaction of its own."""
    by = current_principal().username

    def act(work: UnitOfWork) -> int:
        courses.broadcast_signal(work, asked["signal_name"], asked["variables"], by)
        return work.next_key()

    key = house_of(current_app).database.run(act)
    return {"tenant_id": TENANT, "signal_key": key}
