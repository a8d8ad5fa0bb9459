"""REST: what programs ask, in the shape of the Camunda 8 Orchestration Cluster API."""

from __future__ import annotations

from flask import Flask


def register(_app: Flask) -> None:
    """Put the API on the app."""
