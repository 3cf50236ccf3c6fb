"""A business makes, replaces and revokes the keys of its machines; the text of a key is given once and never kept."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.credentials import MintedKey, mint_api_key
from accounts.models import ApiKey, KeyChange, Membership, Organisation
from complaints.models import Actor
from complaints.scope_words import SCOPES

LONGEST_LIFE = timedelta(days=365)
LONGEST_OVERLAP = timedelta(days=30)
MOST_LIVE = 20  # two for each purpose, while one replaces the other
MOST_NETWORKS = 20
LONGEST_LABEL = 80
KEEPERS = frozenset({Membership.Part.ENGINEER, Membership.Part.MANAGER})
What = KeyChange.What


class CannotChangeKey(Exception):
    """What stands against it, as a sentence; ``field`` is the field that has to change, where it is one."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@transaction.atomic
def make_key(
    organisation: Organisation,
    *,
    label: str,
    scopes: Collection[str],
    networks: Iterable[str],
    expires_at: datetime | None,
    actor: Actor,
    at: datetime,
    by: str = "",
) -> MintedKey:
    """A new key. Without ``expires_at`` it lives for a year, which is the longest. ``networks`` are addresses or CIDR;
    none for any. ``by`` says more exactly than the actor who did it (``key:abcdefgh``). Raises CannotChangeKey."""
    _require_own(organisation, actor)
    _hold(organisation)
    if ApiKey.objects.usable(at).filter(organisation=organisation).count() >= MOST_LIVE:
        raise CannotChangeKey(_("能用的密钥最多{most}把。先撤销不用的，再新建。").format(most=MOST_LIVE))
    return _keep(
        ApiKey(
            organisation=organisation,
            label=_label(label),
            scopes=_scopes(scopes),
            networks=_networks(networks),
            created_at=at,
            expires_at=_expiry(expires_at, at),
        ),
        by=by or who(actor),
    )


@transaction.atomic
def rotate_key(key: ApiKey, *, overlap: timedelta, actor: Actor, at: datetime, by: str = "") -> MintedKey:
    """A new key in the place of another: same label, scopes, networks and span of life. The old one goes on for
    ``overlap``, at most 30 days, and never longer than it would have. Raises CannotChangeKey."""
    old = _held(key, actor)
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        words = _("新旧两把可以同时用0到{days}天。")
        raise CannotChangeKey(words.format(days=LONGEST_OVERLAP.days), "overlap_days")
    if not ApiKey.objects.usable(at).filter(pk=old.pk).exists():
        raise CannotChangeKey(_("这把密钥已经不能用了。请新建一把。"))
    if old.changes.filter(what=What.ROTATED).exists():
        raise CannotChangeKey(_("这把密钥已经换过一次，新的那把才能再换。"))
    life = min(old.expires_at - old.created_at, LONGEST_LIFE) if old.expires_at else LONGEST_LIFE
    new = ApiKey(
        organisation=old.organisation,
        label=old.label,
        scopes=old.scopes,
        networks=old.networks,
        created_at=at,
        expires_at=at + life,
    )
    minted = _keep(new, by=by or who(actor))
    old.expires_at = min(at + overlap, old.expires_at or at + overlap)
    old.save(update_fields=["expires_at"])
    KeyChange.objects.create(key=old, what=What.ROTATED, successor=new, by=by or who(actor), at=at)
    return minted


@transaction.atomic
def revoke_key(key: ApiKey, *, actor: Actor, at: datetime, by: str = "") -> None:
    """The key opens nothing from now on; one that was revoked before stays as it was. Raises CannotChangeKey."""
    found = _held(key, actor)
    if found.revoked_at is None:
        found.revoked_at = at
        found.save(update_fields=["revoked_at"])
        KeyChange.objects.create(key=found, what=What.REVOKED, by=by or who(actor), at=at)
    key.revoked_at = found.revoked_at


def who(actor: Actor) -> str:
    """Who does it, as a code: the person where one is signed in, else the organisation."""
    return f"user:{actor.user.pk}" if actor.user else actor.label


def _keep(key: ApiKey, *, by: str) -> MintedKey:
    minted = mint_api_key(practising=key.organisation.is_sandbox)
    key.public_id, key.digest = minted.public_id, minted.digest
    key.save()
    KeyChange.objects.create(key=key, what=What.MADE, by=by, at=key.created_at)
    return minted


def _require_own(organisation: Organisation, actor: Actor) -> None:
    """Raises CannotChangeKey for whoever does not look after this organisation's keys."""
    own = actor.organisation is not None and organisation.pk in {actor.organisation.pk, _practice_of(actor)}
    if not own:
        raise CannotChangeKey(_("这不是贵机构的密钥。"))
    if actor.user is not None and not actor.duties & KEEPERS:
        raise CannotChangeKey(_("密钥由“接口维护”或“账号管理”的成员管理。请让他们来改，或者请管理员给你这项工作。"))


def _practice_of(actor: Actor) -> int | None:
    """The organisation that this one practises as, if it has one."""
    return Organisation.objects.filter(sandbox_of=actor.organisation).values_list("pk", flat=True).first()


def _hold(organisation: Organisation) -> None:
    """Until the transaction ends nobody else changes keys of this organisation."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _held(key: ApiKey, actor: Actor) -> ApiKey:
    _require_own(key.organisation, actor)
    _hold(key.organisation)
    return ApiKey.objects.select_related("organisation").get(pk=key.pk)


def _label(given: str) -> str:
    label = given.strip()
    if not label or len(label) > LONGEST_LABEL or not label.isprintable():
        raise CannotChangeKey(_("给密钥起个名，说明用在哪，1到{most}个字。").format(most=LONGEST_LABEL), "label")
    return label


def _scopes(given: Collection[str]) -> list[str]:
    known = _("、").join(SCOPES)
    if wrong := [one for one in given if one not in SCOPES]:
        raise CannotChangeKey(
            _("没有“{name}”这项权限。能用的有：{known}。").format(name=wrong[0], known=known), "scopes"
        )
    if not given:
        raise CannotChangeKey(_("至少选一项权限：{known}。").format(known=known), "scopes")
    return [one for one in SCOPES if one in given]


def _networks(given: Iterable[str]) -> list[str]:
    found: list[str] = []
    for one in given:
        try:
            network = str(ipaddress.ip_network(one.strip(), strict=False))
        except ValueError:
            words = _("“{name}”不是IP地址或网段。请写成203.0.113.7或203.0.113.0/24这样。")
            raise CannotChangeKey(words.format(name=one[:60]), "networks") from None
        if network not in found:
            found.append(network)
    if len(found) > MOST_NETWORKS:
        raise CannotChangeKey(_("网段最多写{most}个。").format(most=MOST_NETWORKS), "networks")
    return found


def _expiry(wanted: datetime | None, at: datetime) -> datetime:
    last = at + LONGEST_LIFE
    if wanted is not None and not at < wanted <= last + timedelta(days=1):  # a day more: people choose whole days
        raise CannotChangeKey(_("到期时间要在以后，最晚一年。"), "expires_at")
    return min(wanted or last, last)
