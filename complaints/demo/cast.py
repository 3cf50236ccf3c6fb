"""The people and organisations of the demonstration. All of them, and their words, are invented."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.credentials import mint_api_key, mint_signing_secret
from accounts.models import ApiKey, Endpoint, Membership, Organisation, User

PASSWORD = "whoanswers-demo"
LIN, CHEN, HUANG, ZHOU, OPERATOR = "linxiao", "chenli", "huangmin", "zhouhang", "yunwei"
SUN, HE = "sunyu", "hejing"

ASSOCIATION, PLATFORM = Organisation.Kind.ASSOCIATION, Organisation.Kind.PLATFORM
CONNECTED, UNCONNECTED = "星河直播", "云集市"
LOCAL = "http://localhost"  # how the address of a receiver on this machine begins

ORGANISATIONS = (
    (ASSOCIATION, "浙江省消费者协会", "Zhejiang Consumers Association", "33", ""),
    (ASSOCIATION, "广东省消费者委员会", "Guangdong Consumer Council", "44", ""),
    (ASSOCIATION, "中国消费者协会", "China Consumers Association", "", ""),
    (PLATFORM, CONNECTED, "Galaxy Live", "", "440106"),
    (PLATFORM, UNCONNECTED, "Cloud Market", "", "330110"),
)
DUTY = Membership.Duty
# User name, given name, family name, region of the association, and the duties there; a consumer has neither.
PEOPLE: tuple[tuple[str, str, str, str | None, tuple[str, ...]], ...] = (
    (LIN, "晓", "林", None, ()),
    (CHEN, "立", "陈", "33", (DUTY.LEAD, DUTY.ADMINISTRATOR)),
    (HUANG, "敏", "黄", "44", (DUTY.LEAD,)),
    (ZHOU, "航", "周", "", (DUTY.LEAD, DUTY.ADMINISTRATOR)),
    (SUN, "宇", "孙", "33", (DUTY.INTAKE,)),
    (HE, "静", "何", "33", (DUTY.AUDITOR,)),
)
PART = Membership.Part
# User name, given name, family name, the platform, and the parts there (/r/sign-in/).
MEMBERS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("pingtai1", "若溪", "顾", CONNECTED, (PART.ANSWERING, PART.MANAGER)),
    ("pingtai2", "一帆", "梁", CONNECTED, (PART.ANSWERING,)),
    ("gongcheng1", "工", "程", CONNECTED, (PART.ENGINEER,)),
    ("yunji1", "小棠", "沈", UNCONNECTED, (PART.ANSWERING, PART.ENGINEER, PART.MANAGER)),
)


@dataclass(frozen=True, slots=True)
class Keys:
    """What the demonstration must remember in plain, since the database keeps only hashes and sealed texts."""

    connected_key: str
    unconnected_key: str
    webhook_secret: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def is_assembled() -> bool:
    """Whether the cast is in the database."""
    return User.objects.filter(username=LIN).exists()


@transaction.atomic
def assemble() -> None:
    """Write people and organisations into an empty database: all or, where the first start is stopped, none."""
    associations: dict[str, Organisation] = {}
    for kind, name_zh, name_en, region, seat in ORGANISATIONS:
        told = {"name_zh": name_zh, "name_en": name_en, "region": region, "seat": seat}
        made = Organisation.objects.create(kind=kind, **told)
        if kind == ASSOCIATION:
            associations[region] = made
    for username, given, family, desk, duties in PEOPLE:
        user = User.objects.create_user(
            username, password=PASSWORD, first_name=given, last_name=family, is_staff=desk is not None
        )
        if desk is not None:
            Membership.objects.create(user=user, organisation=associations[desk], duties=list(duties))
    for username, given, family, house, parts in MEMBERS:
        user = User.objects.create_user(username, password=PASSWORD, first_name=given, last_name=family)
        Membership.objects.create(user=user, organisation=_platform(house), duties=list(parts))
    User.objects.create_superuser(OPERATOR, password=PASSWORD)  # keys, endpoints, deliveries; sees no case


def connect(*, webhook_url: str, at: datetime) -> Keys:
    """Mint keys for both platforms and a line to the connected one; older keys of theirs are revoked."""
    here, unconnected = connected(), _platform(UNCONNECTED)
    endpoint, _created = Endpoint.objects.get_or_create(
        organisation=here, defaults={"url": webhook_url, "created_at": at}
    )
    secret = mint_signing_secret()
    endpoint.keep_secret(secret, at=at)
    return Keys(_new_key(here, at), _new_key(unconnected, at), secret)


def move_endpoint(webhook_url: str) -> None:
    """Point the connected platform's lines, to practise too, at where its receiver listens now."""
    house = connected()
    own = Endpoint.objects.filter(Q(organisation=house) | Q(organisation__sandbox_of=house), url__startswith=LOCAL)
    own.exclude(url=webhook_url).update(url=webhook_url)


def connected() -> Organisation:
    """The platform whose receiver runs beside the site."""
    return _platform(CONNECTED)


def officer_of(association: Organisation | None) -> User:
    """The officer of the cast who leads an association."""
    return User.objects.filter(memberships__organisation=association).earliest("pk")


def _platform(name: str) -> Organisation:
    return Organisation.objects.get(kind=PLATFORM, name_zh=name)


def _new_key(organisation: Organisation, at: datetime) -> str:
    ApiKey.objects.filter(organisation=organisation, revoked_at=None).update(revoked_at=at)
    minted = mint_api_key()
    ApiKey.objects.create(
        organisation=organisation, label="演示", public_id=minted.public_id, digest=minted.digest, created_at=at
    )
    return minted.text
