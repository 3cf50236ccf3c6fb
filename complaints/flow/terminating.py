"""The end of a mediation without an agreement: on a ground of a list, with words that both sides read."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import permissions
from complaints.deadlines import local_day, mediation_by
from complaints.flow.dispatch import announce
from complaints.flow.moves import advance
from complaints.flow.triage import CannotAct
from complaints.models import Actor, Complaint


class Ground(StrEnum):
    """Why a mediation ends: the list of law.md 6.1 (O121 Art 23). It binds the market regulator; that an association
    goes by it, too, is policy of the site, as with the length of a mediation."""

    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    IMPASSE = "impasse"
    FEES = "appraisal-fees"
    TIME_UP = "time-up"
    PARTY_GONE = "party-gone"
    ABSENT = "absent"
    NOT_ACCEPTABLE = "not-acceptable"
    ABUSE = "abuse"


GROUND_LABELS = {
    Ground.WITHDRAWN: gettext_lazy("消费者收回了调解的请求"),
    Ground.REFUSED: gettext_lazy("有一方不同意调解，或者不参加"),
    Ground.IMPASSE: gettext_lazy("各方谈不拢"),
    Ground.FEES: gettext_lazy("鉴定、检测的费用谈不拢"),
    Ground.TIME_UP: gettext_lazy("调解期限满了，没有谈成"),
    Ground.PARTY_GONE: gettext_lazy("有一方去世，或者不存在了"),
    Ground.ABSENT: gettext_lazy("有一方没有正当理由，没有到场"),
    Ground.NOT_ACCEPTABLE: gettext_lazy("后来发现本来就不该受理"),
    Ground.ABUSE: gettext_lazy("后来发现是滥用投诉"),
}


@transaction.atomic
def terminate(complaint: Complaint, *, ground: Ground, words: str, actor: Actor, at: datetime) -> Complaint:
    """End a mediation that found no agreement, on a ground of the list, with words to both sides, who are shown the
    other ways. That the time is up can only be said once it is. Raises CannotAct or IllegalMove."""
    permissions.require(actor, "terminate")
    if not words.strip():
        raise CannotAct(_("写一句理由，消费者和对方都会看到。"))
    complaint = Complaint.objects.locked(complaint.pk)
    if ground is Ground.TIME_UP and not is_time_up(complaint, at=at):
        raise CannotAct(_("调解期限还没有满，选别的理由，或者等期限过了再办。"))
    told = {"ground": ground.value, "words": words.strip()}
    complaint.statement = {**complaint.statement, "terminated": told}
    event = advance(complaint, "terminate", actor=actor, at=at, body={"ground": ground.value})
    complaint.save(update_fields=["statement"])
    announce(complaint, event, at=at)
    return complaint


def is_time_up(complaint: Complaint, *, at: datetime) -> bool:
    """Whether the time of this mediation has run out by the law's count, the time of testing left out."""
    if complaint.accepted_at is None:
        return False
    until = mediation_by(complaint, local_day(complaint.accepted_at))
    return until is not None and until.is_over(local_day(at))
