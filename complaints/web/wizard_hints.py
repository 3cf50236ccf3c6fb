"""Pictures of an order that fill the form: handed in on the page of the order, read behind it, used with one tap."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints.asking.pages import BY_SLUG
from complaints.evidence import vault
from complaints.flow import drafting
from complaints.flow.intake import add_evidence_to_draft
from complaints.models import Draft, Evidence
from complaints.narrative import language
from complaints.provable import likely
from complaints.web import drafts
from complaints.web.heard import heard_of_draft
from complaints.web.hint_buttons import answer_hint
from complaints.web.quotas import begin_draft, count_bytes, or_why_not_begun
from complaints.web.unreadable import Trouble, readable
from complaints.web.wizard import choose_url, journey_of
from complaints.web.wizard_evidence import points_of

ORDER = BY_SLUG["order"]
COPY_TYPE = "image/webp"  # what complaints.evidence.checker writes


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not_begun
def on_order(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """A picture of the order, or a button under a hint; what was typed on the page is kept with it."""
    back = redirect(f"{ORDER.url}#picture")
    draft = drafts.draft_of(request, at=timezone.now())
    if draft and draft.filed_as:
        return redirect("complaints:wizard-done", draft.filed_as.reference)
    for sentence in trouble.sentences:
        messages.error(request, sentence)
    if request.method != "POST" or trouble.is_unreadable:
        return back
    draft = _keep_typed(request, draft or begin_draft(request, at=timezone.now()))
    if ORDER.slug in draft.aside:
        return drafts.remember(redirect(choose_url(request, ORDER.slug)), draft, request)
    for upload in request.FILES.getlist("picture"):
        try:
            count_bytes(request, upload.size or 0, at=timezone.now())
            shows = likely(Evidence.Kind.ORDER, points_of(draft))
            add_evidence_to_draft(draft, upload, kind=Evidence.Kind.ORDER, at=timezone.now(), shows=shows)
        except vault.Unacceptable as refusal:
            name = vault.clean_name(upload.name or "")
            messages.error(request, _("{name}：{sentence}").format(name=name, sentence=refusal))
    answer_hint(request, draft)
    return drafts.remember(back, draft, request)


@never_cache
@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """How far reading is, for the script that asks now and then: each piece's hints as the page shows them."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    if draft is None:
        raise Http404
    pieces = list(draft.evidence.offered().select_related("blob"))
    heard = heard_of_draft(draft, pieces, at=timezone.now(), on=timezone.localdate())
    action = request.GET.get("on") == ORDER.slug
    return JsonResponse(
        {
            str(pk): render_to_string("components/hints.html", {"heard": each, "on_order": action}, request)
            for pk, each in heard.items()
        }
    )


def _keep_typed(request: HttpRequest, draft: Draft) -> Draft:
    """The order page as it was typed so far: pressing another button than Continue loses nothing."""
    form = journey_of(draft).form(ORDER, request.POST)
    fields = form.to_keep()
    if not any(fields.values()) and ORDER.slug not in draft.answers:
        return draft
    is_complete = form.is_valid()
    seen = request.POST.get("seen", "")
    at = timezone.now()
    return drafting.keep_page(draft, ORDER.slug, fields, is_complete=is_complete, language=language(), at=at, seen=seen)
