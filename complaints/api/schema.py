"""The OpenAPI 3.1 document, made from the addresses, the views' scopes and the table of operations.

A view that is not in the table (another module's) tells of itself by a class attribute of plain data::

    tells = {"POST": {"id": "requestExtension", "does": _("…"), "takes": ExtensionIn, "errors": {"cannot_extend": 409}}}

Keys are the fields of ``Operation``; without it, the first line of the view's docstring has to do.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.urls import include, path
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema

from complaints.api import problems
from complaints.api.authentication import ApiKeyAuthentication
from complaints.api.operations import OPERATIONS, Operation
from complaints.api.scopes import scope_of
from complaints.api.serializers import NothingIn
from complaints.api.shapes import OPEN, SHAPES, TEXT, ref
from complaints.scope_words import SCOPES

ROOT = "/api/v1"
FOLDER = settings.BASE_DIR / "complaints" / "api" / "examples"
PROBLEM = "application/problem+json"
LANGUAGES = ("zh", "en")


class Closed(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """What comes in has no field beside those that are named (serializers.Strict)."""

    target_class = "complaints.api.serializers.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        found = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        told = {name: field.shape for name, field in self.target.fields.items() if hasattr(field, "shape")}
        fields = {**found.get("properties", {}), **getattr(self.target, "shapes", {}), **told}
        return {**found, "properties": fields, "additionalProperties": False}


class Told(AutoSchema):
    """One operation, as the table tells of it."""

    @property
    def operation(self) -> Operation:
        address = self.path.removeprefix(ROOT)
        if found := OPERATIONS.get(f"{self.method} {address}"):
            return found
        return _of_view(self.view, str(self.method), address)

    def get_operation_id(self) -> str:
        return self.operation.id

    def get_summary(self) -> str:
        return str(self.operation.does)

    def get_description(self) -> str:  # type: ignore[override]  # as AutoSchema has it
        scope = scope_of(self.view, str(self.method))
        needed = _("需要权限：{scope}（{words}）。").format(scope=scope, words=SCOPES[scope]) if scope in SCOPES else ""
        return "\n\n".join(each for each in (str(self.operation.more), needed) if each)

    def get_tags(self) -> list[str]:
        return [self.path.removeprefix(ROOT).split("/")[1]]

    def get_auth(self) -> list[dict[str, list[str]]]:
        scope = scope_of(self.view, str(self.method))
        if scope is None and not _asks_for_key(self.view):
            return []
        return [{"key": [scope] if scope else []}]

    def is_deprecated(self) -> bool:
        return self.operation.deprecated

    def get_request_serializer(self) -> Any:
        return self.operation.takes

    def map_parsers(self) -> list[Any]:
        return ["multipart/form-data" if self.operation.multipart else "application/json"]

    def _get_parameters(self) -> list[dict[str, Any]]:
        """Those of the address, of the query, and the headers that mean something here."""
        variables = re.findall(r"{(\w+)}", self.path)
        named = {each["name"]: each for each in self._resolve_path_parameters(variables)}  # type: ignore[no-untyped-call]
        found = [{**_bounded(named[name]), "description": _words_of(name)} for name in variables]
        asked = self.operation
        for name, (shape, words) in asked.query.items():
            found.append({"in": "query", "name": name, "schema": shape, "description": str(words)})
        if asked.once:
            words = _("你们自己起的编号，重试时不变：同一个编号只做一次。")
            shape = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"}
            found.append(_header("Idempotency-Key", words, shape, required=True))
        if asked.if_match:
            found.append(_header("If-Match", _("读到的ETag：投诉在那以后变了，就回412，什么都不做。")))
        if asked.etag:
            found.append(_header("If-None-Match", _("上次的ETag：没变就回304。")))
        return found

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        asked = self.operation
        found: dict[str, Any] = {}
        for status in asked.status:
            if status == HTTPStatus.NO_CONTENT:
                found["204"] = {"description": HTTPStatus.NO_CONTENT.phrase, **_headers(asked)}
                continue
            content = {media: {"schema": _given(asked, media)} for media in asked.media}
            found[str(status)] = {"description": HTTPStatus(status).phrase, "content": content, **_headers(asked)}
        if asked.etag:
            found["304"] = {"description": _("没有变化")}
        for status, codes in sorted(self._refusals().items()):
            found[str(status)] = {
                "description": " · ".join(f"{code}: {words}" if words else code for code, words in codes.items()),
                "content": {PROBLEM: {"schema": ref("Problem")}},
            }
        return found

    def _refusals(self) -> dict[int, dict[str, str]]:
        common = problems.READING if self.method == "GET" else problems.SENDING
        if not _asks_for_key(self.view):
            common = tuple(code for code in common if problems.CODES[code][0] not in {401, 403})
        codes = {**{code: problems.CODES[code][0] for code in common}, **self.operation.errors}
        found: dict[int, dict[str, str]] = {}
        for code, status in codes.items():
            words = str(problems.CODES[code][1]) if code in problems.CODES else ""
            found.setdefault(status, {})[code] = words
        return found

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        found = super().get_operation(*args, **kwargs)
        if found is None:
            return None
        scope = scope_of(self.view, str(self.method))
        found["x-scope"] = scope
        if self.operation.takes is NothingIn and "requestBody" in found:
            found["requestBody"]["required"] = False
        _put_examples(found, recorded(translation.get_language() or "zh").get(found["operationId"]))
        return found


def document(language: str) -> dict[str, Any]:
    """The whole document in one language; the same object for every caller, so nobody may change it."""
    return _document(language if language in LANGUAGES else "zh")


@lru_cache(maxsize=len(LANGUAGES))
def _document(language: str) -> dict[str, Any]:
    with translation.override("en" if language == "en" else "zh-hans"):
        made: Any = SchemaGenerator(patterns=[path("api/v1/", include("complaints.api.urls"))])  # type: ignore[no-untyped-call]
        found = made.get_schema(request=None, public=True)
        return json.loads(json.dumps(found, default=str))  # type: ignore[no-any-return]


@lru_cache(maxsize=len(LANGUAGES))
def recorded(language: str) -> dict[str, Any]:
    """Real answers of the API to real requests, by operation (tests/contract/scene.py writes them)."""
    name = "en" if language.startswith("en") else "zh"
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))  # type: ignore[no-any-return]


def finish(result: dict[str, Any], generator: Any, **_more: Any) -> dict[str, Any]:
    """drf-spectacular's last step: shapes, keys, words about the whole."""
    parts = result.setdefault("components", {})
    for taken in parts.get("schemas", {}).values():
        _without_our_words(taken)
    parts.setdefault("schemas", {}).update(SHAPES)
    scopes = " · ".join(f"`{code}` {words}" for code, words in SCOPES.items())
    words = _("“Authorization: Bearer zz_live_…”。权限：{scopes}").format(scopes=scopes)
    parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": words}}
    about = _("给平台、商家、直播间的机器用：读投诉，答复，提方案。通知怎么收，见接口文档。")
    result["info"] = {"title": _("责在谁 接口"), "version": "1", "summary": about, "description": _conventions()}
    result["servers"] = [{"url": settings.SITE_URL}]
    result["jsonSchemaDialect"] = "https://json-schema.org/draft/2020-12/schema"
    result["externalDocs"] = {"url": f"{settings.SITE_URL}/developers/", "description": _("接口文档")}
    return result


