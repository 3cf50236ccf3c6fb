"""The letter of authority: a sheet to print or take as PDF, and the place to hand the signed one in, before and after
filing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from complaints.authority_letter import Authority
from complaints.evidence import vault
from complaints.flow import drafting
from complaints.flow.intake import add_evidence, add_evidence_to_draft
from complaints.models import Complaint, Draft, Evidence
from complaints.models.assertion import Speaker
from complaints.models.helper import Helper, helper_of
from complaints.narrative import language
from complaints.papers.letter import LOCALES, code_of
from complaints.press import NotPrinted, print_pdf, require_room_for
from complaints.web import drafts
from complaints.web.actors import actor_of
from complaints.web.authority_note import note_of, note_of_draft
from complaints.web.authority_sheet import sheet_of, sheet_of_draft
from complaints.web.case import case_page, find_case, frame_of
from complaints.web.case_acts import or_why_not
from complaints.web.case_forms import EvidenceForm
from complaints.web.case_letter import require_room
from complaints.web.quotas import count_bytes
from complaints.web.unreadable import Trouble, readable
from complaints.web.wizard import BEHALF, journey_of, resume_url

PAGE = "authority"  # in Draft.refused, beside the pages of the form


class AuthorityForm(EvidenceForm):
    """The signed paper, one file at a time: a choice of several fails without a word in some in-app browsers."""

    kind: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__((), *args, **kwargs)  # it shows no fact
        self.take_one_at_a_time()
        self.fields["pieces"].help_text = _("照片或PDF，一次一个，可以传几次。")
        self.fields["pieces"].error_messages["required"] = _("还没有选文件。选一张照片或一个PDF。")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@readable
def of_draft(request: HttpRequest, trouble: Trouble) -> HttpResponse:
    """The sheet made from what is known so far; a signed one is taken in, or taken back."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    journey = journey_of(draft)
    if draft is None or not journey.is_for_another:
        return redirect(BEHALF.url)
    if request.method == "POST" and not trouble.is_unreadable:
        _keep_in_draft(request, draft)
        return redirect("complaints:wizard-authority")
    page = {
        "journey": journey,
        "note": note_of_draft(journey, draft.evidence.all()),
        "pieces": draft.evidence.authority().select_related("blob"),
        "form": AuthorityForm(),
        "refused": trouble.sentences or draft.refused.get(PAGE),
        "onward_url": resume_url(journey.resume_at()),
        "authority": sheet_of_draft(journey, lang="zh"),
        "translation": sheet_of_draft(journey, lang="en") if language() == "en" else None,
    }
    return render(request, "wizard/authority.html", page)


@never_cache
@require_safe
def pdf_of_draft(request: HttpRequest) -> HttpResponse:
    """The same as PDF; where the press is busy, a word on the page."""
    draft = drafts.unfinished_draft_of(request, at=timezone.now())
    journey = journey_of(draft)
    if draft is None or not journey.is_for_another or journey.is_by_guardian:
        raise Http404
    try:
        require_room_for(f"draft:{draft.key}", at=timezone.now())
        return _pdf(sheet_of_draft(journey, lang="zh"), name="authority")
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect("complaints:wizard-authority")


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not
def of_case(request: HttpRequest, trouble: Trouble, reference: str) -> HttpResponse:
    """The sheet of a filed case, and the signed one handed in later."""
    complaint = find_case(request, reference)
    _helper(complaint)
    is_sent = request.method == "POST" and not trouble.is_unreadable
    form = AuthorityForm(*((request.POST, request.FILES) if is_sent else ()))
    refused = trouble.sentences
    if is_sent and form.is_valid():
        complaint.require_open()
        refused = _keep_in_case(request, complaint, form.cleaned_data["pieces"])
        if not refused:
            return redirect("complaints:case-authority", reference)
    page = {
        "tab": "progress",
        "note": note_of(complaint, on=timezone.localdate()),
        "pieces": complaint.evidence.authority().select_related("blob"),
        "form": form,
        "refused": refused,
        "authority": sheet_of(complaint, lang="zh"),
        "translation": sheet_of(complaint, lang="en") if language() == "en" else None,
        "code": code_of(complaint.reference),
    }
    return render(request, "case/authority.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def pdf_of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """The same as PDF; where the press is busy, a word on the page."""
    complaint = find_case(request, reference)
    if _helper(complaint).is_guardian:
        raise Http404
    try:
        require_room(complaint, at=timezone.now())
        return _pdf(sheet_of(complaint, lang="zh"), name=f"{reference}-authority", code=code_of(reference))
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect("complaints:case-authority", reference)


def _helper(complaint: Complaint) -> Helper:
    helper = helper_of(complaint)
    if helper is None:
        raise Http404
    return helper


def _pdf(sheet: Authority, *, name: str, code: str = "") -> HttpResponse:
    with translation.override(LOCALES["zh"]):
        made = print_pdf(render_to_string("papers/authority.html", {"authority": sheet, "code": code}))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


def _keep_in_draft(request: HttpRequest, draft: Draft) -> None:
    """Take files in or one back; what was not taken stands on the page when it comes again."""
    at, taken_back = timezone.now(), request.POST.get("remove", "")
    if taken_back:
        for piece in draft.evidence.authority():
            if str(piece.pk) == taken_back:
                drafting.remove_evidence(draft, piece.pk)
        return
    form = AuthorityForm(request.POST, request.FILES)
    refused = [] if form.is_valid() else [str(error) for errors in form.errors.values() for error in errors]
    for upload in form.cleaned_data.get("pieces", []):
        try:
            count_bytes(request, upload.size or 0, at=at)
            add_evidence_to_draft(draft, upload, kind=Evidence.Kind.AUTHORITY, at=at)
        except vault.Unacceptable as refusal:
            refused.append(f"{vault.clean_name(upload.name or '')}：{refusal}")
    if refused:
        drafting.refuse(draft, PAGE, refused, at=at)
    else:
        drafting.forgive(draft, PAGE, at=at)


def _keep_in_case(request: HttpRequest, complaint: Complaint, files: list[UploadedFile[Any]]) -> list[str]:
    refused: list[str] = []
    for upload in files:
        at = timezone.now()
        try:
            count_bytes(request, upload.size or 0, at=at)
            add_evidence(
                complaint,
                upload,
                kind=Evidence.Kind.AUTHORITY,
                speaker=Speaker.CONSUMER,
                actor=actor_of(request),
                at=at,
            )
        except vault.Unacceptable as refusal:
            refused.append(f"{vault.clean_name(upload.name or '')}：{refusal}")
    return refused
