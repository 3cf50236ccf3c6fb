"""What holds after every fault, whatever was killed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.models import Endpoint
from complaints.evidence import shelf, tending, vault
from complaints.evidence.named import named
from complaints.flow import proving
from complaints.flow.intake import hash_of
from complaints.models import Attempt, Blob, Complaint, Delivery, Event, Respondent
from tests.faults.house import House

RECOUNT = timedelta(days=3)  # after that the sweep has been over the whole shelf
ANNOUNCED = {"parties-asked": "case.opened", "decided": "case.decided"}  # to everybody who was asked


def check_invariants(house: House) -> None:
    """Nothing that was confirmed is lost, nothing is half there, nothing hangs. Fails with all that is broken."""
    with house.inside():
        found = [
            *_receipts(house.receipts),
            *_notices(),
            *_leases(),
            *_files(),
            *_chains(),
            *_arrivals({m.headers["webhook-id"] for one in house.receivers for m in one.messages}, house),
        ]
    assert not found, "\n".join(found)


def _receipts(receipts: dict[str, str]) -> Iterator[str]:
    for reference, code in receipts.items():
        if not Complaint.objects.filter(reference=reference, receipt_hash=hash_of(code)).exists():
            yield f"{reference} was confirmed and is not there"


def _notices() -> Iterator[str]:
    """Each event has its one notice for each endpoint of those who were asked, as far as the endpoint wants it."""
    lines = list(Endpoint.objects.filter(removed_at=None).exclude(state="unverified"))
    for event in Event.objects.filter(kind__in=ANNOUNCED).select_related("complaint"):
        asked = Respondent.objects.filter(complaint=event.complaint_id, asked_at__isnull=False)
        organisations = set(asked.values_list("organisation", flat=True))
        for line in lines:
            if line.organisation_id not in organisations or line.created_at > event.at:
                continue
            if line.types and ANNOUNCED[event.kind] not in line.types:
                continue
            count = Delivery.objects.filter(event=event, endpoint=line).count()
            if count != 1:
                yield f"{event.complaint.reference}.{event.sequence} {event.kind}: {count} notices for {line.url}"


def _leases() -> Iterator[str]:
    """No lease is older than two of its lengths; and what is not leased has no attempt under way."""
    old = timezone.now() - timedelta(seconds=float(settings.WEBHOOK_LEASE.total_seconds()))
    for one in Delivery.objects.filter(state="leased").filter(Q(leased_until=None) | Q(leased_until__lt=old)):
        yield f"{one} is leased until {one.leased_until}"
    for attempt in Attempt.objects.filter(outcome="started").exclude(delivery__state="leased"):
        yield f"{attempt} is still under way, and its notice is not leased"


def _files() -> Iterator[str]:
    """Each row has its bytes, whole; and after the reaper nothing lies there without a row."""
    for blob in Blob.objects.filter(erased_at=None).exclude(state=Blob.State.REJECTED):
        if not vault.is_intact(blob.sha256):
            yield f"{blob} has no whole file"
    if not settings.EVIDENCE_DIR.exists():
        return
    later = timezone.now() + RECOUNT
    tending.sweep(lambda: later, until=later + timedelta(seconds=60))
    tending.sweep(lambda: later + 2 * tending.SWEEP_IN, until=later + RECOUNT)
    there = [item.sha256 for item in shelf.digests()]
    for sha256 in set(there) - named(there):
        yield f"{sha256} lies there without a row"


def _chains() -> Iterator[str]:
    for complaint in Complaint.objects.prefetch_related("events"):
        try:
            proving.check_case(complaint)
        except proving.Broken as broken:
            yield str(broken)


def _arrivals(arrived: set[str], house: House) -> Iterator[str]:
    if house.receivers:
        for one in Delivery.objects.filter(state="done").exclude(message_id__in=arrived):
            yield f"{one} counts as taken and never arrived"