def _without_our_words(part: Any) -> None:
    """The sources' own words and marks are not for readers."""
    if isinstance(part, dict):
        for name in ("description", "x-spec-enum-id"):
            if isinstance(part.get(name), str):
                del part[name]
        for each in part.values():
            _without_our_words(each)


def _conventions() -> str:
    return _(
        "时刻是UTC，日期是ISO 8601，金额是人民币元的十进制文字。句子按Accept-Language给中文或英文，代码不变。"
        "列表用cursor翻页，next原样放回去，一页最多100条。每个回答有RateLimit-Policy和RateLimit两个头。"
        "出错是application/problem+json，程序看code。新字段随时会有，不认识的跳过。"
    )


def _of_view(view: Any, method: str, address: str) -> Operation:
    """An operation that is not in the table, as its view tells of it."""
    told = dict(getattr(view, "tells", {}).get(method, {}))
    words = (view.__doc__ or type(view).__name__).strip().splitlines()[0]
    name = "".join(part.title() for part in re.split(r"\W+|_", address) if part)
    told.setdefault("id", f"{method.lower()}{name}")
    told.setdefault("does", words)
    told.setdefault("once", method == "POST" and told.get("takes") is not None)
    if isinstance(told.get("status", ()), int):
        told["status"] = (told["status"],)
    if isinstance(media := told.get("media", ()), str):
        told["media"] = (media,)
    told["query"] = {
        key: ({"type": shape}, "") if isinstance(shape, str) else shape for key, shape in told.get("query", {}).items()
    }
    told.setdefault("errors", {"cannot_act": 409, "cannot_change": 422} if method != "GET" else {})
    usual = {"POST": (200, 201, 202), "DELETE": (200, 204)}
    told.setdefault("status", usual.get(method, (200,)))
    return Operation(**{key: value for key, value in told.items() if key in Operation.__dataclass_fields__})


