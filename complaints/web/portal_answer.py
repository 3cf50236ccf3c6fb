"""The answer in steps: each is kept as it is sent or typed, right or wrong, and never over a colleague's words."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.evidence import vault
from complaints.flow.answering import Overtaken, keep_step
from complaints.flow.intake import add_evidence
from complaints.models import AnswerDraft, Speaker
from complaints.web.portal import or_why_not
from complaints.web.portal_answer_desk import (
    Desk,
    address,
    alike,
    beside,
    days_kept,
    desk_of,
    frame,
    is_not_ours,
    kept_words,
    who,
)
from complaints.web.portal_answer_forms import (
    FACTS,
    FORMS,
    POSITION,
    STEPS,
    WORDS,
    Case,
    form_of,
    posted_fields,
)
from complaints.web.portal_session import portal_page
from complaints.web.quotas import count_bytes
from complaints.web.unreadable import Trouble, readable

BESIDE = timedelta(minutes=15)  # so long a colleague who has just written counts as still at it
TURNED = {"back": -1, "next": 1}


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not
def step(request: HttpRequest, trouble: Trouble, reference: str, number: int) -> HttpResponse:
    """One step. What is sent is kept, right or wrong; then the next step, or this one with what is wrong."""
    desk, name = desk_of(request, reference), str(number)
    if name not in FORMS:
        raise Http404
    if request.method == "POST" and not trouble.is_unreadable:
        return _keep(request, desk, name, trouble)
    draft = desk.draft
    form = form_of(name, desk.case, draft, bound=bool(draft and draft.was_refused(name)))
    return _page(request, desk, name, form, refused=trouble.sentences)


def _keep(request: HttpRequest, desk: Desk, name: str, trouble: Trouble) -> HttpResponse:
    form, respondent = _sent_form(request, desk.case, name), desk.case.respondent
    fields, is_valid = posted_fields(form, request.POST), form.is_valid()
    if is_valid and name == FACTS and form.cleaned_data.get("file"):
        is_valid = _hand_in(request, desk, form, fields)
    was = desk.draft.answers.get(name) if desk.draft else None
    is_wanted = "next" in request.POST or "upload" in request.POST
    is_quiet = request.accepts("application/json") and not request.accepts("text/html")
    refused = None if is_quiet else is_wanted and not is_valid
    try:
        draft = keep_step(respondent, name, fields, seen=_seen(request), refused=refused, actor=desk.actor, at=desk.at)
    except Overtaken as overtaken:
        if form.files and is_valid:  # the file was taken all the same: it is there to be chosen, and ticked
            desk = desk_of(request, desk.reference)
            form = FORMS[name](MultiValueDict(fields), desk.case)
        return _overtaken(request, desk, name, form, overtaken.draft, is_quiet=is_quiet)
    if is_quiet:
        said = _("{time}自动保存了").format(time=f"{timezone.localtime(desk.at):%H:%M}")
        return JsonResponse({"said": said, "seen": draft.times_kept(name)})
    if trouble.sentences or (name == FACTS and form.errors.get("file")):  # a file cannot be kept for the next page
        return _page(request, desk, name, form, refused=trouble.sentences)
    if "later" in request.POST:
        messages.success(request, _("存好了，还没有发出。同事也能接着写；{n}天没人动就删掉。").format(n=days_kept()))
        return redirect("complaints:portal-case", desk.reference)
    return redirect(_onward(request, desk, name, is_valid=is_valid, is_new=was != fields))


def _onward(request: HttpRequest, desk: Desk, name: str, *, is_valid: bool, is_new: bool) -> str:
    """Where a step that was kept leads. Words that are almost those of other answers are shown once more."""
    turn = next((turn for button, turn in TURNED.items() if button in request.POST), 0)
    is_alike = name == WORDS and is_new and alike(desk, request.POST.get("words", ""))
    stays = turn == 1 and (not is_valid or is_alike)
    return address(desk, int(name) + (0 if stays else turn))


def _sent_form(request: HttpRequest, case: Case, name: str) -> Any:
    if name == FACTS:
        return FORMS[name](request.POST, case, files=request.FILES)
    return FORMS[name](request.POST, case)


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None


def _hand_in(request: HttpRequest, desk: Desk, form: Any, fields: dict[str, list[str]]) -> bool:
    """Take a file in as evidence and tick it. False where it is not taken: the form says why."""
    given, party = form.cleaned_data, desk.case.respondent.party
    try:
        count_bytes(request, given["file"].size or 0, at=desk.at)
        piece = add_evidence(
            desk.case.complaint,
            given["file"],
            kind=given["kind"] or "other",
            speaker=Speaker(party),
            actor=desk.actor,
            at=desk.at,
        )
    except vault.Unacceptable as refusal:
        form.add_error("file", str(refusal))
        return False
    fields["proofs"] = [*fields.get("proofs", []), str(piece.pk)]
    if piece.blob.may_be_opened:
        messages.success(request, _("收到了，已经选上。"))
    else:
        messages.success(request, _("收到了，正在检查。查完以后这里可以选它作证明。"))
    return True


def _overtaken(
    request: HttpRequest, desk: Desk, name: str, form: Any, draft: AnswerDraft, *, is_quiet: bool
) -> HttpResponse:
    """Nothing was written over: what the other has kept is shown beside what was typed here."""
    whose = who(draft.keeper(name))
    said = _("{name}刚改过这一步，你写的还没有存。").format(name=whose)
    if is_quiet:
        return JsonResponse({"said": said}, status=HTTPStatus.CONFLICT)
    desk = Desk(desk.case, desk.actor, draft, desk.at)
    theirs = told_fields(form_of(name, desk.case, draft, bound=True))
    return _page(request, desk, name, form, overtaken=said, theirs=theirs, status=HTTPStatus.CONFLICT)


def told_fields(form: Any) -> list[tuple[str, str]]:
    """What a filled form says, field by field, in words."""
    form.is_valid()
    told = []
    for field in form:
        value = field.value()
        choices = {str(code): str(label).splitlines()[0] for code, label in getattr(field.field, "choices", [])}
        values = value if isinstance(value, list) else [value]
        words = _("、").join(choices.get(str(each), str(each)) for each in values if each not in {None, ""})
        if words:
            told.append((str(field.label), words))
    return told


def _page(
    request: HttpRequest,
    desk: Desk,
    name: str,
    form: Any,
    *,
    refused: list[str] | None = None,
    overtaken: str = "",
    theirs: list[tuple[str, str]] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    page = {
        **frame(desk, name),
        "form": form,
        "refused": refused or [],
        "overtaken": overtaken,
        "theirs": theirs or [],
        "seen": desk.draft.times_kept(name) if desk.draft else 0,
        "title": STEPS[name],
        "beside": "" if overtaken else beside(desk),
        "needs_proof": name == FACTS and is_not_ours(desk.draft),
        "alike": alike(desk, kept_words(desk.draft)) if name == WORDS else "",
        "checking_field": form["days"] if name == FACTS and "days" in form.fields else None,
        "is_files": name == FACTS,
        "is_position": name == POSITION,
    }
    return render(request, "portal/answer_step.html", page, status=status)
