"""Looking is on record before anything is seen: evidence, and a consumer's contact, which is opened for a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from complaints import permissions, timeline
from complaints.evidence import custody
from complaints.evidence.custody import Act, Happening
from complaints.lifecycle import Role
from complaints.models import Access, Actor, Complaint, CustodyEntry, Evidence

DENIED_ONCE_IN = timedelta(hours=1)
AT_ONCE = 1000  # cases in one statement


class ContactReason(models.TextChoices):
    """Why an officer needs to see how to reach the consumer. A code, because the timeline holds no free text."""

    REACH = "reach", _("联系消费者")
    VERIFY = "verify", _("核对身份")
    HAND_OVER = "hand-over", _("移送或协助其他机关")
    ASKED = "asked", _("消费者本人要求")


@transaction.atomic
def reveal_contact(complaint: Complaint, *, reason: ContactReason, actor: Actor, at: datetime) -> dict[str, str]:
    """Name, telephone and e-mail in plain, for one page; who looked and why is on record before they are read."""
    permissions.require(actor, "contact")
    complaint = Complaint.objects.locked(complaint.pk)
    note_access(complaint, Access.What.CONTACT, actor=actor, at=at)
    timeline.record(complaint, "contact-viewed", {"reason": reason.value}, actor=actor.label, at=at)
    return complaint.contact.reveal()


def noted_lately(what: Access.What, *, actor: Actor, at: datetime) -> Exists:
    """For a query of cases: whether this look of the actor was entered just before."""
    return Exists(Access.objects.recent(actor, OuterRef("pk"), what, at))


def note_access(
    complaint: Complaint, what: Access.What, *, actor: Actor, at: datetime, noted: bool | None = None
) -> None:
    """Enter that an officer sees what is personal in a case, before it is shown; the same look again is not entered
    anew. Consumers and parties look at what is theirs: they are not entered here. ``noted`` is what ``noted_lately``
    said, where it was asked."""
    if actor.role != Role.OFFICER or actor.user is None or actor.organisation is None:
        return
    if noted is None:
        noted = Access.objects.recent(actor, complaint, what, at).exists()
    if not noted:
        Access.objects.create(
            officer=actor.user, organisation=actor.organisation, complaint=complaint, what=what, at=at
        )


def note_export(cases: Sequence[int], *, actor: Actor, at: datetime) -> None:
    """The same for all cases of a table that an officer takes away; in the transaction that is committed before its
    first byte leaves."""
    assert actor.user is not None  # an officer is a person of an association
    assert actor.organisation is not None
    told = {"officer": actor.user, "organisation": actor.organisation, "what": Access.What.EXPORT, "at": at}
    for first in range(0, len(cases), AT_ONCE):
        these = Complaint.objects.filter(pk__in=cases[first : first + AT_ONCE]).order_by("pk")
        fresh = these.exclude(noted_lately(Access.What.EXPORT, actor=actor, at=at)).values_list("pk", flat=True)
        Access.objects.bulk_create(Access(complaint_id=pk, **told) for pk in fresh)


def note_viewing(
    evidence: Evidence, *, variant: str, actor: Actor, at: datetime, reason: str = "", act: Act | None = None
) -> CustodyEntry:
    """Enter who looks at a piece into the case's custody chain, committed before its first byte leaves. Must not run
    inside a transaction."""
    act = act or (Act.DOWNLOADED if variant == "original" else Act.VIEWED)
    (entry,) = note_all([evidence], variant=variant, actor=actor, at=at, reason=reason, act=act)
    return entry


def note_all(
    pieces: Sequence[Evidence], *, variant: str, actor: Actor, at: datetime, act: Act, reason: str = ""
) -> list[CustodyEntry]:
    """The same for several pieces of one case that leave together. Must not run inside a transaction."""
    if not pieces:
        return []
    told = [Happening(act, piece, at, actor.label, variant=variant, reason=reason) for piece in pieces]
    with transaction.atomic(durable=True):
        if actor.role == Role.OFFICER and (case := pieces[0].complaint):
            what = Access.What.ORIGINAL if variant == "original" else Access.What.EVIDENCE
            note_access(case, what, actor=actor, at=at)
        return custody.enter(_case_of(pieces[0]), told)


def note_denial(evidence: Evidence, *, variant: str, actor: Actor, at: datetime) -> CustodyEntry | None:
    """Enter that somebody who sees the case was not given this variant of a piece; within an hour once, or anybody
    could fill the chain. Who does not see the case is not entered: what one may not see does not exist."""
    same = CustodyEntry.objects.filter(
        evidence=evidence, act=Act.DENIED, actor=actor.label, variant=variant[:16], at__gt=at - DENIED_ONCE_IN
    )
    if same.exists():
        return None
    return note_viewing(evidence, variant=variant[:16], actor=actor, at=at, act=Act.DENIED)


def _case_of(piece: Evidence) -> int:
    if piece.complaint_id is None:
        raise ValueError("a draft has no custody chain: what happened to it is entered when it is filed")
    return piece.complaint_id
