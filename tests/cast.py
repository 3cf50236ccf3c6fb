"""The cast: Lin complains, Zhao must see nothing, Chen and Huang are officers, Kuailive is a platform that listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.credentials import MintedKey, mint_api_key, mint_signing_secret
from accounts.models import ApiKey, Endpoint, Membership, Organisation, User
from complaints.models import Actor

MONDAY = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)  # 10 o'clock in Shanghai, a working day in a week without holidays
PASSWORD = "a-long-test-password"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody a test may need."""

    lin: User  # the consumer
    zhao: User  # another consumer, who must see nothing of Lin's
    chen: User  # officer in Zhejiang
    huang: User  # officer in Guangdong
    zhou: User  # officer of the national association, who sees all
    zhejiang: Organisation
    guangdong: Organisation
    national: Organisation
    kuailive: Organisation  # a connected platform
    yunji: Organisation  # another platform
    endpoint: Endpoint
    secret: str  # that the endpoint's notices are signed with
    key: MintedKey  # Kuailive's
    other_key: MintedKey  # Yunji's

    @property
    def officer(self) -> Actor:
        return Actor.officer(self.chen)

    @property
    def platform(self) -> Actor:
        return Actor.machine(self.kuailive)


def assemble() -> Cast:
    """Write the cast into the database."""
    zhejiang = _organisation("association", "浙江省消费者协会", "Zhejiang Consumers Association", "33")
    guangdong = _organisation("association", "广东省消费者委员会", "Guangdong Consumer Council", "44")
    national = _organisation("association", "中国消费者协会", "China Consumers Association", "")
    kuailive = _organisation("platform", "快播场", "Kuailive", "")
    yunji = _organisation("platform", "云集市", "Yunji Market", "")
    endpoint = Endpoint.objects.create(
        organisation=kuailive, url="https://hooks.kuailive.example/in", created_at=MONDAY
    )
    secret = mint_signing_secret()
    endpoint.keep_secret(secret, at=MONDAY)
    return Cast(
        lin=_user("lin"),
        zhao=_user("zhao"),
        chen=_user("chen", zhejiang),
        huang=_user("huang", guangdong),
        zhou=_user("zhou", national),
        zhejiang=zhejiang,
        guangdong=guangdong,
        national=national,
        kuailive=kuailive,
        yunji=yunji,
        endpoint=endpoint,
        secret=secret,
        key=_key(kuailive),
        other_key=_key(yunji),
    )


def _organisation(kind: str, name_zh: str, name_en: str, region: str) -> Organisation:
    return Organisation.objects.create(kind=kind, name_zh=name_zh, name_en=name_en, region=region)


def _user(name: str, association: Organisation | None = None) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=association is not None)
    if association:
        Membership.objects.create(user=user, organisation=association, duties=["lead"])
    return user


def _key(organisation: Organisation) -> MintedKey:
    minted = mint_api_key()
    ApiKey.objects.create(
        organisation=organisation, label="test", public_id=minted.public_id, digest=minted.digest, created_at=MONDAY
    )
    return minted
