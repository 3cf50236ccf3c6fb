"""What the register of the demonstration holds before the first story is told. All of it is invented."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from accounts.models import Organisation
from complaints.demo import cast
from complaints.flow import register, register_parts
from complaints.models import RegisterEntry, RegisterLink
from complaints.models.actor import Actor

Kind, Link, Source = RegisterEntry.Kind, RegisterLink.Kind, RegisterLink.Source

PLATFORMS = (
    (cast.CONNECTED, "Galaxy Live", "杭州星河直播网络有限公司", "913301000000000170", "3301"),
    (cast.UNCONNECTED, "Cloud Market", "深圳云集市网络有限公司", "914403000000000175", "4403"),
)
# Name, kind, values; where a platform follows, it is called so there.
PARTIES: tuple[tuple[str, str, dict[str, str], str], ...] = (
    (
        "澜岸家居",
        Kind.COMPANY,
        {"registered_name": "杭州澜岸家居用品有限公司", "credit_code": "913301060000000026", "region": "330106"},
        "",
    ),
    ("澜岸家居旗舰店", Kind.SHOP, {"licence": "浙杭网商1180"}, cast.CONNECTED),
    ("澜岸家居官方店", Kind.SHOP, {}, cast.CONNECTED),  # the same shop, entered a second time: to be merged
    ("小满家居间", Kind.ROOM, {}, cast.CONNECTED),
    ("小满", Kind.PRESENTER, {}, cast.CONNECTED),
    ("拾光文化", Kind.AGENCY, {"registered_name": "杭州拾光文化传媒有限公司", "region": "3301"}, ""),
    ("周记数码", Kind.SHOP, {}, cast.CONNECTED),  # the story of the phone says “专营店” as well: suggested, not linked
    ("云上小铺", Kind.SHOP, {}, cast.CONNECTED),
    ("暖冬服饰旗舰店", Kind.SHOP, {}, cast.CONNECTED),
    ("晨星教育旗舰店", Kind.SHOP, {}, cast.CONNECTED),
    ("云集市自营", Kind.SHOP, {}, cast.UNCONNECTED),
)
LINKS = (
    ("澜岸家居旗舰店", "澜岸家居", Link.BELONGS, Source.PLATFORM, date(2025, 3, 1)),
    ("小满家居间", "澜岸家居", Link.OPERATED, Source.PLATFORM, date(2025, 6, 18)),
    ("小满", "拾光文化", Link.WORKS, Source.OFFICER, None),
    ("小满", "小满家居间", Link.PRESENTS, Source.OFFICER, None),
)


def fill(*, at: datetime) -> None:
    """Enter platforms, shops, rooms and who is behind them, as officers of Zhejiang would."""
    house = Organisation.objects.get(kind=cast.ASSOCIATION, region="33")
    chen = Actor.officer(cast.officer_of(house))
    who: dict[str, Any] = {"actor": chen, "at": at}
    made: dict[str, RegisterEntry] = {}
    for name, english, registered, code, region in PLATFORMS:
        own = Organisation.objects.get(kind=cast.PLATFORM, name_zh=name)
        values: dict[str, Any] = {
            "name_zh": name,
            "name_en": english,
            "registered_name": registered,
            "credit_code": code,
        }
        values |= {"region": region, "organisation_id": own.pk}
        made[name] = register.enter(values, kind=Kind.PLATFORM, **who)
    for name, kind, more, on in PARTIES:
        made[name] = register.enter({"name_zh": name, **more}, kind=kind, platform=made.get(on), **who)
    for one, two, link, source, since in LINKS:
        register_parts.add_link(
            made[one].pk, made[two], kind=link, source=source, from_on=since, version=_version(made[one]), **who
        )
    place, shop, firm = made[cast.CONNECTED], made["澜岸家居旗舰店"], made["澜岸家居"]
    register.add_name(shop.pk, "澜岸家纺", platform=place, version=_version(shop), **who)
    star = made["小满"]
    register_parts.add_account(star.pk, "xiaoman_home", platform=place, version=_version(star), **who)
    reached: tuple[tuple[str, str, str], ...] = (("客服电话", "", "0571-80000018"), ("法务", "方女士", "13900001234"))
    for label, person, address in reached:
        told: dict[str, Any] = {"label": label, "who": person, "address": address, "is_personal": bool(person)}
        register_parts.add_contact(firm.pk, version=_version(firm), **told, **who)


def _version(entry: RegisterEntry) -> int:
    return RegisterEntry.objects.get(pk=entry.pk).version
