"""Lean cases in any number, for benches: rows as the queue and the search meet them, without their history.

    filled = fill(1_000_000)            # into the database that is set, which is migrated already
    filled.associations["44"]           # the primary key of Guangdong's; "" is the national one
    filled.officers["44"]               # primary keys of six officers there (leads); of three at the national one

A case has its parties, a contact with a region, a story of 60 to 200 characters in which words of every frequency
occur (``WORDS`` says how often some do), a state, dates, flags and verdicts; no events, facts, decisions or evidence,
and a contact that cannot be opened. The same seed makes the same cases. ``fill`` may be called again: it adds.
Some 8,000 cases a second on PostgreSQL and on SQLite, on a busy machine of two cores.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any, Final

from django.core.management.color import no_style
from django.db import connection, models, transaction

from accounts.models import Membership, Organisation, User
from accounts.regions import PROVINCES
from complaints.figures.words import CATEGORIES
from complaints.lifecycle import State
from complaints.models import Complaint, Contact, Respondent
from complaints.models.complaint import Party
from complaints.references import checked_reference
from complaints.synthetic.words import ANCHORS, GOODS, PLATFORMS, REPLIES, ROOMS, SHOPS, TROUBLES

PRESENT: Final = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10 o'clock in Shanghai
BATCH: Final = 20_000
DAYS: Final = 730  # how far back the cases reach
OFFICERS_EACH, OFFICERS_NATIONAL = 6, 3

# Of how many stories in a hundred each is part, at least; the words of the house come beside them.
WORDS: Final[Mapping[str, float]] = {
    "要求退款": 60, "主播说": 35, "联系客服": 25, "一直没有处理": 15, "退一赔三": 8, "假货": 6, "运费险": 4,
    "七天无理由": 4, "截图": 3, "录屏为证": 2, "发票": 1.5, "质检报告": 1, "孕妇": 0.6, "过敏住院": 0.4, "保价": 0.3,
    "抽奖": 0.2, "盲盒": 0.1, "身份证": 0.08, "和田玉": 0.05, "蜂蜜掺糖": 0.02, "鹦鹉": 0.01, "榫卯": 0.002,
}  # fmt: skip
FILLERS: Final = (
    "我在直播间看到", "当时没有多想就下单了", "收到以后打开一看", "和镜头里的完全不同", "找了好几次", "对方说已经反馈",
    "让我再等三天", "过了一个星期还是老样子", "快递显示已签收", "包装破了", "颜色差很多", "尺寸也不对", "家里老人买的",
    "孩子用了不舒服", "去店里问过", "平台介入以后", "聊天记录都在", "评论里也有人说", "客服不回消息", "电话打不通",
    "说是活动商品", "拆封了不能退", "只肯补二十元", "运费要自己出", "希望协会帮忙", "材料可以再补", "付款的订单还在",
    "退货已经寄回", "对方签收了", "钱没有到账", "优惠券没有用上", "价格比平时还高", "下播以后链接就没有了",
    "直播回放也删了", "赠品没有给", "说好的证书没有", "标签上没有厂名", "生产日期看不清", "味道不对", "用一次就坏了",
)  # fmt: skip
HANZI: Final = "".join(  # the 3,755 common characters of GB 2312
    bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF)
    if not (row == 0xD7 and cell > 0xF9)
)  # fmt: skip
OPEN_STATES: Final = (State.NEGOTIATING, State.REFERRED, State.NEEDS_INFO, State.ACCEPTED, State.PROMISED)
ENDED_STATES: Final = (State.SETTLED, State.DECLINED, State.TERMINATED, State.HANDED_OFF, State.WITHDRAWN)
VERDICTS: Final = ("responsible", "possible", "not_responsible")

FILLED: Final = (Complaint, Respondent, Contact)

Row = list[Any]


@dataclass(frozen=True, slots=True)
class Filled:
    """What there is now: primary keys by the association's region (two digits; empty for the national one)."""

    first: int  # primary keys of the cases: from first …
    last: int  # … to last
    associations: Mapping[str, int]
    officers: Mapping[str, Sequence[int]]


