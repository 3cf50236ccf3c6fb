"""The page that takes six digits back: one for a draft, for a case, and for who lost the receipt code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.flow import contacting
from complaints.flow.contacting import Purpose
from complaints.models import Contact, ContactCode, Draft
from complaints.models.complaint import masked

WAYS = ("phone", "email")
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
ALONE = re.compile(r"(?<!\d)\d{6}(?!\d)", re.ASCII)
FILE_SENDER = "complaints.sms.FileSender"


class DigitsForm(forms.Form):
    """Six digits, typed, filled in by the telephone, or pasted with the message around them."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=200,
        error_messages={
            "required": _("填上收到的6位数字。"),
            "max_length": _("这里太长了，只留那6位数字。"),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "class": "digits"}
        ),
    )

    def __init__(self, *args: Any, sent_to: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if sent_to:
            words = gettext("发到了{address}，{minutes}分钟内有效")
            self.fields["code"].help_text = words.format(
                address=masked(sent_to), minutes=contacting.LASTS.seconds // 60
            )

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"]).translate(FULL_WIDTH)
        alone = ALONE.findall(typed)
        digits = alone[0] if alone else re.sub(r"\D", "", typed, flags=re.ASCII)
        if len(digits) != contacting.DIGITS:
            sentence = gettext("验证码是6位数字，这里是{n}位。")
            raise forms.ValidationError(sentence.format(n=len(digits)))
        return digits


@dataclass(frozen=True, slots=True)
class Reach:
    """One address as pages show it: which way, masked, and whether it was proved."""

    way: str
    shown: str
    is_proved: bool


def addresses_of(plain: Mapping[str, Any]) -> dict[str, str]:
    """Way → address, of those that were given; the telephone first."""
    return {way: str(plain[way]) for way in WAYS if plain.get(way)}


def reach_of_draft(draft: Draft, plain: Mapping[str, Any]) -> list[Reach]:
    return _reach(plain, lambda address: contacting.is_proved(draft, address))


def reach_of_case(contact: Contact | None) -> list[Reach]:
    return _reach(contact.reveal(), contact.is_proved) if contact else []


def picked(request: HttpRequest, plain: Mapping[str, Any]) -> tuple[str, str] | None:
    """The way asked for, or the first there is, and its address."""
    given = addresses_of(plain)
    way = request.GET.get("by", "")
    way = way if way in given else next(iter(given), "")
    return (way, given[way]) if way else None


def send(request: HttpRequest, address: str, purpose: Purpose, *, at: datetime) -> bool:
    """Send digits for whoever stands at the page. False where that could not be, and why is said on the next page."""
    try:
        contacting.send(address, purpose, caller=request.META.get("REMOTE_ADDR", ""), at=at)
    except contacting.NotSent as why:
        messages.error(request, str(why))
        return False
    return True


def send_first(request: HttpRequest, draft: Draft, plain: Mapping[str, Any], *, at: datetime) -> bool:
    """After the page of contact: send digits, if the address is not proved and none is under way. True where the page
    of digits comes next."""
    address = next(iter(addresses_of(plain).values()), "")
    if not address or contacting.is_proved(draft, address):
        return False
    last = contacting.latest(address, Purpose(draft=draft))
    if last is None or at >= last.sent_at + contacting.LASTS:
        send(request, address, Purpose(draft=draft), at=at)
    return True


def shown(way: str, address: str, code: ContactCode | None, form: DigitsForm, *, at: datetime) -> dict[str, Any]:
    """What contact/verify.html asks for."""
    return {
        "way": way,
        "address": masked(address),
        "sent": code is not None,
        "wait": contacting.pause_left(code, at=at) if code else 0,
        "form": form,
        **demo_folder(way),
    }


def demo_folder(way: str) -> dict[str, Any]:
    """Where the demonstration puts what it would send."""
    if not settings.DEMO or (way == "phone" and settings.SMS_BACKEND != FILE_SENDER):
        return {}
    return {"demo_folder": f"{settings.DATA_DIR.name}/{'sms' if way == 'phone' else 'mail'}"}


def _reach(plain: Mapping[str, Any], is_proved: Callable[[str], bool]) -> list[Reach]:
    return [Reach(way, masked(address), is_proved(address)) for way, address in addresses_of(plain).items()]
