"""Handled together with others, or alone: the consumer's own word, and the common file of those who speak for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.flow import groups
from complaints.group_words import joint_on, rule_words
from complaints.models import Actor, Complaint, GroupAct, GroupMember
from complaints.models.group import MOST_REPRESENTATIVES
from complaints.narrative import day, fact_statement, heading_name, offer_words
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_acts import or_why_not


@dataclass(frozen=True, slots=True)
class Common:
    """What a representative reads: what is the same for all, and nothing of anybody."""

    facts: tuple[str, ...]
    offers: tuple[str, ...]


CHOICES: Mapping[str, Callable[[Complaint, Actor], object]] = {
    "join": lambda case, actor: groups.answer(case, joins=True, actor=actor, at=timezone.now()),
    "alone": lambda case, actor: groups.answer(case, joins=False, actor=actor, at=timezone.now()),
    "speak": lambda case, actor: groups.offer_to_represent(case, willing=True, actor=actor, at=timezone.now()),
    "silent": lambda case, actor: groups.offer_to_represent(case, willing=False, actor=actor, at=timezone.now()),
}


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def group(request: HttpRequest, reference: str) -> HttpResponse:
    """What being handled together means, and the consumer's answer, which may change at any time."""
    complaint = find_case(request, reference)
    member = complaint.memberships.standing().select_related("group").first()
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do not in CHOICES:
            raise Http404
        CHOICES[do](complaint, actor_of(request))
        messages.success(request, _said(do))
        return redirect("complaints:case" if do == "alone" else "complaints:case-group", reference)
    if member is None:
        raise Http404
    page = {
        "tab": "progress",
        "member": member,
        "group": member.group,
        "count": member.group.members.joined().count(),
        "common": _common(member) if member.is_representative else None,
        "most": MOST_REPRESENTATIVES,
        "law": joint_on(timezone.localdate(member.group.made_at)),
    }
    return render(request, "case/group.html", {**frame_of(complaint), **page})


def _common(member: GroupMember) -> Common:
    """Facts that stand for all, and offers made to all that still run. Reasons and words stay with the association."""
    acts = list(member.group.acts.order_by("number"))
    latest = {act.fact: act for act in acts if act.kind == GroupAct.Kind.FINDING}
    facts = [fact_statement(act.fact, act.value) for act in latest.values() if act.value is not None]
    offered = [_offer_words(act) for act in acts if act.kind == GroupAct.Kind.OFFER]
    return Common(tuple(facts), tuple(offered))


def _offer_words(act: GroupAct) -> str:
    assert act.until is not None  # an offer always has a last day
    parts = [heading_name(act.party), offer_words(act.offer_kind, None), rule_words(act)]
    parts.append(_("有效到{date}").format(date=day(act.until)))
    return " · ".join(part for part in parts if part)


def _said(do: str) -> str:
    return {
        "join": _("已加入。随时可以退出，你的金额和方案一直由你自己决定。"),
        "alone": _("好，你的投诉单独办，什么都不受影响。"),
        "speak": _("记下了。协会定下代表以后会告诉你。"),
        "silent": _("好，你不当代表，还留在合并里。"),
    }[do]
