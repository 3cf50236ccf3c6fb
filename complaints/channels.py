"""The ways a case can go, in the order of the law: what each can do, closes and needs, until when, whether it is open.

One list for every door. What is said of the law stands in channel_words.py with its articles; the days come from the
sheet of limits; open or closed follows from the state of the case and from the decision's routes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from complaints.case_limits import CaseLimit
from complaints.channel_words import WAYS, Line, Way
from complaints.competence import competent, known_of, said
from complaints.deadlines import standing_of
from complaints.due_sheet import Row, Sheet, Stage, sheet_of
from complaints.lifecycle import State
from complaints.models import Complaint, Respondent
from complaints.narrative import language, parties_listed
from routing import rulebook
from routing.engine.loading_rules import instrument_of
from routing.engine.wording import Cited, Wording

ENGINE_ROUTES = frozenset({"association", "regulator"})  # those a gate of the law can close


class Standing(StrEnum):
    """Whether a way may be taken now. ``TAKEN`` is the one the case is on."""

    OPEN = "open"
    TAKEN = "taken"
    PERHAPS = "perhaps"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence with the articles a reader may look up."""

    text: str
    cites: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """One way as a page shows it. ``reason`` says why it stands so; ``closes`` whether it is the one-way door."""

    id: str
    icon: str
    name: str
    can: tuple[Saying, ...]
    door: tuple[Saying, ...]
    needs: tuple[Saying, ...]
    office: tuple[Saying, ...]
    limits: tuple[Row, ...]
    standing: Standing
    word: str
    reason: str
    closes: bool
    is_next: bool = False

    @property
    def is_closed(self) -> bool:
        return self.standing is Standing.CLOSED


def channels_of(
    complaint: Complaint, respondents: Sequence[Respondent], limits: Iterable[CaseLimit], *, on: date
) -> list[Channel]:
    """The six ways on this day, in the order of the law; the one to take next is marked."""
    sheet = sheet_of(limits, on=on)
    places = _places(complaint, on)
    found = [_channel(way, complaint, respondents, sheet, places.get(way.id, ()), on) for way in WAYS]
    chosen = _next(complaint, {each.id: each for each in found}, respondents, on)
    return [replace(each, is_next=each.id == chosen) for each in found]


def _channel(
    way: Way,
    complaint: Complaint,
    respondents: Sequence[Respondent],
    sheet: Sheet,
    places: Sequence[Saying],
    on: date,
) -> Channel:
    standing, reason = _standing(way.id, complaint, respondents, on)
    return Channel(
        id=way.id,
        icon=way.icon,
        name=str(way.name) or rulebook().words[f"route.{way.id}.name"].in_(language()),
        can=_said(way.can, on),
        door=_said(way.door, on),
        needs=_said(way.needs, on),
        office=(*(_said(way.office, on) or (Saying(_association_of(complaint)),)), *places),
        limits=_rows(way.limits, sheet),
        standing=standing,
        word=_words_of(standing),
        reason=reason,
        closes=way.is_one_way and standing in {Standing.OPEN, Standing.PERHAPS},
    )


def _said(lines: Iterable[Line], on: date) -> tuple[Saying, ...]:
    wording = Wording(rulebook(), language())
    return tuple(
        Saying(
            wording.say(f"route.{line.route}") if line.route else str(line.text),
            tuple(each for each in wording.cites(line.cites) if _in_force(each.code, on)),
        )
        for line in lines
    )


def _in_force(code: str, on: date) -> bool:
    return rulebook().instruments[instrument_of(code)].in_force.covers(on)


def _association_of(complaint: Complaint) -> str:
    if complaint.association is None:
        return _("你所在地区的消费者协会。")
    return _("本件交给{name}。").format(name=complaint.association.name(language()))


def _places(complaint: Complaint, on: date) -> dict[str, tuple[Saying, ...]]:
    """Which places those are in this case, as far as they are known; the rule itself stands with the way."""
    found = competent(known_of(complaint), on=on)
    offices = {"regulator": found.complaint, "report": found.report}
    return {
        id: tuple(
            Saying(_("本件是{place}（{why}）。").format(place=place, why=why)) for place, why in said(office).places
        )
        for id, office in offices.items()
    }


def _rows(ids: Iterable[str], sheet: Sheet) -> tuple[Row, ...]:
    """The limits of a way that run, wait or ran out; those that only may matter stand on the page of the days."""
    rows = (*sheet.running, *sheet.waiting, *sheet.past)
    return tuple(row for id in ids for row in rows if row.limit.id == id and row.stage is not Stage.DONE)


# ── Open or closed ───────────────────────────────────────────────────────────────────────────────────────────────────


