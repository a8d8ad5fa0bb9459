"""What Camunda draws at random, drawn here from the instant and the variables: decided again it is the same."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from hashlib import sha256

from app.feel.builtins.signature import Declared, declare
from app.feel.errors import FeelError
from app.feel.run import Run
from app.feel.values import Value

TABLE: Declared = {}
builtin, metered = declare(TABLE)

_DIGITS = 16
_SHORT = 200


def _drawn(run: Run) -> bytes:
    """Return 32 bytes that differ by the draw within an evaluation, by the instant, and by the short variables."""
    if run.now is None or run.now.tzinfo is None:
        text = "Udtrykket trækker lod, men har intet tidspunkt at gøre det ud fra."
        raise FeelError(text, code="feel:clock")
    run.draws += 1
    run.charge(30 + len(run.variables))
    seen = "".join(
        f" {name}={value}"
        for name, value in sorted(run.variables.items())
        if isinstance(value, int | Decimal) or (isinstance(value, str) and len(value) <= _SHORT)
    )
    at = run.now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return sha256(f"{at}Z {run.draws}{seen}".encode()).digest()


@metered("random number()")
def random_number(run: Run) -> Value:
    """A number from 0 up to, but not, 1 (Camunda)."""
    return Decimal(int.from_bytes(_drawn(run)[:8]) % 10**_DIGITS).scaleb(-_DIGITS)


@metered("uuid()")
def uuid(run: Run) -> Value:
    """A text in the form of a UUID, version 8 (RFC 9562): made of a digest (Camunda)."""
    drawn = bytearray(_drawn(run)[:16])
    drawn[6], drawn[8] = drawn[6] & 0x0F | 0x80, drawn[8] & 0x3F | 0x80
    text = drawn.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