def _asks_for_key(view: Any) -> bool:
    return any(issubclass(each, ApiKeyAuthentication) for each in view.authentication_classes)


def _given(asked: Operation, media: str) -> dict[str, Any]:
    if media == "application/json":
        return asked.gives or OPEN
    return TEXT if media.startswith("text/") else {"type": "string", "format": "binary"}


def _headers(asked: Operation) -> dict[str, Any]:
    found = {name: {"schema": TEXT, "description": words} for name, words in _usual_headers().items()}
    if asked.etag:
        found["ETag"] = {"schema": TEXT, "description": _("读到的是哪一版")}
    if asked.once:
        found["Idempotent-Replayed"] = {"schema": TEXT, "description": _("true：这是上次存下的回答")}
    return {"headers": found}


def _usual_headers() -> dict[str, str]:
    return {
        "RateLimit-Policy": _('一分钟最多几次，例如"read";q=600;w=60'),
        "RateLimit": _('这一分钟还剩几次、几秒后重新数，例如"read";r=598;t=42'),
    }


def _header(name: str, words: str, shape: dict[str, Any] | None = None, *, required: bool = False) -> dict[str, Any]:
    return {"in": "header", "name": name, "schema": shape or TEXT, "description": words, "required": required}


def _bounded(parameter: dict[str, Any]) -> dict[str, Any]:
    if parameter["schema"].get("type") == "integer":
        return {**parameter, "schema": {"type": "integer", "minimum": 0}}
    return parameter


def _words_of(name: str) -> str:
    words = {
        "reference": _("投诉编号"),
        "number": _("号码，在投诉里从1起"),
        "evidence_id": _("证据的id"),
        "bundle_id": _("证据包的id"),
        "key_id": _("密钥的id，就是zz_live_后面那8个字符"),
    }
    return words.get(name, "")


def _put_examples(operation: dict[str, Any], example: dict[str, Any] | None) -> None:
    """A request that was really sent and the answer that really came, where they belong."""
    if example is None:
        return
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if example.get("request") is not None:
            content["examples"] = {"real": {"value": example["request"]}}
    answer = operation["responses"].get(str(example["status"]), {})
    if "application/json" in answer.get("content", {}):
        answer["content"]["application/json"]["examples"] = {"real": {"value": example["response"]}}
    for parameter in operation.get("parameters", []):
        if parameter["name"] in example.get("path", {}):
            parameter["example"] = example["path"][parameter["name"]]