def fill(
    count: int,
    *,
    seed: int = 1,
    present: datetime = PRESENT,
    waiting: float = 0.2,
    also: Callable[[Random, dict[str, Any]], dict[str, Any]] | None = None,
    told: Callable[[int], object] = lambda done: None,
) -> Filled:
    """Write ``count`` cases. ``waiting`` is the share that is open. ``also`` gives further columns of the complaint
    (attname → value as the database takes it) from those that are known. ``told`` hears how many are done."""
    associations, officers = _people()
    first = (Complaint.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1
    maker = _Maker(Random(seed), present, waiting, associations, officers, also)
    with indexes_later(*FILLED):
        for start in range(first, first + count, BATCH):
            pks = range(start, min(start + BATCH, first + count))
            made = [maker.case(pk) for pk in pks]
            with transaction.atomic(), _trusted():
                _pour(Complaint, maker.complaints, [case for case, _region, _parties in made])
                _pour(Respondent, maker.respondents, [row for _case, _region, parties in made for row in parties])
                _pour(Contact, maker.contacts, [maker.contact(case, region) for case, region, _parties in made])
            told(pks[-1] - first + 1)
    settle(*FILLED)
    return Filled(first, first + count - 1, associations, officers)


class _Table:
    """A row of defaults, and where each column stands in it. Rows get what is set, and the rest as it is."""

    def __init__(self, model: type[models.Model]) -> None:
        self.fields = [
            each
            for each in model._meta.concrete_fields
            if (model is Complaint or not each.primary_key) and not each.generated
        ]
        self.place = {each.attname: place for place, each in enumerate(self.fields)}
        self.default: Row = [
            json.dumps(each.get_default()) if isinstance(each, models.JSONField)
            else each.get_db_prep_save(each.get_default(), connection=connection)
            for each in self.fields
        ]  # fmt: skip

    def row(self, values: Mapping[str, Any]) -> Row:
        made, place = self.default.copy(), self.place
        for name, value in values.items():
            made[place[name]] = value
        return made


class _Maker:
    def __init__(
        self,
        chance: Random,
        present: datetime,
        waiting: float,
        associations: Mapping[str, int],
        officers: Mapping[str, Sequence[int]],
        also: Callable[[Random, dict[str, Any]], dict[str, Any]] | None,
    ) -> None:
        self.chance, self.present, self.waiting, self.also = chance, present, waiting, also
        self.associations, self.officers = associations, officers
        self.complaints, self.respondents, self.contacts = _Table(Complaint), _Table(Respondent), _Table(Contact)
        self.regions = list(PROVINCES)[:31]
        self.by_region = list(accumulate(1 / (1 + rank) ** 0.7 for rank in range(31)))  # Guangdong's share: one in ten
        self.regions.sort(key=lambda code: (code != "44", code != "33", code != "32", code))
        troubles = [text for each in TROUBLES for text in (each.said, each.got)]
        self.said = [*FILLERS, *troubles, *REPLIES, *(each.name for each in GOODS), *ANCHORS, *SHOPS]
        self.by_use = list(accumulate(1 / (1 + rank) ** 0.6 for rank in range(len(self.said))))
        self.days = [f"{present - timedelta(each):%Y-%m-%d}" for each in range(-120, DAYS + 60)]
        self.letters = [json.dumps([letter]) for letter in CATEGORIES]
        self.letters += [json.dumps([one, other]) for one in "CDB" for other in "AGH"]
        self.verdicts = [
            json.dumps({party.value: self.chance.choice(VERDICTS) for party in Party}) for _ in range(40)
        ]  # fmt: skip

    def case(self, pk: int) -> tuple[Row, str, list[Row]]:
        """A complaint's row, its region, and the rows of its parties."""
        roll, pick = self.chance.random, self.chance.choice
        is_open = roll() < self.waiting
        age = int(roll() ** 2 * 90) if is_open else int(roll() * DAYS)  # days since it was filed
        filed = self.present - timedelta(days=age, seconds=int(roll() * 36_000))
        region = self.chance.choices(self.regions, cum_weights=self.by_region)[0]
        state = pick(OPEN_STATES) if is_open else pick(ENDED_STATES)
        is_referred = state not in {State.NEGOTIATING, State.WITHDRAWN}
        sometimes = roll()
        price = round(20 * (1 + 200 * roll() ** 6) * (1 + roll()), 2)
        goods, room = pick(GOODS), f"{pick(ROOMS)}{int(roll() * 90_000) + 10_000}"
        values: dict[str, Any] = {
            "id": pk,
            "reference": checked_reference(filed.date(), pk * 14_142_135 % 32**5),
            "receipt_hash": f"{pk:064x}",
            "state": state.value,
            "version": 3,
            "filed_at": self._moment(filed),
            "purchased_on": self.days[age + 123],
            "association_id": self.associations[region],
            "officer_id": pick(self.officers[region]) if is_referred and roll() < 0.8 else None,
            "accepted_at": self._moment(filed + timedelta(2)) if state == State.ACCEPTED or not is_open else None,
            "closed_at": None if is_open else self._moment(filed + timedelta(min(age, 40))),
            "due_on": self.days[120 - int(roll() * 70) + 7] if is_open and roll() < 0.9 else None,
            "goods": goods.name,
            "category": goods.category,
            "story": self.story(),
            "problems": pick(self.letters),
            "verdicts": pick(self.verdicts),
            "room": room,
            "order_number": f"26{int(roll() * 10**16):016d}",
            "price": f"{price:.2f}",
            "is_safety": roll() < 0.02,
            "has_dispute": is_open and sometimes < 0.08,
            "has_message": is_open and 0.05 < sometimes < 0.11,
            "has_records": is_open and sometimes > 0.97,
            "has_proposal": is_open and 0.5 < sometimes < 0.51,
            "has_carried": is_open and 0.6 < sometimes < 0.605,
            "review_due_on": self.days[110] if not is_open and sometimes < 0.01 else None,
        }
        if self.also:
            values |= self.also(self.chance, values)
        names = (f"{pick(SHOPS)}{int(roll() * 3_000)}", pick(ANCHORS) + self._name(), pick(PLATFORMS)[0])
        parties = [
            self.respondents.row({"complaint_id": pk, "party": party.value, "name": name})
            for party, name in zip(Party, names, strict=True)
        ]
        return self.complaints.row(values), region, parties

    def contact(self, case: Row, region: str) -> Row:
        return self.contacts.row({"complaint_id": case[self.complaints.place["id"]], "sealed": "-", "region": region})

    def story(self) -> str:
        """60 to 200 characters."""
        roll = self.chance.random
        parts = [word for word, share in WORDS.items() if roll() * 100 < share]
        more = self.chance.choices(self.said, cum_weights=self.by_use, k=5 + int(roll() * 14))
        parts = [*more[:3], *parts, *more[3:], f"对方客服叫{self._name()}"]
        text = "，".join(parts)
        while len(text) < 60:
            text += "，" + self.chance.choice(FILLERS)
        return text[:199] + "。"

    def _name(self) -> str:
        """Two characters that hardly ever stand side by side."""
        return HANZI[int(self.chance.random() * 3755)] + HANZI[int(self.chance.random() * 3755)]

    def _moment(self, at: datetime) -> str:
        return f"{at:%Y-%m-%d %H:%M:%S}+00" if connection.vendor == "postgresql" else f"{at:%Y-%m-%d %H:%M:%S}"


def _people() -> tuple[dict[str, int], dict[str, list[int]]]:
    """An association for each province, the national one, and their officers; those that are there are used."""
    kind = Organisation.Kind.ASSOCIATION
    associations = dict(Organisation.objects.filter(kind=kind).order_by("-pk").values_list("region", "pk"))
    officers: dict[str, list[int]] = {}
    for region, name in {
        "": "中国消费者协会",
        **{code: f"{PROVINCES[code][0]}消费者协会" for code in PROVINCES},
    }.items():
        if region not in associations:
            associations[region] = Organisation.objects.create(kind=kind, name_zh=name, region=region).pk
        officers[region] = []
        for number in range(OFFICERS_EACH if region else OFFICERS_NATIONAL):
            user, _is_new = User.objects.get_or_create(
                username=f"bench-{region or 'cn'}-{number}", defaults={"is_staff": True, "password": "!"}
            )
            Membership.objects.get_or_create(
                user=user, organisation_id=associations[region], defaults={"duties": [Membership.Duty.LEAD.value]}
            )
            officers[region].append(user.pk)
    return associations, officers


@contextmanager
def indexes_later(*models_: type[models.Model]) -> Iterator[None]:
    """On PostgreSQL indexes are made of all rows at once, but for those that a constraint stands on."""
    if connection.vendor != "postgresql":
        yield
        return
    tables = [each._meta.db_table for each in models_]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid::regclass::text = ANY(%s)"
            " AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
            [tables],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _name, definition in found:
            cursor.execute(definition)
        cursor.execute("RESET statement_timeout; RESET maintenance_work_mem")


@contextmanager
def _trusted() -> Iterator[None]:
    """Without looking up every foreign key on PostgreSQL, where we may: only what stands is named."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('is_superuser')")
            if cursor.fetchone() == ("on",):
                cursor.execute("SET LOCAL session_replication_role = replica")
    yield


def _pour(model: type[models.Model], table: _Table, rows: list[Row]) -> None:
    columns = ", ".join(connection.ops.quote_name(str(each.column)) for each in table.fields)
    into = f"{connection.ops.quote_name(model._meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for piece in _lines(rows):
                    copy.write(piece)
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(table.fields))})", rows)


def _lines(rows: list[Row]) -> Iterator[str]:
    """PostgreSQL's text format. Nothing we make holds a tab, a line's end or a backslash."""
    for start in range(0, len(rows), 1000):
        yield "".join(
            "\t".join(r"\N" if value is None else str(value) for value in row) + "\n"
            for row in rows[start : start + 1000]
        )


def settle(*models_: type[models.Model]) -> None:
    """What a living database has had: its counters beyond the keys we gave, its statistics, its pages swept."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models_)):
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
            for model in models_:
                cursor.execute(f"VACUUM ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
            cursor.execute("RESET statement_timeout")
        else:
            cursor.execute("ANALYZE")
