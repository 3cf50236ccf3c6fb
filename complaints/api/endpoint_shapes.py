"""Addresses, their log and their replays as the API takes and shows them."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import Http404
from rest_framework import serializers

from accounts.models import Endpoint
from complaints.api.serializers import Strict
from complaints.certificates import LONGEST, shown_of
from complaints.flow.line_health import figures_of
from complaints.flow.lines import OVERLAPS, Probe, public_key
from complaints.line_words import cause_of
from complaints.models import Attempt, Delivery, ReplayJob
from complaints.notice_types import CATALOGUE

OVERLAP = dict(zip(("immediate", "24h", "72h", "7d"), OVERLAPS, strict=True))


class CertificateIn(Strict):
    """A certificate of yours for us to show, those between after it, and its key without a password; PEM."""

    certificate = serializers.CharField(max_length=LONGEST)
    key = serializers.CharField(max_length=LONGEST)


class LineIn(Strict):
    """An address. ``types`` are types of notices (empty for all), ``headers`` go with each notice. ``extra_ca`` (PEM)
    is trusted there as well, ``client_certificate`` shown to whoever asks; null takes either away."""

    url = serializers.CharField(max_length=2048)
    types = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=100)
    headers = serializers.DictField(
        child=serializers.CharField(max_length=1024, allow_blank=True, trim_whitespace=False), required=False
    )
    max_in_flight = serializers.IntegerField(min_value=1, max_value=8, required=False)
    ed25519 = serializers.BooleanField(required=False)
    extra_ca = serializers.CharField(max_length=LONGEST, required=False, allow_null=True, allow_blank=True)
    client_certificate = CertificateIn(required=False, allow_null=True)


class LineChangeIn(LineIn):
    """What is to be different; what is not named stays."""

    url = serializers.CharField(max_length=2048, required=False)


class RotationOfSecretIn(Strict):
    """How long the secret before goes on signing beside the new one."""

    overlap = serializers.ChoiceField(choices=list(OVERLAP), required=False, default="24h")


class ReplayIn(Strict):
    """The span (``since`` inclusive, ``until`` exclusive), the states (else: dead and parked) and types (else: all)."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    states = serializers.ListField(child=serializers.CharField(max_length=16), required=False, default=list)
    types = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)


def pk_of(code: str) -> int:
    """``ep_7`` → 7. Raises Http404 for what is no such code."""
    number = code.removeprefix("ep_")
    if number == code or not (number.isascii() and number.isdigit() and len(number) <= 18):
        raise Http404
    return int(number)


def line(one: Endpoint, *, at: datetime) -> dict[str, Any]:
    """An address with its last 24 hours; without its secrets, and of its headers only the names."""
    found = figures_of(one, at=at)
    return {
        "id": one.code,
        "url": one.url,
        "state": one.state,
        "health": found.health.value,
        "types": one.types,
        "max_in_flight": one.max_in_flight,
        "headers": sorted(one.extra_headers()),
        "ed25519_public_key": public_key(one) or None,
        "extra_ca": [asdict(each) for each in shown_of(one, "ca")] or None,
        "client_certificate": [asdict(each) for each in shown_of(one, "client")] or None,
        "secret_since": moment(found.secret_since),
        "old_secrets_until": [moment(end) for end in one.old_secrets_end(at)],
        "failures_in_row": one.failures_in_row,
        "failing_since": moment(one.failing_since),
        "resting_until": moment(one.closed_until),
        "last_24_hours": {"attempts": found.tried, "taken": found.taken, "median_ms": found.median_ms},
        "dead": found.dead,
        "parked": found.parked,
        "created_at": moment(one.created_at),
        "verified_at": moment(one.verified_at),
    }


def probe(made: Probe) -> dict[str, Any]:
    """What came of a challenge or a ping."""
    return {"passed": made.passed, "attempt": attempt(made.attempt)}


def delivery(one: Delivery) -> dict[str, Any]:
    """A notice in the log, in one line."""
    return {
        "id": one.message_id,
        "endpoint": one.endpoint.code,
        "type": one.type,
        "case": one.event.complaint.reference if one.event else None,
        "state": one.state,
        "test": one.is_test,
        "trigger": one.trigger,
        "attempts": one.attempts,
        "created_at": moment(one.created_at),
        "next_attempt_at": moment(one.next_attempt_at) if one.state == Delivery.State.PENDING else None,
        "done_at": moment(one.done_at),
    }


def delivery_whole(one: Delivery) -> dict[str, Any]:
    """The same with its bytes, as text (null once they were forgotten), and every attempt, the newest first."""
    tries = [attempt(each) for each in one.tries.order_by("-pk")]
    return {**delivery(one), "body": bytes(one.body).decode() or None, "tries": tries}


def attempt(one: Attempt) -> dict[str, Any]:
    """One try, as it is on record. ``reply`` is the beginning of the answer with what looks like a secret covered."""
    return {
        "number": one.number,
        "trigger": one.trigger,
        "started_at": moment(one.started_at),
        "finished_at": moment(one.finished_at),
        "outcome": one.outcome,
        "status": one.status,
        "error": one.error or None,
        "cause": cause_of(one) or None,
        "duration_ms": one.duration_ms,
        "address": one.address,
        "tls": one.tls or None,
        "reply": one.reply,
    }


def replay(job: ReplayJob) -> dict[str, Any]:
    """A replay and how far it has come."""
    return {
        "id": job.pk,
        "endpoint": f"ep_{job.endpoint_id}",
        "state": job.state,
        "since": moment(job.since),
        "until": moment(job.until),
        "states": job.states,
        "types": job.types,
        "total": job.total,
        "queued": job.queued,
        "created_at": moment(job.created_at),
        "ended_at": moment(job.ended_at),
    }


def types() -> list[dict[str, Any]]:
    """The catalogue of notices in the caller's language."""
    return [
        {
            "type": each.name,
            "when": str(each.when),
            "operational": each.is_operational,
            "schema": each.schema()["$id"],
        }
        for each in CATALOGUE.values()
    ]


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def overlap_of(word: str) -> timedelta:
    return OVERLAP[word]
