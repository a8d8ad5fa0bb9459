"""Random material: the only place that draws it. Nothing drawn here reaches an engine decision or a digest of one."""

from __future__ import annotations

import secrets


def random_bytes(size: int) -> bytes:
    """Return `size` bytes for a key or a nonce."""
    return secrets.token_bytes(size)


def random_token() -> str:
    """Return an unguessable text of 43 characters for a URL, a session or a CSRF secret."""
    return secrets.token_urlsafe(32)
