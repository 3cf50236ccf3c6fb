"""One spelling of a JSON value, and its digest: the same on every machine (decide-contract.md, ``digest``)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any


def canonical_json(value: Any) -> bytes:
    """UTF-8, keys sorted, no blanks, no escapes beyond JSON's own. NaN and infinities are refused (ValueError)."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """``sha256:`` and the hexadecimal digest of the canonical JSON."""
    return "sha256:" + sha256(canonical_json(value)).hexdigest()
