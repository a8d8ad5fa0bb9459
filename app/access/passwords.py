"""Passwords: argon2 hashes, and the stamp by which a session knows of a changed one."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app import canonical
from app.errors import DomainError

MIN_LENGTH = 10
_MAX_LENGTH = 200
_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Verified where there is no such person: a wrong name takes as long as a wrong password."""
    return _hasher.hash("nobody has this one")


def hash_password(password: str, *, shortest: int = MIN_LENGTH) -> str:
    """Hash a new password.

    Raises:
        DomainError: shorter than `shortest`, or absurdly long.
    """
    if not shortest <= len(password) <= _MAX_LENGTH:
        text = f"Adgangskoden skal have mindst {shortest} tegn."
        raise DomainError("person:password", text, fields={"password": text})
    return _hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Tell whether the password is the one that was hashed; as slow where there is no hash."""
    try:
        _hasher.verify(password_hash or _nobody(), password[:_MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def stamp(password_hash: str | None) -> str:
    """Return what changes with the password: sessions and remembered headers carry it."""
    return canonical.digest(password_hash)[:16]
