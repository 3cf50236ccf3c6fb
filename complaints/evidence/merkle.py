"""Merkle trees as RFC 6962 has them: a leaf is hashed after 0x00, two nodes after 0x01; nothing stands for both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\0" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over hashes of leaves, at least one."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [node(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]  # an odd one rises as it is: the same tree as the RFC's recursion
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes beside the way from a leaf up to the root, from below: RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*path(leaves[:split], index), root(leaves[split:])]
    return [*path(leaves[split:], index - split), root(leaves[:split])]


def root_by(path: Sequence[bytes], leaf: bytes, index: int, size: int) -> bytes | None:
    """The root that a leaf and its path lead to; None where the path has not the length of such a place (RFC 9162)."""
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None
