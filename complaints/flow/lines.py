"""What happens to an address of an organisation: added, verified, changed, tried, paused, taken away, sent to again.

Each verb is one transaction that holds the row; each change is on record (LineChange). Who asks for what is not theirs
gets CannotChangeLine, and nothing has changed.
"""

import base64
import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.credentials import mint_signing_secret
from accounts.models import Endpoint, Organisation
from accounts.sealing import CannotUnseal, keyed_hash
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
from complaints.flow.noting import park
from complaints.lifecycle import Role
from complaints.models import Actor, Attempt, Delivery, LineChange, ReplayJob, Tally, Trigger

What = LineChange.What
State = Endpoint.State

DAY = timedelta(days=1)
OVERLAPS = (timedelta(), DAY, 3 * DAY, 7 * DAY)  # how long an old secret may go on signing
PROBES_A_MINUTE = 5  # of one business
PROBES_AT_ONCE = 2  # of one business, and of all together who practise
CHALLENGE_BYTES = 32
NO_SECRET = "no-secret"  # why an attempt was not sent (webhooks.STOPPERS)


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of a ping or a challenge: the attempt as it is on record, and whether it is what was hoped for."""

    attempt: Attempt
    passed: bool


def visible_to(actor: Actor) -> QuerySet[Endpoint]:
    """The addresses an actor may look at, with their organisations: an operator all, a business its own."""
    standing = Endpoint.objects.standing().select_related("organisation")
    if actor.role == Role.OFFICER and actor.user and actor.user.is_superuser:
        return standing
    if actor.role != Role.RESPONDENT or actor.organisation is None:
        return standing.none()
    return standing.filter(Q(organisation=actor.organisation) | Q(organisation__sandbox_of=actor.organisation))


def log_of(actor: Actor) -> QuerySet[Delivery]:
    """What was sent, or is to be sent, to addresses the actor may look at, and to those they took away."""
    rows = Delivery.objects.select_related("endpoint__organisation", "event__complaint")
    if actor.role == Role.OFFICER and actor.user and actor.user.is_superuser:
        return rows
    if actor.role != Role.RESPONDENT or actor.organisation is None:
        return rows.none()
    own = Q(endpoint__organisation=actor.organisation) | Q(endpoint__organisation__sandbox_of=actor.organisation)
    return rows.filter(own)


# ── Adding and verifying ─────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def add_line(
    organisation: Organisation, *, url: str, types: Collection[str] = (), actor: Actor, at: datetime
) -> tuple[Endpoint, str]:
    """A new address, to be verified before it gets anything, and its signing secret, which is shown this once."""
    require(actor, organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    url, chosen = sound_url(url), sound_types(types)
    room_for_one_more(organisation, url)
    line = Endpoint.objects.create(
        organisation=organisation, url=url, types=chosen, state=State.UNVERIFIED, created_at=at
    )
    secret = mint_signing_secret()
    line.keep_secret(secret, at=at)
    _note(line, What.ADDED, actor, at)
    return line, secret


def verify_line(endpoint: Endpoint, *, actor: Actor, at: datetime) -> Probe:
    """Ask the address to repeat a challenge; if it does, it is in use from then on, and what was parked is sent.

    A challenge holds for the one answer to it, and for the URL it was sent to. Must not run inside a transaction.
    """
    challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
    with transaction.atomic():
        line = _held(endpoint, actor)
        if line.state != State.UNVERIFIED:
            raise CannotChangeLine(_("这个地址已经核对过了。"))
        _not_too_often(line, at)
        line.challenge_hash = _hash(line, challenge)
        line.save(update_fields=["challenge_hash"])
    with _leaving(line, at):
        attempt, answer = outbox.send_now(
            line, "endpoint.verify", _probe_body(line, at, challenge=challenge), trigger=Trigger.VERIFY, at=at
        )
    repeated = attempt.outcome == Attempt.Outcome.TAKEN and _repeats(answer, challenge)
    with transaction.atomic():
        line = _held(endpoint, actor)
        awaited = bool(line.challenge_hash) and constant_time_compare(line.challenge_hash, _hash(line, challenge))
        if awaited:
            line.challenge_hash = ""
            line.save(update_fields=["challenge_hash"])
        passed = repeated and awaited and line.state == State.UNVERIFIED
        if passed:
            line.verified_at = at
            line.save(update_fields=["verified_at"])
            outbox.reopen_line(line, at=at)
            _note(line, What.VERIFIED, actor, at)
    endpoint.refresh_from_db()
    return Probe(attempt, passed)


def ping(endpoint: Endpoint, *, actor: Actor, at: datetime) -> Probe:
    """Send a test to a verified address in whatever state and wait for the answer, at most five times a minute; it
    says nothing about the health of the line. Must not run inside a transaction."""
    with transaction.atomic():
        line = _held(endpoint, actor)
        if line.state == State.UNVERIFIED:
            raise CannotChangeLine(_("先核对这个地址，再发测试。"))
        _not_too_often(line, at)
    with _leaving(line, at):
        attempt, _answer = outbox.send_now(line, "endpoint.ping", _probe_body(line, at), trigger=Trigger.PING, at=at)
    return Probe(attempt, attempt.outcome == Attempt.Outcome.TAKEN)


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def change_url(endpoint: Endpoint, url: str, *, actor: Actor, at: datetime) -> Endpoint:
    """Another URL under the same secret. It is verified anew; until then what it would get is parked."""
    line, url = _held(endpoint, actor), sound_url(url)
    if url == line.url:
        return line
    room_for_one_more(line.organisation, url, instead_of=line)
    if line.state != State.UNVERIFIED:
        line.verified_at = line.verified_at or line.created_at  # in use before addresses were verified
    line.url, line.state, line.challenge_hash, line.closed_until = url, State.UNVERIFIED, "", None
    line.failures_in_row, line.failing_since, line.told_failing = 0, None, 0
    line.save()
    park(Delivery.objects.filter(endpoint=line), at=at)
    return _note(line, What.MOVED, actor, at)


@transaction.atomic
def subscribe(endpoint: Endpoint, types: Collection[str], *, actor: Actor, at: datetime) -> Endpoint:
    """Take only these types of notices from now on; none named is all."""
    line = _held(endpoint, actor)
    return _set(line, "types", sound_types(types), What.TYPES, actor, at)


@transaction.atomic
def set_pace(endpoint: Endpoint, most: int, *, actor: Actor, at: datetime) -> Endpoint:
    """How many notices may be on their way at a time."""
    return _set(_held(endpoint, actor), "max_in_flight", sound_pace(most), What.PACE, actor, at)


@transaction.atomic
def set_headers(endpoint: Endpoint, headers: Mapping[str, str], *, actor: Actor, at: datetime) -> Endpoint:
    """Headers that go with each notice; kept sealed, for they may be keys."""
    line = _held(endpoint, actor)
    sound = sound_headers(headers)
    with suppress(CannotUnseal):  # what cannot be read is written anew
        if sound == line.extra_headers():
            return line
    line.keep_headers(sound)
    line.save(update_fields=["sealed_headers"])
    send_what_lacked_a_secret(line, at=at)
    return _note(line, What.HEADERS, actor, at)


@transaction.atomic
def change(endpoint: Endpoint, wanted: Mapping[str, Any], *, actor: Actor, at: datetime) -> None:
    """Everything that is named (``url``, ``types``, ``headers``, ``max_in_flight``, ``ed25519``), or nothing of it."""
    if "url" in wanted:
        change_url(endpoint, wanted["url"], actor=actor, at=at)
    if "types" in wanted:
        subscribe(endpoint, wanted["types"], actor=actor, at=at)
    if "headers" in wanted:
        set_headers(endpoint, wanted["headers"], actor=actor, at=at)
    if "max_in_flight" in wanted:
        set_pace(endpoint, wanted["max_in_flight"], actor=actor, at=at)
    if "ed25519" in wanted:
        use_signing_key(endpoint, on=wanted["ed25519"], actor=actor, at=at)


@transaction.atomic
def rotate_secret(endpoint: Endpoint, *, overlap: timedelta = DAY, actor: Actor, at: datetime) -> str:
    """A new secret, which signs at once and is shown this once. The one before goes on signing for the overlap; with
    none, every old one stops now: for a secret that others know. What was parked because it could not be signed is sent
    now, if the address is in use."""
    if overlap not in OVERLAPS:
        raise CannotChangeLine(_("旧密钥还能用多久，选一个：马上停用、24小时、72小时、7天。"))
    line = _held(endpoint, actor)
    if overlap and len(line.old_secrets_end(at)) >= Endpoint.OLD_SECRETS:
        words = _("已经有{n}把旧密钥还在签名。等其中一把到期再换，或者选“马上停用”。")
        raise CannotChangeLine(words.format(n=Endpoint.OLD_SECRETS))
    secret = mint_signing_secret()
    line.keep_secret(secret, at=at, old_until=at + overlap if overlap else None)
    _note(line, What.SECRET, actor, at)
    send_what_lacked_a_secret(line, at=at)
    return secret


@transaction.atomic
def use_signing_key(endpoint: Endpoint, *, on: bool, actor: Actor, at: datetime) -> str:
    """Sign with an ed25519 key beside the secret, or stop it. Returns the public key (``whpk_…``); empty when off."""
    line = _held(endpoint, actor)
    if on != bool(line.sealed_signing_key):
        line.keep_signing_key(f"whsk_{base64.b64encode(secrets.token_bytes(32)).decode()}" if on else "")
        line.save(update_fields=["sealed_signing_key"])
        _note(line, What.KEY_ON if on else What.KEY_OFF, actor, at)
        send_what_lacked_a_secret(line, at=at)
    return public_key(line)


def public_key(line: Endpoint) -> str:
    """What a receiver checks ``v1a`` signatures with: ``whpk_`` and base64; empty where the line has none that can
    be read."""
    key = ""
    with suppress(CannotUnseal):
        key = line.signing_key().removeprefix("whsk_")
    if not key:
        return ""
    public = Ed25519PrivateKey.from_private_bytes(base64.b64decode(key)).public_key()
    return f"whpk_{base64.b64encode(public.public_bytes_raw()).decode()}"


# ── Pausing, taking away, sending again ──────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def pause(endpoint: Endpoint, *, actor: Actor, at: datetime) -> Endpoint:
    """Send nothing for a while; what comes up is parked."""
    line = _held(endpoint, actor)
    if line.state not in {State.ACTIVE, State.PAUSED}:
        raise CannotChangeLine(_("这个地址现在是“{state}”，本来就不发。").format(state=line.get_state_display()))
    _set(line, "state", State.PAUSED, What.PAUSED, actor, at)
    park(Delivery.objects.filter(endpoint=line), at=at)
    return line


@transaction.atomic
def resume(endpoint: Endpoint, *, actor: Actor, at: datetime) -> int:
    """Send to it again, what was parked first. Returns how many notices that is."""
    line = _held(endpoint, actor)
    if line.state == State.UNVERIFIED:
        raise CannotChangeLine(_("先核对这个地址，核对通过就开始发。"))
    if line.state != State.ACTIVE:
        _note(line, What.RESUMED, actor, at)
    return outbox.reopen_line(line, at=at)


@transaction.atomic
def remove(endpoint: Endpoint, *, actor: Actor, at: datetime) -> None:
    """Take an address away: it gets nothing more and forgets its secrets. Its log stays."""
    line = _held(endpoint, actor)
    line.removed_at, line.state, line.old_secret_until = at, State.PAUSED, None
    line.sealed_secret = line.sealed_old_secret = line.sealed_headers = line.sealed_signing_key = ""
    line.sealed_ca = line.sealed_client = ""
    line.tls_shown, line.tls_ends_at = {}, None
    line.challenge_hash = ""
    line.save()
    line.replays.filter(state=ReplayJob.State.RUNNING).update(state=ReplayJob.State.CANCELLED, ended_at=at)
    park(Delivery.objects.filter(endpoint=line), at=at)
    _note(line, What.REMOVED, actor, at)


def resend(notice: Delivery, *, actor: Actor, at: datetime) -> Delivery:
    """Send one notice again at once, under its id. Raises CannotResend too."""
    require(actor, notice.endpoint.organisation)
    if notice.endpoint.removed_at:
        raise CannotChangeLine(_("这个地址已经删掉了，不能再发。"))
    return outbox.replay(notice, at=at)


def send_what_lacked_a_secret(line: Endpoint, *, at: datetime) -> None:
    """Send what was parked because a secret, a header or a certificate of this line could not be read. The caller holds
    the line. One out of use keeps it parked with the rest, until it is used again."""
    if line.state != State.ACTIVE:
        return
    last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-pk").values("error")[:1]
    parked = Delivery.objects.filter(endpoint=line, state=Delivery.State.PARKED).exclude(body=b"")
    unsigned = list(parked.annotate(why=Subquery(last)).filter(why=NO_SECRET).values_list("pk", flat=True))
    anew = {"state": Delivery.State.PENDING, "attempts": 0, "next_attempt_at": at, "settled_at": None}
    if unsigned and parked.filter(pk__in=unsigned).update(**anew):
        jobs.ring("deliver")


# ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _held(endpoint: Endpoint, actor: Actor) -> Endpoint:
    """The row, locked, if it is still there and the actor may change it."""
    rows = Endpoint.objects.standing().select_for_update(of=("self",), no_key=True).select_related("organisation")
    line = rows.filter(pk=endpoint.pk).first()
    if line is None:
        raise CannotChangeLine(_("这个地址已经删掉了。"))
    require(actor, line.organisation)
    return line


def _set(line: Endpoint, field: str, value: object, what: LineChange.What, actor: Actor, at: datetime) -> Endpoint:
    if getattr(line, field) == value:
        return line
    setattr(line, field, value)
    line.save(update_fields=[field])
    return _note(line, what, actor, at)


def _note(line: Endpoint, what: LineChange.What, actor: Actor, at: datetime) -> Endpoint:
    LineChange.objects.create(endpoint=line, what=what, by=actor.label, person=actor.user, at=at)
    return line


def _not_too_often(line: Endpoint, at: datetime) -> None:
    """Somebody waits at a page for each probe: a business has few a minute, and a place or two at a time; all who
    practise share theirs. Both are counted before anything is sent: of many at once each sees those before it."""
    window = _minute(at)
    if Tally.objects.count_up(f"probe:{line.organisation_id}", window=window) > PROBES_A_MINUTE:
        words = _("一分钟最多{most}次，等一会儿再试。").format(most=PROBES_A_MINUTE)
        raise TooOften(words, window + timedelta(minutes=1) - at)
    if Tally.objects.count_up(_places(line), window=window) > PROBES_AT_ONCE:
        raise TooOften(_("现在试的人多，等几秒再试。"), timedelta(seconds=10))


@contextmanager
def _leaving(line: Endpoint, at: datetime) -> Iterator[None]:
    """Give the place back, however it ends. One that was killed on the way is forgotten with its minute."""
    try:
        yield
    finally:
        Tally.objects.count_up(_places(line), window=_minute(at), by=-1)


def _places(line: Endpoint) -> str:
    return "probing:practice" if line.organisation.is_sandbox else f"probing:{line.organisation_id}"


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _hash(line: Endpoint, challenge: str) -> str:
    return keyed_hash(f"challenge:{line.pk}:{line.url}:{challenge}")


def _probe_body(line: Endpoint, at: datetime, **data: str) -> bytes:
    kind = "endpoint.verify" if data else "endpoint.ping"
    said = {"endpoint": line.code, **data}
    return webhooks.envelope(kind, said, event_id=webhooks.new_id("evt_", at), at=at, is_test=True)


def _repeats(answer: bytes, challenge: str) -> bool:
    """Whether the answer is the challenge, as text or as ``{"challenge": …}``. One that sends back whatever it gets
    shows nothing of what it expects."""
    try:
        text = answer.decode().strip()
        found = json.loads(text).get("challenge") if text.startswith("{") else text
        return isinstance(found, str) and constant_time_compare(found, challenge)
    except (ValueError, RecursionError):  # not UTF-8, no JSON, half a character, a hundred thousand brackets
        return False
