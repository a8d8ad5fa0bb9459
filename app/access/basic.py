"""HTTP Basic: who a request's Authorization header says that it is: a person, or a registered client."""

from __future__ import annotations

import base64
import hmac
import threading
import time
from dataclasses import dataclass
from hashlib import sha256

from app import keys
from app.access.clients import PREFIX, client_principal
from app.access.logins import login
from app.access.passwords import stamp
from app.access.principal import Principal
from app.access.queries import find_row, who_is
from app.errors import DomainError
from app.storage import Database

_REMEMBER_SECONDS = 300
_REMEMBER_AT_MOST = 1000


@dataclass(frozen=True)
class _Remembered:
    username: str
    stamp: str
    until: float


class BasicAuthentication:
    """Verifies Basic headers; one that was right is remembered for five minutes as a keyed digest.

    Argon2 takes a tenth of a second on purpose, which no client can pay on each request. Roles,
    closing of access and a new password count at once all the same: the person is read anew each
    time. One instance a process.
    """

    def __init__(self, database: Database) -> None:
        """Draw the key of the digests; it never leaves this process."""
        self._database = database
        self._secret = keys.random_bytes(32)
        self._known: dict[bytes, _Remembered] = {}
        self._lock = threading.Lock()

    def principal(self, header: str, *, origin: str = "") -> Principal:
        """Return who the header names.

        Args:
            header: the Authorization header's value, "Basic …".
            origin: the caller's address, for the limit on tries.

        Raises:
            DomainError: not a Basic header, or wrong name or password.
            Refused: too many failed tries.
        """
        name, secret = _credentials(header)
        if is_client(header):
            with self._database.read() as session:
                return client_principal(session, name, secret)
        digest = hmac.digest(self._secret, header.encode(), sha256)
        return self._remembered(digest) or self._verified(digest, header, origin)

    def _remembered(self, digest: bytes) -> Principal | None:
        known = self._known.get(digest)
        if known is None or known.until < time.monotonic():
            return None
        with self._database.read() as session:
            found = who_is(session, known.username)
        if found is None or stamp(found[1]) != known.stamp:
            return None
        return found[0]

    def _verified(self, digest: bytes, header: str, origin: str) -> Principal:
        username, password = _credentials(header)
        with (
            self._database.read() as session
        ):  # before the login: a password changed meanwhile must not be remembered
            row = find_row(session, username)
        who = login(self._database, username, password, origin=origin)
        now = time.monotonic()
        with self._lock:
            self._known = {key: one for key, one in self._known.items() if one.until >= now}
            if row is not None and len(self._known) < _REMEMBER_AT_MOST:
                until = now + _REMEMBER_SECONDS
                self._known[digest] = _Remembered(who.username, stamp(row.password), until)
        return who


def is_client(header: str) -> bool:
    """Tell whether the header names a registered client, not a person."""
    return _credentials(header)[0].startswith(PREFIX)


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    try:
        username, colon, password = (
            base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        )
    except ValueError:  # not Base64, not ASCII, not UTF-8
        username, colon, password = "", "", ""
    if scheme.casefold() != "basic" or not colon:
        raise DomainError("login:header", "Log ind med brugernavn og adgangskode (HTTP Basic).")
    return username, password