def _words_of(standing: Standing) -> str:
    return {
        Standing.OPEN: _("可以走"),
        Standing.TAKEN: _("正在走"),
        Standing.PERHAPS: _("有协议才行"),
        Standing.CLOSED: _("走不了"),
    }[standing]


def _standing(id: str, complaint: Complaint, respondents: Sequence[Respondent], on: date) -> tuple[Standing, str]:
    if id in ENGINE_ROUTES and (gate := _gate_against(id, complaint)):
        return Standing.CLOSED, gate
    match id:
        case "negotiate":
            return _of_negotiation(State(complaint.state), respondents, on)
        case "association":
            return _of_association(State(complaint.state))
        case "regulator":
            return _of_regulator(State(complaint.state))
        case "report":
            return Standing.OPEN, _("随时可以举报，和投诉、起诉分开走。")
        case "arbitration":
            return Standing.PERHAPS, _("看看下单时的合同和平台规则里有没有仲裁协议；没有，就走不了这条。")
    return Standing.OPEN, _("随时可以起诉，别超过期限。")


def _gate_against(id: str, complaint: Complaint) -> str:
    """The words of the gate by which the decision closes this way; empty where it leaves it open."""
    output: Mapping[str, Any] = complaint.decision.output if complaint.decision else {}
    if not output or id in output["procedure"]["routes"]:
        return ""
    wording = Wording(rulebook(), language())
    told = [
        wording.say(f"gate.{gate.id}.text")
        for gate in rulebook().gates
        if gate.id in output["gates"] and id in gate.closes
    ]
    return " ".join(told)


def _of_negotiation(state: State, respondents: Sequence[Respondent], on: date) -> tuple[Standing, str]:
    if state is State.SETTLED:
        return Standing.CLOSED, _("已经和解，按约定办。")
    if state is not State.NEGOTIATING:
        return Standing.OPEN, _("走别的路，也随时可以谈。")
    waiting = [each.party for each in respondents if standing_of(each, on)["code"] == "waiting"]
    if waiting:
        return Standing.TAKEN, _("还在等{parties}答复。").format(parties=parties_listed(waiting))
    unreached = [each.party for each in respondents if standing_of(each, on)["code"] == "not-reached"]
    if unreached:
        return Standing.TAKEN, _("通知还没有送到{parties}。").format(parties=parties_listed(unreached))
    return Standing.OPEN, _("对方都答复过，或者期限已经过了；没联系过的，现在就可以联系。")


def _of_association(state: State) -> tuple[Standing, str]:
    match state:
        case State.NEGOTIATING:
            return Standing.OPEN, _("还没有交给协会。")
        case State.REFERRED | State.NEEDS_INFO:
            return Standing.TAKEN, _("已经请协会受理，在等它决定。")
        case State.ACCEPTED:
            return Standing.TAKEN, _("协会已经受理，正在调解。")
        case State.SETTLED:
            return Standing.CLOSED, _("已经和解，没有要调解的了。")
        case State.DECLINED:
            return Standing.CLOSED, _("协会没有受理这件事。")
        case State.TERMINATED:
            return Standing.CLOSED, _("协会调解过，没有谈成。")
        case State.HANDED_OFF:
            return Standing.CLOSED, _("这件事已经转到其他途径。")
    return Standing.CLOSED, _("你撤回了这件投诉。要请协会受理，重新提交一件。")


def _of_regulator(state: State) -> tuple[Standing, str]:
    match state:
        case State.REFERRED | State.NEEDS_INFO:
            return Standing.OPEN, _("协会还没受理。它一受理，这扇门就关上；改主意的话，先撤回这件投诉。")
        case State.ACCEPTED:
            return Standing.CLOSED, _("协会已经受理，同一件事12315不再受理。")
        case State.TERMINATED:
            return Standing.CLOSED, _("协会已经处理过，同一件事12315不再受理。")
        case State.SETTLED:
            return Standing.CLOSED, _("已经和解，没有要调解的了。")
    return Standing.OPEN, _("同一件事还没有别处受理。")


def _next(complaint: Complaint, ways: Mapping[str, Channel], respondents: Sequence[Respondent], on: date) -> str | None:
    """The way to take now: wait while somebody still has to answer, then mediation where it is open, then the court."""
    state = State(complaint.state)
    if state in {State.SETTLED, State.WITHDRAWN, State.HANDED_OFF}:
        return None
    taken = next((each.id for each in ways.values() if each.standing is Standing.TAKEN), None)
    asked = any(each.asked_at for each in respondents)
    if taken is None and state is State.NEGOTIATING and not asked:
        return "negotiate"
    order = (taken, "association", "regulator", "court")
    return next(id for id in order if id is not None and not ways[id].is_closed)
