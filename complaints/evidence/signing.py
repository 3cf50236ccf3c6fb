"""The site's own signature: ed25519 under a key that is made from ``SIGNING_KEY``."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(settings.SIGNING_KEY.encode()).digest())


def public_key() -> str:
    """The key to check with, in hex: shown on the page of the anchors."""
    return _key().public_key().public_bytes_raw().hex()


def known_keys() -> set[str]:
    """The present key and those of before, which anchors and bundles may still be signed with."""
    return {public_key(), *settings.SIGNING_KEYS_BEFORE}


def sign(statement: bytes) -> str:
    """The detached signature, in hex. What is signed names its own format, so that nothing stands for another."""
    return _key().sign(statement).hex()


def is_signed(statement: bytes, signature: str, *, public_key: str) -> bool:
    """Whether the signature is this key's over these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), statement)
    except (InvalidSignature, ValueError):
        return False
    return True
