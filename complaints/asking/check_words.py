"""The two-minute check in sentences: the day whose law was read, and answers that cannot both be so."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.check import Walk
from complaints.check_asks import whole_day
from complaints.narrative import inner


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two answers that cannot both be so, in a sentence; and the walk that stands at the first of them again."""

    sentence: str
    back_to: Walk


def bought_as(walk: Walk) -> str:
    """The day the law of which was read, as the page says it."""
    span = walk.bought
    if span is None:
        return _("按今天买的算。买的日子不同，适用的法律可能不同。")
    if span.first is None:
        return _("你买得更早，法律改过不止一次。这里只按{last}买的算，不一定合你的情况。").format(
            last=whole_day(span.last)
        )
    if span.last == walk.today:
        return _("按{first}以后买的算。").format(first=whole_day(span.first))
    return _("按{first}到{last}之间买的算。").format(first=whole_day(span.first), last=whole_day(span.last))


def clashes_of(walk: Walk) -> list[Disagreement]:
    """Every two answers that cannot both be so, as they were worded, and which of them was counted."""
    found = []
    for clash in walk.clashes:
        said = [_("；").join(str(label) for label in walk.recap[place][1]) for place in (clash.earlier, clash.later)]
        earlier, later = (inner(words) for words in said)
        if clash.stands is None:
            sentence = _("你前面说“{earlier}”，后面说“{later}”，两样对不上。这一点先算不清楚。")
        elif clash.stands == clash.later:
            sentence = _("你前面说“{earlier}”，后面说“{later}”，两样对不上。后面的更可靠，按后面的算。")
        else:
            sentence = _("你前面说“{earlier}”，后面说“{later}”，两样对不上。前面的更可靠，按前面的算。")
        found.append(Disagreement(sentence.format(earlier=earlier, later=later), walk.until(clash.earlier)))
    return found
