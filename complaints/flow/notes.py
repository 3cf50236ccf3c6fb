"""Notes of officers on a case, for officers alone: written, pointing to colleagues, struck through, read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.sealing import keyed_hash
from complaints import permissions, timeline
from complaints.flow.messages import tidy
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, Complaint, Mention, Note, those_out_of

LONGEST = 2000  # characters of one note
MOST_MENTIONED = 12  # colleagues in one note: who means everybody means nobody


class CannotNote(IllegalMove):
    """A note that cannot be, with a sentence that says why and what to do."""


@transaction.atomic
def write(
    complaint: Complaint, *, words: str, mentioned: Iterable[User], press: str, actor: Actor, at: datetime
) -> Note:
    """Add a note, in a case that has ended too. The same words under the same ``press`` (a form's key) are one note.

    Whoever is mentioned must be able to see the case. Raises CannotNote, IllegalMove or NotAllowed; nothing has changed
    then.
    """
    author = _officer(actor)
    complaint = Complaint.objects.locked(complaint.pk)
    words = tidy(words)
    pressed = keyed_hash(f"{press}\n{words}")
    if again := complaint.notes.filter(author=author, press=pressed).first():
        return again
    people = _checked(complaint, words, mentioned, author)
    assert actor.organisation is not None  # who sees a case is of an association
    note = Note(
        complaint=complaint,
        number=complaint.notes.count() + 1,
        author=author,
        organisation=actor.organisation,
        press=pressed,
        at=at,
    )
    note.keep(words)
    note.save()
    Mention.objects.bulk_create(Mention(note=note, user=user) for user in people)
    body = {"note": note.number, "mentioned": [user.pk for user in people]}
    timeline.record(complaint, "note-written", body, actor=actor.label, at=at)
    return note


@transaction.atomic
def strike(complaint: Complaint, number: int, *, actor: Actor, at: datetime) -> None:
    """The author takes a note back: it stays, shown struck through, and asks nobody any more. Twice is once.

    Raises CannotNote for a note of somebody else, Note.DoesNotExist for one that is not there.
    """
    author = _officer(actor)
    complaint = Complaint.objects.locked(complaint.pk)
    note = complaint.notes.get(number=number)
    if note.author_id != author.pk:
        raise CannotNote(_("只有写的人能划掉自己的备注。有不同的意见，另写一条。"))
    if complaint.notes.filter(pk=note.pk).strike(at=at):
        timeline.record(complaint, "note-struck", {"note": note.number}, actor=actor.label, at=at)


def mark_read(complaint: Complaint, *, actor: Actor, at: datetime) -> int:
    """The actor has this case's notes before them. Returns how many mentions that settled."""
    mine = Mention.objects.filter(user=actor.user, note__complaint=complaint, read_at=None)
    return mine.update(read_at=at)


def mark_all_read(mentions: Sequence[int], *, actor: Actor, at: datetime) -> int:
    """The actor has looked at these mentions of theirs; of others' none is touched. Returns how many that settled."""
    return Mention.objects.visible_to(actor).filter(pk__in=mentions, read_at=None).update(read_at=at)


def unread(actor: Actor) -> int:
    """How many notes point to the actor and wait."""
    return Mention.objects.visible_to(actor).unread().count()


def colleagues(complaint: Complaint, actor: Actor) -> list[User]:
    """Whom a note of the actor may point to, by name: officers of the case's association and of the actor's own who
    read cases. Whether each sees this very case is asked when the note is written."""
    out = those_out_of(complaint) | {actor.user.pk if actor.user else 0}
    houses = {house.pk for house in (complaint.association, actor.organisation) if house}
    members = Membership.objects.filter(organisation__in=houses, user__is_active=True, user__is_staff=True)
    found = {
        member.user.pk: member.user
        for member in members.select_related("user").order_by("user__last_name", "user__username")
        if not permissions.READING.isdisjoint(member.duties) and member.user_id not in out
    }
    return list(found.values())


def _checked(complaint: Complaint, words: str, mentioned: Iterable[User], author: User) -> list[User]:
    if not words:
        raise CannotNote(_("写一句话再记。"))
    if len(words) > LONGEST:
        raise CannotNote(_("最多{limit}字，现在有{n}字。删短一些，或者分两条记。").format(limit=LONGEST, n=len(words)))
    people = [user for user in {user.pk: user for user in mentioned}.values() if user != author]
    if len(people) > MOST_MENTIONED:
        raise CannotNote(_("一条备注最多提到{limit}位同事，现在有{n}位。").format(limit=MOST_MENTIONED, n=len(people)))
    for user in people:
        if not Complaint.objects.visible_to(Actor.officer(user)).filter(pk=complaint.pk).exists():
            raise CannotNote(_("有一位同事看不到这件投诉，去掉再记。"))
    return people


def _officer(actor: Actor) -> User:
    permissions.require(actor, "note")
    if actor.role != Role.OFFICER or actor.user is None:
        raise CannotNote(_("内部备注只有协会的工作人员能写。"))
    return actor.user
