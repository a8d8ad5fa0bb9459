"""A check at publish: the deadlines that a model's tasks name are in the table that it is published with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app import dmn
from app.deadlines.calendar import local_day
from app.deadlines.rules import RULE
from app.definitions import Finding, Node, Process, error, library

_INPUT = "deadline_code"


def check_deadlines(session: Session, files: Mapping[str, bytes], at: datetime) -> library.Check:
    """Return the check for files that are to be published together, as of an instant.

    The table is the one among the files, or else the one that is published; without a table every code is unknown.
    """
    table = _among(session, files) or _published(session)
    today = local_day(at).isoformat()

    def holds(code: str) -> bool:
        if table is None:
            return False
        given = {_INPUT: code, "on": today}
        return dmn.evaluate(table, RULE, given, now=at).value is not None

    def check(process: Process) -> list[Finding]:
        return [
            error(
                "deadline:unknown",
                node.id,
                f"Tabellen over frister har ingen frist {code}, der gælder i dag.",
                "Ret koden i egenskaben, eller læg en række i tabellen deadlines.dmn.",
            )
            for node in process.nodes
            for code in _codes(node)
            if not holds(code)
        ]

    return check


def _codes(node: Node) -> Iterator[str]:
    """Yield the codes that a step names literally."""
    if node.user_task is not None:
        for name, value in node.properties:
            if name in {"deadline", "meets", "waives"}:
                yield from (code.strip() for code in value.split(",") if code.strip())
    elif node.job is not None and node.job.type.startswith("deadline:"):
        for mapping in node.inputs:
            if mapping.target == _INPUT and not mapping.source.startswith("="):
                yield mapping.source


def _among(session: Session, files: Mapping[str, bytes]) -> dmn.Model | None:
    imports = library.Imports(files, library.published_tables(session))
    for name in files:
        if name.endswith(".dmn"):
            try:
                model = imports.file(name)[0].model
            except dmn.DmnError:
                continue  # the file's own findings say so
            if model.named(RULE) is not None:
                return model
    return None


def _published(session: Session) -> dmn.Model | None:
    row = library.latest_resource(session, "dmn", RULE)
    return library.decision_model(session, row.digest) if row is not None else None
