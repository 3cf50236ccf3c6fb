"""The states of a complaint, the moves between them, and who may make each: the whole procedure on one screen.

Who is *responsible* is no state: that is the latest decision. These states say only where the procedure stands
(docs/procedure.md). A move that changes no state (a question to a party, an answer) is not here.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    NEGOTIATING = "negotiating", _("协商中")  # filed; the parties were told and asked; no other channel is closed
    REFERRED = "referred", _("待受理")  # the consumer asked the association to take it
    NEEDS_INFO = "needs-info", _("待补充")
    ACCEPTED = "accepted", _("已受理")  # mediation: from here 12315 is closed for the same dispute
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


OPEN = frozenset({State.NEGOTIATING, State.REFERRED, State.NEEDS_INFO, State.ACCEPTED})


@dataclass(frozen=True, slots=True)
class Move:
    """From any of ``sources`` to ``target``, by any of ``roles``; ``label`` is the verb as a button says it."""

    sources: frozenset[State]
    target: State
    roles: frozenset[Role]
    label: Any  # lazily translated


def _move(sources: set[State] | frozenset[State], target: State, roles: set[Role], label: Any) -> Move:
    return Move(frozenset(sources), target, frozenset(roles), label)


_C, _O = Role.CONSUMER, Role.OFFICER

MOVES: dict[str, Move] = {
    "refer": _move({State.NEGOTIATING}, State.REFERRED, {_C}, _("请协会受理")),
    "query": _move({State.REFERRED}, State.NEEDS_INFO, {_O}, _("请补充材料")),
    "supply": _move({State.NEEDS_INFO}, State.REFERRED, {_C}, _("补充材料")),
    "accept": _move({State.REFERRED}, State.ACCEPTED, {_O}, _("受理")),
    "decline": _move({State.REFERRED, State.NEEDS_INFO}, State.DECLINED, {_O}, _("不予受理")),
    "settle": _move({State.NEGOTIATING, State.ACCEPTED}, State.SETTLED, {_C, _O}, _("和解")),
    "terminate": _move({State.ACCEPTED}, State.TERMINATED, {_O}, _("终止调解")),
    "hand-off": _move(
        {State.NEGOTIATING, State.DECLINED, State.TERMINATED}, State.HANDED_OFF, {_C, _O}, _("转其他途径")
    ),
    "withdraw": _move(OPEN, State.WITHDRAWN, {_C}, _("撤回")),
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


def moves_open_to(role: Role, state: State) -> list[str]:
    """The names of the moves this role may make now, in the order of the table."""
    return [name for name, move in MOVES.items() if role in move.roles and state in move.sources]
