"""R4, the answer in five steps: each is kept as it is written, the last shows what will be sent, and sends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from complaints.evidence import vault
from complaints.flow.answering import Overtaken, answer_with_offer, draft_of, keep_step, last_kept
from complaints.flow.boilerplate import warning
from complaints.flow.colleagues import as_seen
from complaints.flow.contesting import bare_before, comes_back
from complaints.flow.intake import add_evidence
from complaints.flow.offers import CannotOffer
from complaints.flow.responses import CannotAnswer, Position
from complaints.models import Actor, AnswerDraft, Complaint, Party, Respondent, Speaker
from complaints.narrative import fact_statement, moment, offer_words, position_words
from complaints.web.portal import frame_of_party, or_why_not
from complaints.web.portal_answer_forms import (
    CHECK,
    FACTS,
    FORMS,
    OFFER,
    POSITION,
    STEPS,
    WORDS,
    Case,
    Whole,
    form_of,
    posted_fields,
)
from complaints.web.portal_members import member_name
from complaints.web.portal_session import own_case, portal_page
from complaints.web.quotas import count_bytes
from complaints.web.unreadable import Trouble, readable

BESIDE = timedelta(minutes=15)  # so long a colleague who has just written counts as still at it
TURNED = {"back": -1, "next": 1}


@dataclass(frozen=True, slots=True)
class Desk:
    """Who stands at which case, and what is written so far."""

    case: Case
    actor: Actor
    draft: AnswerDraft | None
    at: datetime

    @property
    def reference(self) -> str:
        return self.case.complaint.reference


def _desk(request: HttpRequest, reference: str) -> Desk:
    complaint, respondent, actor = own_case(request, reference)
    complaint.require_open()
    case = Case.of(complaint, respondent, on=timezone.localdate())
    return Desk(case, actor, draft_of(respondent, actor), timezone.now())


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@readable
@or_why_not
def step(request: HttpRequest, trouble: Trouble, reference: str, number: int) -> HttpResponse:
    """One step. What is sent is kept, right or wrong; then the next step, or this one with what is wrong."""
    desk, name = _desk(request, reference), str(number)
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
        return _overtaken(request, desk, name, form, overtaken.draft, is_quiet=is_quiet)
    if is_quiet:
        said = _("{time}自动保存了").format(time=f"{timezone.localtime(desk.at):%H:%M}")
        return JsonResponse({"said": said, "seen": draft.times_kept(name)})
    if trouble.sentences or (name == FACTS and form.errors.get("file")):  # a file cannot be kept for the next page
        return _page(request, desk, name, form, refused=trouble.sentences)
    if "later" in request.POST:
        messages.success(request, _("存好了，还没有发出。同事也能接着写；{n}天没人动就删掉。").format(n=_kept_days()))
        return redirect("complaints:portal-case", desk.reference)
    return redirect(_onward(request, desk, name, is_valid=is_valid, is_new=was != fields))


def _onward(request: HttpRequest, desk: Desk, name: str, *, is_valid: bool, is_new: bool) -> str:
    """Where a step that was kept leads. Words that are almost those of other answers are shown once more."""
    turn = next((turn for button, turn in TURNED.items() if button in request.POST), 0)
    is_alike = name == WORDS and is_new and _alike(desk, request.POST.get("words", ""))
    stays = turn == 1 and (not is_valid or is_alike)
    return _address(desk, int(name) + (0 if stays else turn))


def _address(desk: Desk, number: int) -> str:
    if number == int(CHECK):
        return reverse("complaints:portal-answer-check", args=[desk.reference])
    return reverse("complaints:portal-answer-step", args=[desk.reference, max(1, number)])


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
    who = _who(draft.keeper(name))
    said = _("{name}刚改过这一步，你写的还没有存。").format(name=who)
    if is_quiet:
        return JsonResponse({"said": said}, status=HTTPStatus.CONFLICT)
    desk = Desk(desk.case, desk.actor, draft, desk.at)
    theirs = told_fields(form_of(name, desk.case, draft, bound=True))
    return _page(request, desk, name, form, overtaken=said, theirs=theirs, status=HTTPStatus.CONFLICT)


def _who(user: User | None) -> str:
    return member_name(user) if user else _("另一个窗口")


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
        **_frame(desk, name),
        "form": form,
        "refused": refused or [],
        "overtaken": overtaken,
        "theirs": theirs or [],
        "seen": desk.draft.times_kept(name) if desk.draft else 0,
        "title": STEPS[name],
        "beside": "" if overtaken else _beside(desk),
        "needs_proof": name == FACTS and _is_not_ours(desk.draft),
        "alike": _alike(desk, _kept_words(desk.draft)) if name == WORDS else "",
        "checking_field": form["days"] if name == FACTS and "days" in form.fields else None,
        "is_files": name == FACTS,
        "is_position": name == POSITION,
    }
    return render(request, "portal/answer_step.html", page, status=status)


def _frame(desk: Desk, name: str) -> dict[str, Any]:
    """The steps as a way that can be walked both ways, each with whether it is filled in."""
    kept = desk.draft.steps if desk.draft else {}
    steps = [
        (number, words, _address(desk, int(number)), "now" if number == name else "done" if number in kept else "")
        for number, words in STEPS.items()
    ]
    return {
        **frame_of_party(desk.case.complaint, desk.case.respondent),
        "steps": steps,
        "step": int(name),
        "total": len(STEPS),
        "days_kept": _kept_days(),
    }


def _kept_days() -> int:
    return int(settings.DRAFT_LIFETIME.days)


def _beside(desk: Desk) -> str:
    """That a colleague is writing this answer, too, or began it; empty where it is one's own."""
    last = last_kept(desk.draft) if desk.draft else None
    if desk.draft is None or last is None:
        return ""
    name, by, at = last
    if desk.actor.user is None or by == desk.actor.user.pk:
        return ""
    told = _("{name}{time}写过“{step}”，可能还在写。你存的时候如果碰上，会先告诉你。")
    if desk.at - at > BESIDE:
        told = _("这份答复{name}{time}写到了“{step}”，你可以接着写。")
    return told.format(name=_who(desk.draft.keeper(name)), time=moment(at), step=STEPS[name])


