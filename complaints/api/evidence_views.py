"""Evidence over the API: handed in, and read as whoever reads may have it."""

from http import HTTPStatus

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api import representations
from complaints.api.doors import Door
from complaints.api.errors import Refused
from complaints.api.limits import count_upload
from complaints.api.paging import whole
from complaints.api.serializers import EvidenceIn
from complaints.evidence import vault
from complaints.evidence.entitled import RELATED, Copy, Entitled, seen_by
from complaints.evidence.sniff import KINDS, TEXT
from complaints.flow.intake import add_evidence
from complaints.flow.viewing import note_denial, note_viewing
from complaints.models import Complaint, Evidence, Party, Speaker
from complaints.serving import send

BYTES = "application/octet-stream"


class EvidenceView(Door):
    """Offer a file, for use in a response."""

    scope = "cases:respond"
    parser_classes = [MultiPartParser]

    def post(self, request: Request, reference: str) -> Response:
        complaint = self.case(reference)
        given = EvidenceIn(data=request.data)
        given.is_valid(raise_exception=True)
        if len(request.FILES.getlist("file")) > 1:
            raise ValidationError({"file": [_("一次传一个文件。")]})
        speaker = self._speaker(complaint, given.validated_data["party"])
        upload, kind, at = given.validated_data["file"], given.validated_data["kind"], timezone.now()
        count_upload(self.caller.organisation, upload.size or 0, at=at)
        try:
            piece = add_evidence(complaint, upload, kind=kind, speaker=speaker, actor=self.caller.actor, at=at)
        except vault.Unacceptable as refusal:
            if refusal.code != "duplicate":
                raise
            same = complaint.evidence.offered().filter(blob=vault.keep(upload, at=at), offered_by=speaker)
            return Response(representations.evidence(same.get(), {speaker}))  # the same file again is the same piece
        return Response(representations.evidence(piece, {speaker}), status=HTTPStatus.CREATED)

    def _speaker(self, complaint: Complaint, party: str | None) -> Speaker:
        """For whom the file is offered: as said, else the first party that the caller answers for."""
        allowed = [one.party for one in representations.answerable(complaint, self.caller.organisation)]
        wanted = party or next(iter(sorted(allowed, key=lambda one: one != Party.PLATFORM)), None)
        if wanted not in allowed:
            raise Refused(HTTPStatus.CONFLICT, "cannot_answer", _("贵机构不能代这一方提交证据。"))
        return Speaker(wanted)


class Piece(Door):
    """What both addresses of a piece share: the piece, and what the caller may open of it."""

    scope = "evidence:read"

    def piece(self, reference: str, evidence_id: int) -> tuple[Evidence, Entitled]:
        complaint = self.case(reference)
        own = representations.sides_of(complaint, self.caller.organisation)
        pieces = complaint.evidence.of_dispute().sound_or_of(own).select_related("blob").prefetch_related(*RELATED)
        piece = get_object_or_404(pieces, pk=evidence_id)
        return piece, seen_by(piece, own)

    def send(self, piece: Evidence, variant: str, sha256: str, media_type: str, extension: str) -> HttpResponseBase:
        """The bytes, once the look is on record."""
        note_viewing(piece, variant=variant, actor=self.caller.actor, at=timezone.now())
        name = f"evidence-{piece.pk}.{extension}"
        return send(sha256, media_type=media_type, disposition=f'attachment; filename="{name}"')


class EvidenceBytesView(Piece):
    """The bytes of a piece: a covered copy, ``?sheet=`` of several, or a covered text; the caller's own uncovered."""

    def get(self, request: Request, reference: str, evidence_id: int) -> HttpResponseBase:
        piece, seen = self.piece(reference, evidence_id)
        kind = "preview" if seen.copy == Copy.OWN else "masked"
        if seen.text:
            variant = "original" if seen.copy == Copy.OWN else "masked-text"
            return self.send(piece, variant, seen.text, BYTES, TEXT.extension)
        if seen.copy == Copy.PENDING:
            words = _("这份证据还在遮盖个人信息，遮好就能取。过一会儿再来。")
            raise Refused(HTTPStatus.NOT_FOUND, "copy_pending", words)
        if not seen.sheets:
            note_denial(piece, variant="original", actor=self.caller.actor, at=timezone.now())
            words = _("这种文件没有可以发给贵机构的副本。需要原件，请联系承办的消费者协会。")
            raise Refused(HTTPStatus.NOT_FOUND, "no_copy", words)
        number = whole("sheet", request.query_params.get("sheet", "1"))
        if not 1 <= number <= len(seen.sheets):
            raise Http404
        return self.send(piece, kind, seen.sheets[number - 1], "image/webp", "webp")


class EvidenceOriginalView(Piece):
    """The original, where its owner agreed that the caller may have it; for everybody else there is none."""

    def get(self, request: Request, reference: str, evidence_id: int) -> HttpResponseBase:
        piece, seen = self.piece(reference, evidence_id)
        if not seen.original:
            raise Http404
        kind = KINDS.get(piece.blob.media_type)
        return self.send(piece, "original", seen.original, BYTES, kind.extension if kind else "bin")
