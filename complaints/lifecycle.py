"""The states of a complaint, the moves between them, and who may make each: the whole procedure on one screen.

Who is *responsible* is no state: that is the latest decision. These states say only where the procedure stands
(docs/procedure.md). A move that changes no state (a question to a party, an answer) is not here.
"""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    NEGOTIATING = "negotiating", _("协商中")  # filed; the parties were told and asked; no other channel is closed
    REFERRED = "referred", _("待受理")  # the consumer asked the association to take it
    NEEDS_INFO = "needs-info", _("待补充")
    ACCEPTED = "accepted", _("已受理")  # mediation: from here 12315 is closed for the same dispute
    PROMISED = "promised", _("已谈妥，等兑现")  # an offer was accepted; the case ends when it is kept
    SETTLED = "settled", _("已和解")
    DECLINED = "declined", _("不予受理")
    TERMINATED = "terminated", _("调解终止")
    HANDED_OFF = "handed-off", _("已转其他途径")
    WITHDRAWN = "withdrawn", _("已撤回")


class Role(models.TextChoices):
    CONSUMER = "consumer", _("消费者")
    OFFICER = "officer", _("协会工作人员")
    RESPONDENT = "respondent", _("被投诉方")
    CLOCK = "clock", _("时限")


OPEN = frozenset({State.NEGOTIATING, State.REFERRED, State.NEEDS_INFO, State.ACCEPTED, State.PROMISED})


class OfferState(models.TextChoices):
    MADE = "made", _("等消费者决定")
    ACCEPTED = "accepted", _("已接受，等兑现")
    REFUSED = "refused", _("没有接受")
    COUNTERED = "countered", _("已还价")
    REPLACED = "replaced", _("已换成新方案")
    LAPSED = "lapsed", _("已过期")
    ENDED = "ended", _("随投诉结束了")
    KEPT = "kept", _("已兑现")
    BROKEN = "broken", _("没有兑现")


S = TypeVar("S", State, OfferState)


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """From any of ``sources`` to ``target``, by any of ``roles``; ``label`` is the verb as a button says it."""

    sources: frozenset[S]
    target: S
    roles: frozenset[Role]
    label: Any  # lazily translated


def _move(sources: set[S] | frozenset[S], target: S, roles: set[Role], label: Any) -> Move[S]:
    return Move(frozenset(sources), target, frozenset(roles), label)


_C, _O, _R, _T = Role.CONSUMER, Role.OFFICER, Role.RESPONDENT, Role.CLOCK

MOVES: dict[str, Move[State]] = {
    "refer": _move({State.NEGOTIATING}, State.REFERRED, {_C}, _("请协会受理")),
    "query": _move({State.REFERRED}, State.NEEDS_INFO, {_O}, _("请补充材料")),
    "supply": _move({State.NEEDS_INFO}, State.REFERRED, {_C}, _("补充材料")),
    "accept": _move({State.REFERRED}, State.ACCEPTED, {_O}, _("受理")),
    "decline": _move({State.REFERRED, State.NEEDS_INFO}, State.DECLINED, {_O}, _("不予受理")),
    # By an offer the consumer agrees; to an agreement on paper the second of the two sides does.
    "agree": _move(OPEN - {State.PROMISED}, State.PROMISED, {_C, _R}, _("谈妥")),
    "resume": _move({State.PROMISED}, State.NEGOTIATING, {_C, _O, _T}, _("接着协商")),  # as it was before
    "resume-referral": _move({State.PROMISED}, State.REFERRED, {_C, _O, _T}, _("接着等协会受理")),
    "resume-mediation": _move({State.PROMISED}, State.ACCEPTED, {_C, _O, _T}, _("接着调解")),
    "keep": _move(OPEN, State.SETTLED, {_C, _O}, _("确认已兑现")),  # also where nobody said so in time
    "settle": _move({State.NEGOTIATING, State.ACCEPTED, State.PROMISED}, State.SETTLED, {_C, _O}, _("和解")),
    "terminate": _move({State.ACCEPTED}, State.TERMINATED, {_O}, _("终止调解")),
    "hand-off": _move(
        {State.NEGOTIATING, State.DECLINED, State.TERMINATED}, State.HANDED_OFF, {_C, _O}, _("转其他途径")
    ),
    "withdraw": _move(OPEN, State.WITHDRAWN, {_C}, _("撤回")),
    "reopen": _move({State.SETTLED, State.WITHDRAWN}, State.NEGOTIATING, {_C}, _("重新打开")),  # within REOPEN_DAYS
    # Going back on what the association did; a withdrawal is the consumer's own, and what was handed off is elsewhere.
    "reopen-negotiation": _move({State.SETTLED}, State.NEGOTIATING, {_O}, _("重新打开，接着协商")),
    "reopen-referral": _move({State.DECLINED}, State.REFERRED, {_O}, _("重新打开，再看受不受理")),
    "reopen-mediation": _move({State.SETTLED, State.TERMINATED}, State.ACCEPTED, {_O}, _("重新打开，接着调解")),
}

OFFER_MOVES: dict[str, Move[OfferState]] = {
    "accept": _move({OfferState.MADE}, OfferState.ACCEPTED, {_C}, _("接受")),
    "refuse": _move({OfferState.MADE}, OfferState.REFUSED, {_C}, _("不接受")),
    "counter": _move({OfferState.MADE}, OfferState.COUNTERED, {_C}, _("还价")),
    "replace": _move({OfferState.MADE}, OfferState.REPLACED, {_R, _O}, _("换成新方案")),
    "lapse": _move({OfferState.MADE}, OfferState.LAPSED, {_T}, _("过期")),
    "end": _move({OfferState.MADE}, OfferState.ENDED, {_C, _O, _T}, _("随投诉结束")),
    "keep": _move({OfferState.ACCEPTED}, OfferState.KEPT, {_C, _O}, _("确认已兑现")),
    "break": _move({OfferState.ACCEPTED}, OfferState.BROKEN, {_C, _O}, _("告诉我们没有兑现")),
}


class IllegalMove(Exception):
    """A move the table does not allow, with a sentence for the person who tried it."""


def after(state: State, move: str, role: Role) -> State:
    """The state that follows. Raises IllegalMove."""
    wanted = MOVES[move]
    if role not in wanted.roles:
        raise IllegalMove(_("{role}不能“{move}”。").format(role=role.label, move=wanted.label))
    if state not in wanted.sources:
        raise IllegalMove(_("这件投诉现在是“{state}”，不能“{move}”。").format(state=state.label, move=wanted.label))
    return wanted.target


def offer_after(state: OfferState, move: str, role: Role) -> OfferState:
    """The state of an offer that follows. Raises IllegalMove."""
    wanted = OFFER_MOVES[move]
    if role not in wanted.roles:
        raise IllegalMove(_("{role}不能“{move}”。").format(role=role.label, move=wanted.label))
    if state not in wanted.sources:
        raise IllegalMove(_("这个方案现在是“{state}”，不能“{move}”。").format(state=state.label, move=wanted.label))
    return wanted.target


def moves_open_to(role: Role, state: State) -> list[str]:
    """The names of the moves this role may make now, in the order of the table."""
    return [name for name, move in MOVES.items() if role in move.roles and state in move.sources]
