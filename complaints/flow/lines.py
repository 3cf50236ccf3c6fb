"""What happens to an address of an organisation: added, verified, changed, tried, paused, taken away, sent to again.

Each verb is one transaction that holds the row; each change is on record (LineChange). Who asks for what is not theirs
gets CannotChangeLine, and nothing has changed.
"""

import base64
import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.credentials import mint_signing_secret
from accounts.models import Endpoint, Organisation
from accounts.sealing import keyed_hash
from complaints import jobs, webhooks
from complaints.flow import delivery as outbox
from complaints.flow.line_rules import (
    CannotChangeLine,
    TooOften,
    require,
    room_for_one_more,
    sound_headers,
    sound_pace,
    sound_types,
    sound_url,
)
from complaints.lifecycle import Role
from complaints.models import Actor, Attempt, Delivery, LineChange, ReplayJob, Tally, Trigger

What = LineChange.What
State = Endpoint.State

DAY = timedelta(days=1)
OVERLAPS = (timedelta(), DAY, 3 * DAY, 7 * DAY)  # how long an old secret may go on signing
PROBES_A_MINUTE = 5
CHALLENGE_BYTES = 32
REPLAYABLE = (Delivery.State.DONE, Delivery.State.DEAD, Delivery.State.PARKED)


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of a ping or a challenge: the attempt as it is on record, and whether it is what was hoped for."""

    attempt: Attempt
    passed: bool


def visible_to(actor: Actor) -> "models_of_lines":
    """The addresses an actor may look after; of everybody for an operator, of nobody for anybody else."""
    standing = Endpoint.objects.standing().select_related("organisation")
    if actor.role == Role.OFFICER and actor.user and actor.user.is_superuser:
        return standing
    if actor.role != Role.RESPONDENT or actor.organisation is None:
        return standing.none()
    return standing.filter(organisation__in=houses_of(actor))
