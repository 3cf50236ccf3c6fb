"""Grounds that came, fell or changed from one reading to another, and whether the law of the day made them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from complaints.admin.whatif_sides import Side
from complaints.narrative import heading_name, language
from routing import Status
from routing.engine.grounds import Ground
from routing.engine.rulebook import Rule
from routing.engine.vocabulary import BEHIND, FACING, When


@dataclass(frozen=True, slots=True)
class Move:
    """A ground that is other than before: ``sign`` is came, fell or changed; ``law`` says where the day decides.

    ``version`` is the law it is read in: that of the side on which it stands.
    """

    ground: str
    version: str
    title: str
    sign: str
    words: str
    law: str = ""
    by_burden: bool = False
    is_open: bool = False  # only possible, on either side


@dataclass(frozen=True, slots=True)
class Moves:
    """The grounds of one party that moved; ``open`` are those that are only possible."""

    name: str
    settled: tuple[Move, ...]
    open: tuple[Move, ...]


def moves_of(now: Side | None, then: Side) -> Iterable[Moves]:
    """The moves of each party that has any; with nothing to compare to, all its grounds have come."""
    before = now.grounds if now else {}
    for party in (*FACING, *BEHIND):
        keys = dict.fromkeys(key for key in (*then.grounds, *before) if key[0] == party)
        found = [move for key in keys if (move := _move(before.get(key), then.grounds.get(key), now, then))]
        if found:
            settled = tuple(move for move in found if not move.is_open)
            yield Moves(heading_name(party), settled, tuple(move for move in found if move.is_open))


def _move(old: Ground | None, new: Ground | None, now: Side | None, then: Side) -> Move | None:
    """How a ground moved; None where it did not."""
    was, is_ = standing_of(old), standing_of(new)
    ground = new or old
    assert ground is not None
    side = then if is_ or now is None else now
    told = Move(ground.rule.name, side.book.version, ground.rule.title.in_(language()), "", "")
    if was == is_:
        if is_ != "held" or (old and old.by_burden) == (new and new.by_burden):
            return None
        words = _("改按举证规则判") if new and new.by_burden else _("不再靠举证规则")
        return replace(told, sign="changed", words=words)
    if ground.rule.is_duty:
        words = _("要做到") if is_ == "held" else _("不再要求")
    else:
        words = {
            ("", "held"): _("成立"),
            ("possible", "held"): _("从可能到成立"),
            ("", "possible"): _("可能成立"),
            ("held", "possible"): _("只是可能了"),
            ("held", ""): _("不再成立"),
            ("possible", ""): _("不再可能"),
        }[was, is_]
    return replace(
        told,
        sign="came" if not was else "fell" if not is_ else "changed",
        words=words,
        law=_by_day(old, new, now, then) if not (was and is_) else "",
        by_burden=bool(new and new.by_burden and is_ == "held"),
        is_open="held" not in (was, is_),
    )


def standing_of(ground: Ground | None) -> str:
    """Held, possible or nothing. A duty that is only possible is nothing yet."""
    if ground is None or not ground.is_listed or (ground.rule.is_duty and not ground.holds):
        return ""
    return ground.status.value


def _by_day(old: Ground | None, new: Ground | None, now: Side | None, then: Side) -> str:
    """Whether a ground came or fell because the law is another one: that of another day, or another version."""
    if now is None:
        return ""
    came = bool(standing_of(new))
    listed, other = (new, old) if came else (old, new)
    assert listed is not None
    if other is None:
        known = (now if came else then).book.rules_named(listed.rule.id)
        return "" if known else _("这一版规则才有这一条") if came else _("那一版规则里没有这一条")
    if other.status is not Status.NOT_IN_FORCE:
        return ""
    rule, side = (listed.rule, then) if came else (other.rule, now)
    if not rule.in_force.covers(_governing(side, rule)):
        return ""  # it stands on an earlier day of its own, or on a doubt
    if came or _governing(then, rule) < rule.in_force.start:
        return _("{date}起才有这一条").format(date=law_day(rule.in_force.start))
    last = rule.in_force.until
    return _("这一条只用到{date}").format(date=law_day(last)) if last else ""


def _governing(side: Side, rule: Rule) -> date:
    return date.fromisoformat(side.input["purchase_date" if rule.governed_by is When.PURCHASE else "filed_date"])


def law_day(value: date) -> str:
    """A day with its year, whichever it is."""
    return date_format(value, "j F Y" if language() == "en" else "Y年n月j日")
