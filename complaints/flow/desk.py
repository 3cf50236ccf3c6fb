"""What an officer sets at the desk for themselves: views under names, single keys, up to when they have looked."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from complaints import permissions
from complaints.models import Actor, SavedView

MOST_VIEWS = 20  # of one officer


class CannotSave(Exception):
    """A view that cannot be kept so, with a sentence that says why."""


@transaction.atomic
def save_view(*, name: str, address: str, is_shared: bool, actor: Actor, at: datetime) -> SavedView:
    """Keep filters under a name. Raises CannotSave, and NotAllowed where sharing is not of the officer's duties."""
    owner, association = _who(actor)
    if is_shared:
        permissions.require(actor, "share-view")
    own = SavedView.objects.filter(association=association, owner=owner)
    if own.count() >= MOST_VIEWS:
        raise CannotSave(_("最多存{n}个视图，先删掉一个不用的。").format(n=MOST_VIEWS))
    named = _free(name, actor)
    view = SavedView(association=association, owner=owner, name=named, is_shared=is_shared, saved_at=at)
    view.keep_address(address)
    view.save()
    return view


@transaction.atomic
def change_view(view: SavedView, *, name: str, is_shared: bool, actor: Actor) -> SavedView:
    """Another name, or shared or no longer. Raises CannotSave and NotAllowed."""
    _require_own(view, actor)
    if is_shared != view.is_shared:
        permissions.require(actor, "share-view")
    view.name, view.is_shared = _free(name, actor, besides=view), is_shared
    view.save(update_fields=["name", "is_shared"])
    return view


@transaction.atomic
def remove_view(view: SavedView, *, actor: Actor) -> None:
    """The filters are forgotten; no case changes. Raises NotAllowed."""
    _require_own(view, actor)
    view.delete()


def may_change(view: SavedView, actor: Actor) -> bool:
    """Its owner; a shared one also whoever may share."""
    own = actor.user is not None and view.owner_id == actor.user.pk
    return own or (view.is_shared and permissions.may(actor, "share-view"))


def switch_keys(on: bool, *, actor: Actor) -> None:
    """Single keys at the desk, on or off for this person."""
    owner, _association = _who(actor)
    User.objects.filter(pk=owner.pk).update(single_keys=on)


def mark_seen(actor: Actor, *, up_to: datetime) -> None:
    """What was filed by then is new no longer. A later mark is never taken back by an older page."""
    owner, _association = _who(actor)
    User.objects.filter(pk=owner.pk).exclude(queue_seen_at__gte=up_to).update(queue_seen_at=up_to)


def _free(name: str, actor: Actor, *, besides: SavedView | None = None) -> str:
    """The name as it is kept. Raises CannotSave where there is none, or another view of this officer bears it."""
    owner, association = _who(actor)
    name = " ".join(name.split())
    if not name:
        raise CannotSave(_("给这个视图起个名字。"))
    owner = besides.owner if besides else owner
    others = SavedView.objects.filter(association=association, owner=owner, name=name)
    if (others.exclude(pk=besides.pk) if besides else others).exists():
        raise CannotSave(_("已经有一个叫“{name}”的视图，换个名字。").format(name=name))
    return name


def _require_own(view: SavedView, actor: Actor) -> None:
    if not may_change(view, actor):
        permissions.require(actor, "share-view")
        raise CannotSave(_("这是别人自己的视图，只有本人能改。"))


def _who(actor: Actor) -> tuple[User, Organisation]:
    assert actor.user is not None  # officers are people of an association; the desk lets nobody else in
    assert actor.organisation is not None
    return actor.user, actor.organisation
