"""Outside systems that call /v2: registered by an operator with processes, scopes and a legal basis."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import keys
from app.access.principal import Principal
from app.access.rows import ClientRow
from app.errors import Conflict, DomainError, NotFound
from app.storage import UnitOfWork

PREFIX = "client."
"""What every client's name begins with, so that it is never a person's."""

SCOPES = {
    "job:work": "Udføre automatisk arbejde (jobs)",
    "course:start": "Starte forløb",
    "course:read": "Se forløb",
    "message:publish": "Sende beskeder til forløb",
    "model:read": "Se modeller",
}
"""Permits that a client may have, in Danish."""

_NAME = re.compile(r"client\.[a-z0-9][a-z0-9_-]{1,80}")


@dataclass(frozen=True)
class NewClient:
    """What an operator says of an outside system.

    Attributes:
        name: `client.` and lower-case letters, digits, - or _.
        title: as people know it.
        processes: the ids of the processes whose courses it works in.
        scopes: what it may do, of `SCOPES`.
        basis: the legal basis on which it sees what these courses hold.
    """

    name: str
    title: str
    processes: Iterable[str]
    scopes: Iterable[str]
    basis: str


def register_client(work: UnitOfWork, new: NewClient, by: str) -> str:
    """Register an outside system and return its secret, which is shown this once.

    Raises:
        DomainError: something is missing or unknown, by field.
        Conflict: the name is taken.
    """
    processes, scopes = sorted(set(new.processes)), sorted(set(new.scopes))
    wrong = {
        "name": "" if _NAME.fullmatch(new.name) else f"Skal se sådan ud: {PREFIX}fagsystem",
        "title": "" if new.title.strip() else "Skriv, hvad systemet hedder.",
        "processes": "" if processes else "Nævn mindst én proces.",
        "scopes": "" if scopes and SCOPES.keys() >= set(scopes) else f"Kendte: {', '.join(SCOPES)}",
        "basis": "" if 0 < len(new.basis.strip()) <= 500 else "Skriv hjemlen, højst 500 tegn.",
    }
    wrong = {name: text for name, text in wrong.items() if text}
    if wrong:
        raise DomainError("client:invalid", " ".join(wrong.values()), fields=wrong)
    if _find(work.session, new.name) is not None:
        raise Conflict("client:taken", f"Navnet {new.name} er optaget.")
    secret = keys.random_token()
    work.session.add(
        ClientRow(
            key=work.next_key(),
            name=new.name,
            title=new.title.strip(),
            secret=_digest(secret),
            processes=processes,
            scopes=scopes,
            basis=new.basis.strip(),
            registered_at=work.now,
            registered_by=by,
        )
    )
    work.session.flush()
    return secret


def close_client(work: UnitOfWork, name: str) -> None:
    """Close a client's access at once.

    Raises:
        NotFound: no such client.
    """
    row = _find(work.session, name)
    if row is None:
        raise NotFound("client:unknown", f"Der er intet system, der hedder {name}.")
    row.active = False


def registered_clients(session: Session) -> list[ClientRow]:
    """Return all clients, by name."""
    return list(session.scalars(select(ClientRow).order_by(ClientRow.name)))


def client_principal(session: Session, name: str, secret: str) -> Principal:
    """Return the client that proves itself by its secret.

    Raises:
        DomainError: no such client, its access is closed, or the secret is wrong.
    """
    row = _find(session, name)
    right = row is not None and hmac.compare_digest(row.secret, _digest(secret))
    if row is None or not right or not row.active:
        raise DomainError("login:wrong", "Navnet eller hemmeligheden er forkert.")
    return Principal(
        key=row.key,
        username=row.name,
        name=row.title,
        client=row.name,
        scopes=frozenset({*row.scopes, "me:read"}),
        processes=frozenset(row.processes),
        basis=row.basis,
    )


def may_reach(session: Session, name: str, process_id: str) -> bool:
    """Tell whether what somebody of this name sends may reach a process: an outside system's only its own ones."""
    if not name.startswith(PREFIX):
        return True
    row = _find(session, name)
    return row is not None and process_id in row.processes


def _find(session: Session, name: str) -> ClientRow | None:
    return session.scalar(select(ClientRow).where(ClientRow.name == name))


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