def _is_not_ours(draft: AnswerDraft | None) -> bool:
    return bool(draft) and draft.answers.get(POSITION, {}).get("position") == [Position.NOT_OURS.value]


def _kept_words(draft: AnswerDraft | None) -> str:
    return next(iter(draft.answers.get(WORDS, {}).get("words", [])), "") if draft else ""


def _alike(desk: Desk, words: str) -> str:
    return warning(words, respondent=desk.case.respondent, actor=desk.actor)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """The last step: all of it as the consumer will read it, what is missing, and the word to send."""
    desk = _desk(request, reference)
    if desk.draft is None:
        return redirect(_address(desk, 1))
    whole = Whole.of(desk.case, desk.draft)
    if request.method == "POST" and not whole.wrong:
        if request.POST.get("mark") == str(desk.draft.mark):
            return _send(request, desk, whole)
        return _look(request, desk, whole, said=_("你看的时候有人改过，下面是现在的样子。再看一遍，没问题就发。"))
    return _look(request, desk, whole)


def _send(request: HttpRequest, desk: Desk, whole: Whole) -> HttpResponse:
    complaint, respondent = desk.case.complaint, desk.case.respondent
    position, facts, words = whole.position.cleaned_data, whole.facts, whole.words.cleaned_data
    try:
        with as_seen(complaint, respondent, request.POST.get("answered")):
            answer_with_offer(
                complaint,
                party=Party(respondent.party),
                position=Position(position["position"]),
                words=words["words"],
                claims=facts.claims,
                checking=facts.checking,
                evidence=facts.chosen,
                points_to=Party(position["points_to"]) if position["points_to"] else None,
                instead=position["instead"].strip(),
                rule=position["rule"],
                note=words["note"].strip(),
                proposal=whole.offer.proposal,
                actor=desk.actor,
                at=desk.at,
            )
    except (CannotAnswer, CannotOffer) as refusal:
        return _look(request, desk, whole, said=str(refusal))
    return redirect("complaints:portal-answer-sent", desk.reference)


