"""Encrypt small secrets at rest (webhook secrets, telephone numbers) and hash codes under a key."""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
VERSION = "s1"


class CannotUnseal(Exception):
    """The sealed text was altered, moved to another owner, or sealed under another key."""


def _key() -> bytes:
    return hashlib.sha256(settings.SEALING_KEY.encode()).digest()


def seal(plain: str, *, owner: str) -> str:
    """AES-256-GCM; ``owner`` (for example ``endpoint:7:secret``) is bound in, so a sealed text cannot change places."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(_key()).encrypt(nonce, plain.encode(), owner.encode())
    return f"{VERSION}.{base64.urlsafe_b64encode(nonce + box).decode()}"


def unseal(sealed: str, *, owner: str) -> str:
    """The plain text again. Raises CannotUnseal."""
    try:
        version, body = sealed.split(".", 1)
        raw = base64.urlsafe_b64decode(body)
        if version != VERSION:
            raise ValueError(version)
        return AESGCM(_key()).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], owner.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise CannotUnseal(owner) from error


def keyed_hash(text: str) -> str:
    """HMAC-SHA256 under the pepper, in hex: a stolen database cannot be searched for a guessed code."""
    return hmac.new(settings.RECEIPT_PEPPER.encode(), text.encode(), hashlib.sha256).hexdigest()
