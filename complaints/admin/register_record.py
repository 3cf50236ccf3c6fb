"""How a party of the register answers and whether it keeps its word, over all associations: counts, never a case."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.lifecycle import OfferState
from complaints.models import Offer, Override, Party, RegisterEntry, Respondent
from complaints.models.complaint import RespondentQuerySet

ENOUGH = 20  # from which a share is told beside the counts: of fewer it would say more than is known
LATEST = 1000  # answers that the median is taken of
SECONDS_A_DAY = 86_400
AGAINST = (Override.Outcome.SOLE, Override.Outcome.EITHER, Override.Outcome.DEEMED_SELLER, Override.Outcome.JOINT)
AGAINST_TOO = (Override.Outcome.ADVANCE, Override.Outcome.CORRESPONDING)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure in words: what it is of, what was counted, and what that means where it needs saying."""

    label: str
    value: str
    note: str = ""


def record_of(entry: RegisterEntry) -> list[Figure]:
    """Four questions to the database, each led by an index of the respondents or of their complaints."""
    family = entry.family
    mine = Respondent.objects.filter(entry__in=family)
    heard = mine.aggregate(
        named=Count("pk"),
        asked=Count("pk", filter=Q(notified_at__isnull=False)),
        in_time=Count("pk", filter=Q(answered_at__isnull=False, lapsed_at=None)),
        late=Count("pk", filter=Q(answered_at__isnull=False, lapsed_at__isnull=False)),
        silent=Count("pk", filter=Q(answered_at=None, lapsed_at__isnull=False)),
    )
    offers = _offers(family)
    found = _found(mine)
    done = heard["in_time"] + heard["late"] + heard["silent"]
    ended = offers["kept"] + offers["broken"]
    return [
        Figure(_("被投诉"), _times(heard["named"]), _("其中已通知到{n}次").format(n=heard["asked"])),
        Figure(_("按期答复"), _of(heard["in_time"], done), _open(heard["asked"] - done)),
        Figure(_("逾期才答复"), _of(heard["late"], done)),
        Figure(_("一直没有答复"), _of(heard["silent"], done)),
        Figure(_("从通知到答复"), _days(mine), _("中位数，看最近{n}次答复").format(n=LATEST)),
        Figure(_("提过方案"), _times(offers["made"]), _("消费者接受了{n}次").format(n=offers["accepted"])),
        Figure(
            _("说到做到"), _of(offers["kept"], ended), _("接受以后兑现了的；没兑现{n}次").format(n=offers["broken"])
        ),
        Figure(_("判它应负责"), _times(found), _("按现在有效的判定")),
        Figure(_("人工改判由它负责"), _times(_overridden(family))),
    ]


def _offers(family: list[int]) -> dict[str, int]:
    """Offers of the respondents themselves: an offer knows its complaint and its party."""
    own = Offer.objects.filter(complaint__respondents__entry__in=family, complaint__respondents__party=F("party"))
    state = {"kept": [OfferState.KEPT], "broken": [OfferState.BROKEN]}
    state["accepted"] = [OfferState.ACCEPTED, OfferState.KEPT, OfferState.BROKEN]
    counts = {name: Count("pk", filter=Q(state__in=which)) for name, which in state.items()}
    return own.aggregate(made=Count("pk"), **counts)


def _found(mine: RespondentQuerySet) -> int:
    """How many verdicts stand against it."""
    against = Q()
    for party in Party:
        against |= Q(party=party, **{f"complaint__verdicts__{party.value}": "responsible"})
    return int(mine.filter(against).count())


def _overridden(family: list[int]) -> int:
    own = Override.objects.in_force().filter(outcome__in=(*AGAINST, *AGAINST_TOO))
    return own.filter(complaint__respondents__entry__in=family, complaint__respondents__party=F("party")).count()


def _days(mine: RespondentQuerySet) -> str:
    answered = mine.filter(notified_at__isnull=False, answered_at__isnull=False)
    latest = answered.order_by("-asked_at").values_list("notified_at", "answered_at")[:LATEST]
    took = [(until - since).total_seconds() / SECONDS_A_DAY for since, until in latest if since and until]
    if not took:
        return "—"
    return _("{n}天").format(n=f"{median(took):.1f}".removesuffix(".0"))


def _times(count: int) -> str:
    return ngettext("{n}次", "{n}次", count).format(n=count)


def _of(part: int, whole: int) -> str:
    """``3/12``, with the share where there are enough to speak of one."""
    if not whole:
        return "—"
    told = _("{whole}次里{part}次").format(part=part, whole=whole)
    return f"{told} · {part / whole:.0%}" if whole >= ENOUGH else told


def _open(count: int) -> str:
    return _("另有{n}次还在等").format(n=count) if count else ""
