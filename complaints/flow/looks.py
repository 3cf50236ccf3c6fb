"""Looking into files behind the pages: who goes on with it, what follows for the cases, and what a person settles."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import jobs, permissions, timeline
from complaints.evidence import quarantine, vault
from complaints.evidence.looking import NotNow
from complaints.flow import masks, showings
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Blob, Complaint, DecisionRecord, Evidence, Heartbeat, Showing

log = logging.getLogger(__name__)

CHECKED = "evidence-checked"
RINGS = 20  # of one sweep: the next one is two minutes away
LATE = timedelta(minutes=30)  # a file that waits so long is told to the operator
UNCLAIMED = timedelta(hours=48)  # bytes with a row, but in no draft and no case: whoever sent them is gone
MEDIA = "media"  # the heartbeat of the cluster that looks


class Verdict(models.TextChoices):
    """What an officer finds of a file that could not be checked to the end. A code: the timeline holds no free text."""

    FALSE_ALARM = "false-alarm", gettext_lazy("收下：问过运行维护，是误报")
    OPENED = "opened", gettext_lazy("收下：请运行维护在单独的电脑上看过，没有问题")
    UNSAFE = "unsafe", gettext_lazy("不收：可能会害到别人")
    UNREADABLE = "unreadable", gettext_lazy("不收：打不开")
    UNRELATED = "unrelated", gettext_lazy("不收：和投诉没有关系")

    @property
    def stores(self) -> bool:
        return self in {Verdict.FALSE_ALARM, Verdict.OPENED}


# ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────────


def look(blob_id: int, *, at: datetime) -> None:
    """Look into a file that waits, and let follow what follows. Doing it twice, or for one that is gone, is right."""
    blob = Blob.objects.filter(pk=blob_id).first()
    with suppress(NotNow):  # taken away meanwhile
        if blob and blob.is_waiting:
            blob = quarantine.look(blob, at=at)
        if blob and blob.is_news:
            draw(blob, at=at)


def sweep(*, at: datetime) -> int:
    """Find in the tables what waits, and ring for it. Returns how many files wait."""
    quarantine.hold_hopeless(at)
    waiting = Blob.objects.waiting(at)
    if is_working(at=at):
        for pk in waiting.values_list("pk", flat=True)[:RINGS]:
            jobs.ring("look", pk)
    if late := Blob.objects.filter(state=Blob.State.QUARANTINED, kept_at__lt=at - LATE).count():
        log.error("evidence: %s files have waited for their check for more than %s", late, LATE)
    return waiting.count()


def forget(*, at: datetime) -> int:
    """Take away what nobody ever handed in, refused or not. Returns how many files that was. What was handed in and
    refused goes with a tombstone, see flow.erasure."""
    nobodys = Blob.objects.filter(offered_as=None, erased_at=None)
    refused = nobodys.filter(state=Blob.State.REJECTED)
    over = refused.filter(kept_at__lt=at - timedelta(days=settings.REJECTED_KEPT_DAYS))
    for blob in refused.filter(report__gone__isnull=True):
        quarantine.drop_refused(blob)
    unclaimed = nobodys.exclude(state=Blob.State.REJECTED).filter(kept_at__lt=at - UNCLAIMED)
    gone = [vault.discard_blob(blob) for blob in nobodys.filter(Q(pk__in=over) | Q(pk__in=unclaimed))]
    return sum(gone)


def beat(*, at: datetime) -> None:
    """Show that a worker of the media cluster really works."""
    Heartbeat.objects.update_or_create(name=MEDIA, defaults={"at": at})


def is_working(*, at: datetime) -> bool:
    """Whether the media cluster has shown itself lately: nobody rings where nobody hears."""
    return Heartbeat.objects.filter(name=MEDIA, at__gt=at - settings.MEDIA_HEARTBEAT_LIMIT).exists()


def standstill(*, since: datetime, at: datetime) -> str:
    """Why a media cluster that was started at ``since`` has to be started again; empty while it works, or is young."""
    if since > at - settings.MEDIA_HEARTBEAT_LIMIT or is_working(at=at):
        return ""
    return "no heartbeat"


# ── What follows ─────────────────────────────────────────────────────────────────────────────────────────────────────


def go_on(blob: Blob) -> None:
    """With a piece just handed in: what is sound is worked on, what waits is looked into. The caller is in its
    transaction; nothing is rung where that fails."""
    if blob.may_be_opened:
        _became_stored(blob)
    if blob.is_waiting or blob.is_news:  # in the second case others waited for the same bytes
        jobs.ring("look", blob.pk)


def draw(blob: Blob, *, at: datetime) -> None:
    """Tell every case that a file lies in what became of it, each in a transaction of its own, each once."""
    while not blob.is_waiting:
        for complaint_id in _untold(blob):
            _tell_case(complaint_id, blob, at=at)
        with transaction.atomic():
            current = Blob.objects.select_for_update().get(pk=blob.pk)
            if current.state != blob.state or _untold(blob):
                blob = current  # a person settled it, or a draft was filed, meanwhile
                continue
            if blob.is_refused:  # in a draft nobody has been told
                Showing.objects.filter(evidence__blob=blob, evidence__complaint=None).delete()
            drawn = Blob.objects.filter(pk=blob.pk, state=blob.state, is_news=True).update(is_news=False)
            if drawn and blob.may_be_opened:
                _became_stored(blob)
            return


def tell_of(complaint: Complaint, pieces: Iterable[Evidence], *, at: datetime) -> None:
    """On handing in: which of the files are held, or were not taken. The caller holds the row lock."""
    for piece in pieces:
        if piece.blob.state in {Blob.State.HELD, Blob.State.REJECTED}:
            _tell(complaint, piece, actor="system", at=at)


def settle_held(complaint: Complaint, evidence_id: int, *, verdict: Verdict, actor: Actor, at: datetime) -> Evidence:
    """An officer has looked into what no machine could: it is taken, or it is not. Raises IllegalMove where it is not
    held any more, Evidence.DoesNotExist for what is not in the case."""
    permissions.require(actor, "file")
    with transaction.atomic():
        complaint = Complaint.objects.locked(complaint.pk)
        if actor.role != Role.OFFICER:
            raise IllegalMove(_("只有工作人员可以决定。"))
        piece = complaint.evidence.offered().select_related("blob").get(pk=evidence_id)
        key = "settled" if verdict.stores else "problem"
        if not quarantine.settle(piece.blob, stored=verdict.stores, report={key: verdict.value}):
            raise IllegalMove(_("这个文件已经有结果了，刷新看看。"))
        piece.blob.refresh_from_db()
        _tell(complaint, piece, actor=actor.label, at=at)
        _decide(complaint, actor=actor.label, at=at)
        jobs.ring("look", piece.blob_id)  # other cases that it lies in
        return piece


def _became_stored(blob: Blob) -> None:
    """The one place where a file has become sound, or a sound one was handed in: what works on files is rung here."""
    jobs.ring("read", blob.pk)
    masks.ring_for(blob)


def _untold(blob: Blob) -> list[int]:
    """The cases that a file lies in and that have not been told of its state, in an order that all keep."""
    pieces = Evidence.objects.offered().filter(blob=blob, complaint__isnull=False).order_by("complaint_id")
    untold = [piece.complaint_id for piece in pieces if piece.complaint_id and not _is_told(piece, blob)]
    return list(dict.fromkeys(untold))


def _is_told(piece: Evidence, blob: Blob) -> bool:
    assert piece.complaint is not None
    told = piece.complaint.events.filter(kind=CHECKED, body__evidence=piece.pk).order_by("-sequence").first()
    return told is not None and told.body["state"] == blob.state


@transaction.atomic
def _tell_case(complaint_id: int, blob: Blob, *, at: datetime) -> None:
    complaint = Complaint.objects.locked(complaint_id)
    if Blob.objects.select_for_update().get(pk=blob.pk).state != blob.state:
        return
    for piece in complaint.evidence.offered().filter(blob=blob).select_related("blob"):
        if not _is_told(piece, blob):
            _tell(complaint, piece, actor="system", at=at)
    _decide(complaint, actor="system", at=at)


def _tell(complaint: Complaint, piece: Evidence, *, actor: str, at: datetime) -> None:
    """One piece: the event; its readers where it is sound; and what it showed, where it was not taken."""
    blob = piece.blob
    why = blob.report.get("settled") or blob.report.get("problem") or blob.report.get("why")
    body = {"evidence": piece.pk, "by": piece.offered_by, "state": blob.state, **({"why": why} if why else {})}
    event = timeline.record(complaint, CHECKED, body, actor=actor, at=at)
    if piece.kind == Evidence.Kind.AUTHORITY:
        return
    if blob.may_be_opened:
        announce(complaint, event, at=at)
    elif blob.is_refused:
        showings.end(complaint, piece, at=at)


def _decide(complaint: Complaint, *, actor: str, at: datetime) -> None:
    if complaint.is_open and complaint.decision_id:
        decide_again(complaint, because=DecisionRecord.Because.EVIDENCE, actor=actor, at=at)
