"""Filing for a consumer: the files first, then the whole complaint at once; the receipt code is told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiKey
from complaints.api.consumer import shown
from complaints.api.consumer.doors import StandDoor
from complaints.api.consumer.refusals import Spent, Unfit
from complaints.api.consumer.serializers import FilingIn, TrayUploadIn, unfit
from complaints.api.errors import Refused
from complaints.api.idempotency import once
from complaints.asking import read_out
from complaints.asking.law import points
from complaints.asking.sent import Mistake, read
from complaints.evidence.vault import CROWDED, MEBIBYTE, Unacceptable, keep
from complaints.flow import drafting
from complaints.flow.intake import add_evidence_to_draft
from complaints.flow.stands import FILE, AlreadyFiled, file_at_stand, tray_for
from complaints.models import Draft, TakenDown, Tally
from complaints.narrative import language
from complaints.statement import filing_from

# What the vault may say to a file (errors.py), for the OpenAPI document.
FILE_ERRORS = {
    **dict.fromkeys(("file_type", "file_damaged", "file_empty", "file_too_large", "file_name", "file_too_many"), 422),
    **{"file_too_big": 413, "storage_unavailable": 503, "file_no_space": 507},
}


class UploadsView(StandDoor):
    """Take a file for a complaint that is not filed yet. The caller makes up the tray's UUID, one for each consumer:
    the same file again in the same tray is the same piece, so nothing is taken twice."""

    tells = {
        "POST": {
            "id": "consumerUpload",
            "does": gettext_lazy("先传一个文件，提交时再交"),
            "takes": TrayUploadIn,
            "multipart": True,
            "once": False,
            "status": (200, 201),
            "errors": FILE_ERRORS,
        }
    }

    scope = FILE
    parser_classes = [MultiPartParser]

    def post(self, request: Request) -> Response:
        at, key = timezone.now(), self.caller.key
        given = TrayUploadIn(data=request.data)
        given.is_valid(raise_exception=True)
        require_one(request)
        upload, kind = given.validated_data["file"], given.validated_data["kind"]
        draft = tray_for(key, given.validated_data["tray"], language=language(), at=at)
        if draft is None:
            raise Http404
        count_bytes(key, upload.size or 0, at=at)
        try:
            piece = add_evidence_to_draft(draft, upload, kind=kind, at=at)
        except Unacceptable as refusal:
            if refusal.code != "duplicate":
                raise
            same = draft.evidence.beside(kind).get(blob=keep(upload, at=at))
            return Response({"tray": str(draft.key), **shown.evidence(same)})
        return Response({"tray": str(draft.key), **shown.evidence(piece)}, status=HTTPStatus.CREATED)


class UploadView(StandDoor):
    """A file that was taken: DELETE takes it back, bytes included."""

    tells = {"DELETE": {"id": "consumerUploadRemove", "does": gettext_lazy("拿掉先传的一个文件"), "status": 204}}

    scope = FILE

    def delete(self, request: Request, tray: UUID, upload_id: int) -> Response:
        draft = tray_of(self.caller.key, tray, at=timezone.now())
        if not draft.evidence.filter(pk=upload_id).exists():
            raise Http404
        drafting.remove_evidence(draft, upload_id)
        return Response(status=HTTPStatus.NO_CONTENT)


class ComplaintsView(StandDoor):
    """File a complaint. Needs an Idempotency-Key: however often it is sent, there is one, and one receipt code."""

    tells = {
        "POST": {
            "id": "consumerFile",
            "does": gettext_lazy("替消费者提交一件投诉，当场判定，给回执码"),
            "takes": FilingIn,
            "status": 201,
            "errors": {"tray_used": 409},
        }
    }

    scope = FILE

    def post(self, request: Request) -> Response:
        at, key = timezone.now(), self.caller.key
        try:
            return once(request, key, lambda: self._take(request, at), at=at)
        except AlreadyFiled:
            # Its files went with another request while this one waited: with the same one, whose answer is there now.
            return once(request, key, _used_up, at=at)

    def _take(self, request: Request, at: datetime) -> tuple[HTTPStatus, dict[str, Any]]:
        # Counted with what is filed, or not at all; until then the counter is held, so that no two see the same number.
        if Tally.objects.count_up(_filings(self.caller.key), window=hour_of(at)) > settings.FILINGS_PER_KEY_AN_HOUR:
            words = _("这把密钥这一小时提交得太多了，整点以后再交。要长期多交，请管理员调高限额。")
            raise Spent(seconds_left(at), words)
        given = FilingIn(data=request.data)
        given.is_valid(raise_exception=True)
        said, today = given.validated_data, timezone.localdate()
        sent = read(said["answers"], today=today, lang=language())
        spoken = read_out.sentences(sent.journey)
        if wrong := [*sent.mistakes, *_not_agreed(said, spoken)]:
            raise Unfit(unfit(wrong))
        draft = self._draft(said["uploads"], at)
        stand = TakenDown(
            organisation=self.caller.organisation,
            key=self.caller.key.public_id,
            agreed=[each.code for each in spoken],
            read_out=said["read_out"],
            language=language(),
            at=at,
            **said["stand"],
        )
        filed = file_at_stand(draft, filing_from(sent.whole), stand, points=points(sent.whole, today=today), at=at)
        filed.complaint.refresh_from_db()
        told = {**shown.filed(filed.complaint, on=today), "receipt_code": filed.receipt_code}
        return HTTPStatus.CREATED, {**told, "left_out": list(sent.left_out)}

    def _draft(self, uploads: dict[str, Any] | None, at: datetime) -> Draft:
        """The tray with the files, all of them named; or an empty one."""
        if uploads is None:
            return drafting.begin(language=language(), at=at)
        draft = tray_of(self.caller.key, uploads["tray"], at=at)
        there = set(draft.evidence.offered().values_list("pk", flat=True))
        if draft.filed_as_id is None and there != set(uploads["ids"]):
            words = _("tray里有{there}，这里写的是{named}。要一起交的都写上，不要的先删掉。")
            named = words.format(there=sorted(there), named=sorted(set(uploads["ids"])))
            raise Unfit(unfit([Mistake("uploads.ids", named)]))
        Draft.objects.filter(pk=draft.pk).update(language=language())
        return draft


def tray_of(key: ApiKey, tray: UUID, *, at: datetime) -> Draft:
    """The tray of this key; else 404."""
    found = Draft.objects.of_key(key, after=at - settings.DRAFT_LIFETIME).filter(pk=tray).first()
    if found is None:
        raise Http404
    return found


def count_bytes(key: ApiKey, size: int, *, at: datetime) -> None:
    """Count a file before it is taken, in whole MiB, as pages count a network's. Raises Unacceptable."""
    whole = max(1, -(-size // MEBIBYTE))
    sum_of = Tally.objects.count_up(f"upload-mib:{key.pk}", window=hour_of(at), by=whole)
    if sum_of > settings.UPLOAD_MIB_PER_KEY_AN_HOUR:
        raise Unacceptable(CROWDED, _("这把密钥这一小时传的文件太多了。可以先提交投诉，证据晚些再补。"))


def require_one(request: Request) -> None:
    """Raises Unfit where several files came at once."""
    if len(request.FILES.getlist("file")) > 1:
        raise Unfit(unfit([Mistake("file", _("一次传一个文件。"))]))


def seconds_left(at: datetime) -> int:
    """Until the hour that is counted is over."""
    return max(1, int((hour_of(at) + timedelta(hours=1) - at).total_seconds()))


def hour_of(at: datetime) -> datetime:
    """The window that is counted."""
    return at.replace(minute=0, second=0, microsecond=0)


def _filings(key: ApiKey) -> str:
    return f"filings:{key.pk}"


def _not_agreed(said: dict[str, Any], spoken: tuple[read_out.Sentence, ...]) -> list[Mistake]:
    """Every sentence has to be agreed to, in the words that are read out today."""
    codes = tuple(each.code for each in spoken)
    words = _("先念给本人听，同意了再写上{code}：{words}")
    found = [
        Mistake("agreed", words.format(code=each.code, words=each.words), None, codes)
        for each in spoken
        if each.code not in said["agreed"]
    ]
    if said["read_out"] != read_out.digest_of(spoken):
        stale = _("这不是现在要念的那几句。用POST questions取，念一遍，再把digest写在这里。")
        found.append(Mistake("read_out", stale))
    return found


def _used_up() -> tuple[HTTPStatus, dict[str, Any]]:
    raise Refused(HTTPStatus.CONFLICT, "tray_used", _("这个tray里的文件已经随另一件投诉交了。"))
