"""A refusal → one envelope: RFC 9457 problem details, with a stable ``code`` and words in the caller's language."""

import logging
import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from complaints.api.practice import Unheard
from complaints.api.refusal import Refused as Refused  # the doors take it from here
from complaints.api.versions import Changed
from complaints.evidence.shelf import Unavailable
from complaints.evidence.vault import Unacceptable
from complaints.flow.bundling import Expired, NotBundled, NotReady, TooManyBundles
from complaints.flow.delivery import CannotResend
from complaints.flow.keys import CannotChangeKey
from complaints.flow.line_rules import CannotChangeLine, TooOften, Unsound
from complaints.flow.messages import CannotWrite, TooManyMessages
from complaints.flow.offers import CannotOffer
from complaints.flow.record_requests import CannotAnswerRecord
from complaints.flow.responses import CannotAnswer
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.press import NotPrinted

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_lazy("请求内容有问题"),
    HTTPStatus.UNAUTHORIZED: gettext_lazy("需要有效的API密钥"),
    HTTPStatus.FORBIDDEN: gettext_lazy("没有权限"),
    HTTPStatus.NOT_FOUND: gettext_lazy("没有找到"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_lazy("这个地址不支持这种方法"),
    HTTPStatus.CONFLICT: gettext_lazy("现在不能这样做"),
    HTTPStatus.GONE: gettext_lazy("已经没有了"),
    HTTPStatus.PRECONDITION_FAILED: gettext_lazy("读了以后又变了"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_lazy("内容太大"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: gettext_lazy("不支持这种格式"),
    HTTPStatus.UNPROCESSABLE_ENTITY: gettext_lazy("内容不能接受"),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_lazy("请求太频繁"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_lazy("我们这边出错了"),
}

DATABASE_PAUSE = "5"  # seconds: a server that starts again takes so long, a lock that is held not longer

# Sizes of files and space: the two refusals of the vault with a status of their own.
FILE_STATUS = {"too-big": HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "no-space": HTTPStatus.INSUFFICIENT_STORAGE}


@dataclass(frozen=True, slots=True)
class _Problem:
    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)


def as_problem(error: Exception, context: dict[str, Any]) -> Response:
    """Every error of the API in the same envelope. What nobody expected is logged under a number and told as such."""
    set_rollback()
    found = _read(error)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(HTTPStatus(found.status), HTTPStatus(found.status).phrase),
        "status": found.status,
        "detail": found.detail,
        "code": found.code,
        **found.more,
    }
    if found.errors:
        body["errors"] = found.errors
    return Response(body, status=found.status, headers=found.headers, content_type=MEDIA_TYPE)


def _read(error: Exception) -> _Problem:
    match error:
        case Http404() | exceptions.NotFound():
            return _Problem(404, "not_found", _("没有这一项，或者贵机构看不到它。请核对地址和编号。"))
        case exceptions.ValidationError():
            return _Problem(400, "invalid", _("有些字段要改，见errors。"), list(_fields(error.detail)))
        case exceptions.ParseError():
            return _Problem(400, "malformed", str(error.detail))
        case exceptions.NotAuthenticated():
            words = _("请在请求头里写上“Authorization: Bearer zz_live_…”。")
            return _Problem(401, "not_authenticated", words, headers=_challenge(error))
        case exceptions.AuthenticationFailed():
            return _Problem(401, "bad_key", str(error.detail), headers=_challenge(error))
        case exceptions.Throttled():
            wait = math.ceil(getattr(error, "wait", None) or 1)
            words = _("这一分钟的次数用完了，{seconds}秒后再试。").format(seconds=wait)
            return _Problem(429, "too_many_requests", words, headers={"Retry-After": str(wait)})
        case Changed():
            return _Problem(412, "changed_meanwhile", str(error.detail), more=error.more)
        case Unheard():
            return _Problem(503, "practice_unheard", str(error.detail), headers={"Retry-After": "1"})
        case exceptions.APIException():
            return _Problem(error.status_code, str(getattr(error.detail, "code", "error")), str(error.detail))
        case IllegalMove():
            return _Problem(409, "illegal_move", str(error))
        case CannotAnswer():
            return _Problem(409, "cannot_answer", str(error))
        case CannotAct():
            return _Problem(409, "cannot_act", str(error))
        case NotPrinted():
            return _Problem(503, "paper_not_made", str(error), headers={"Retry-After": "60"})
        case TooManyMessages():
            wait = str(math.ceil(error.wait.total_seconds()))
            return _Problem(429, "too_many_messages", str(error), headers={"Retry-After": wait})
        case TooManyBundles():
            wait = str(math.ceil(error.wait.total_seconds()))
            return _Problem(429, "too_many_bundles", str(error), headers={"Retry-After": wait})
        case NotReady():
            return _Problem(409, "bundle_not_ready", str(error))
        case Expired():
            return _Problem(410, "bundle_expired", str(error))
        case NotBundled():
            return _Problem(422, "cannot_bundle", str(error))
        case CannotWrite():
            return _Problem(409, "cannot_write", str(error))
        case CannotAnswerRecord():
            words = _("第{item}项：{why}").format(item=error.item, why=error)
            found = [{"field": error.field, "message": str(error)}]
            return _Problem(422, "cannot_answer_record", words, found)
        case TooOften():
            wait = str(math.ceil(error.wait.total_seconds()))
            return _Problem(429, "too_many_probes", str(error), headers={"Retry-After": wait})
        case Unsound():
            return _Problem(422, "endpoint_not_allowed", str(error))
        case CannotChangeLine():
            return _Problem(409, "cannot_change_endpoint", str(error))
        case CannotResend():
            return _Problem(409, "cannot_resend", str(error))
        case CannotChangeKey():
            found = [{"field": error.field, "message": str(error)}] if error.field else []
            return _Problem(422, "cannot_change_key", str(error), found)
        case CannotOffer():
            return _Problem(422, "cannot_offer", str(error))
        case Unacceptable():
            status = FILE_STATUS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)
            return _Problem(status, f"file_{error.code.replace('-', '_')}", str(error))
        case Unavailable():
            log.error("storage: %s", error.strerror)
            words = _("证据存储现在连不上，什么都没有丢。过一分钟再试。")
            return _Problem(503, "storage_unavailable", words, headers={"Retry-After": "60"})
        case OperationalError() | InterfaceError():
            log.error("database: %s", type(error.__cause__ or error).__name__)
            words = _("系统现在太忙或者连不上数据库，这次的请求什么都没有写下。过一会儿再试，Idempotency-Key不要改。")
            return _Problem(503, "database_unavailable", words, headers={"Retry-After": DATABASE_PAUSE})
        case RequestDataTooBig():
            return _Problem(413, "too_large", _("JSON最多1MiB。文件请用证据接口上传。"))
        case SuspiciousOperation():
            return _Problem(400, "malformed", _("请求的格式不对。"))
    number = uuid.uuid4().hex[:8]
    log.exception("api error %s", number, exc_info=error)
    return _Problem(500, "internal", _("请稍后重试；还不行，请把编号{number}告诉我们。").format(number=number))


def _fields(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's tree of errors as a flat list, each with the path of its field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _fields(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _fields(inner, path)
    else:
        yield {"field": path, "message": str(detail)}


def _challenge(error: exceptions.APIException) -> dict[str, str]:
    return {"WWW-Authenticate": getattr(error, "auth_header", 'Bearer realm="api"')}
