"""A key of the API, never its text."""

from __future__ import annotations

from typing import Any

from accounts.models import ApiKey
from complaints.api.representations.wire import moment
from complaints.scope_words import SCOPES


def key(one: ApiKey) -> dict[str, Any]:
    """A key without its text. ``scopes`` are those it has, also where it is from before there were any."""
    return {
        "id": one.public_id,
        "label": one.label,
        "scopes": one.scopes or list(SCOPES),
        "networks": one.networks,
        "created_at": moment(one.created_at),
        "expires_at": moment(one.expires_at),
        "last_used_at": moment(one.last_used_at),
        "revoked_at": moment(one.revoked_at),
    }
