"""The portal's list of cases: what a business has to answer and by when, given to colleagues, taken as a table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.models import Membership, User
from accounts.signing_in import own_page
from complaints.figures.words import CATEGORIES
from complaints.flow.assigning import CannotAssign, answering_members, assign
from complaints.flow.line_health import troubled
from complaints.models import Actor
from complaints.posting import post_only
from complaints.web.portal_list import (
    DUE,
    NOBODY,
    TABS,
    WAITING,
    Marked,
    capped,
    cases_of,
    choices_of,
    due_in,
    filtered,
    numbered,
    page_of,
    rows_of,
    strip_of,
    tab_of,
    told,
)
from complaints.web.portal_members import house_of, member_page, pages_of

ANSWERING = Membership.Part.ANSWERING
ADDRESSES = "complaints:portal-webhooks"  # where a line in trouble is mended


class FilterForm(forms.Form):
    """What of the list is wanted. What cannot be read filters nothing and is marked."""

    hide_optional = True
    use_required_attribute = False

    q = forms.CharField(label=gettext_lazy("投诉编号或订单号"), required=False, max_length=64)
    merchant = forms.CharField(label=gettext_lazy("商家"), required=False, max_length=60)
    anchor = forms.CharField(label=gettext_lazy("主播"), required=False, max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("问题类型"), required=False)
    least = forms.DecimalField(label=gettext_lazy("实付从"), required=False, min_value=0, max_value=10**9)
    most = forms.DecimalField(label=gettext_lazy("实付到"), required=False, min_value=0, max_value=10**9)
    who = forms.ChoiceField(label=gettext_lazy("谁在办"), required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], me: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = colleagues
        kinds, who = self.fields["kind"], self.fields["who"]
        assert isinstance(kinds, forms.ChoiceField) and isinstance(who, forms.ChoiceField)
        kinds.choices = [("", _("全部")), *CATEGORIES.items()]
        others = [each for each in colleagues if each[0] != str(me.pk)]
        who.choices = [("", _("全部")), (str(me.pk), _("我")), (NOBODY, _("还没分派")), *others]
        for name in ("least", "most"):
            self.fields[name].widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})

    @property
    def is_used(self) -> bool:
        return any(self.cleaned_data.get(name) for name in self.fields if name != "q")


@member_page(ANSWERING)
@require_safe
def inbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is to be answered first, by its last day; what was answered, and what has ended, newest first."""
    today, everything = timezone.localdate(), cases_of(actor)
    form, tab, due = filter_of(request, actor)
    found = chosen(everything, form, actor, tab=tab, due=due)
    number = form.cleaned_data.get("q", "")
    rows, after = page_of(found, "" if number else tab, request.GET.get("after", ""))
    counted = strip_of(tab_of(everything, WAITING), on=today)
    page = {
        **house_of(actor),
        "form": form,
        "tab": tab,
        "due": due,
        "number": number,
        "strip": [(code, words, told(counted[code])) for code, words in DUE.items()],
        "tabs": [
            (code, words, told(counted[code]) if code in counted else capped(tab_of(everything, code)))
            for code, words in TABS.items()
        ],
        "rows": list(rows_of(rows, actor, on=today)),
        "colleagues": form.colleagues,
        "next": _address(request, after=after) if after else "",
        "is_further": bool(request.GET.get("after")),
        "first": _address(request, after=""),
        "here": request.get_full_path(),
        "export": f"{reverse('complaints:portal-export')}?{_kept(request, after='')}",
        "troubled": _troubled(actor),
    }
    return render(request, "portal/inbox.html", page)


def chosen(cases: Marked, form: FilterForm, actor: Actor, *, tab: str, due: str) -> Marked:
    """The cases of a tab as filtered; those a number names, wherever they stand."""
    if number := form.cleaned_data.get("q", ""):
        return numbered(cases, number)
    found = filtered(tab_of(cases, tab), form.cleaned_data, actor)
    return due_in(found, due, on=timezone.localdate())


def filter_of(request: HttpRequest, actor: Actor) -> tuple[FilterForm, str, str]:
    """What the address asks for: the filters, the tab, and what is due when."""
    assert actor.organisation is not None and actor.user is not None
    form = FilterForm(request.GET, colleagues=choices_of(answering_members(actor.organisation)), me=actor.user)
    form.is_valid()
    return form, *_asked(request)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """The tab and the due days of the address; what is due always waits for an answer."""
    due = request.GET.get("due", "")
    due = due if due in DUE else ""
    tab = request.GET.get("tab", "")
    return (tab if tab in TABS and not due else WAITING), due


def _kept(request: HttpRequest, **changed: str) -> str:
    query = {name: value for name, value in request.GET.items() if value} | changed
    return urlencode({name: value for name, value in query.items() if value})


def _address(request: HttpRequest, **changed: str) -> str:
    return f"{request.path}?{_kept(request, **changed)}"


def _troubled(actor: Actor) -> dict[str, Any]:
    """Addresses that take nothing any more, and where they are mended, for whoever may; nothing where all is well."""
    count = len(troubled(actor.organisation)) if actor.organisation else 0
    if not count:
        return {}
    page = next((page for page in pages_of(actor) if page.address == ADDRESSES), None)
    return {"count": count, "address": reverse(page.address) if page else ""}


@member_page(ANSWERING)
@post_only("complaints:portal-inbox")
def give(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Give the ticked cases to a colleague, or back to nobody."""
    assert actor.organisation is not None
    wanted, references = request.POST.get("to", ""), request.POST.getlist("case")
    members = {str(each.pk): each for each in answering_members(actor.organisation)}
    back = own_page(request, request.POST.get("next", "")) or reverse("complaints:portal-inbox")
    try:
        if not references or (wanted != NOBODY and wanted not in members):
            raise CannotAssign(_("先勾上投诉，再选分派给谁。"))
        count = assign(references, members.get(wanted), actor=actor, at=timezone.now())
        messages.success(request, ngettext("{n}件已分派。", "{n}件已分派。", count).format(n=count))
    except CannotAssign as refusal:
        messages.error(request, str(refusal))
    return redirect(back)
