"""The notices of an organisation in the order they arose, for who missed some; and a digest of each day of them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Endpoint, Organisation
from complaints.models import PROBES, Delivery

# Numbers are given out before their transactions end: a reader who ran ahead of a slow one would never see it.
LAG = timedelta(seconds=10)
KEPT = timedelta(days=90)  # the bytes of a notice are forgotten then


@dataclass(frozen=True, slots=True)
class Sum:
    """How many notices, and what they come to; with the first and the last place in the feed, 0 where there is none."""

    count: int
    checksum: str
    first: int = 0
    last: int = 0


def feed_of(organisation: Organisation, *, at: datetime, line: Endpoint | None = None) -> QuerySet[Delivery]:
    """Every notice, once; or those to one address, under the ids they have there. Tests are none."""
    own = Delivery.objects.filter(endpoint__organisation=organisation).exclude(trigger__in=PROBES)
    settled = own.filter(created_at__lte=at - LAG).exclude(body=b"").order_by("pk")
    if line is not None:
        return settled.filter(endpoint=line)
    same = own.filter(event=OuterRef("event"), pk__lt=OuterRef("pk"))  # two addresses get the same bytes
    return settled.exclude(Exists(same))


def of_day(rows: QuerySet[Delivery], day: date) -> QuerySet[Delivery]:
    """Those of a feed that arose on a day of UTC."""
    begins = datetime.combine(day, time.min, UTC)
    return rows.filter(created_at__gte=begins, created_at__lt=begins + timedelta(days=1))


def is_closed(day: date, *, at: datetime) -> bool:
    """Whether nothing can be added to that day any more."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1) + LAG <= at


def sum_of(rows: QuerySet[Delivery]) -> Sum:
    """SHA-256 over a line for each notice in the order of the feed: its id, a space, SHA-256 of its body in hex, and
    a line feed (docs/webhooks.md)."""
    digest, places = hashlib.sha256(), []
    for pk, message_id, body in rows.values_list("pk", "message_id", "body").iterator(chunk_size=500):
        digest.update(f"{message_id} {hashlib.sha256(bytes(body)).hexdigest()}\n".encode())
        places.append(pk)
    ends = (places[0], places[-1]) if places else (0, 0)
    return Sum(len(places), f"sha256:{digest.hexdigest()}", *ends)
