"""A table of answers: its columns, what may stand in them, and a row as it was read."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from complaints.flow.responses import Position
from complaints.models import Complaint, Party, Respondent

MOST_ROWS = 5_000
MOST_BYTES = 5 << 20
INSTEAD_LENGTH = 200
MOST_TEMPLATE = 500
SHOWN = 20  # characters of a wrong cell in a sentence: what became of a sheet holds no words of people

# Column → how its heading reads; the code itself is taken, too.
COLUMNS: Mapping[str, Any] = {
    "case": gettext_lazy("投诉编号"),
    "party": gettext_lazy("哪一方"),
    "position": gettext_lazy("意见"),
    "words": gettext_lazy("写给消费者的话"),
    "points_to": gettext_lazy("应由谁负责"),
    "instead": gettext_lazy("那一方的全称和联系方式"),
    "rule": gettext_lazy("依据的规则"),
    "note": gettext_lazy("内部备注"),
}
HEADINGS = {
    **{code: code for code in COLUMNS},
    **{"投诉编号": "case", "哪一方": "party", "意见": "position", "写给消费者的话": "words", "应由谁负责": "points_to"},
    **{"那一方的全称和联系方式": "instead", "依据的规则": "rule", "内部备注": "note"},
}
NEEDED = ("case", "position", "words")
PARTIES = {
    **{party.value: party for party in Party},
    "商家": Party.MERCHANT,
    "主播": Party.ANCHOR,
    "平台": Party.PLATFORM,
}
POSITIONS = {
    **{position.value: position for position in Position},
    **{"认可": Position.ACCEPTED, "部分认可": Position.PARTLY, "不认可": Position.DISPUTED},
    **dict.fromkeys(("不是我方的责任", "不是我方"), Position.NOT_OURS),
}
VALUES: Mapping[str, bool | None] = {
    **dict.fromkeys(("是", "属实", "true", "yes", "1"), True),
    **dict.fromkeys(("否", "不属实", "false", "no", "0"), False),
    **dict.fromkeys(("收回", "null"), None),
}
REFUSALS = {
    "workbook": gettext_lazy("这是Excel工作簿，这里收CSV。在表格软件里另存为CSV（UTF-8）再传。"),
    "encoding": gettext_lazy("文件的编码读不了。另存为UTF-8或GB18030的CSV再传。"),
    "quotes": gettext_lazy("有一处引号没有成对，表格读不下去。检查一下再传。"),
    "cell": gettext_lazy("有一格太长了。删短一些再传。"),
    "columns": gettext_lazy("列太多了。用下载的模板。"),
}


class NotASheet(Exception):
    """A file that cannot be read as a table of answers, with a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell; ``column`` is a code of COLUMNS, or of a fact."""

    column: str
    heading: str
    message: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: what stands in it, and what sending it will do. ``number`` is its line in the file; the heading is 1.

    ``code``: ready, error (see ``errors``), already (it was sent before); after sending also sent and refused, with
    ``why``.
    """

    number: int
    cells: Mapping[str, str]
    case: str
    party: str
    code: str
    does: str = ""
    errors: tuple[CellError, ...] = ()
    warnings: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of answers as it stands now; ``key`` names it in addresses. ``columns`` are (code, heading)."""

    key: uuid.UUID
    columns: tuple[tuple[str, str], ...]
    rows: tuple[SheetRow, ...]
    made_at: datetime
    sent_at: datetime | None = None
    ordered_at: datetime | None = None  # somebody said that it be sent; until ``sent_at`` it is on its way
    total: int = 0

    @property
    def is_on_its_way(self) -> bool:
        return self.ordered_at is not None and self.sent_at is None

    @property
    def percent(self) -> int:
        """How much of it is done, once it is on its way."""
        return 100 * len(self.rows) // self.total if self.total else 0

    def count(self, code: str) -> int:
        return sum(row.code == code for row in self.rows)

    @property
    def ready(self) -> int:
        """How many rows sending would send."""
        return self.count("ready")


@dataclass(slots=True)
class SheetAnswer:
    """A row that can be sent."""

    complaint: Complaint
    respondent: Respondent
    party: Party
    position: Position
    words: str
    claims: dict[str, bool | None]
    points_to: Party | None
    instead: str
    rule: str
    note: str

    def fingerprint(self, organisation: int) -> str:
        said = [organisation, self.complaint.pk, self.party, self.position, self.words, sorted(self.claims.items())]
        said += [self.points_to, self.instead, self.rule, self.note]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, default=str).encode()).hexdigest()
