"""Mint, hash, compare and rotate API keys and signing secrets."""

import base64
import secrets
import zlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.sealing import keyed_hash

LIVE, TEST = "zz_live", "zz_test"
ID_CHARACTERS = "abcdefghjkmnpqrstuvwxyz23456789"
SIGNING_SECRET_BYTES = 32  # Standard Webhooks 1.0.0 allows 24 to 64
SIGNING_KEY_PREFIX = "whsk_"
PUBLIC_KEY_PREFIX = "whpk_"


@dataclass(frozen=True, slots=True)
class MintedKey:
    """A new API key: ``text`` is shown once and never stored; ``public_id`` and ``digest`` are."""

    text: str
    public_id: str
    digest: str


def mint_api_key(*, practising: bool = False) -> MintedKey:
    """``zz_live_<id>_<secret>_<crc>``: the prefix lets secret scanners find it, the checksum catches a bad copy. A key
    to practise with says so: ``zz_test_…``."""
    public_id = "".join(secrets.choice(ID_CHARACTERS) for _ in range(8))
    body = f"{TEST if practising else LIVE}_{public_id}_{secrets.token_hex(24)}"
    text = f"{body}_{_checksum(body)}"
    return MintedKey(text=text, public_id=public_id, digest=keyed_hash(text))


def public_id_of(text: str) -> str | None:
    """The id inside a well-formed key, or None: a typing error is found without asking the database."""
    body, _, checksum = text.rpartition("_")
    if not body.startswith((f"{LIVE}_", f"{TEST}_")) or checksum != _checksum(body) or body.count("_") != 3:
        return None
    return body.split("_")[2]


def is_test_key(text: str) -> bool:
    """Whether a well-formed key says that it is one to practise with."""
    return text.startswith(f"{TEST}_")


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"


def mint_signing_secret() -> str:
    """``whsec_`` and base64 of 32 random bytes (Standard Webhooks 1.0.0)."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SIGNING_SECRET_BYTES)).decode()


def mint_signing_key() -> str:
    """``whsk_`` and base64 of the 32 bytes of an ed25519 key (Standard Webhooks 1.0.0, asymmetric)."""
    return SIGNING_KEY_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def public_key_of(text: str) -> str:
    """``whpk_…``: the public half of ``whsk_…``, which is shown to whoever verifies. Raises ValueError."""
    return PUBLIC_KEY_PREFIX + base64.b64encode(signing_key_of(text).public_key().public_bytes_raw()).decode()


def signing_key_of(text: str) -> Ed25519PrivateKey:
    """The key inside ``whsk_…``; some tools write 64 bytes, the public half behind. Raises ValueError."""
    raw = base64.b64decode(text.removeprefix(SIGNING_KEY_PREFIX), validate=True)
    if not text.startswith(SIGNING_KEY_PREFIX) or len(raw) not in {32, 64}:
        raise ValueError("no ed25519 key")
    return Ed25519PrivateKey.from_private_bytes(raw[:32])
