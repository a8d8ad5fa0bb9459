"""Reading the register of consents."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app import citizens
from app.citizens import OF_AGE
from app.clock import LOCAL
from app.consents.consent import Consent
from app.consents.giving import OWN_CONSENT, custody_holders
from app.consents.rows import ConsentEndRow, ConsentRow
from app.errors import NotFound

RENEW_WITHIN = timedelta(days=30)
"""How long before its end a consent is to be asked for anew (domain: reminder 30 days before expiry)."""


def consents(session: Session, citizen_key: int) -> list[Consent]:
    """Return all that was ever said for a citizen, the latest first."""
    query = _query().where(ConsentRow.citizen_key == citizen_key)
    return _consents(session, query.order_by(ConsentRow.recorded_at.desc(), ConsentRow.key.desc()))


def consent(session: Session, key: int) -> Consent:
    """Return one consent.

    Raises:
        NotFound: no consent has this key.
    """
    found = _consents(session, _query().where(ConsentRow.key == key))
    if not found:
        raise NotFound("consent:unknown", "Samtykket findes ikke.")
    return found[0]


def valid_consents(session: Session, citizen_key: int, at: datetime) -> list[Consent]:
    """Return the consents that hold for a citizen at an instant, the latest first."""
    return [one for one in consents(session, citizen_key) if one.valid(at)]


def ending(session: Session, citizen_keys: Collection[int], at: datetime) -> list[Consent]:
    """Return consents that hold but end within `RENEW_WITHIN`, and that no later one of the same giver replaces."""
    query = _query().where(ConsentRow.citizen_key.in_(citizen_keys))
    valid = [one for one in _consents(session, query) if one.valid(at)] if citizen_keys else []
    last = at.astimezone(LOCAL).date() + RENEW_WITHIN
    found = [
        one
        for one in valid
        if one.valid_until <= last
        and not any(
            other.valid_until > last
            and (other.citizen_key, other.giver, other.guardian_key)
            == (one.citizen_key, one.giver, one.guardian_key)
            for other in valid
        )
    ]
    return sorted(found, key=lambda one: (one.valid_until, one.key))


def covering(
    session: Session,
    citizen_key: int,
    parties: Collection[str],
    at: datetime,
    *,
    known: bool = False,
) -> Consent | None:
    """Return a consent that lets a party be told at an instant, or None.

    Args:
        session: any session.
        citizen_key: whose data it is.
        parties: what the party is called: its code ("school"), kind ("network") or name.
        at: when.
        known: only consents that had been written down by then.
    """
    valid = valid_consents(session, citizen_key, at)
    if known:
        valid = [one for one in valid if one.recorded_at <= at]
    return open_to(session, citizen_key, parties, valid, at)


def open_to(
    session: Session,
    citizen_key: int,
    parties: Collection[str],
    valid: Sequence[Consent],
    at: datetime,
) -> Consent | None:
    """Return a consent among the valid ones that lets a party be told, if everyone who must consent covers it.

    No consent opens to somebody on the citizen's block list.

    Args:
        session: any session.
        citizen_key: whose data it is.
        parties: what the party is called.
        valid: the consents that hold; without one of them this tells what its withdrawal would close.
        at: when.
    """
    covering_ones = [one for one in valid if one.covers(parties)]
    if not covering_ones or citizens.is_barred(session, citizen_key, at, names=parties):
        return None
    whose = citizens.citizen(session, citizen_key)
    age = whose.age(at)
    if age >= OF_AGE:
        return covering_ones[0]
    own = [one for one in covering_ones if one.giver == "citizen"]
    if age >= OWN_CONSENT:
        own += [one for one in covering_ones if one.giver == "legal_guardian"]
        return own[0] if own else None
    holders = custody_holders(
        citizens.guardians(session, citizen_key, at), at.astimezone(LOCAL).date()
    )
    said = {one.guardian_key: one for one in covering_ones if one.guardian_key is not None}
    if not holders:
        return next((one for one in covering_ones if one.giver == "legal_guardian"), None)
    if any(one.key not in said for one in holders):
        return None
    return said[holders[0].key]


def _query() -> Select[ConsentRow, ConsentEndRow]:
    return select(ConsentRow, ConsentEndRow).outerjoin(
        ConsentEndRow, ConsentEndRow.consent_key == ConsentRow.key
    )


def _consents(session: Session, query: Select[ConsentRow, ConsentEndRow]) -> list[Consent]:
    rows = session.execute(query).all()
    whose = citizens.citizens(session, {row.citizen_key for row, _ in rows})
    given = {row.guardian_key for row, _ in rows if row.guardian_key is not None}
    until = citizens.custody_until(session, given)
    names = citizens.guardian_names(session, given) if given else {}
    return [
        replace(
            _consent(row, end, whose[row.citizen_key].turns_18, until.get(row.guardian_key or 0)),
            giver_name=names.get(row.guardian_key or 0, ""),
        )
        for row, end in rows
    ]


def _consent(
    row: ConsentRow, end: ConsentEndRow | None, of_age: date, custody_until: date | None
) -> Consent:
    return Consent(
        key=row.key,
        citizen_key=row.citizen_key,
        course_key=row.course_key,
        giver=row.giver,
        decision=row.decision,
        purposes=tuple(row.purposes),
        recipients=tuple(row.recipients),
        categories=tuple(row.categories),
        excluded=row.excluded,
        form=row.form,
        note=row.note,
        given_at=row.given_at,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        of_age=of_age,
        guardian_key=row.guardian_key,
        custody_until=custody_until,
        ended_at=end.at if end else None,
        end=end.kind if end else "",
        end_reason=end.reason if end else "",
    )
