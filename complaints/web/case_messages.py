"""The conversations of a case: what was written, a box to write in, and who may write to one."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from complaints.evidence import vault
from complaints.flow.intake import add_evidence
from complaints.flow.messages import (
    LONGEST,
    CannotWrite,
    close_thread,
    mark_read,
    open_thread,
    tidy,
    writable,
    write,
)
from complaints.lifecycle import IllegalMove
from complaints.models import Complaint, Evidence, Message, Party, Side, Speaker
from complaints.models.message import OTHERS
from complaints.posting import post_only
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of, proofs_of
from complaints.web.case_acts import or_why_not
from complaints.web.case_threads import PRESETS, bubbles_of, is_not_referred, talks_of
from complaints.web.quotas import count_bytes
from complaints.web.unreadable import Trouble, readable


class WordsField(forms.CharField):
    """Words from anywhere: control characters that a paste brought along are left out, not complained of."""

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class MessageForm(forms.Form):
    """Words, a file or both. ``key`` makes a second press the same message; ``seen`` is the last one on the page."""

    words = WordsField(
        label=gettext_lazy("写一条消息"), required=False, strip=False, widget=forms.Textarea({"rows": 2})
    )
    piece = forms.FileField(
        label=gettext_lazy("附一个文件"),
        required=False,
        error_messages={"empty": gettext_lazy("这个文件是空的（0字节），换一个。")},
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


@case_page
@require_safe
def threads(request: HttpRequest, reference: str) -> HttpResponse:
    """Whom one can write to, and what is new."""
    complaint = find_case(request, reference)
    page = {"tab": "messages", "talks": talks_of(complaint)}
    return render(request, "case/messages.html", {**frame_of(complaint), **page})


@case_page
@require_http_methods(["GET", "POST"])
@readable
def thread(request: HttpRequest, trouble: Trouble, reference: str, other: str) -> HttpResponse:
    """One conversation; the POST adds to it, or shows the words again with what stood in the way."""
    side = _side(other)
    is_sent = request.method == "POST" and not trouble.is_unreadable
    try:
        complaint = find_case(request, reference)
    except Http404:
        if is_sent and request.POST.get("words", "").strip():
            return _kept(request, reference, other)
        raise
    form = MessageForm(request.POST, request.FILES) if is_sent else MessageForm(initial=_fresh(complaint, side))
    refused = trouble.sentences
    if is_sent and "preset" in request.POST:
        form = MessageForm(initial=_fresh(complaint, side) | {"words": _with_preset(request, side)})
    elif is_sent and form.is_valid() and not refused:
        sent = _send(request, complaint, side, form)
        if sent:
            return redirect(f"{reverse('complaints:thread', args=[reference, other])}#m{sent.number}")
    return _page(request, complaint, side, form, refused)


@case_page
@post_only("complaints:thread", "reference", "other")
@or_why_not
def let_write(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """Let a party write here, for the first time or again."""
    complaint, party = find_case(request, reference), _party(other)
    try:
        open_thread(complaint, party=party, actor=actor_of(request), at=timezone.now())
    except CannotWrite as refusal:
        messages.info(request, str(refusal))
    return redirect("complaints:thread", reference, other)


@case_page
@post_only("complaints:thread", "reference", "other")
@or_why_not
def shut(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """Let a party write here no more; the page offers to open it again."""
    close_thread(find_case(request, reference), party=_party(other), actor=actor_of(request), at=timezone.now())
    return redirect("complaints:thread", reference, other)


@case_page
@post_only("complaints:thread", "reference", "other")
def seen(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """What stood on the page is not new any more."""
    complaint, side, up_to = find_case(request, reference), _side(other), request.POST.get("seen", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 9:
        mark_read(complaint, other=side, up_to=int(up_to), actor=actor_of(request))
    return redirect("complaints:thread", reference, other)


def _page(
    request: HttpRequest, complaint: Complaint, side: Side, form: MessageForm, refused: list[str]
) -> HttpResponse:
    talks, row = talks_of(complaint), complaint.threads.filter(other=side).first()
    talk = next(each for each in talks if each.other == side)
    before = request.GET.get("before", "")
    numbers = {proof.item.pk: proof.number for proof in proofs_of(complaint)}
    earlier = int(before) if before.isascii() and before.isdigit() and len(before) < 9 else None
    bubbles = bubbles_of(talk, row, before=earlier, proofs=numbers)
    page = {
        "tab": "messages",
        "talk": talk,
        "talks": talks,
        "bubbles": bubbles,
        "earlier": bubbles[0].number if bubbles and bubbles[0].number > 1 else None,
        "is_latest": earlier is None,
        "form": form,
        "refused": refused,
        "presets": list(enumerate(PRESETS[side])),
        "not_referred": talk.is_official and is_not_referred(complaint),
        "limit": LONGEST,
    }
    return render(request, "case/thread.html", {**frame_of(complaint), **page})


def _send(request: HttpRequest, complaint: Complaint, side: Side, form: MessageForm) -> Message | None:
    """Carry it out; what stood in the way is said by the form, and the words stay in it."""
    said, actor, now = form.cleaned_data, actor_of(request), timezone.now()
    given = {"other": side, "words": said["words"], "actor": actor, "at": now}
    try:
        writable(complaint, has_file=bool(said["piece"]), **given)
        piece = _take_in(request, complaint, said["piece"]) if said["piece"] else None
        message = write(complaint, press=said["key"] or secrets.token_hex(16), evidence=piece, **given)
    except vault.Unacceptable as refusal:
        form.add_error("piece", str(refusal))
        return None
    except (CannotWrite, IllegalMove) as refusal:
        form.add_error("words", str(refusal))
        return None
    if said["seen"]:
        mark_read(complaint, other=side, up_to=said["seen"], actor=actor)
    return message


def _take_in(request: HttpRequest, complaint: Complaint, upload: UploadedFile[Any]) -> Evidence:
    """The file as evidence of the case; one that is there already is that piece. Raises vault.Unacceptable."""
    now = timezone.now()
    count_bytes(request, upload.size or 0, at=now)
    try:
        return add_evidence(
            complaint,
            upload,
            kind=Evidence.Kind.OTHER,
            speaker=Speaker.CONSUMER,
            actor=actor_of(request),
            at=now,
        )
    except vault.Unacceptable as refusal:
        if refusal.code != "duplicate":
            raise
        same = vault.keep(upload, at=now)
        return complaint.evidence.of_dispute().get(blob=same, offered_by=Speaker.CONSUMER)


def _kept(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """The way in has closed meanwhile: the words stand on a page of their own, to take along. It does not tell whether
    there is such a case."""
    page = {
        "words": request.POST.get("words", ""),
        "next": reverse("complaints:thread", args=[reference, other]),
        "had_file": bool(request.FILES),
    }
    return render(request, "case/message_kept.html", page, status=403)


def _fresh(complaint: Complaint, side: Side) -> dict[str, Any]:
    """What the hidden fields of a new form hold."""
    count = Message.objects.filter(thread__complaint=complaint, thread__other=side).count()
    return {"key": secrets.token_hex(16), "seen": count}


def _with_preset(request: HttpRequest, side: Side) -> str:
    """What was typed, and the sentence that was chosen behind it."""
    typed, chosen = request.POST.get("words", ""), request.POST.get("preset", "")
    known = {str(place): str(words) for place, words in enumerate(PRESETS[side])}
    return "\n".join(filter(None, (typed.rstrip(), known.get(chosen, ""))))


def _side(other: str) -> Side:
    if other not in OTHERS:
        raise Http404
    return Side(other)


def _party(other: str) -> Party:
    if other not in Party.values:
        raise Http404(_("没有这一方。"))
    return Party(other)
