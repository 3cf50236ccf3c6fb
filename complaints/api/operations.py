"""The operations of the API, one line each: a stable name, what it does, what it takes and gives, how it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.api import problems, serializers
from complaints.api.shapes import TEXT, WHOLE, Shape, ref

CURSOR: dict[str, tuple[Shape, Promise]] = {
    "cursor": (TEXT, _("上一页的next，原样放进来")),
    "limit": ({"type": "integer", "minimum": 1, "maximum": 100}, _("一页最多几条，1到100")),
}
PICTURES = ("image/webp", "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address. ``takes`` is a serializer or None; ``gives`` a schema, empty where bytes are sent."""

    id: str
    does: str | Promise
    more: str | Promise = ""
    takes: Any = None
    multipart: bool = False
    gives: Shape = field(default_factory=dict)
    status: tuple[int, ...] = (200,)
    media: tuple[str, ...] = ("application/json",)
    errors: Mapping[str, int] = field(default_factory=dict)  # code → status, beside those that every call may meet
    query: Mapping[str, tuple[Shape, str | Promise]] = field(default_factory=dict)
    once: bool = False  # needs an Idempotency-Key
    if_match: bool = False
    etag: bool = False
    deprecated: bool = False


def _errors(*codes: str) -> dict[str, int]:
    return {code: problems.CODES[code][0] for code in codes}


def _take(id: str, does: Promise, takes: Any, gives: str, *codes: str, status: int = 201, more: Any = "") -> Operation:
    """A POST about a case, which is taken once and may be bound to the version that was read."""
    errors = _errors("illegal_move", "cannot_act", "changed_meanwhile", *codes)
    return Operation(id, does, more, takes, gives=ref(gives), status=(status,), errors=errors, once=True, if_match=True)


def _bytes(id: str, does: Promise, *codes: str, media: tuple[str, ...], query: Any = None) -> Operation:
    return Operation(id, does, media=media, errors=_errors(*codes), query=query or {})


def _read(id: str, does: Promise, gives: str, *, query: Any = None, etag: bool = False, more: Any = "") -> Operation:
    return Operation(id, does, more, gives=ref(gives), query=query or {}, etag=etag)


CASE, KEY = "/cases/{reference}", "/keys/{key_id}"

