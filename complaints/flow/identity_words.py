"""Requests for an identity in words, alike at every door: since when, by when, and who says that nobody is there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from complaints.evidence.personal import covered
from complaints.flow.identities import Asked, asked_in
from complaints.lifecycle import Role
from complaints.models import Complaint, RecordItem
from complaints.narrative import day, sentences, until_words


@dataclass(frozen=True, slots=True)
class ReportLine:
    """Somebody could not reach anybody there. ``ended`` is when another identity was given; empty while none was."""

    who: str
    when: str
    why: str
    words: str
    ended: str


@dataclass(frozen=True, slots=True)
class IdentityLine:
    """One identity that was asked for; ``item`` is the item of a request for records that holds it, if one does."""

    kind: str
    title: str
    word: str
    tone: str
    dates: str
    reports: tuple[ReportLine, ...]
    item: int | None
    is_open: bool


def identities_told(complaint: Complaint) -> list[IdentityLine]:
    """What was asked for, seller first."""
    return [_line(asked) for asked in asked_in(complaint)]


def _line(asked: Asked) -> IdentityLine:
    word, tone = _word(asked.state)
    last = asked.items[-1] if asked.items else None
    return IdentityLine(
        kind=asked.kind,
        title=str(RecordItem.Kind(asked.kind).label),
        word=word,
        tone=tone,
        dates=_dates(asked),
        reports=tuple(
            ReportLine(
                who=_("协会") if report.by == Role.OFFICER else _("消费者"),
                when=day(report.at),
                why=str(report.get_why_display()),
                words=covered(report.words)[0],
                ended=day(report.ended_at) if report.ended_at else "",
            )
            for report in asked.reports
        ),
        item=last.pk if last else None,
        is_open=asked.state in {"waiting", "overdue", "unreachable", "unserved"},
    )


def _word(state: str) -> tuple[str, str]:
    return {
        "waiting": (pgettext("identity", "等平台给"), "info"),
        "given": (pgettext("identity", "给了"), "ok"),
        "not_given": (pgettext("identity", "没有给"), "resp"),
        "overdue": (pgettext("identity", "到期没有给"), "resp"),
        "unreachable": (pgettext("identity", "给了，联系不上"), "maybe"),
        "unserved": (pgettext("identity", "还没送到平台"), "plain"),
    }[state]


def _dates(asked: Asked) -> str:
    """When it was asked for and by when; each time it ran out, and each time it was given."""
    said = [_("{date}起要的。").format(date=day(asked.asked_on))] if asked.asked_on else []
    for item in asked.items:
        if item.lapsed_at and item.request.due_on:
            said.append(_("到{date}没有答复。").format(date=day(item.request.due_on)))
        if item.answered_at:
            said.append(_("{date}答复。").format(date=day(item.answered_at)))
    if asked.due_on and asked.state in {"waiting", "unreachable"}:
        said.append(_("{until}。").format(until=until_words(asked.due_on)))
    return sentences(*said)
