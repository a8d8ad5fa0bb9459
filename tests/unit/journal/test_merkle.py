"""The Merkle root against RFC 6962's own definition, written down the recursive way."""

from __future__ import annotations

import hashlib

import pytest

from app.journal import merkle


def by_definition(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = by_definition(leaves[:split]), by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("count", range(18))
def test_the_root_is_rfc_6962_s(count: int) -> None:
    leaves = [b"leaf %d" % number for number in range(count)]
    assert merkle.root(leaves) == by_definition(leaves).hex()
