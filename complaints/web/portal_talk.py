"""The entrance's conversation with the consumer: read and written by the party itself, once the consumer began it."""

from __future__ import annotations

import secrets

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from complaints.flow.messages import LONGEST, CannotWrite, write
from complaints.flow.responses import CannotAnswer
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Message, Side, Thread
from complaints.narrative import day, language
from complaints.web.case_forms import posted
from complaints.web.case_messages import WordsField
from complaints.web.case_threads import PAGE, Bubble
from complaints.web.portal import frame_of_party
from complaints.web.portal_session import own_case, portal_page


class TalkForm(forms.Form):
    """Words to the consumer. ``key`` makes a second press the same message."""

    hide_optional = True  # an empty message is refused by the verb, which says so

    words = WordsField(
        label=gettext_lazy("写给消费者"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("别写电话、微信和收款码，写了也会遮住。"),
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, reference: str) -> HttpResponse:
    """What the consumer and this party wrote to each other; the POST adds to it, or says what stood in the way."""
    complaint, respondent, actor = own_case(request, reference)
    thread = get_object_or_404(Thread.objects.visible_to(actor), complaint=complaint, other=respondent.party)
    form = TalkForm(posted(request), initial={"key": secrets.token_hex(16)})
    if form.is_valid():
        sent = _send(complaint, thread, actor, form)
        if sent:
            return redirect(f"{reverse('complaints:portal-talk', args=[reference])}#m{sent.number}")
    before = request.GET.get("before", "")
    bubbles = _bubbles(thread, int(before) if before.isascii() and before.isdigit() and len(before) < 9 else None)
    page = {
        "form": form,
        "bubbles": bubbles,
        "earlier": bubbles[0].number if bubbles and bubbles[0].number > 1 else None,
        "thread": thread,
        "limit": LONGEST,
    }
    return render(request, "portal/talk.html", {**frame_of_party(complaint, respondent), **page})


def _send(complaint: Complaint, thread: Thread, actor: Actor, form: TalkForm) -> Message | None:
    said, press = form.cleaned_data, form.cleaned_data["key"] or secrets.token_hex(16)
    other, at = Side(thread.other), timezone.now()
    try:
        return write(complaint, other=other, words=said["words"], press=press, actor=actor, at=at)
    except (CannotWrite, CannotAnswer, IllegalMove) as refusal:
        form.add_error("words", str(refusal))
        return None


def _bubbles(thread: Thread, before: int | None) -> list[Bubble]:
    """The newest page of messages, or that before a number; oldest first, as the party reads them."""
    page = thread.messages.select_related("organisation").order_by("-number")
    if before is not None:
        page = page.filter(number__lt=before)
    found: list[Bubble] = []
    for message in reversed(page[:PAGE]):
        at = timezone.localtime(message.at)
        is_first = not found or timezone.localtime(found[-1].at).date() != at.date()
        bubble = Bubble(
            number=message.number,
            side=message.by,
            author=_author(message),
            at=message.at,
            words=message.words,
            is_mine=message.by != Side.CONSUMER,
            is_new=False,
            is_masked=message.is_masked,
            day=day(at) if is_first else "",
        )
        found.append(bubble)
    return found


def _author(message: Message) -> str:
    """The consumer, this party, or the platform where that wrote for it before it came in itself."""
    if message.by == Side.CONSUMER:
        return str(Side.CONSUMER.label)
    house = message.organisation
    return _("{platform}代贵方写").format(platform=house.name(language())) if house else _("贵方")
