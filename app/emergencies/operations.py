"""Opening an emergency access, and reviewing it: both stand in the citizen's journal."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app import citizens
from app.access import Principal
from app.clock import to_text
from app.emergencies.emergency import (
    HOURS,
    VERDICTS,
    Emergency,
    need_none_open,
    sound_reason,
    value_of,
)
from app.emergencies.queries import holds, of_person
from app.emergencies.rows import EmergencyRow
from app.errors import Conflict, DomainError, NotFound, Refused
from app.journal import Keyring, NewEntry, append
from app.storage import UnitOfWork


def open_access(
    work: UnitOfWork, keyring: Keyring, citizen_key: int, who: Principal, reason: str
) -> Emergency:
    """Let a person see a citizen for `HOURS` hours; one that they hold already is returned as it is.

    Raises:
        Refused: the person may not, or has several that nobody has reviewed.
        DomainError: the reason says too little.
    """
    who.require("emergency:open")
    held = holds(work.session, who.username, citizen_key, work.now)
    if held is not None:
        return held
    need_none_open(of_person(work.session, who.username))
    if citizens.is_barred(work.session, citizen_key, work.now, username=who.username):
        raise Refused("emergency:barred", "Du må ikke få adgang til borgeren, heller ikke nu.")
    row = EmergencyRow(
        key=work.next_key(),
        citizen_key=citizen_key,
        username=who.username,
        unit=who.unit,
        reason=sound_reason(reason),
        opened_at=work.now,
        until=work.now + timedelta(hours=HOURS),
        reviewed_by="",
        verdict="",
        remark="",
    )
    work.session.add(row)
    payload = {"emergency": str(row.key), "reason": row.reason, "until": to_text(row.until)}
    stream = f"citizen:{citizen_key}"
    append(work, NewEntry(stream, "citizen:emergency-opened", who.username, payload), keyring)
    return value_of(row)


def review(
    work: UnitOfWork, keyring: Keyring, key: int, who: Principal, verdict: str, remark: str
) -> Emergency:
    """Keep what somebody else thinks of an emergency access; one found unjustified ends at once.

    Raises:
        NotFound: there is none with this key.
        Refused: it is the person's own, or another unit's.
        Conflict: it has been reviewed.
        DomainError: no such verdict, or an unjustified one without a remark.
    """
    row = work.session.scalar(select(EmergencyRow).where(EmergencyRow.key == key).with_for_update())
    if row is None:
        raise NotFound("emergency:unknown", "Nødadgangen findes ikke.")
    if not value_of(row).may_review(who):
        text = "Nødadgang gennemgås af en leder i samme enhed eller en revisor, aldrig af en selv."
        raise Refused("emergency:reviewer", text)
    if row.reviewed_at is not None:
        raise Conflict("emergency:reviewed", "En anden har gennemgået nødadgangen.")
    remark = " ".join(remark.split())[:2000]
    wrong = {}
    if verdict not in VERDICTS:
        wrong["verdict"] = "Vælg, om nødadgangen var berettiget."
    elif verdict == "unjustified" and not remark:
        wrong["remark"] = "Skriv, hvorfor den ikke var berettiget, og hvad der sker nu."
    if wrong:
        raise DomainError("emergency:review", "Gennemgangen er ikke gemt.", fields=wrong)
    row.reviewed_by, row.reviewed_at = who.username, work.now
    row.verdict, row.remark = verdict, remark
    payload = {"emergency": str(key), "verdict": verdict, "remark": remark}
    stream = f"citizen:{row.citizen_key}"
    append(work, NewEntry(stream, "citizen:emergency-reviewed", who.username, payload), keyring)
    return value_of(row)
