"""Records asked of the platform, on the consumer's pages: what was asked and answered, asking for more, the letter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from complaints.deadlines import answer_by
from complaints.flow.record_requests import ask_for_records
from complaints.models import Complaint, Party
from complaints.narrative import language
from complaints.papers.letter import LOCALES, code_of, contact_of
from complaints.press import NotPrinted, print_pdf
from complaints.record_letter import RecordLetter, record_letter
from complaints.record_words import Choice, RequestLine, choices_of, requests_told
from complaints.web.actors import actor_of
from complaints.web.case import case_page, find_case, frame_of, proofs_of
from complaints.web.case_forms import posted
from complaints.web.case_letter import require_room
from complaints.web.refusals import told_on
from routing.engine.rulebook import Language

or_why_not = told_on("complaints:case-records")


class AskForm(forms.Form):
    """Which records to ask for; what the decision lacks is ticked beforehand."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("要哪些记录"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("选一下要哪些记录。"),
            "invalid_choice": gettext_lazy("有一项已经要过了，看看还剩哪几项。"),
        },
    )

    def __init__(self, choices: list[Choice], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"kinds": [each.kind for each in choices if each.is_preset]}
        super().__init__(*args, **kwargs)
        listed = [(each.kind, f"{each.title}\n{each.keep}" if each.keep else each.title) for each in choices]
        self.fields["kinds"].choices = listed  # type: ignore[attr-defined]  # a MultipleChoiceField


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
@or_why_not
def records(request: HttpRequest, reference: str) -> HttpResponse:
    """What was asked of the platform and what it said; the POST asks for more."""
    complaint, on = find_case(request, reference), timezone.localdate()
    choices = choices_of(complaint, on=on) if complaint.is_open else []
    form = AskForm(choices, posted(request))
    if request.method == "POST" and _is_pressed_twice(form, choices):
        return redirect("complaints:case-records", reference)
    if form.is_valid():
        complaint.require_open()
        asked, _items = ask_for_records(
            complaint, form.cleaned_data["kinds"], actor=actor_of(request), at=timezone.now()
        )
        messages.success(request, _said(asked is not None and asked.served_at is not None))
        return redirect("complaints:case-records", reference)
    page = {
        "tab": "evidence",
        "lines": lines_of(complaint, on=on),
        "form": form,
        "choices": choices,
        "has_preset": any(each.is_preset for each in choices),
    }
    return render(request, "case/records.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def letter(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter as it prints; ``?n=`` is the number of the request, the newest without it."""
    complaint = find_case(request, reference)
    number = _number(request, complaint)
    page = {
        "tab": "evidence",
        "letter": _letter(complaint, number, "zh"),
        "translation": _letter(complaint, number, "en") if language() == "en" else None,
        "number": number,
        "code": code_of(complaint.reference),
    }
    return render(request, "case/record_letter.html", {**frame_of(complaint), **page})


@case_page
@require_safe
def letter_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter as PDF; where the press is busy, a word on the page of the letter."""
    complaint = find_case(request, reference)
    number = _number(request, complaint)
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")  # nothing is made for a look
    sheet = _letter(complaint, number, "zh")
    with translation.override(LOCALES["zh"]):
        html = render_to_string("papers/records.html", {"letter": sheet, "code": code_of(complaint.reference)})
    try:
        require_room(complaint, at=timezone.now())
        made = print_pdf(html)
    except NotPrinted as why:
        messages.error(request, str(why))
        return redirect(f"{reverse('complaints:case-records-letter', args=[reference])}?n={number}")
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{complaint.reference}-records-{number}.pdf"'
    return response


def lines_of(complaint: Complaint, *, on: date) -> list[RequestLine]:
    """Everything that was asked, with the numbers of the evidence that came."""
    return requests_told(complaint, on=on, numbers={proof.item.pk: proof.number for proof in proofs_of(complaint)})


def _said(is_told: bool) -> str:
    if is_told:
        return _("已经要了，平台会收到通知。它逐项答复，你会看到；到期没有答复也会记下来。")
    return _("要的记录记下了。平台还没有接入，把信打印出来交给它，留好凭证。")


def _is_pressed_twice(form: AskForm, choices: list[Choice]) -> bool:
    """Everything that is asked for has been asked for already: the same press, once more."""
    wanted = set(form.data.getlist("kinds"))  # type: ignore[attr-defined]  # the QueryDict of a POST
    return bool(wanted) and not wanted & {each.kind for each in choices}


def _letter(complaint: Complaint, number: int, lang: Language) -> RecordLetter:
    on = timezone.localdate()
    with translation.override(LOCALES[lang]):
        told = requests_told(complaint, on=on, for_others=True)  # it goes to the other side
        line = next(each for each in told if each.request.number == number)
        due_on = line.request.due_on
        platform = complaint.respondents.filter(party=Party.PLATFORM).first()
        return record_letter(
            complaint,
            line,
            addressee=platform.name if platform else "",
            name=contact_of(complaint).get("name", ""),
            until=due_on if due_on and due_on >= on else answer_by(on).day,
            on=on,
        )


def _number(request: HttpRequest, complaint: Complaint) -> int:
    """Which request the letter is of. Raises Http404 where there is none."""
    numbers = list(complaint.record_requests.order_by("-number").values_list("number", flat=True))
    wanted = request.GET.get("n", "")
    found = next((n for n in numbers if str(n) == wanted), None) if wanted else next(iter(numbers), None)
    if found is None:
        raise Http404
    return found
