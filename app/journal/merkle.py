"""A Merkle tree's root, after RFC 6962 §2.1: one digest for many values in a fixed order.

`path` and `root_from` are its audit path (§2.1.1): proof that one value is under a root, without the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def root(leaves: Sequence[bytes]) -> str:
    """Return the root over `leaves`, in hex. Leaves and nodes are hashed apart, so none poses as the other."""
    level = [_leaf(leaf) for leaf in leaves]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        level = _above(level)
    return level[0].hex()


def path(leaves: Sequence[bytes], index: int) -> list[str]:
    """Return the digests beside the way from a leaf to the root, from the bottom; "" where there is none beside it."""
    level, found = [_leaf(leaf) for leaf in leaves], []
    while len(level) > 1:
        beside = index ^ 1
        found.append(level[beside].hex() if beside < len(level) else "")
        level, index = _above(level), index // 2
    return found


def root_from(leaf: bytes, index: int, beside: Sequence[str]) -> str:
    """Return the root that a leaf, its place and its path lead to.

    Raises:
        ValueError: the path holds something else than digests.
    """
    digest = _leaf(leaf)
    for text in beside:
        if text:
            other = bytes.fromhex(text)
            digest = _node(other, digest) if index % 2 else _node(digest, other)
        index //= 2
    return digest.hex()


def _above(level: list[bytes]) -> list[bytes]:
    pairs = zip(level[::2], level[1::2], strict=False)
    # An odd one out rises as it is: the same tree as splitting at the largest power of two.
    odd = level[-1:] if len(level) % 2 else []
    return [_node(left, right) for left, right in pairs] + odd


def _leaf(value: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + value).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
