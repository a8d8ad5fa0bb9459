"""The only writer of the register of consents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app import citizens
from app.citizens import Guardian, years_after
from app.clock import LOCAL
from app.connectors import OperationContext, Registry, Values, operation
from app.consents.consent import CUSTODY, Consent
from app.consents.giving import OWN_CONSENT, custody_holders, giver_of
from app.consents.queries import consent, consents, valid_consents
from app.consents.rows import ConsentEndRow, ConsentRow
from app.consents.schemas import (
    ComeOfAgeIn,
    ComeOfAgeOut,
    LapseIn,
    LapseOut,
    RecordIn,
    RecordOut,
)
from app.errors import Conflict, DomainError
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork


@dataclass(frozen=True)
class ConsentWithdrawn:
    """Somebody took a consent back: sharing on its ground has stopped, and the citizen's courses must react.

    Attributes:
        citizen_key: whose data it was about.
        consent_key: which consent.
        course_key: the course in which it was given.
        scope: what is withdrawn, in words; "" for all of it.
        reason: why, in words; nobody needs to give one.
        by: username of who registered the withdrawal.
    """

    citizen_key: int
    consent_key: int
    course_key: int
    scope: str
    reason: str
    by: str


@dataclass(frozen=True)
class ConsentRecorded:
    """The register has a new line: what was held back for want of a consent may be asked about again."""

    citizen_key: int
    consent_key: int


@operation(
    "consent:record",
    RecordIn,
    RecordOut,
    title="Gem samtykke",
    description="Skriver samtykket, eller at det ikke blev givet, i registret over samtykker.",
)
def record_consent(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """Add what was said to the register.

    Raises:
        DomainError: given in the future, ending before it begins, or by somebody who may not give it.
    """
    today = context.at.astimezone(LOCAL).date()
    given_at = values["given_at"] or today
    valid_until = values["valid_until"] or _a_year_after(given_at)
    if given_at > today:
        text = "Samtykket kan ikke være givet i fremtiden."
        raise DomainError("consent:future", text, fields={"given_at": text})
    if valid_until <= given_at:
        text = "Samtykket skal gælde til en dag efter, det er givet."
        raise DomainError("consent:ends-first", text, fields={"valid_until": text})
    guardian = _giver(work, context, values, given_at)
    row = ConsentRow(
        key=work.next_key(),
        citizen_key=context.citizen,
        course_key=context.course_key,
        giver=values["consent_giver"],
        guardian_key=guardian.key if guardian else None,
        decision=values["decision"],
        purposes=values["purposes"],
        recipients=values["recipient_parties"],
        categories=values["information_categories"],
        excluded=values["excluded"],
        form=values["form"],
        note=values["note"],
        given_at=given_at,
        valid_until=valid_until,
        recorded_at=context.at,
        recorded_by=context.actor,
    )
    work.session.add(row)
    work.session.flush()
    work.record(ConsentRecorded(context.citizen, row.key))
    return {"consent": row}


@operation(
    "consent:lapse",
    LapseIn,
    LapseOut,
    title="Lad forældres samtykker bortfalde",
    description="Samtykker, som forældremyndighedsindehavere har givet, gælder ikke længere.",
)
def lapse_consents(work: UnitOfWork, context: OperationContext, values: Values) -> Values:
    """End what custody holders have consented to."""
    return {"lapsed": _lapse(work, context, values["reason"])}


@operation(
    "citizen:come_of_age",
    ComeOfAgeIn,
    ComeOfAgeOut,
    title="Den unge bliver myndig",
    description="Forældres adgang slutter, og de samtykker, de har givet, bortfalder.",
)
def come_of_age(work: UnitOfWork, context: OperationContext, values: Values) -> Values:  # noqa: ARG001 -- an operation's form
    """End guardians' access and consents, at 00:00 of the 18th birthday (værgemålsloven § 1)."""
    _lapse(work, context, "Borgeren er fyldt 18 år.")
    return {"guardians_ended": citizens.end_custody(work, context.citizen, context.at)}


def withdraw(
    work: UnitOfWork,
    keyring: Keyring,
    consent_key: int,
    *,
    by: str,
    reason: str = "",
    scope: str = "",
) -> None:
    """Take a consent back: a row in the register, an entry in the journal, a fact for the courses to act on.

    What was shared before stays lawful, and the history keeps it (GDPR art. 7(3)).

    Raises:
        NotFound: no such consent.
        Conflict: it does not hold any more.
    """
    found = consent(work.session, consent_key)
    if not found.valid(work.now):
        raise Conflict(
            "consent:ended", "Samtykket gælder ikke længere, så det kan ikke trækkes tilbage."
        )
    _end(work, found, "withdrawn", at=work.now, by=by, reason=reason)
    payload = {"consent_key": str(consent_key), "scope": scope, "reason": reason}
    stream = f"citizen:{found.citizen_key}"
    append(work, NewEntry(stream, "citizen:consent-withdrawn", by, payload), keyring)
    work.record(
        ConsentWithdrawn(found.citizen_key, consent_key, found.course_key, scope, reason, by)
    )


def register(registry: Registry) -> None:
    """Add the consents' operations."""
    registry.add(record_consent, lapse_consents, come_of_age)


def _giver(
    work: UnitOfWork, context: OperationContext, values: Values, day: date
) -> Guardian | None:
    """Return the guardian who consents, or None; a child's own yes waits for those who must consent for it."""
    whose = citizens.citizen(work.session, context.citizen)
    guardians = citizens.guardians(work.session, whose.key)
    giver = values["consent_giver"]
    found = giver_of(whose, guardians, giver, values["giver_name"], day)
    young = day < years_after(whose.birth_date, OWN_CONSENT)
    if giver == "citizen" and young and values["decision"] != "refused":
        valid = valid_consents(work.session, whose.key, context.at)
        said = {one.guardian_key for one in valid}
        missing = [one for one in custody_holders(guardians, day) if one.key not in said]
        if missing or not said - {None}:
            names = " og ".join(one.name for one in missing) or "forældremyndighedens indehaver"
            text = (
                f"{whose.first_name} er under {OWN_CONSENT} år og kan ikke give samtykke alene."
                f" Skriv først svaret fra {names}."
            )
            raise DomainError("consent:giver", text, fields={"consent_giver": text})
    return found


def _lapse(work: UnitOfWork, context: OperationContext, reason: str) -> int:
    """End the custody holders' consents that neither a day nor a row has ended yet."""
    today = context.at.astimezone(LOCAL).date()
    running = [
        one
        for one in consents(work.session, context.citizen)
        if one.giver in CUSTODY
        and one.decision != "refused"
        and one.ended_at is None
        and one.valid_until >= today
    ]
    for one in running:
        _end(work, one, "lapsed", at=context.at, by=context.actor, reason=reason)
    return len(running)


def _end(
    work: UnitOfWork, ended: Consent, kind: str, *, at: datetime, by: str, reason: str
) -> None:
    work.session.add(ConsentEndRow(consent_key=ended.key, kind=kind, at=at, by=by, reason=reason))
    work.session.flush()


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
