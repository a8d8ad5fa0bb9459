"""The nightly round: what an installation does by itself once a day, a little after midnight in Denmark."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app import courses, documents, intake, jobs, mail
from app.clock import LOCAL
from app.journal import Head, Keyring, signing
from app.storage import UnitOfWork

NIGHTLY = "nightly"
"""The name under which the round stands in the list of due work."""

_AT = time(0, 5)


def begin(work: UnitOfWork) -> None:
    """Put the first round on the list of due work; one that is there already, even a missed one, stays."""
    if not jobs.is_scheduled(work.session, NIGHTLY, ""):
        jobs.schedule(work, NIGHTLY, "", _next_round(work.now))


def make_round(
    key: Ed25519PrivateKey,
    keyring: Keyring,
    other_ends: Callable[[], Iterable[Head]],
    work: UnitOfWork,
    _ref: str,
) -> None:
    """Sign the ends of all chains, forget messages and documents that nobody came for, and plan the next round.

    Args:
        key: the installation's private key.
        keyring: seals what is written down of documents that are thrown away.
        other_ends: gives the ends of chains that are kept elsewhere: the access log's.
        work: the transaction to write in.
    """
    signing.sign(work, key, other_ends())
    courses.drop_expired(work)
    intake.forget_candidates(work)
    mail.forget_old(work)
    documents.forget_unsent(work, keyring)
    jobs.schedule(work, NIGHTLY, "", _next_round(work.now))


def _next_round(now: datetime) -> datetime:
    tomorrow = now.astimezone(LOCAL).date() + timedelta(days=1)
    return datetime.combine(tomorrow, _AT, LOCAL)
