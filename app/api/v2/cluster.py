"""Topology and status: what clients ask first, to see who answers and whether it is well."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from marshmallow import fields
from sqlalchemy import select, text

from app import house_of
from app.access.closed import permit, public
from app.api.body import Resource, Wire

VERSION = "8.10.0"
"""The version of the published API that this one follows; clients compare it, so it must look like one."""

resource = Resource("cluster", __name__, "Who answers, and whether it is well.")


class PartitionSchema(Wire):
    """A partition: Forløb has one."""

    partition_id = fields.Integer()
    role = fields.String()
    health = fields.String()
    state = fields.String()


class BrokerSchema(Wire):
    """A node: Forløb shows itself as one."""

    node_id = fields.Integer()
    broker_id = fields.String()
    host = fields.String()
    port = fields.Integer()
    partitions = fields.List(fields.Nested(PartitionSchema))
    version = fields.String()


class TopologySchema(Wire):
    """The installation, as a cluster of one."""

    brokers = fields.List(fields.Nested(BrokerSchema))
    cluster_id = fields.String(allow_none=True)
    cluster_size = fields.Integer()
    partitions_count = fields.Integer()
    replication_factor = fields.Integer()
    gateway_version = fields.String()
    last_completed_change_id = fields.String()


@resource.route("/topology")
@resource.response(200, TopologySchema)
@permit("me:read")
def topology() -> dict[str, Any]:
    """Tell who answers."""
    settings = house_of(current_app).settings
    partition = {"partition_id": 1, "role": "leader", "health": "healthy", "state": "active"}
    broker = {
        "node_id": 0,
        "broker_id": "0",
        "host": settings.host,
        "port": settings.port,
        "partitions": [partition],
        "version": VERSION,
    }
    return {
        "brokers": [broker],
        "cluster_size": 1,
        "partitions_count": 1,
        "replication_factor": 1,
        "gateway_version": VERSION,
        "last_completed_change_id": "-1",
    }


@resource.route("/status")
@resource.response(204)
@public
def status() -> Response:
    """Tell whether the database answers: 204, or an error."""
    with house_of(current_app).database.read() as session:
        session.execute(select(text("1")))
    return Response(status=204)
