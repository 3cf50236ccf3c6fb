"""What a person does with their account: gather cases in it, say how to be told, delete it."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from accounts.names import email_of
from complaints import timeline
from complaints.models import Complaint, Contact, Event, Helper, Notice


class CannotDelete(Exception):
    """An account one does not delete oneself: whoever works here leaves traces that others answer for."""


class TakenByAnother(Exception):
    """The case stands in somebody else's account already."""


@transaction.atomic
def claim(complaint: Complaint, *, user: User, at: datetime) -> Complaint:
    """Put a case whose receipt code was given into the person's account, and tell who is its contact. Twice is once.
    Raises TakenByAnother."""
    complaint = Complaint.objects.locked(complaint.pk)
    if complaint.consumer_id == user.pk:
        return complaint
    if complaint.consumer_id is not None:
        raise TakenByAnother
    complaint.consumer = user
    complaint.save(update_fields=["consumer"])
    Contact.objects.filter(complaint=complaint).update(erase_at_end=False)
    _know_helper(complaint, user)
    timeline.record(complaint, "claimed", {}, actor="consumer", at=at)
    return complaint


def _know_helper(complaint: Complaint, user: User) -> None:
    """Where the address of the account is the one the helper gave, the account is the helper's and not the buyer's."""
    helper, address = Helper.objects.filter(complaint=complaint).first(), email_of(user)
    if helper and address and helper.reveal()["email"].casefold() == address.casefold():
        Helper.objects.filter(pk=helper.pk).update(account=user)


@transaction.atomic
def release(complaint: Complaint, *, user: User, at: datetime) -> Complaint:
    """Take a case out of the person's own account, and tell who is its contact; from then on its receipt code alone
    opens it. Twice is once. Raises TakenByAnother."""
    complaint = Complaint.objects.locked(complaint.pk)
    if complaint.consumer_id not in {None, user.pk}:
        raise TakenByAnother
    if complaint.consumer_id is not None:
        complaint.consumer = None
        complaint.save(update_fields=["consumer"])
        timeline.record(complaint, "released", {}, actor="consumer", at=at)
    return complaint


def prefer(user: User, *, language: str, wants_notices: bool) -> None:
    """Keep in which language, and whether at all, the person is told of what happens."""
    user.language, user.wants_notices = language, wants_notices
    user.save(update_fields=["language", "wants_notices"])


def introduce(user: User, *, name: str, phone: str, region: str) -> None:
    """Keep what the next filing form is filled with beforehand. Cases that were filed keep the contact they have."""
    user.keep_card(name=name, phone=phone)
    user.region = region
    user.save(update_fields=["sealed_card", "region"])


def works_here(user: User) -> bool:
    """Whether this is the account of an officer, an operator or a business's people."""
    return user.is_staff or user.is_superuser or user.memberships.exists()


def may_delete(user: User) -> bool:
    """Whether this is a consumer's own account, and not that of somebody who works here, nor of one who did: what they
    did names them. Looks through all events: to be asked only where an account is about to go.
    """
    return not works_here(user) and not Event.objects.filter(actor=f"officer:{user.pk}").exists()


@transaction.atomic
def delete(user: User, *, at: datetime) -> None:
    """Delete the account. Its cases stay, cut loose from it; their contact details are erased: at once where the case
    has ended, otherwise once it has. Of what was filed for others only the helper's own details go, and at once: the
    buyer's are the buyer's, who is told on. Raises CannotDelete."""
    if not may_delete(user):
        raise CannotDelete
    helped = Helper.objects.filter(account=user)
    of_others = set(helped.values_list("complaint", flat=True))
    for pk in user.complaints.order_by("pk").values_list("pk", flat=True):
        complaint = Complaint.objects.locked(pk)
        complaint.consumer = None
        complaint.save(update_fields=["consumer"])
        is_helpers = pk in of_others
        timeline.record(complaint, "account-deleted", {"helper": True} if is_helpers else {}, actor="consumer", at=at)
        if is_helpers:
            continue
        Contact.objects.filter(complaint=complaint).update(erase_at_end=True)
        if not user.wants_notices:
            Contact.objects.filter(complaint=complaint, muted_at=None).update(muted_at=at)
        if not complaint.is_open:
            Notice.objects.filter(contact__complaint=complaint, state=Notice.State.PENDING).update(
                state=Notice.State.SKIPPED, done_at=at
            )
    for helper in helped:
        helper.erase()
    erase_ended(at=at)
    try:
        user.delete()
    except ProtectedError:
        raise CannotDelete from None


def erase_ended(*, at: datetime) -> int:
    """Erase how to reach a person who deleted their account, where the case has ended and they were told so. Returns
    how many."""
    waiting = Notice.objects.filter(state=Notice.State.PENDING).values("contact")
    ended = Contact.objects.filter(erase_at_end=True, complaint__closed_at__isnull=False).exclude(pk__in=waiting)
    done = 0
    for pk in ended.values_list("pk", flat=True):
        done += _erase(pk, at)
    return done


@transaction.atomic
def _erase(pk: int, at: datetime) -> bool:
    complaint = Complaint.objects.locked(Contact.objects.values_list("complaint", flat=True).get(pk=pk))
    contact = Contact.objects.get(pk=pk)
    if not contact.erase_at_end:
        return False
    contact.keep(name="", phone="", email="")
    contact.erase_at_end = False
    contact.save(update_fields=["sealed", "erase_at_end", "proved_phone", "proved_email"])
    for helper in Helper.objects.filter(complaint=complaint):
        helper.erase()
    timeline.record(complaint, "contact-erased", {}, actor="system", at=at)
    return True
