"""The stories of the demonstration (stories.toml), read into values, with days turned into dates."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from complaints.demo import cast, files

FILE = Path(__file__).with_name("stories.toml")
PHONE = "13800138000"  # the operators' test number, nobody's


@dataclass(frozen=True, slots=True)
class Story:
    """One case as told, its fields as the head of stories.toml explains them; ``ago`` counts days before today."""

    slug: str
    ago: int
    at: str
    region: str
    name: str
    bought: int
    platform: str
    answers: dict[str, dict[str, Any]]
    delivered: int | None = None
    received: str = "yes"
    account: bool = False
    language: str = "zh"
    files: list[dict[str, Any]] = field(default_factory=list)
    course: list[dict[str, Any]] = field(default_factory=list)

    def filed_at(self, today: date) -> datetime:
        return moment(today, self.ago, self.at)

    def form(self, today: date) -> dict[str, dict[str, Any]]:
        """The answers as the form makes them, page by page."""
        bought, delivered = day(today, self.bought), day(today, self.delivered)
        platform = Organisation.objects.named(self.platform, kind=cast.PLATFORM)
        assert platform is not None  # stories.toml names only platforms of the cast
        return {
            **self.answers,
            "platform": {"platform": str(platform.pk), "name": platform.name_zh, "other": ""},
            "when": {"when": "date", "watched_on": bought, "rough": "", "part": "evening"},
            "dates": {
                "received": self.received,
                "purchased_on": bought,
                "delivered_on": delivered,
                "harm_known_on": "",
            },
            "contact": {
                "name": self.name,
                "phone": PHONE,
                "email": f"{self.slug}@example.com",
                "region": self.region,
            },
        }

    def words_of(self, file: dict[str, Any], today: date) -> list[str]:
        """What stands in a file; an order page is made of the answers themselves."""
        if file["draw"] == "live":
            return [str(self.answers["room"]["room"]), *file["words"]]
        if file["draw"] != "order":
            return list(file["words"])
        order, shop = self.answers["order"], self.answers["shop"]
        return [
            str(shop["shop"] or "店铺"),
            str(self.answers["goods"]["goods"]),
            f"¥{order['amount']}",
            f"订单编号  {order['order_number']}",
            f"下单时间  {day(today, self.bought)} 20:41",
            f"支付方式  {self.platform}收银台",
            f"直播间  {self.answers['room']['room']}",
            f"{files.ADDRESSEE}  {self.name}  {PHONE}",
        ]


def all_stories() -> list[Story]:
    """Every story, in the order of the file."""
    return [Story(**story) for story in tomllib.loads(FILE.read_text("utf-8"))["story"]]


def moment(today: date, ago: int, at: str) -> datetime:
    """That many days before today, at that time of day in the site's time zone."""
    return timezone.make_aware(datetime.combine(today - timedelta(days=ago), time.fromisoformat(at)))


def day(today: date, ago: int | None) -> str:
    """That many days before today in ISO form; empty for None."""
    return "" if ago is None else (today - timedelta(days=ago)).isoformat()
