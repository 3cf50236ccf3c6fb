"""The portal's keys: what the machines of a business call with. The text of a key is shown once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.credentials import MintedKey
from accounts.models import ApiKey, Membership
from accounts.proving import proved_first
from complaints.flow import keys as verbs
from complaints.flow.keys import CannotChangeKey
from complaints.models import Actor
from complaints.posting import post_only
from complaints.scope_words import SCOPES
from complaints.web.case_forms import posted
from complaints.web.portal_members import house_of, member_page

KEEPERS = (Membership.Part.ENGINEER, Membership.Part.MANAGER)
OVERLAP = timedelta(days=1)  # the old key goes on beside the new one
ENDED_SHOWN = 20


class KeyForm(forms.Form):
    """What a key is for, and what it may."""

    label = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=80,
        help_text=gettext_lazy("例如：客服系统、生产环境"),
        error_messages={"required": gettext_lazy("写一下这把密钥用在哪里。")},
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("权限"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("只给用得到的。以后要改，换一把新的。"),
        error_messages={"required": gettext_lazy("至少选一项权限。")},
    )
    networks = forms.CharField(
        label=gettext_lazy("只许从哪些网段用"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("每行一个，像203.0.113.0/24。不填就不限。"),
        widget=forms.Textarea({"rows": 2, "spellcheck": "false"}),
    )
    expires_at = forms.DateField(
        label=gettext_lazy("用到哪天"),
        required=False,
        help_text=gettext_lazy("不填就用一年，最长一年。"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("日期写成2026-12-01这样。")},
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, f"{words}\n{code}") for code, words in SCOPES.items()]

    def clean_networks(self) -> list[str]:
        return str(self.cleaned_data["networks"]).replace(",", " ").split()

    def clean_expires_at(self) -> datetime | None:
        """The end of that day here."""
        day = self.cleaned_data["expires_at"]
        return timezone.make_aware(datetime.combine(day, time(23, 59, 59))) if day else None


@member_page(*KEEPERS)
@require_http_methods(["GET", "HEAD", "POST"])
@proved_first
@sensitive_variables("minted")
def keys(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every key of the business; the POST makes one more, and the answer shows it once."""
    form = KeyForm(posted(request))
    if form.is_valid():
        assert actor.organisation is not None
        try:
            minted = verbs.make_key(actor.organisation, **form.cleaned_data, actor=actor, at=timezone.now())
            return _shown(request, actor, minted, form.cleaned_data["label"])
        except CannotChangeKey as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    found, at = ApiKey.objects.filter(organisation=actor.organisation).order_by("-pk"), timezone.now()
    usable = found.usable(at)
    page = {
        **house_of(actor),
        "keys": [(key, _words(key)) for key in usable],
        "ended": [(key, _words(key)) for key in found.exclude(pk__in=usable)[:ENDED_SHOWN]],
        "form": form,
    }
    return render(request, "portal/keys.html", page, status=422 if form.errors else 200)


@member_page(*KEEPERS)
@post_only("complaints:portal-keys")
@proved_first
@sensitive_variables("minted")
def rotate(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A new key in the place of one, which goes on for a day beside it."""
    key = _key(request, actor)
    try:
        minted = verbs.rotate_key(key, overlap=OVERLAP, actor=actor, at=timezone.now())
    except CannotChangeKey as refusal:
        messages.error(request, str(refusal))
        return redirect("complaints:portal-keys")
    return _shown(request, actor, minted, key.label)


@member_page(*KEEPERS)
@post_only("complaints:portal-keys")
@proved_first
def revoke(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A key opens nothing from now on."""
    try:
        verbs.revoke_key(_key(request, actor), actor=actor, at=timezone.now())
        messages.success(request, _("密钥已撤销，马上失效。"))
    except CannotChangeKey as refusal:
        messages.error(request, str(refusal))
    return redirect("complaints:portal-keys")


def _shown(request: HttpRequest, actor: Actor, minted: MintedKey, label: str) -> HttpResponse:
    """The key in plain, on a page that is not kept anywhere: no message, no session, no cookie holds it."""
    return render(request, "portal/key_once.html", {**house_of(actor), "secret": minted.text, "label": label})


def _key(request: HttpRequest, actor: Actor) -> ApiKey:
    wanted = request.POST.get("key", "")
    return get_object_or_404(ApiKey.objects.filter(organisation=actor.organisation), public_id=wanted[:16])


def _words(key: ApiKey) -> list[Any]:
    """What it may, in words; a key from before may all."""
    return [SCOPES[code] for code in key.scopes if code in SCOPES] or [_("全部权限")]