OPERATIONS: dict[str, Operation] = {
    "GET /cases": _read(
        "listCases",
        _("和贵机构有关的投诉，新的在前"),
        "CaseList",
        query={
            **CURSOR,
            "before": (TEXT, _("旧写法：某件投诉的编号，从它后面接着列。请改用cursor")),
        },
    ),
    f"GET {CASE}": _read(
        "getCase",
        _("一件投诉的全部：问了谁、要答什么、判定、方案、证据"),
        "Case",
        etag=True,
        more=_("ETag写着读到的是哪一版。改之前把它放进If-Match；再读时放进If-None-Match，没变就回304。"),
    ),
    f"GET {CASE}/decision": _read(
        "getDecision",
        _("判定的依据和每一步理由"),
        "Decision",
        query={"version": (WHOLE, _("第几次判定；不写就是最近一次"))},
    ),
    f"POST {CASE}/evidence": Operation(
        "uploadEvidence",
        _("上传证据"),
        _("同一个文件传两遍还是同一份，回200。答复时用它的id。"),
        serializers.EvidenceIn,
        multipart=True,
        gives=ref("Evidence"),
        status=(200, 201),
        errors=_errors("cannot_answer", "illegal_move", "cannot_act", "storage_unavailable", *problems.FILES),
    ),
    f"GET {CASE}/evidence/{{evidence_id}}": _bytes(
        "getEvidence",
        _("一份证据的副本"),
        *("copy_pending", "no_copy", "storage_unavailable"),
        media=PICTURES,
        query={"sheet": (WHOLE, _("第几页，从1起"))},
    ),
    f"GET {CASE}/evidence/{{evidence_id}}/original": _bytes(
        "getEvidenceOriginal", _("消费者同意给贵机构的原件"), "storage_unavailable", media=("application/octet-stream",)
    ),
    f"POST {CASE}/bundles": _take(
        "createBundle",
        _("做一个证据包"),
        serializers.NothingIn,
        "Bundle",
        *("cannot_bundle", "too_many_bundles", "storage_unavailable"),
        status=202,
    ),
    f"GET {CASE}/bundles/{{bundle_id}}": _read("getBundle", _("证据包做到哪了"), "Bundle"),
    f"GET {CASE}/bundles/{{bundle_id}}/file": _bytes(
        "getBundleFile",
        _("下载证据包（ZIP）"),
        *("bundle_not_ready", "bundle_expired", "storage_unavailable"),
        media=("application/zip",),
    ),
    f"POST {CASE}/responses": _take(
        "createResponse", _("答复"), serializers.ResponseIn, "ResponseTaken", "cannot_answer"
    ),
    f"POST {CASE}/offers": _take("createOffer", _("提出方案"), serializers.OfferIn, "OfferTaken", "cannot_offer"),
    f"GET {CASE}/messages": _read(
        "listMessages",
        _("读对话"),
        "ThreadList",
        query={
            "after": ({"type": "integer", "minimum": 0}, _("只要这个号以后的")),
            "party": (TEXT, _("只要和这一方的")),
        },
    ),
    f"POST {CASE}/messages": _take(
        "createMessage", _("留言"), serializers.MessageIn, "MessageTaken", "cannot_write", "too_many_messages"
    ),
    f"GET {CASE}/record-requests": _read("listRecordRequests", _("要平台提供哪些记录"), "RecordRequestList"),
    f"GET {CASE}/record-requests/{{number}}": _read("getRecordRequest", _("其中一次"), "RecordRequest"),
    f"POST {CASE}/record-requests/{{number}}": _take(
        "answerRecordRequest", _("逐项答复"), serializers.RecordAnswersIn, "RecordsTaken", "cannot_answer_record"
    ),
    f"GET {CASE}/sessions/{{number}}": _read("getSession", _("一次调解会：时间、地点、请了谁"), "Session"),
    f"POST {CASE}/sessions/{{number}}": _take("answerSession", _("说来不来"), serializers.AttendanceIn, "SessionTaken"),
    f"GET {CASE}/agreements/{{number}}": _read("getAgreement", _("一版调解协议"), "Agreement"),
    f"POST {CASE}/agreements/{{number}}": _take(
        "answerAgreement", _("确认协议，或者不同意"), serializers.AgreementAnswerIn, "AgreementTaken", "other_version"
    ),
    f"GET {CASE}/agreements/{{number}}/file": _bytes(
        "getAgreementFile", _("协议的PDF"), "paper_not_made", media=("application/pdf",)
    ),
    "GET /facts": _read("listFacts", _("可以陈述哪些事实"), "FactList"),
    "GET /events": _read(
        "listEvents",
        _("补读错过的通知"),
        "EventList",
        query={**CURSOR, "after": ({"type": "integer", "minimum": 0}, _("和cursor一样，从这个号以后读"))},
        more=_("next总有，存下来下次从那里接着读；more说现在还有没有。"),
    ),
    "GET /keys": _read("listKeys", _("贵机构的密钥"), "KeyList", query=CURSOR),
    "POST /keys": Operation(
        "createKey",
        _("新建密钥"),
        _("text就是密钥，只在这一次回答里有；重发同一个请求，text是null。"),
        serializers.KeyIn,
        gives=ref("KeyMade"),
        status=(201,),
        errors=_errors("scope_exceeded", "cannot_change_key"),
        once=True,
    ),
    f"GET {KEY}": _read("getKey", _("一把密钥，不含密钥本身"), "Key"),
    f"POST {KEY}/rotate": Operation(
        "rotateKey",
        _("换一把新的，旧的再用几天"),
        takes=serializers.RotationIn,
        gives=ref("KeyMade"),
        status=(201,),
        errors=_errors("scope_exceeded", "cannot_change_key"),
        once=True,
    ),
    f"POST {KEY}/revoke": Operation(
        "revokeKey",
        _("撤销，立即失效"),
        takes=serializers.NothingIn,
        gives=ref("KeyNow"),
        status=(201,),
        errors=_errors("cannot_change_key"),
        once=True,
    ),
}
