"""The case screen: everything on file about one complaint, and the acts that are open now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints import permissions
from complaints.admin.access import frame_of, name_of, way_back
from complaints.admin.act_groups import grouped
from complaints.admin.acting import Act, ChangedMeanwhile, carry_out
from complaints.admin.acts import ACTS
from complaints.admin.conversations import conversations_of
from complaints.admin.deliveries import deliveries_of
from complaints.admin.forms import ContactForm, FindingForm, MessageForm, is_askable
from complaints.admin.group_panel import group_of_case
from complaints.admin.listing import category_of, days_left, full_ring, yuan
from complaints.admin.mediation import mediation_of
from complaints.admin.merging import merge_of
from complaints.admin.notes import notes_of
from complaints.admin.override_forms import proposals_of
from complaints.admin.panels import Exhibit, FactLine, Finding, exhibits_of, fact_choices, finding_of, wanted_of
from complaints.admin.places import where_of
from complaints.admin.presence import arrive
from complaints.admin.record_forms import livestreams_of_case, records_of_case
from complaints.admin.register_case import known_parties
from complaints.admin.reuse import leads_shown
from complaints.admin.statements import said_in
from complaints.admin.story import lines_of, standings_of
from complaints.admin.template_forms import offered, words_asked_for
from complaints.case_limits import limits_of
from complaints.contest_words import contests_told
from complaints.deadlines import is_settled
from complaints.due_sheet import sheet_of
from complaints.elements import grounds_of
from complaints.flow import notes
from complaints.flow.identity_words import identities_told
from complaints.flow.messages import CannotWrite, mark_read
from complaints.flow.offers import CannotOffer
from complaints.flow.releases import CannotRelease
from complaints.flow.removing import removed_of
from complaints.flow.triage import CannotAct
from complaints.flow.viewing import ContactReason, note_access, reveal_contact
from complaints.lifecycle import IllegalMove
from complaints.models import Access, Complaint, DecisionRecord, Feedback, Side
from complaints.models.actor import Actor
from complaints.models.helper import helper_of
from complaints.models.taken_down import taken_down
from complaints.narrative import day, moment, until_words
from complaints.posting import post_only

CONFLICT = 409
OFTEN_ASKED = {
    "authority": gettext_lazy(
        "请补一份委托书：写明买东西的人请你代办，两个人都签名，拍照传到这件投诉的“委托书”页。原件先留好。"
    ),
    "guardian": gettext_lazy("请补一份能证明监护关系的材料，拍照传到这件投诉的“监护证明”页。身份证号可以遮住。"),
}


@require_safe
def case(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """One case. ``?v=<n>`` shows an earlier version of the decision."""
    complaint = _visible(actor, reference)
    note_access(complaint, Access.What.CASE, actor=actor, at=timezone.now())
    on = timezone.localdate()
    exhibits = exhibits_of(complaint)
    finding, versions = _version(complaint, request.GET.get("v", ""), exhibits)
    can_find = ACTS["finding"].is_open_to(actor, complaint) and finding.record.pk == complaint.decision_id
    can_write = ACTS["message"].is_open_to(actor, complaint)
    finding = _in_full(complaint, actor, finding, exhibits, with_forms=can_find)
    acts = [act for act in ACTS.values() if act.is_open_to(actor, complaint)]
    respondents = list(complaint.respondents.select_related("organisation").order_by("pk"))
    requests = list(complaint.requests.select_related("asked_by").order_by("pk"))
    notes.mark_read(complaint, actor=actor, at=timezone.now())
    context = {
        **frame_of(actor),
        **arrive(complaint, actor, at=timezone.now()),
        **notes_of(complaint, actor),
        "case": complaint,
        "finding": finding,
        "versions": versions,
        "is_latest": finding.record.pk == complaint.decision_id,
        "exhibits": exhibits,
        "leads": leads_shown(complaint, exhibits, actor),
        "grounds": grounds_of(finding.record, [exhibit.item for exhibit in exhibits]),
        "removed": list(removed_of(complaint)),
        "lines": lines_of(complaint, versions=versions),
        "standings": standings_of(respondents, on=on),
        **known_parties(respondents, actor),
        "services": list(complaint.services.order_by("pk")),
        "requests": requests,
        "offers": list(complaint.offers.prefetch_related("performances").order_by("-number")),
        "mediation": mediation_of(complaint, at=timezone.now()),
        "joint": group_of_case(complaint, actor),
        "livestreams": livestreams_of_case(complaint, exhibits),
        "records": records_of_case(complaint, exhibits, on=on),
        "may_note_answer": ACTS["records-answer"].is_open_to(actor, complaint),
        "talks": conversations_of(complaint, exhibits),
        "message_form": MessageForm(complaint=complaint, actor=actor, auto_id="message_%s") if can_write else None,
        "contests": contests_told(complaint),
        "identities": identities_told(complaint),
        "extensions": list(complaint.extensions.select_related("respondent", "answered_by")),
        "reviews": list(complaint.reviews.select_related("decision", "answered_by").order_by("-number")),
        "pressures": list(complaint.pressures.all()),
        "proposals": proposals_of(complaint),
        "feedback": Feedback.objects.filter(complaint=complaint).first(),
        "deliveries": deliveries_of(complaint),
        "told_acts": [(act, act.does(complaint, on)) for act in acts],
        "act_groups": grouped(acts, complaint, on),
        "may_assign": ACTS["assign"].is_open_to(actor, complaint),
        "may_only_look": permissions.MAY["ask"].isdisjoint(actor.duties),
        "may_see_contact": permissions.may(actor, "contact"),
        "other_form": _other_facts(complaint, actor, finding) if can_find else None,
        "price": yuan(complaint.price),
        "told_at": moment(finding.record.at),
        "filed_at": moment(complaint.filed_at),
        "purchased": day(complaint.purchased_on),
        "delivered": day(complaint.delivered_on) if complaint.delivered_on else "",
        "contact": complaint.contact.masked(),
        "helper": helper_of(complaint),
        "taken_down": taken_down(complaint),
        "authority": list(complaint.evidence.authority().select_related("blob")),
        "may_ask": ACTS["ask"].is_open_to(actor, complaint),
        "contact_form": ContactForm(auto_id="contact_%s"),
        "wanted": wanted_of(complaint),
        "category": category_of(complaint),
        "officer": name_of(complaint.officer),
        "days": days_left(complaint, on),
        "term": full_ring(complaint),
        "is_settled": complaint.due_on is None or is_settled(complaint.due_on),
        "until": until_words(complaint.due_on),
        "sheet": sheet_of(limits_of(complaint, respondents), on=on),
        "me": actor.user,
        "where": where_of(complaint),
    }
    return render(request, "admin/case.html", context)


def act(request: HttpRequest, actor: Actor, reference: str, name: str) -> HttpResponse:
    """One act on a page of its own: what it will do and its form; the POST does it, or shows what stood in the way."""
    complaint = _visible(actor, reference)
    chosen = ACTS.get(name)
    if chosen is None or request.method not in {"GET", "HEAD", "POST"}:
        raise Http404
    now = timezone.now()
    given: dict[str, Any] = (
        {"data": request.POST} if request.method == "POST" else {"initial": _asked_for(request, actor, complaint, name)}
    )
    form = chosen.form(complaint=complaint, actor=actor, **given)
    if not form.is_valid():
        return _act_page(request, complaint, chosen, form, now, status=422 if form.is_bound else 200)
    if preview := form.preview():
        form.now_seen()
        return _act_page(request, complaint, chosen, form, now, status=200, preview=preview)
    try:
        said = carry_out(chosen, complaint, form.cleaned_data, actor, at=now)
    except ChangedMeanwhile:
        complaint = _visible(actor, reference)
        form.complaint = complaint
        return _act_page(request, complaint, chosen, form, now, status=CONFLICT)
    except (IllegalMove, CannotAct, CannotOffer, CannotRelease, CannotWrite) as refusal:
        return _act_page(request, complaint, chosen, form, now, status=CONFLICT, refusal=str(refusal))
    messages.success(request, said)
    if not Complaint.objects.visible_to(actor).filter(pk=complaint.pk).exists():  # given away, or kept out of
        return redirect("admin:queue")
    return redirect(way_back(request, reverse("admin:case", args=[reference])))


@post_only("admin:case", "reference")
def contact(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The consumer's contact in plain, once, for a reason that goes on record."""
    complaint = _visible(actor, reference)
    form = ContactForm(request.POST, auto_id="contact_%s")
    shown = None
    if form.is_valid():
        reason = ContactReason(form.cleaned_data["reason"])
        shown = reveal_contact(complaint, reason=reason, actor=actor, at=timezone.now())
    context = {
        **frame_of(actor),
        "case": complaint,
        "form": form,
        "contact": shown,
        "helper": helper_shown(complaint, shown),
        "masked": complaint.contact.masked(),
    }
    return render(request, "admin/contact.html", context, status=200 if shown else 422)


