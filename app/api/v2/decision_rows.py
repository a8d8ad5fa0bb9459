"""Published decisions with the .dmn file that each stands in, as /v2's two resources for them read both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.api.body import key_of
from app.definitions import library
from app.errors import NotFound

Decision = library.DefinitionResource
Whole = aliased(library.DefinitionResource, name="whole")
"""The .dmn file as a whole: Camunda's decision requirements."""


def decisions() -> Select[Decision, Decision]:
    """Select decisions, each with its file: the newest version of that very content."""
    other = aliased(library.DefinitionResource)
    newest = (
        select(func.max(other.key))
        .where(other.kind == library.REQUIREMENTS, other.digest == Decision.digest)
        .correlate(Decision)
        .scalar_subquery()
    )
    return select(Decision, Whole).join(Whole, Whole.key == newest).where(Decision.kind == "dmn")


def decision(session: Session, text: str) -> tuple[Decision, Any]:
    """Return the decision whose key this is, and its file.

    Raises:
        DomainError: it is no key.
        NotFound: there is none.
    """
    key = key_of(text, "Beslutningen")
    found = session.execute(decisions().where(Decision.key == key)).one_or_none()
    if found is None:
        raise NotFound("decision:unknown", "Beslutningen findes ikke.")
    return found[0], found[1]


def newest_decision(session: Session, decision_id: str) -> tuple[Decision, Any]:
    """Return the newest version of a decision, and its file.

    Raises:
        NotFound: there is none.
    """
    rows = decisions().where(Decision.name == decision_id).order_by(Decision.version.desc())
    found = session.execute(rows.limit(1)).one_or_none()
    if found is None:
        raise NotFound("decision:unknown", f"Beslutningen »{decision_id}« findes ikke.")
    return found[0], found[1]


def of_file(session: Session, decision_id: str, digest: str) -> tuple[Decision, Any] | None:
    """Return the newest version of a decision that a file's content holds, and the file; None where it holds none."""
    rows = decisions().where(Decision.name == decision_id, Decision.digest == digest)
    found = session.execute(rows.order_by(Decision.version.desc()).limit(1)).one_or_none()
    return None if found is None else (found[0], found[1])


def versions(session: Session, whole: library.DefinitionResource) -> dict[str, Decision]:
    """Return the decisions of a .dmn file as they are published, by id; the newest of each."""
    rows = select(Decision).where(Decision.kind == "dmn", Decision.digest == whole.digest)
    return {row.name: row for row in session.scalars(rows.order_by(Decision.version))}


def requirements(session: Session, text: str) -> library.DefinitionResource:
    """Return the .dmn file whose key this is.

    Raises:
        DomainError: it is no key.
        NotFound: there is none.
    """
    row = session.get(library.DefinitionResource, key_of(text, "Beslutningsfilen"))
    if row is None or row.kind != library.REQUIREMENTS:
        raise NotFound("decision:no-file", "Beslutningsfilen findes ikke.")
    return row
