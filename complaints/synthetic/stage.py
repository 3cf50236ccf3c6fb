"""Who the invented cases happen among: associations with officers, and platforms whose lines are paused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from accounts.models import Endpoint, Membership, Organisation, User
from complaints.synthetic.words import PLATFORMS

NATIONAL = ("中国消费者协会", "China Consumers Association")
OFFICER = "seeded-officer"

WORKING = {Membership.Duty.MEDIATOR, Membership.Duty.LEAD}  # whom cases are given to


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform and its manners: shares of one for what it does, days for how fast. ``is_asked``: it has a line."""

    pk: int
    name: str
    is_asked: bool
    answers: float
    days: float
    agrees: float
    passes_on: float


@dataclass(frozen=True, slots=True)
class Stage:
    """All that a case needs of the database, so that its maker needs none. Associations are by region prefix."""

    seed: int
    until: datetime
    days: int  # how far back the first case may lie …
    newest: int  # … and the last
    only_ended: bool
    platforms: tuple[Platform, ...]
    associations: Mapping[str, int]
    officers: Mapping[int, tuple[int, ...]]

    def association_for(self, region: str) -> int:
        """As Organisation.association_for: the longest prefix that has one."""
        prefix = max((each for each in self.associations if region.startswith(each)), key=len)
        return self.associations[prefix]


def set_stage(*, seed: int, until: datetime, days: int, newest: int = 0, only_ended: bool = False) -> Stage:
    """Find the organisations there are and add what is missing. Lines that are added are paused: nothing ever leaves.

    Where a platform or an association of that name stands already, it is used as it is.
    """
    platform, association = Organisation.Kind.PLATFORM, Organisation.Kind.ASSOCIATION
    if not Organisation.objects.filter(kind=association, region="").exists():
        Organisation.objects.create(kind=association, name_zh=NATIONAL[0], name_en=NATIONAL[1])
    for name_zh, name_en in PLATFORMS:
        made, is_new = Organisation.objects.get_or_create(kind=platform, name_zh=name_zh, defaults={"name_en": name_en})
        if is_new:
            url = "https://hooks.invalid/seeded"  # RFC 2606: a name that never resolves
            Endpoint.objects.create(organisation=made, url=url, created_at=until, state=Endpoint.State.PAUSED)
    asked = set(Endpoint.objects.values_list("organisation", flat=True))
    found = Organisation.objects.filter(kind=platform).order_by("pk").values_list("pk", "name_zh")
    associations = dict(Organisation.objects.filter(kind=association).order_by("-pk").values_list("region", "pk"))
    return Stage(
        seed=seed,
        until=until,
        days=days,
        newest=newest,
        only_ended=only_ended,
        platforms=tuple(_manners(seed, pk, name, pk in asked) for pk, name in found),
        associations=associations,
        officers={pk: _officers_of(pk) for pk in associations.values()},
    )


def _manners(seed: int, pk: int, name: str, is_asked: bool) -> Platform:
    chance = Random(f"{seed}:{name}")
    return Platform(
        pk,
        name,
        is_asked,
        answers=chance.uniform(0.6, 0.97),
        days=chance.uniform(1.2, 4.5),
        agrees=chance.uniform(0.2, 0.65),
        passes_on=chance.uniform(0.04, 0.4),
    )


def _officers_of(association: int) -> tuple[int, ...]:
    members = Membership.objects.filter(organisation=association, user__is_staff=True).order_by("user")
    found = tuple(member.user_id for member in members if not WORKING.isdisjoint(member.duties))
    if found:
        return found
    name = f"{OFFICER}-{association}"
    user = User.objects.filter(username=name).first() or User.objects.create_user(name)  # without a usable password
    Membership.objects.get_or_create(
        user=user, organisation_id=association, defaults={"duties": [Membership.Duty.MEDIATOR]}
    )
    return (user.pk,)
