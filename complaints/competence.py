"""Where a case belongs: which association by the site's policy, which bureau for a 12315 complaint and for a report by
law; each with why, on what article, and what is not known yet.

The rules are data with their citations (law.md 6.1, rows “Which bureau” and “Reports”, 6.2); the function is pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.divisions import full_name
from complaints.models import Complaint, Party, Transfer, Whereabouts
from complaints.narrative import language
from routing import rulebook
from routing.engine.wording import Cited, Wording


class By(StrEnum):
    """By what a place is found."""

    POLICY = "policy"  # the consumer's region, nearest association: the site's own choice
    SHOWN = "shown"  # the address of the in-platform operator as the platform shows it
    HOME = "home"  # the domicile of the platform's company
    TRADE = "trade"  # where the seller really trades


@dataclass(frozen=True, slots=True)
class Rule:
    """What one measure says of complaints and of reports, for those handed in from a day on."""

    since: date
    complaint: str
    report: str  # empty: what it says of the place was not compared with the text
    first: str


RULES: Sequence[Rule] = (
    Rule(date(2026, 4, 15), complaint="O121 13", report="O121 31", first="O121 14"),
    Rule(date(2020, 1, 1), complaint="O20 12", report="", first="O20 13"),
)
WHY: dict[By, Any] = {
    By.POLICY: gettext_lazy("按消费者所在地区，找最近的一家"),
    By.SHOWN: gettext_lazy("平台上公示的地址"),
    By.HOME: gettext_lazy("平台公司的住所地"),
    By.TRADE: gettext_lazy("卖家实际经营的地方"),
}


class Missing(StrEnum):
    """What would have to be known to say more."""

    SHOWN = "shown"
    HOME = "home"
    TRADE = "trade"


ASK: dict[Missing, Any] = {
    Missing.SHOWN: gettext_lazy("不知道平台上公示的地址，先按平台公司的住所地。"),
    Missing.HOME: gettext_lazy("不知道平台公司的住所地，请运维在“机构”里补上。"),
    Missing.TRADE: gettext_lazy("不知道卖家实际在哪里经营，可以请平台提供。"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A division code, and by what it was found."""

    region: str
    by: By


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the places in a case: division codes, empty where unknown."""

    shown: str = ""
    is_unreachable: bool = False
    home: str = ""
    trade: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """Where one thing goes. Of several places each will do; the first to receive it deals with it."""

    places: tuple[Place, ...]
    article: str
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Competence:
    """Both answers of the law. Which association has the case is policy: no national text on that was found."""

    complaint: Office
    report: Office
    first: str


def competent(known: Known, *, on: date) -> Competence:
    """Where a complaint and a report about a seller on a platform go, if they are handed in on that day."""
    rule = next((each for each in RULES if each.since <= on), RULES[-1])
    may_use_shown = bool(known.shown) and not known.is_unreachable
    shown = (Place(known.shown, By.SHOWN),) if may_use_shown else ()
    home = (Place(known.home, By.HOME),) if known.home else ()
    trade = (Place(known.trade, By.TRADE),) if known.trade else ()
    lacking = () if known.shown else (Missing.SHOWN,)
    return Competence(
        complaint=Office(shown + home, rule.complaint, lacking + (() if known.home else (Missing.HOME,))),
        report=Office(trade, rule.report, () if known.trade else (Missing.TRADE,)),
        first=rule.first,
    )


# ── Of a case, in words ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Said:
    """One answer for a page: places with why, the articles a reader may look up, what is missing."""

    places: tuple[tuple[str, str], ...]
    cites: tuple[Cited, ...]
    missing: tuple[str, ...]


def known_of(complaint: Complaint) -> Known:
    """What the case knows of its places."""
    noted = Whereabouts.objects.filter(complaint=complaint).first() or Whereabouts()
    platform = complaint.respondents.filter(party=Party.PLATFORM).select_related("organisation").first()
    home = platform.organisation.seat if platform and platform.organisation else ""
    return Known(noted.shown, noted.is_unreachable, home, noted.actual)


def said(office: Office) -> Said:
    """An office in the reader's language."""
    wording = Wording(rulebook(), language())
    return Said(
        places=tuple((full_name(each.region, language()), str(WHY[each.by])) for each in office.places),
        cites=tuple(wording.cites([office.article])) if office.article else (),
        missing=tuple(str(ASK[each]) for each in office.missing),
    )


def association_words(complaint: Complaint) -> str:
    """Which association has the case, and why that one."""
    name = complaint.association.name(language()) if complaint.association else _("还没有")
    if complaint.transfers.filter(state=Transfer.State.ACCEPTED).exists():
        return _("{name}：由转交接收").format(name=name)
    return _("{name}：{why}").format(name=name, why=WHY[By.POLICY])
