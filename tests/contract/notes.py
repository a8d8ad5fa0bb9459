"""A table of the tests' own, for what storage promises of any."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, String, Table

from app.storage import Instant, Json

notes = Table(
    "note",
    MetaData(),  # not the house's own: no other test meets it
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("said", String(80)),
    Column("at", Instant),
    Column("data", Json),
)
