"""Tell an organisation about its own lines and keys: notices that belong to no case, to its other addresses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import Endpoint, Organisation
from complaints import jobs, webhooks
from complaints.models import Delivery


def operational(
    organisation: Organisation, kind: str, data: Mapping[str, Any], *, at: datetime, but: Endpoint | None = None
) -> list[Delivery]:
    """One notice to each address in use of an organisation that takes this kind, but not to the one it is about.

    It is signed, tried again and counted as any other. Call it inside the transaction that made it true.
    """
    lines = Endpoint.objects.filter(organisation=organisation, state=Endpoint.State.ACTIVE, removed_at=None)
    if but is not None:
        lines = lines.exclude(pk=but.pk)
    body = webhooks.envelope(kind, data, event_id=webhooks.new_id("evt_", at), at=at)
    rows = [
        Delivery(
            endpoint=line,
            message_id=webhooks.new_id("msg_", at),
            type=kind,
            body=body,
            next_attempt_at=at,
            created_at=at,
        )
        for line in lines
        if not line.types or kind in line.types
    ]
    Delivery.objects.bulk_create(rows)
    if rows:
        jobs.ring("deliver")
    return rows
