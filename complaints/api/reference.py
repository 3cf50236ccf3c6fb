"""The reference for engineers, made of the OpenAPI document: all operations, and a page for each, with a console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.api.problems import CODES
from complaints.api.schema import document
from complaints.scope_words import SCOPES

VERBS = ("get", "post", "patch", "put", "delete")
DEEPEST = 3
LONGEST_EXAMPLE = 6000  # characters; the whole of it stands in the document
PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "dir": "ltr"}
GROUPS = {
    "cases": gettext_lazy("投诉"),
    "facts": gettext_lazy("事实"),
    "events": gettext_lazy("通知流"),
    "endpoints": gettext_lazy("接收通知的地址"),
    "deliveries": gettext_lazy("投递记录"),
    "event-types": gettext_lazy("有哪些通知"),
    "keys": gettext_lazy("密钥"),
    "sandbox": gettext_lazy("练习环境"),
    "consumer": gettext_lazy("消费者协会的服务台"),
}
KINDS = {
    "string": gettext_lazy("文字"),
    "integer": gettext_lazy("整数"),
    "number": gettext_lazy("数"),
    "boolean": gettext_lazy("是或否"),
    "array": gettext_lazy("列表"),
    "object": gettext_lazy("对象"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of what is sent or given: its way down, what it may be, and whether it is always there."""

    name: str
    kind: str
    values: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One operation as its page shows it."""

    id: str
    method: str
    path: str
    found: dict[str, Any]

    @property
    def address(self) -> str:
        return self.path.removeprefix("/api/v1")

    @property
    def summary(self) -> str:
        return str(self.found.get("summary", ""))

    @property
    def scope(self) -> str | None:
        return self.found.get("x-scope")


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """All operations, by what they are about."""
    return render(request, "developers/reference.html", {"groups": _groups(), "scopes": SCOPES.items()})


@require_safe
def operation(request: HttpRequest, name: str) -> HttpResponse:
    """One operation: what it takes and gives, how it refuses, a line for the terminal, and a console."""
    whole = _document()
    shown = next((one for one in _all(whole) if one.id == name), None)
    if shown is None:
        raise Http404
    return render(request, "developers/operation.html", {"groups": _groups(), "shown": shown, **_parts(whole, shown)})


def _document() -> dict[str, Any]:
    return document((translation.get_language() or "zh")[:2])


def _all(whole: dict[str, Any]) -> Iterator[Shown]:
    for path, item in whole["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield Shown(item[verb]["operationId"], verb.upper(), path, item[verb])


def _groups() -> list[tuple[str, list[Shown]]]:
    found: dict[str, list[Shown]] = {}
    for one in _all(_document()):
        found.setdefault(one.found["tags"][0], []).append(one)
    order = [*GROUPS, *sorted(set(found) - set(GROUPS))]
    return [(str(GROUPS.get(tag, tag)), found[tag]) for tag in order if tag in found]


def _parts(whole: dict[str, Any], shown: Shown) -> dict[str, Any]:
    """What the page of an operation shows beside its name."""
    responses, sent = shown.found["responses"], _sent(shown)
    good = {status: one for status, one in responses.items() if status < "300"}
    is_multipart = "multipart/form-data" in shown.found.get("requestBody", {}).get("content", {})
    contents = [each["content"] for each in good.values() if "content" in each]
    media, given = next(iter(contents[0].items())) if contents else ("", {})
    return {
        "words": shown.found.get("description", ""),
        "parameters": shown.found.get("parameters", []),
        "fields": list(_fields(whole, sent.get("schema", {}))),
        "sent": _written(_example(sent)),
        "statuses": [(status, HTTPStatus(int(status)).phrase) for status in good],
        "media": media,
        "given_fields": list(_fields(whole, given.get("schema", {}))) if media == "application/json" else [],
        "given": _cut(_written(_example(given))),
        "refusals": list(_refusals(responses)),
        "curl": _curl(whole, shown, _example(sent)),
        "form": None if is_multipart else _form(shown),
    }


def _sent(shown: Shown) -> dict[str, Any]:
    contents = shown.found.get("requestBody", {}).get("content", {})
    return next(iter(contents.values()), {})


def _example(content: dict[str, Any]) -> Any:
    return content.get("examples", {}).get("real", {}).get("value")


def _written(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=1)


def _cut(text: str) -> str:
    """The beginning of a long example; the end of the last whole line."""
    return text if len(text) <= LONGEST_EXAMPLE else text[: text.rfind("\n", 0, LONGEST_EXAMPLE)] + "\n …"


def _refusals(responses: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for status, one in responses.items():
        if status >= "400":
            for part in one["description"].split(" · "):
                code, _colon, words = part.partition(": ")
                yield status, code, words or str(CODES.get(code, (0, ""))[1])


def _fields(whole: dict[str, Any], shape: dict[str, Any], way: str = "", depth: int = 0) -> Iterator[Field]:
    """The fields of an object, and of those in it, three deep."""
    shape = _plain(whole, shape)
    required = shape.get("required", [])
    for name, each in shape.get("properties", {}).items():
        found = _plain(whole, each)
        inner = _plain(whole, found["items"]) if "items" in found else found
        path = f"{way}{name}"
        values = [str(one) for one in (inner.get("enum") or found.get("enum") or []) if one is not None]
        yield Field(path, _kind(found, each), tuple(values), name in required)
        if depth + 1 < DEEPEST and inner.get("properties"):
            yield from _fields(whole, inner, f"{path}[]." if "items" in found else f"{path}.", depth + 1)


def _plain(whole: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """The shape itself: references followed, and of a choice with null the other."""
    if "$ref" in shape:
        return _plain(whole, whole["components"]["schemas"][shape["$ref"].rpartition("/")[2]])
    if "anyOf" in shape:
        return _plain(whole, next(one for one in shape["anyOf"] if one.get("type") != "null"))
    return shape


def _kind(found: dict[str, Any], as_told: dict[str, Any]) -> str:
    kinds = found.get("type", "object")
    kinds = list(kinds) if isinstance(kinds, list) else [kinds]
    if any(one.get("type") == "null" for one in as_told.get("anyOf", [])):
        kinds.append("null")
    words = str(KINDS.get(kinds[0], kinds[0]))
    if "null" in kinds[1:]:
        words = _("{kind}或空（null）").format(kind=words)
    return f"{words} · {found['format']}" if "format" in found and found["format"] != "int64" else words


def _curl(whole: dict[str, Any], shown: Shown, sent: Any) -> str:
    """One line for the terminal, in lines that fit."""
    path = shown.path
    for each in shown.found.get("parameters", []):
        if each["in"] == "path" and "example" in each:
            path = path.replace(f"{{{each['name']}}}", str(each["example"]))
    lines = ["curl" if shown.method == "GET" else f"curl -X {shown.method}"]
    if shown.found.get("security"):
        lines.append('-H "Authorization: Bearer zz_live_…"')
    if any(each["name"] == "Idempotency-Key" for each in shown.found.get("parameters", [])):
        lines.append('-H "Idempotency-Key: my-number-1"')
    if "multipart/form-data" in shown.found.get("requestBody", {}).get("content", {}):
        lines += ["-F file=@proof.png", "-F kind=platform"]
    elif sent is not None:
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(sent, ensure_ascii=False)}'"]
    lines.append(f'"{whole["servers"][0]["url"]}{path}"')
    return " \\\n  ".join(lines)


def _form(shown: Shown) -> forms.Form:
    """What the console asks for; it is filled by hand and read by console.js alone, and never sent to this page."""
    form = forms.Form(auto_id="console-%s")
    if shown.found.get("security"):
        form.fields["key"] = forms.CharField(
            label=_("API密钥"),
            help_text=_("只留在这个网页里，关掉就没了；只发给本站的接口。先用练习账号的密钥（zz_test_…）试。"),
            widget=forms.TextInput(attrs={**PLAIN, "data-key": ""}),
        )
    for each in shown.found.get("parameters", []):
        value = each.get("example") or ""
        form.fields[each["name"]] = forms.CharField(
            label=each["name"],
            help_text=each.get("description", ""),
            initial=value,
            required=each.get("required", False),
            widget=forms.TextInput(attrs={**PLAIN, "data-in": each["in"], "data-name": each["name"]}),
        )
    if content := _sent(shown):
        example = _written(_example(content))
        area = forms.Textarea(attrs={**PLAIN, "rows": 10, "data-body": "", "class": "mono"})
        form.fields["body"] = forms.CharField(label=_("正文（JSON）"), initial=example, required=False, widget=area)
    return form
