"""Mail that waits, that went, and that did not arrive: what is queued stands in the transaction that caused it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.orm import Session

from app import access, jobs
from app.errors import NotFound
from app.mail.rows import GAVE_UP, HANDING, SEEN, SENT, UNSURE, WAITING, OutgoingMail
from app.storage import Instant, Statement, UnitOfWork

MAIL = "mail"
"""The name under which a mail stands in the list of due work; `ref` is its key."""

_KEPT = timedelta(days=90)
"""How long it is remembered what was sent."""

_LATE_ANSWER = timedelta(minutes=30)
"""When a mail is tried again that the server refused after we had stopped waiting for its answer."""

_QUEUE = Statement(
    text(
        "INSERT INTO outgoing_mail (key, cause, recipient, address, subject, body, status, attempts, last_error,"
        " queued_at, expires_at)"
        " VALUES (:key, :cause, :recipient, :address, :subject, :body, 'waiting', 0, '', :queued_at, :expires_at)"
        " ON CONFLICT (cause, recipient) DO NOTHING"
    ).bindparams(bindparam("queued_at", type_=Instant), bindparam("expires_at", type_=Instant))
)


@dataclass(frozen=True)
class NewMail:
    """A mail to a colleague, without personal data: no name, number, address or free text of a citizen's.

    Attributes:
        cause: what it is about, so that nobody hears of the same thing twice.
        recipient: username.
        subject, body: in Danish.
        expires_at: when it is of no use any longer.
    """

    cause: str
    recipient: str
    subject: str
    body: str
    expires_at: datetime | None = None


def queue(work: UnitOfWork, new: NewMail) -> None:
    """Have a mail sent once this transaction is durable; nothing where they want none, or have been told already."""
    who = access.person(work.session, new.recipient)
    if who is None or not who.takes_mail:
        return
    key = work.next_key()
    values = {
        "key": key,
        "cause": new.cause,
        "recipient": who.username,
        "address": who.email,
        "subject": new.subject,
        "body": new.body,
        "queued_at": work.now,
        "expires_at": new.expires_at,
    }
    _QUEUE.run(work.session, values)
    if work.session.get(OutgoingMail, key) is not None:
        jobs.schedule(work, MAIL, str(key), work.now)


def undelivered(session: Session) -> list[OutgoingMail]:
    """Return the mails that did not arrive, or may not have, and that no operator has seen, newest first."""
    wanted = OutgoingMail.status.in_((GAVE_UP, UNSURE))
    query = select(OutgoingMail).where(wanted).order_by(OutgoingMail.key.desc())
    return list(session.scalars(query.limit(200)))


def send_again(work: UnitOfWork, key: int) -> None:
    """Try a mail that did not arrive again, because an operator says so: then it may come twice.

    Raises:
        NotFound: there is none that did not arrive under this key.
    """
    row = _undelivered(work, key)
    row.status, row.attempts, row.expires_at, row.ended_at = WAITING, 0, None, None
    work.session.flush()
    jobs.schedule(work, MAIL, str(key), work.now)


def dismiss(work: UnitOfWork, key: int) -> None:
    """Take a mail that did not arrive off the operators' list.

    Raises:
        NotFound: there is none that did not arrive under this key.
    """
    _undelivered(work, key).status = SEEN
    work.session.flush()


def give_up(work: UnitOfWork, ref: str) -> None:
    """End a mail that waits where there is no server any longer."""
    row = work.session.get(OutgoingMail, int(ref))
    if row is not None and row.status in {WAITING, HANDING}:
        end(work, row.key, GAVE_UP, "Der er ikke længere sat en mailserver op.")


def forget_old(work: UnitOfWork) -> None:
    """Forget mails that have been settled for long."""
    settled = OutgoingMail.status.in_((SENT, SEEN))
    work.session.execute(
        delete(OutgoingMail).where(settled, OutgoingMail.queued_at < work.now - _KEPT)
    )


def end(work: UnitOfWork, key: int, status: str, error: str = "") -> None:
    """Write down how it went with a mail, and take it off the list of due work."""
    row = work.session.get(OutgoingMail, key, with_for_update=True)
    if row is not None:
        row.status, row.last_error, row.ended_at = status, error, work.now
        work.session.flush()
        jobs.withdraw(work, MAIL, str(key))


def put_back(work: UnitOfWork, key: int, error: str) -> None:
    """Write down why a mail has not gone out yet; when it is tried again mostly stands in the list of due work."""
    row = work.session.get(OutgoingMail, key, with_for_update=True)
    if row is None:
        return
    row.status, row.last_error, row.ended_at = WAITING, error, None
    work.session.flush()
    if not jobs.is_scheduled(work.session, MAIL, str(key)):
        jobs.schedule(work, MAIL, str(key), work.now + _LATE_ANSWER)


def claim(work: UnitOfWork, key: int) -> bool:
    """Take a mail in hand, to be given to the server now; False where somebody else has."""
    row = work.session.get(OutgoingMail, key, with_for_update=True)
    if row is None or row.status != WAITING:
        return False
    row.status = HANDING
    work.session.flush()
    return True


def _undelivered(work: UnitOfWork, key: int) -> OutgoingMail:
    row = work.session.get(OutgoingMail, key, with_for_update=True)
    if row is None or row.status not in {GAVE_UP, UNSURE}:
        raise NotFound("mail:unknown", "Mailen står ikke på listen længere.")
    return row
