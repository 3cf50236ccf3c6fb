"""How the addresses of an organisation are doing: which need somebody to look, and what their owner is told by the
clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from django.db import transaction
from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey, Endpoint, Organisation
from complaints.flow.operational import operational
from complaints.models import PROBES, Attempt, Delivery, LineChange, Pace, Tally

LATELY = timedelta(hours=24)
SAMPLE = 200  # attempts that the median is taken of
FAILURES = 5  # in a row: the line rests
SLOW_BITS = 2  # of the last 20 attempts: the 95th percentile is above five seconds
SECRET_DIES_IN = timedelta(hours=6)
KEY_ENDS_IN = (1, 7, 30)  # days

State = Endpoint.State


class Health(TextChoices):
    """What a line is like today, worst first where several would fit."""

    STOPPED = "stopped", _("已停用")
    UNVERIFIED = "unverified", _("还没核对")
    PAUSED = "paused", _("已暂停")
    FAILING = "failing", _("连续失败")
    SLOW = "slow", _("偏慢")
    HEALTHY = "healthy", _("正常")


@dataclass(frozen=True, slots=True)
class Figures:
    """The last 24 hours of a line: how many attempts, how many of them were taken, and the median time in ms; None
    where nothing was tried. ``secret_since`` is when its newest secret was made."""

    health: Health
    tried: int
    taken: int
    median_ms: int | None
    dead: int
    parked: int
    secret_since: datetime

    @property
    def percent(self) -> int | None:
        """Of the attempts, how many were taken; never 100 where one was not."""
        return self.taken * 100 // self.tried if self.tried else None


def health_of(line: Endpoint) -> Health:
    """What the line is like now."""
    stopped = {
        State.GONE: Health.STOPPED,
        State.DISABLED: Health.STOPPED,
        State.UNVERIFIED: Health.UNVERIFIED,
        State.PAUSED: Health.PAUSED,
    }
    if found := stopped.get(State(line.state)):
        return found
    if line.failures_in_row >= FAILURES:
        return Health.FAILING
    pace = Pace.objects.filter(endpoint=line.pk).values_list("slow", flat=True).first() or 0
    return Health.SLOW if line.failures_in_row >= 2 or pace.bit_count() >= SLOW_BITS else Health.HEALTHY


def figures_of(line: Endpoint, *, at: datetime) -> Figures:
    """What its owner and the operators look at."""
    recent = Attempt.objects.filter(delivery__endpoint=line.pk, started_at__gt=at - LATELY, finished_at__isnull=False)
    recent = recent.exclude(trigger__in=PROBES).exclude(outcome=Attempt.Outcome.NOT_SENT)
    count = recent.aggregate(tried=Count("pk"), taken=Count("pk", filter=Q(outcome=Attempt.Outcome.TAKEN)))
    took = recent.filter(duration_ms__isnull=False).order_by("-pk").values_list("duration_ms", flat=True)[:SAMPLE]
    left = line.deliveries.exclude(trigger__in=PROBES).aggregate(
        dead=Count("pk", filter=Q(state=Delivery.State.DEAD)), parked=Count("pk", filter=Q(state=Delivery.State.PARKED))
    )
    made = line.changes.filter(what__in=LineChange.MADE_SECRET).values_list("at", flat=True).first()
    return Figures(
        health=health_of(line),
        **count,
        median_ms=round(median(found)) if (found := [each for each in took if each is not None]) else None,
        **left,
        secret_since=made or line.created_at,
    )


def troubled(organisation: Organisation) -> list[Endpoint]:
    """The addresses of an organisation that get nothing though they should: failing, switched off, or with a new URL
    that was not verified. For the strip above the inbox; empty where all is well."""
    rows = Endpoint.objects.listening().filter(organisation=organisation)
    return list(
        rows.filter(
            Q(state__in=[State.GONE, State.DISABLED, State.UNVERIFIED])
            | Q(state=State.ACTIVE, failures_in_row__gte=FAILURES)
        ).order_by("pk")
    )


def tell_of_secrets(*, at: datetime) -> int:
    """Tell an organisation, at its other addresses, that an old secret stops within six hours and nothing was taken
    since it was renewed: its receiver may not know the new one. Once for each old secret; returns how many."""
    ending = Endpoint.objects.standing().filter(
        state=State.ACTIVE, old_secret_until__gt=at, sealed_old_secret__gt="", changes__what=LineChange.What.SECRET
    )
    return sum(_tell_of_secret(line, at) for line in ending.select_related("organisation").distinct().order_by("pk"))


@transaction.atomic
def _tell_of_secret(line: Endpoint, at: datetime) -> int:
    ends = [end for end in line.old_secrets_end(at) if end <= at + SECRET_DIES_IN]
    renewed = line.changes.filter(what=LineChange.What.SECRET).values_list("at", flat=True)[0]
    taken = Attempt.objects.filter(delivery__endpoint=line.pk, started_at__gt=renewed, outcome=Attempt.Outcome.TAKEN)
    if not ends or taken.exists():
        return 0
    if Tally.objects.count_up(f"secret-ends:{line.pk}", window=min(ends)) > 1:
        return 0
    data = {"endpoint": line.code, "expires_at": _iso(min(ends))}
    operational(line.organisation, "endpoint.secret_expiring", data, at=at, but=line)
    return 1


def tell_of_keys(*, at: datetime) -> int:
    """Tell an organisation that a key of its machines ends in 30, 7 or 1 days; each once. Returns how many."""
    ending = ApiKey.objects.usable(at).filter(expires_at__lte=at + timedelta(days=max(KEY_ENDS_IN)))
    return sum(_tell_of_key(key, at) for key in ending.select_related("organisation").order_by("pk"))


@transaction.atomic
def _tell_of_key(key: ApiKey, at: datetime) -> int:
    assert key.expires_at is not None
    step = next(days for days in KEY_ENDS_IN if key.expires_at <= at + timedelta(days=days))
    if Tally.objects.count_up(f"key-ends:{key.pk}:{step}", window=key.expires_at) > 1:
        return 0
    data = {"key": key.public_id, "expires_at": _iso(key.expires_at)}
    operational(key.organisation, "api_key.expiring", data, at=at)
    return 1


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
