"""Rules of deadlines, legal bases and authorities: read from the decision tables that are published.

The tables say what holds on a date; nothing of it is a constant here. A deadline keeps the rule that it started under.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app import dmn, feel
from app.deadlines.calendar import Unit, local_day
from app.definitions import library
from app.errors import DomainError

RULE = "deadline_rule"
"""The decision that gives a deadline's rule, by its code and a date."""

LEGAL_BASES = "legal_bases"
"""The decision that lists the legal bases in force on a date."""

_FUEL = 50_000
"""What one decision may spend: a table of a thousand rows takes a fifth of it."""

STATUTORY = "lov"
"""Kind of a deadline that a law sets; every other one is the municipality's own."""


@dataclass(frozen=True)
class Rule:
    """What the table says of a deadline on a date.

    Attributes:
        code: of the deadline, as models name it.
        name: what is to be done, in Danish.
        kind: `lov` or `kommunens egen frist`.
        source: where it comes from, in words: "Serviceloven § 101: 14 dage".
        legal_basis: code of the legal basis.
        count, unit: how long.
        counts_from: from what, in words.
        roll: a last day off gives way to the next working day.
        warn_before: reminders, as ISO durations before the end.
        on_breach: what happens when it is broken, in words.
        escalate_to: candidate group that is told of the breach.
        row: id of the table's row.
        digest: of the file it stands in.
    """

    code: str
    name: str
    kind: str
    source: str
    legal_basis: str
    count: int
    unit: Unit
    counts_from: str
    roll: bool
    warn_before: tuple[str, ...]
    on_breach: str
    escalate_to: str
    row: str
    digest: str

    @property
    def statutory(self) -> bool:
        """Whether a law sets it."""
        return self.kind == STATUTORY


@dataclass(frozen=True)
class LegalBasis:
    """A legal basis in force: `area` is a code of `app.access.AREAS`; without an end it holds until further notice."""

    code: str
    title: str
    act: str
    paragraph: str
    area: str
    valid_from: date
    valid_to: date | None

    @property
    def words(self) -> str:
        """The basis as people name it: "Serviceloven § 101"."""
        return f"{self.act} {self.paragraph}".strip()


def rule_at(session: Session, code: str, at: datetime) -> Rule | None:
    """Return the rule of a deadline that starts at an instant; None where no row holds.

    Raises:
        DomainError: no table is published, or its row cannot be used.
    """
    found = _decided(session, RULE, {"deadline_code": code, "on": local_day(at).isoformat()}, at)
    if found is None:
        raise DomainError("deadline:no-table", "Tabellen over frister er ikke udgivet.")
    value, row, digest = found
    if value is None:
        return None
    try:
        return _rule(code, value, row, digest)
    except (KeyError, TypeError, ValueError, AttributeError) as broken:
        text = f"Rækken for fristen {code} i tabellen over frister kan ikke bruges."
        raise DomainError("deadline:broken-rule", text) from broken


def legal_bases(session: Session, at: datetime) -> list[LegalBasis]:
    """Return the legal bases in force at an instant, in the table's order; none where no table is published."""
    found = _decided(session, LEGAL_BASES, {"on": local_day(at).isoformat()}, at)
    return [_basis(one) for one in (found[0] or [])] if found else []


def _decided(
    session: Session, decision: str, inputs: Mapping[str, Any], at: datetime
) -> tuple[Any, str, str] | None:
    """Make a decision of the newest published table: its value as JSON, the row that matched, the file's digest."""
    published = library.latest_resource(session, "dmn", decision)
    if published is None:
        return None
    model = library.decision_model(session, published.digest)
    try:
        result = dmn.evaluate(model, decision, inputs, now=at, fuel=_FUEL)
    except feel.FeelError as error:
        raise DomainError(
            "deadline:broken-rule", f"Tabellen over frister kan ikke regnes ud: {error.message}"
        ) from error
    rows = [row for match in result.tables for row in match.rule_ids if row]
    return feel.to_json(result.value), rows[0] if rows else "", published.digest


def _rule(code: str, value: Mapping[str, Any], row: str, digest: str) -> Rule:
    return Rule(
        code=code,
        name=str(value["name"]),
        kind=str(value["kind"]),
        source=str(value["source"]),
        legal_basis=str(value["legal_basis"]),
        count=int(value["count"]),
        unit=Unit(value["unit"]),
        counts_from=str(value["counts_from"]),
        roll=value["roll"] is True,
        warn_before=tuple(value["warn_before"] or ()),
        on_breach=str(value["on_breach"]),
        escalate_to=str(value["escalate_to"]),
        row=row,
        digest=digest,
    )


def _basis(value: Mapping[str, Any]) -> LegalBasis:
    until = value["valid_to"]
    return LegalBasis(
        value["code"],
        value["title"],
        value["act"],
        value["paragraph"] or "",
        value["area"],
        date.fromisoformat(value["valid_from"]),
        date.fromisoformat(until) if until else None,
    )
