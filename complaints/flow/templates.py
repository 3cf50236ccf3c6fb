"""What a lead does with the association's templates: write one, write it anew, put it away."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from complaints import permissions
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Template
from complaints.wordings import check


class CannotKeep(IllegalMove):
    """A name that is taken, or a version somebody else has written meanwhile; with a sentence that says what to do."""


def write_template(
    kind: Template.Kind, *, name: str, name_en: str, zh: str, en: str, actor: Actor, at: datetime
) -> Template:
    """A template of the officer's own association, in its first version. Raises NotAllowed, BadWording, CannotKeep."""
    permissions.require(actor, "templates")
    check(zh)
    check(en)
    try:
        with transaction.atomic():
            made = Template.objects.create(association=actor.organisation, kind=kind, name=name, name_en=name_en)
            made.versions.create(number=1, zh=zh, en=en, by=actor.label, at=at)
            return made
    except IntegrityError:
        raise CannotKeep(_name_taken()) from None


def rewrite_template(
    template: Template, *, seen: int, name: str, name_en: str, zh: str, en: str, actor: Actor, at: datetime
) -> int:
    """A further version, on top of version ``seen``; the same words make none. Returns the number that holds now.
    Raises NotAllowed, BadWording, CannotKeep."""
    permissions.require(actor, "templates")
    check(zh)
    check(en)
    try:
        with transaction.atomic():
            template = Template.objects.select_for_update().owned_by(actor).in_use().get(pk=template.pk)
            newest = template.newest
            if newest.number != seen:
                raise CannotKeep(
                    _("别人刚存了第{n}版，你写的还没有存。先看看新的一版，再存一次。").format(n=newest.number)
                )
            Template.objects.filter(pk=template.pk).update(name=name, name_en=name_en)
            if (newest.zh, newest.en) == (zh, en):
                return newest.number
            return template.versions.create(number=seen + 1, zh=zh, en=en, by=actor.label, at=at).number
    except IntegrityError:
        raise CannotKeep(_name_taken()) from None


def retire_template(template: Template, *, actor: Actor, at: datetime) -> None:
    """Offer it no longer. Its versions stay. Raises NotAllowed."""
    permissions.require(actor, "templates")
    Template.objects.owned_by(actor).in_use().filter(pk=template.pk).update(retired_at=at)


def _name_taken() -> str:
    return _("这类模板里已经有一个叫这个名字的，换一个名字。")