def _look(request: HttpRequest, desk: Desk, whole: Whole, *, said: str = "") -> HttpResponse:
    respondent, wrong = desk.case.respondent, whole.wrong
    assert desk.draft is not None
    position = whole.position.cleaned_data
    page = {
        **_frame(desk, CHECK),
        "said": said,
        "wrong": [(name, words, sentences, _address(desk, int(name))) for name, words, sentences in wrong],
        "mark": desk.draft.mark,
        "beside": _beside(desk),
        "is_bare": not wrong and whole.is_bare,
        "facts_address": _address(desk, int(FACTS)),
        "offer_address": _address(desk, int(OFFER)),
        "words_address": _address(desk, int(WORDS)),
        "alike": _alike(desk, _kept_words(desk.draft)),
        "answered_since": bool(respondent.answered_at and respondent.answered_at > desk.draft.started_at),
        "answered_before": bool(respondent.answered_at),
        "lacks_offer": position.get("position") in {Position.ACCEPTED, Position.PARTLY} and not _offered(whole),
        "comes_back": not wrong and _comes_back(desk.case, whole),
        **({} if wrong else _preview(whole)),
    }
    return render(request, "portal/answer_check.html", page, status=HTTPStatus.CONFLICT if said else HTTPStatus.OK)


def _offered(whole: Whole) -> bool:
    return bool(whole.offer.cleaned_data.get("kind"))


def _comes_back(case: Case, whole: Whole) -> bool:
    """Whether sending it hands the question to the association: the case has been passed on before."""
    position, party = whole.position.cleaned_data, case.respondent.party
    if position["position"] != Position.NOT_OURS:
        return False
    proof = bool(whole.facts.chosen)
    return not bare_before(case.complaint, party, position["points_to"], proof=proof) and comes_back(
        case.complaint, party
    )


def _preview(whole: Whole) -> Mapping[str, Any]:
    """The answer in the words the consumer will read."""
    position, facts = whole.position.cleaned_data, whole.facts
    proposal = whole.offer.proposal
    checking = [fact_statement(fact, None) for fact in facts.checking]
    return {
        "stands": position_words({**position, "proof": not whole.is_bare}),
        "instead": position["instead"],
        "words": whole.words.cleaned_data["words"],
        "note": whole.words.cleaned_data["note"],
        "told": [fact_statement(fact, value) for fact, value in facts.claims.items()],
        "checking": checking,
        "checking_days": facts.cleaned_data.get("days"),
        "proofs": facts.chosen,
        "offered": offer_words(proposal.kind, proposal.amount) if proposal else "",
        "proposal": proposal,
    }


@portal_page
@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """It went out: under which number, and what the consumer sees now."""
    complaint, respondent, actor = own_case(request, reference)
    if not respondent.answered_at:
        return redirect("complaints:portal-case", reference)
    return render(request, "portal/answer_sent.html", _sent_page(complaint, respondent, actor))


def _sent_page(complaint: Complaint, respondent: Respondent, actor: Actor) -> dict[str, Any]:
    events = complaint.events.filter(kind="answered").order_by("-sequence")
    event = next((each for each in events if each.body.get("party") == respondent.party), None)
    offer = complaint.offers.filter(party=respondent.party, state="made").order_by("-number").first()
    return {
        **frame_of_party(complaint, respondent),
        "number": event.sequence if event else None,
        "when": moment(respondent.answered_at) if respondent.answered_at else "",
        "stands": position_words(respondent.answer),
        "words": respondent.answer.get("words", ""),
        "instead": respondent.answer.get("instead", ""),
        "offered": offer_words(offer.kind, offer.amount) if offer else "",
        "proposal": offer,
        "told": [],
        "version": complaint.decision.number if complaint.decision else None,
        "is_member": actor.user is not None,
    }
