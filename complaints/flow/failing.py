"""The failing clock of lines: owners are told in time, and a line that fails for days is put out of use.

Whoever looks after a business's addresses is told by e-mail, its other addresses by a notice. Nothing is dropped: what
waits for a line out of use is parked, and sent when it is used again. One success ends it all (flow/noting).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Endpoint, Membership, Organisation, User
from accounts.names import email_of
from complaints import mail
from complaints.flow.noting import park
from complaints.flow.operational import operational
from complaints.models import PROBES, Attempt, Delivery

log = logging.getLogger(__name__)

# What was told of a failing line, as bits of Endpoint.told_failing: an answer that only its owner can put right, at
# once; then that it still fails, after these times.
REFUSED = 1
STEPS = {2: timedelta(hours=1), 4: timedelta(hours=24), 8: timedelta(hours=72)}
OWNERS_FAULT = (400, 401, 403, 404, 415)
DISABLED_AFTER = timedelta(days=5)
LEAST_FAILURES = 10
LEAST_NOTICES = 2  # that failed: one that nobody can take says little about a line
READERS = frozenset({Membership.Part.ENGINEER, Membership.Part.MANAGER})


def watch(*, at: datetime) -> int:
    """Tell owners what is due to be told, and stop lines that failed for too long. Returns how many lines that was."""
    failing = Endpoint.objects.filter(state=Endpoint.State.ACTIVE, failing_since__isnull=False, removed_at=None)
    lines = failing.select_related("organisation").order_by("pk")
    return sum(_disable(line, at) or _tell(line, at) for line in lines)


def readers_of(organisation: Organisation) -> list[User]:
    """Who looks after the addresses of a business, or of its place to practise, and can be written to."""
    house = organisation.sandbox_of_id or organisation.pk
    members = Membership.objects.filter(organisation=house, user__is_active=True).select_related("user")
    return [each.user for each in members if READERS & set(each.duties) and email_of(each.user)]


def _tell(line: Endpoint, at: datetime) -> bool:
    """Say once of each step that it was reached; only the latest is said where several were. A letter that could not be
    sent to anybody is tried again with the next run."""
    told, status = line.told_failing, _status(line)
    reached = _reached(line, at) | (REFUSED if status in OWNERS_FAULT else 0)
    if not reached & ~told:
        return False
    mine = Endpoint.objects.filter(pk=line.pk, state=Endpoint.State.ACTIVE, failing_since=line.failing_since)
    if not mine.filter(told_failing=told).update(told_failing=told | reached):
        return False
    if not _write(line, {"status": status, "stopped": False}):
        mine.filter(told_failing=told | reached).update(told_failing=told)
        return False
    with transaction.atomic():
        reason = f"http-{status}" if status else ""
        operational(line.organisation, "endpoint.failing", _data(line, reason), at=at, but=line)
    return True


def _disable(line: Endpoint, at: datetime) -> bool:
    """Put a line out of use that failed for days, and not with one notice only."""
    with transaction.atomic():
        line = Endpoint.objects.select_for_update(no_key=True).get(pk=line.pk)
        if line.state != Endpoint.State.ACTIVE or not _is_hopeless(line, at):
            return False
        line.state = Endpoint.State.DISABLED
        line.save(update_fields=["state"])
        parked = park(Delivery.objects.filter(endpoint=line), at=at)
        operational(line.organisation, "endpoint.disabled", _data(line, "failing"), at=at, but=line)
    log.warning("endpoint %s: failing since %s, put out of use; %s notices parked", line.pk, line.failing_since, parked)
    _write(line, {"status": _status(line), "stopped": True})
    return True


def _is_hopeless(line: Endpoint, at: datetime) -> bool:
    if line.failing_since is None or line.failing_since > at - DISABLED_AFTER or line.failures_in_row < LEAST_FAILURES:
        return False
    tries = Attempt.objects.filter(delivery__endpoint=line, finished_at__gte=line.failing_since)
    failed = tries.exclude(trigger__in=PROBES).exclude(outcome=Attempt.Outcome.NOT_SENT)
    return failed.order_by().values("delivery").distinct().count() >= LEAST_NOTICES


def _reached(line: Endpoint, at: datetime) -> int:
    assert line.failing_since is not None
    return sum(bit for bit, after in STEPS.items() if line.failing_since <= at - after)


def _status(line: Endpoint) -> int | None:
    """What the line answered last since it fails, where one answer was the owner's to put right: that one."""
    tries = Attempt.objects.filter(delivery__endpoint=line, finished_at__gte=line.failing_since, status__isnull=False)
    said = list(tries.exclude(trigger__in=PROBES).order_by("-pk").values_list("status", flat=True)[:20])
    return next((status for status in said if status in OWNERS_FAULT), said[0] if said else None)


def _data(line: Endpoint, reason: str) -> dict[str, Any]:
    assert line.failing_since is not None
    since = line.failing_since.astimezone(UTC).isoformat(timespec="seconds")
    return {"endpoint": f"ep_{line.pk}", "failing_since": since, "reason": reason or "no-answer"}


def _write(line: Endpoint, told: Mapping[str, Any]) -> bool:
    """A letter to each who looks after the addresses; False where there was somebody and none went out. It names the
    host only: a path may hold a secret."""
    about = {"host": urlsplit(line.url).hostname, "since": line.failing_since, **told}
    page = f"{settings.SITE_URL}/r/webhooks/"
    sent = [_send(user, {**about, "page": page}) for user in readers_of(line.organisation)]
    return any(sent) or not sent


def _send(user: User, told: Mapping[str, Any]) -> bool:
    with translation.override("en" if user.language == "en" else "zh-hans"):
        subject = _("责在谁：一个Webhook地址已停用") if told["stopped"] else _("责在谁：一个Webhook地址收不到通知")
        try:
            mail.send(email_of(user), subject, "line", told, headers={"Auto-Submitted": "auto-generated"})
        except OSError as error:
            log.warning("line: letter to member %s not sent (%s)", user.pk, type(error).__name__)
            return False
    return True
