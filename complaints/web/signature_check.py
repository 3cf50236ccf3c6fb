"""Is a notice signed as it should be, and if not, which part differs. Nothing is stored, nothing is logged."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import webhooks

TOLERANCE = 300  # seconds, either way: what docs/webhooks.md asks of receivers
DIGEST_BYTES = 32  # HMAC-SHA256
MILLISECONDS = 13  # digits of a moment in milliseconds
OUR_ID = re.compile(r"msg_[0-9a-f]{32}")
PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of it: a tone of components/notice.html, a sentence, and what else to look at."""

    tone: str
    sentence: str
    hints: tuple[str, ...] = ()


class HeaderField(forms.CharField):
    """The value of a header; the name, pasted with it, is dropped."""

    def __init__(self, name: str) -> None:
        self.name = name
        missing = format_lazy(gettext_lazy("缺少{name}：收到的请求里有这个头，原样粘贴。"), name=name)
        widget = forms.TextInput(attrs=PLAIN)
        super().__init__(label=name, max_length=1000, error_messages={"required": missing}, widget=widget)

    def to_python(self, value: Any) -> str:
        return re.sub(rf"^{self.name}\s*:\s*", "", str(super().to_python(value) or ""), flags=re.IGNORECASE)


class SignatureForm(forms.Form):
    """Secret, three headers and body, as they were received."""

    secret = forms.CharField(
        label=gettext_lazy("签名密钥"),
        help_text=gettext_lazy("以whsec_开头。建议用测试地址的；查完不放心，可以换一把。"),
        max_length=200,
        error_messages={"required": gettext_lazy("填上签名密钥，以whsec_开头。")},
        widget=forms.TextInput(attrs=PLAIN),
    )
    message_id = HeaderField("webhook-id")
    timestamp = HeaderField("webhook-timestamp")
    signature = HeaderField("webhook-signature")
    body = forms.CharField(
        label=gettext_lazy("正文"),
        help_text=gettext_lazy("收到的原文，一个字节都不改"),
        max_length=webhooks.MAX_BODY_BYTES,
        strip=False,
        error_messages={"required": gettext_lazy("粘贴请求的正文，没有解析过的原文。")},
        widget=forms.Textarea(attrs={**PLAIN, "rows": 5}),
    )

    def clean_secret(self) -> str:
        secret = str(self.cleaned_data["secret"])
        if secret.startswith("zz_"):
            raise forms.ValidationError(_("这是接口密钥。验签用的是另一把，以whsec_开头。"))
        try:
            webhooks.sign("", 0, b"", [secret])
        except webhooks.NoSecret:
            words = _("密钥没有粘全：whsec_后面应该是一段base64。")
            raise forms.ValidationError(words) from None
        return secret

    def clean_timestamp(self) -> int:
        text = str(self.cleaned_data["timestamp"])
        if not (text.isascii() and text.isdigit()) or len(text) > MILLISECONDS:
            raise forms.ValidationError(_("时间戳应该是一串数字（从1970年起的整秒）。"))
        if len(text) == MILLISECONDS:
            raise forms.ValidationError(_("这是毫秒。时间戳是整秒，10位数字，原样粘贴收到的。"))
        return int(text)

    def clean_signature(self) -> str:
        text = str(self.cleaned_data["signature"])
        if not any(_is_whole(part) for part in text.split()):
            words = _("签名没有粘全：每个签名是“v1,”加44位base64，几个签名之间用空格隔开。")
            raise forms.ValidationError(words)
        return text


def examine(given: dict[str, Any], *, at: datetime) -> Finding:
    """Compare what ``SignatureForm`` cleaned with what we would sign. A browser's line ends count as plain ones."""
    off = abs(int(at.timestamp()) - given["timestamp"])
    clock = ngettext("时间戳和现在相差{n}秒", "时间戳和现在相差{n}秒", off).format(n=off)
    body = given["body"].replace("\r\n", "\n")
    if _fits(given, body):
        if off <= TOLERANCE:
            return Finding("ok", _("签名正确。{clock}，在{most}秒以内。").format(clock=clock, most=TOLERANCE))
        old = _("如果是刚收到的，请校准服务器的时钟；旧通知过了时间是正常的，也应当拒收。")
        return Finding("warn", _("签名对得上，但{clock}，超过了{most}秒。").format(clock=clock, most=TOLERANCE), (old,))
    for variant, sentence in _variants(body):
        if _fits(given, variant):
            return Finding("err", sentence)
    return Finding(
        "err", _("签名不对：正文、webhook-id、时间戳、密钥里，至少有一样和发送时不同。"), _hints(given, clock, off)
    )


def _fits(given: dict[str, Any], body: str) -> bool:
    expected = webhooks.sign(given["message_id"], given["timestamp"], body.encode(), [given["secret"]])
    return any(hmac.compare_digest(part.encode(), expected.encode()) for part in given["signature"].split())


def _variants(body: str) -> Iterator[tuple[str, str]]:
    """What a body often was before something on its way changed it."""
    yield body.strip(), _("签名不对：正文前后多了空格或换行，去掉就对得上。按收到的字节验，不要另加换行。")
    try:
        compact = json.dumps(json.loads(body), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return
    yield compact, _("签名不对：正文被改过。内容没变，但解析以后又重新写成了JSON。先用原文验签，再解析。")


def _hints(given: dict[str, Any], clock: str, off: int) -> tuple[str, ...]:
    found = [_("每个接收地址各有一把密钥，看看是不是拿了另一个地址的。")]
    try:
        json.loads(given["body"])
    except (ValueError, RecursionError):
        found.insert(0, _("正文不是完整的JSON，可能没有粘全。"))
    if not OUR_ID.fullmatch(given["message_id"]):
        found.insert(0, _("webhook-id应该是msg_加32位，这里不是。"))
    if off > TOLERANCE:
        found.append(_("另外，{clock}，超过了{most}秒。").format(clock=clock, most=TOLERANCE))
    return tuple(found)


def _is_whole(part: str) -> bool:
    version, _comma, text = part.partition(",")
    try:
        return version == "v1" and len(base64.b64decode(text, validate=True)) == DIGEST_BYTES
    except (ValueError, binascii.Error):
        return False
