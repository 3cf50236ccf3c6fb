"""Invite a party that has no system: an officer makes a code, the party opens it, and from then on it was told."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.sealing import keyed_hash
from complaints import permissions, timeline
from complaints.flow.reaching import begin, count_days, reach, settle
from complaints.flow.record_serving import serve_waiting
from complaints.flow.triage import CannotAct
from complaints.models import Actor, Complaint, Invitation, Party, Reached, Respondent
from complaints.references import new_receipt_code, tidy_receipt_code


@transaction.atomic
def invite(complaint: Complaint, *, party: Party, actor: Actor, at: datetime) -> str:
    """A new code for the party; those before it open nothing any more. It is shown to the officer once.

    Raises CannotAct for a party that is connected and answers by its own system, and IllegalMove for an ended case.
    """
    permissions.require(actor, "invite")
    complaint = Complaint.objects.locked(complaint.pk)
    complaint.require_open()
    respondent = complaint.respondents.get(party=party)
    if respondent.organisation_id is not None and respondent.asked_at is not None:
        raise CannotAct(_("{party}已经接入，从它自己的系统答复。").format(party=party.label))
    respondent.invitations.good(at).update(withdrawn_at=at)
    code = new_receipt_code()
    respondent.invitations.create(
        code_hash=_hash(code), made_by=actor.user, made_at=at, ends_at=at + settings.INVITATION_LIFETIME
    )
    timeline.record(complaint, "invited", {"party": party}, actor=actor.label, at=at)
    return code


@transaction.atomic
def open_invitation(code: str, *, at: datetime) -> Invitation | None:
    """The invitation a code stands for; None for a code that opens nothing, whatever the reason.

    Opened for the first time, the party counts as told: where nobody had asked it yet, its clock starts now. Opening
    the code of a case that has ended changes nothing; after a reopening the next opening counts.
    """
    if tidy_receipt_code(code) is None:
        return None
    good = Invitation.objects.good(at).select_related("respondent").filter(code_hash=_hash(code))
    found = good.first()
    if found is None:
        return None
    complaint = Complaint.objects.locked(found.respondent.complaint_id)
    found = good.first()  # as it stands now that the case is held: opened or withdrawn meanwhile, perhaps
    if found is None or not complaint.is_open:
        return found
    respondent = found.respondent
    if found.opened_at is None or respondent.asked_at is None:
        _serve(complaint, found, respondent, at=at)
    return found


def _serve(complaint: Complaint, found: Invitation, respondent: Respondent, *, at: datetime) -> None:
    """From now on the party was told, and its clock runs. The caller holds the row lock of the open case."""
    found.opened_at = found.opened_at or at
    found.save(update_fields=["opened_at"])  # from here on it speaks for itself: nothing is passed on to it
    begin(complaint, actor="system", at=at)  # whoever else was reached meanwhile is told of with its own words
    if respondent.asked_at is None:
        respondent.asked_at = at
        respondent.save(update_fields=["asked_at"])
    reach(respondent, Reached.ENTRANCE, at=at)
    count_days(complaint)
    settle(complaint, at=at)
    respondent.refresh_from_db(fields=["due_on"])
    until = respondent.due_on.isoformat() if respondent.due_on else None
    body = {"party": respondent.party, "due_on": until}
    timeline.record(complaint, "invitation-opened", body, actor=f"respondent:{respondent.pk}", at=at)
    if respondent.party == Party.PLATFORM:
        serve_waiting(complaint, actor=f"respondent:{respondent.pk}", at=at)


@transaction.atomic
def withdraw_invitation(complaint: Complaint, *, party: Party, actor: Actor, at: datetime) -> None:
    """The party's code opens nothing any more, and who is in by it is out. Raises CannotAct where there is none."""
    permissions.require(actor, "invite")
    complaint = Complaint.objects.locked(complaint.pk)
    if not complaint.respondents.get(party=party).invitations.good(at).update(withdrawn_at=at):
        raise CannotAct(_("没有还能用的入口码，不用收回。"))
    timeline.record(complaint, "invitation-withdrawn", {"party": party}, actor=actor.label, at=at)


def invitation_still_good(pk: int, *, at: datetime) -> Invitation | None:
    """The opened invitation, if it was neither taken back nor has ended."""
    good = Invitation.objects.good(at).select_related("respondent", "respondent__complaint")
    return good.filter(pk=pk, opened_at__isnull=False).first()


def _hash(code: str) -> str:
    return keyed_hash(f"invitation:{tidy_receipt_code(code)}")