def helper_shown(complaint: Complaint, shown: dict[str, str] | None) -> dict[str, str] | None:
    """Whoever filed for the buyer, opened by the same reason that is on record for the buyer's contact."""
    helper = helper_of(complaint) if shown else None
    return {**helper.reveal(), "relation": str(helper.get_relation_display())} if helper else None


@post_only("admin:case", "reference")
def read(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """What the consumer wrote to the association has been looked at, without an answer."""
    complaint, up_to = _visible(actor, reference), request.POST.get("seen", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 9:
        mark_read(complaint, other=Side.ASSOCIATION, up_to=int(up_to), actor=actor)
    return redirect(f"{reverse('admin:case', args=[reference])}#messages")


def _visible(actor: Actor, reference: str) -> Complaint:
    parts = ("decision", "contact", "officer", "association")
    return get_object_or_404(Complaint.objects.visible_to(actor).select_related(*parts), reference=reference)


def _act_page(
    request: HttpRequest,
    complaint: Complaint,
    chosen: Act,
    form: Any,
    at: datetime,
    *,
    status: int,
    refusal: str = "",
    preview: Any = None,
) -> HttpResponse:
    """What the officer is about to do. Where somebody changed the case since the form was opened, the two are laid side
    by side, and what was typed stands on the case as it is now."""
    merge = merge_of(complaint, chosen, form)
    if form.is_bound:
        form.opened_anew()
    context = {
        **frame_of(form.actor),
        **arrive(complaint, form.actor, form=chosen.name, at=at),
        "case": complaint,
        "act": chosen,
        "does": chosen.does(complaint, timezone.localtime(at).date()),
        "is_open": chosen.is_open_to(form.actor, complaint),
        "form": form,
        "merge": merge,
        "refusal": refusal,
        "preview": preview,
        "templates": offered(request, form.actor, chosen.name),
        "back": reverse("admin:case", args=[complaint.reference]),
    }
    return render(request, "admin/act.html", context, status=status)


def _asked_for(request: HttpRequest, actor: Actor, complaint: Complaint, act: str) -> dict[str, Any]:
    """What a link to the form has filled in: which fact, whom to ask, or a question asked often or a template, in the
    language of whoever will read it."""
    given: dict[str, Any] = {
        name: request.GET[name] for name in ("fact", "to", "party", "piece") if name in request.GET
    }
    if words := OFTEN_ASKED.get(request.GET.get("about", "")):
        with translation.override("en" if complaint.language == "en" else "zh-hans"):
            given["words"] = str(words)
    if template := words_asked_for(request, actor, act, complaint):
        given["words"] = template
    if "fact" in request.GET:
        given["about"] = request.GET["fact"]
    return given


def _version(complaint: Complaint, wanted: str, exhibits: Any) -> tuple[Finding, list[DecisionRecord]]:
    """The version of the decision asked for, told against the one before it; and all of them, newest first."""
    versions = list(complaint.decisions.order_by("-number"))
    place = next((place for place, record in enumerate(versions) if str(record.number) == wanted), 0)
    if not versions:
        raise Http404
    before = versions[place + 1] if place + 1 < len(versions) else None
    return finding_of(versions[place], before=before, exhibits=exhibits), versions


def _in_full(
    complaint: Complaint, actor: Actor, finding: Finding, exhibits: Sequence[Exhibit], *, with_forms: bool
) -> Finding:
    """Each fact with all that was said of it and, where findings can be made, a form with ids of its own."""
    said, may_ask = said_in(complaint, exhibits), ACTS["ask"].is_open_to(actor, complaint)

    def told(line: FactLine, *, with_form: bool) -> FactLine:
        form = FindingForm(complaint=complaint, actor=actor, initial={"fact": line.key}, auto_id=f"{line.key}_%s")
        return replace(
            line,
            said=said.get(line.key, ()),
            may_ask=may_ask and is_askable(line.key),
            form=form if with_form else None,
        )

    groups = (
        replace(group, facts=tuple(told(line, with_form=with_forms) for line in group.facts)) for group in finding.facts
    )
    quiet = tuple(told(line, with_form=False) for line in finding.quiet)
    return replace(finding, facts=tuple(groups), quiet=quiet)


def _other_facts(complaint: Complaint, actor: Actor, finding: Finding) -> FindingForm:
    """The facts nobody has spoken of, and those only an officer may settle."""
    form = FindingForm(complaint=complaint, actor=actor, auto_id="other_%s")
    form.offer("fact", fact_choices(except_for=[line.key for line in (*finding.lines, *finding.quiet)]))
    return form
