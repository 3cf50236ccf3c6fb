"""The last look, the declaration, and the page that says it was sent."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints.asking.forms_outcome import DeclarationForm
from complaints.asking.pages import CHECK_MINUTES, PAGES, STEPS
from complaints.asking.route import Journey
from complaints.evidence.entitled import waits_for_person
from complaints.flow import drafting
from complaints.flow.drafting import CHECK
from complaints.flow.intake import file_complaint
from complaints.flow.receipts import proved_address
from complaints.models import Complaint, Contact, Draft
from complaints.models.complaint import Party, masked
from complaints.models.helper import helper_of
from complaints.narrative import language, next_steps
from complaints.rulings import ruling_on
from complaints.statement import filing_from, names_from
from complaints.web import drafts
from complaints.web.actors import actor_of
from complaints.web.authority_note import note_of_draft
from complaints.web.contact_codes import reach_of_draft
from complaints.web.quotas import count, or_why_not_begun
from complaints.web.receipt_views import code_shown_to, receipt_shown
from complaints.web.receipts import open_case
from complaints.web.wizard import journey_of
from complaints.web.wizard_moments import lines_of
from complaints.web.wizard_summary import summary

GLYPHS = {"responsible": "g-full", "shared": "g-half", "possible": "g-question", "none": "g-dashed", "merged": "g-none"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not_begun
def check(request: HttpRequest) -> HttpResponse:
    """Read it all through, sign, send. Sending twice files once."""
    draft = drafts.draft_of(request, at=timezone.now())
    if draft is None:
        return redirect("complaints:start")
    if draft.filed_as:
        return _again(request, draft, draft.filed_as)
    journey = journey_of(draft)
    if request.method == "POST":
        form = DeclarationForm(journey, request.POST)
        if form.is_valid() and not journey.unfinished:
            count(request, "filings", settings.FILINGS_PER_NETWORK_AN_HOUR, at=timezone.now())
            return redirect("complaints:wizard-done", _file(request, draft, journey).reference)
        drafting.refuse(draft, CHECK, [name for name, on in form.cleaned_data.items() if on], at=timezone.now())
        return redirect("complaints:wizard-check")
    ticked = draft.refused.get(CHECK)
    form = DeclarationForm(journey, None if ticked is None else dict.fromkeys(ticked, "on"))
    return render(request, "wizard/check.html", {**_shown(draft, journey), "form": form})


@never_cache
@require_safe
def done(request: HttpRequest, reference: str) -> HttpResponse:
    """It was sent: the number, the code (for half an hour), the finding, and what happens next."""
    complaint = get_object_or_404(Complaint.objects.visible_to(actor_of(request)), reference=reference)
    code = code_shown_to(request, complaint) if request.method == "GET" else None
    ruling = ruling_on(complaint.decision) if complaint.decision else None
    shown: dict[str, Any] = {
        "complaint": complaint,
        "spoken_reference": " ".join(complaint.reference.replace("-", " ")),
        "helper": helper_of(complaint),
        **receipt_shown(code),
        "send_to": masked(proved_address(Contact.objects.filter(complaint=complaint).first())) if code else "",
        "steps_next": next_steps(
            complaint,
            list(complaint.respondents.order_by("pk")),
            first_contact=ruling.output["first_contact"] if ruling else None,
            on=timezone.localdate(),
        ),
    }
    if ruling:
        finding = ruling.told(language())
        bar = [(card, Party(card.party).label, GLYPHS[card.tone]) for card in finding.parties]
        shown |= {"finding": finding, "bar": bar, "by_person": bool(ruling.overrides)}
    response = render(request, "wizard/done.html", shown)
    response["Referrer-Policy"] = "same-origin"  # with no-referrer our own forms would be sent without an Origin
    return response


def _file(request: HttpRequest, draft: Draft, journey: Journey) -> Complaint:
    """File the draft. Whoever holds its cookie may see the complaint; the code is put by in the same transaction."""
    at = timezone.now()
    consumer = request.user if request.user.is_authenticated else None
    with transaction.atomic():
        filed = file_complaint(draft, filing_from(journey.to_file()), consumer=consumer, at=at)
        if filed.receipt_code:
            drafting.keep_code(draft, filed.receipt_code)
    open_case(request, filed.complaint, at=at)
    return filed.complaint


def _again(request: HttpRequest, draft: Draft, complaint: Complaint) -> HttpResponse:
    """It was sent before. Where the answer was lost on its way, with the session in it, the session is opened anew:
    only until the code has been seen, within half an hour, and never for another account."""
    at = timezone.now()
    is_lost = drafting.has_unseen_code(draft) and at < complaint.filed_at + settings.RECEIPT_SESSION
    if is_lost and not request.user.is_authenticated:
        open_case(request, complaint, at=at)
    return redirect("complaints:wizard-done", complaint.reference)


def _shown(draft: Draft, journey: Journey) -> dict[str, Any]:
    answers = journey.to_file()
    pieces = list(draft.evidence.of_dispute().select_related("blob").prefetch_related("masks"))
    return {
        "step": STEPS,
        "steps_total": STEPS,
        "minutes": round(CHECK_MINUTES + 0.5),
        "back_url": PAGES[-1].url,
        "save_url": reverse("complaints:wizard-save"),
        "saved_at": draft.touched_at,
        "journey": journey,
        "note": note_of_draft(journey, draft.evidence.all()),
        "sections": summary(journey),
        "unfinished": journey.unfinished,
        "pieces": pieces,
        "uncovered": [piece for piece in pieces if waits_for_person(piece)],
        "heard": lines_of(draft),
        "names": names_from(answers),
        "reach": reach_of_draft(draft, answers.get("contact", {})),
        "verify_url": reverse("complaints:wizard-verify"),
        "association_now": answers.get("remedy", {}).get("association") == "now",
    }
