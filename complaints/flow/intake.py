"""From a form to a complaint, with its evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.names import email_of
from accounts.sealing import keyed_hash
from complaints import jobs, searching, timeline
from complaints.evidence import vault
from complaints.flow import contacting, looks, moments
from complaints.flow.consumer import refer_to_association
from complaints.flow.decisions import decide_again
from complaints.flow.dispatch import announce, ask_parties
from complaints.flow.facts import assert_facts
from complaints.flow.reading import ask_to_read
from complaints.flow.showings import note, rest_on_evidence, settle_draft
from complaints.lifecycle import Role
from complaints.models import (
    Actor,
    Blob,
    Complaint,
    Contact,
    DecisionRecord,
    Draft,
    Evidence,
    Helper,
    Speaker,
    TakenDown,
)
from complaints.models.evidence import EvidenceQuerySet
from complaints.provable import BY_ITSELF, Shown
from complaints.references import new_receipt_code, new_reference, tidy_receipt_code
from complaints.statement import Filing

REFERENCE_TRIES = 8


@dataclass(frozen=True, slots=True)
class Filed:
    """A complaint just made. ``receipt_code`` is shown once and not stored; None when the draft was filed before."""

    complaint: Complaint
    receipt_code: str | None


@transaction.atomic
def file_complaint(
    draft: Draft,
    filing: Filing,
    *,
    consumer: User | None,
    sandbox: Organisation | None = None,
    taken_down: TakenDown | None = None,
    at: datetime,
) -> Filed:
    """File a draft, decide at once, ask the parties. A second press finds the complaint already made.

    ``sandbox``: it is invented, for those who practise there; nobody stands behind it, and nobody else sees it.
    ``taken_down`` says, not saved yet, at which association's machine it was filed for the consumer.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.filed_as:
        return Filed(draft.filed_as, None)

    code = new_receipt_code()
    told = {"receipt_hash": hash_of(code), "consumer": consumer, "sandbox": sandbox, "language": draft.language}
    complaint = _create(filing, told, at=at)
    if sandbox is None:
        _keep_contact(draft, complaint, filing)
    _keep_helper(complaint, filing, consumer)
    if taken_down:
        taken_down.complaint = complaint
        taken_down.save()
    evidence = _take_over(draft, complaint)
    moments.carry_over(draft, complaint)
    draft.filed_as, draft.answers, draft.aside, draft.touched_at = complaint, {}, {}, at
    draft.resume_hash, draft.resume_sealed = None, ""
    draft.save()
    timeline.record(complaint, "filed", _told(evidence, filing, taken_down), actor="consumer", at=at)

    looks.tell_of(complaint, evidence, at=at)
    asked = ask_parties(complaint, filing.names, at=at)
    searching.keep(complaint)
    assert_facts(complaint, speaker=Speaker.CONSUMER, facts={**filing.facts, **asked}, at=at)
    settle_draft(complaint, evidence, filing.facts, at=at)
    rest_on_evidence(complaint, evidence, at=at)
    decide_again(complaint, because=DecisionRecord.Because.FILED, actor="consumer", at=at)
    if filing.wants_association:
        refer_to_association(complaint, actor=Actor(Role.CONSUMER), at=at)
        complaint.refresh_from_db()
    if sandbox is None:
        jobs.ring("alike", complaint.pk)
    return Filed(complaint, code)


def add_evidence_to_draft(
    draft: Draft, upload: UploadedFile, *, kind: str, at: datetime, shows: Iterable[Shown] = ()
) -> Evidence:
    """Keep a file for a draft. The same file twice is refused. Raises vault.Unacceptable; nothing is kept then.

    ``shows`` is what it is taken to show, beside what its kind shows by itself.
    """
    _require_place(draft)
    require_share(draft.evidence.offered(), upload.size or 0)
    blob = vault.keep(upload, at=at)
    with transaction.atomic():
        found = Draft.objects.select_for_update().filter(pk=draft.pk).first()
        if found is None:  # in another window, while the file was on its way
            raise vault.Unacceptable("gone", _("这份草稿已经删掉了，文件没有收下。重新开始填，再传一次。"))
        draft = found
        if draft.filed_as_id:
            raise vault.Unacceptable("filed", _("这份投诉已经提交了。到投诉的“证据”页再补。"))
        if draft.evidence.beside(kind).filter(blob=blob).exists():
            raise vault.Unacceptable("duplicate", _("这张已经传过了。"))
        _require_place(draft)  # once more, under the lock: others may have come in meanwhile
        blob = vault.require_standing(blob)
        piece = Evidence.objects.create(
            draft=draft,
            blob=blob,
            kind=kind,
            name=vault.clean_name(upload.name or ""),
            position=_behind(draft),
            received_at=at,
        )
        note(piece, _with_its_kind(kind, shows), at=at)
        looks.go_on(blob)
        ask_to_read(piece)
        return piece


def add_evidence(
    complaint: Complaint,
    upload: UploadedFile,
    *,
    kind: str,
    speaker: Speaker,
    actor: Actor,
    at: datetime,
    shows: Iterable[Shown] = (),
) -> Evidence:
    """Add a piece to a filed complaint and decide again. Raises vault.Unacceptable or IllegalMove.

    ``shows`` is what the consumer says it shows, beside what its kind shows by itself: it is said with it. A party
    says so in its answer.
    """
    complaint.require_open()
    require_place_beside(complaint, speaker)
    require_share(complaint.evidence.offered().filter(offered_by=speaker), upload.size or 0)
    blob = vault.keep(upload, at=at)  # outside the transaction: decoding a picture takes its time
    with transaction.atomic():
        complaint = Complaint.objects.locked(complaint.pk)
        complaint.require_open()
        if complaint.evidence.beside(kind).filter(blob=blob, offered_by=speaker).exists():
            raise vault.Unacceptable("duplicate", _("这张已经传过了。"))
        require_place_beside(complaint, speaker)
        blob = vault.require_standing(blob)
        item = Evidence.objects.create(
            complaint=complaint,
            blob=blob,
            kind=kind,
            name=vault.clean_name(upload.name or ""),
            offered_by=speaker,
            position=complaint.evidence.count(),
            received_at=at,
        )
        ask_to_read(item)
        shown = _with_its_kind(kind, shows) if speaker == Speaker.CONSUMER else {}
        body = {"evidence": item.pk, "commitment": blob.commitment, "kind": kind, **({"shows": shown} if shown else {})}
        event = timeline.record(complaint, "evidence-added", body, actor=actor.label, at=at)
        looks.tell_of(complaint, [item], at=at)
        looks.go_on(blob)
        if kind == Evidence.Kind.AUTHORITY:  # shows no fact, and goes to no party
            return item
        if blob.may_be_opened:
            announce(complaint, event, at=at)
        if speaker == Speaker.CONSUMER:
            note(item, shown, at=at)
            rest_on_evidence(complaint, [item], at=at)
            decide_again(complaint, because=DecisionRecord.Because.EVIDENCE, actor=actor.label, at=at)
        return item


def hash_of(receipt_code: str) -> str:
    """What is stored of a receipt code. Raises ValueError for a code that cannot be one."""
    plain = tidy_receipt_code(receipt_code)
    if plain is None:
        raise ValueError("not a receipt code")
    return keyed_hash(plain)


def _create(filing: Filing, told: Mapping[str, Any], *, at: datetime) -> Complaint:
    """The row, under a number nobody has yet."""
    organisations = Organisation.objects
    association = organisations.practice() if told["sandbox"] else organisations.association_for(filing.region)
    for attempt in range(REFERENCE_TRIES):
        reference = new_reference(timezone.localtime(at).date(), crowded=attempt >= REFERENCE_TRIES // 2)
        try:
            with transaction.atomic():
                return Complaint.objects.create(
                    reference=reference,
                    filed_at=at,
                    association=association,
                    **told,
                    **columns_of(filing),
                )
        except IntegrityError:
            if not Complaint.objects.filter(reference=reference).exists():
                raise
    raise RuntimeError("no free complaint number was found")


def columns_of(filing: Filing) -> dict[str, Any]:
    """What a complaint's row keeps of what was told."""
    return {
        "goods": filing.goods,
        "category": filing.category,
        "story": filing.story,
        "problems": list(filing.problems),
        "statement": {page: dict(fields) for page, fields in filing.answers.items()},
        "room": filing.room[:120],
        "order_number": filing.order_number,
        "price": filing.price,
        "loss": filing.loss,
        "purchased_on": filing.purchased_on,
        "delivered_on": filing.delivered_on,
        "harm_known_on": filing.harm_known_on,
        "is_safety": filing.is_safety,
    }


def _keep_contact(draft: Draft, complaint: Complaint, filing: Filing) -> None:
    contact = Contact(complaint=complaint, region=filing.region)
    contact.keep(name=filing.contact_name, phone=filing.phone, email=filing.email)
    own = email_of(complaint.consumer) if complaint.consumer else ""
    contacting.carry_over(draft, contact, account_email=own)
    contact.save()
    draft.contact_codes.all().delete()


def _keep_helper(complaint: Complaint, filing: Filing, account: User | None) -> None:
    given = filing.helper
    if given is None:
        return
    helper = Helper(complaint=complaint, relation=given.relation, told=given.told, account=account)
    helper.keep(name=given.name, phone=given.phone, email=given.email)
    helper.save()


def _told(pieces: list[Evidence], filing: Filing, taken_down: TakenDown | None) -> dict[str, Any]:
    """What the first event says: commitments to the files, and that somebody else filed it, or an association's
    machine; never who."""
    body: dict[str, Any] = {
        "evidence": [item.blob.commitment for item in pieces if item.kind != Evidence.Kind.AUTHORITY],
    }
    if filing.helper:
        body["by_helper"] = True
        body["authority"] = [item.blob.commitment for item in pieces if item.kind == Evidence.Kind.AUTHORITY]
    if taken_down:
        body |= {"way": taken_down.way, "organisation": taken_down.organisation_id}
    return body


def _take_over(draft: Draft, complaint: Complaint) -> list[Evidence]:
    # The rows of the files are locked: what is found of them comes before this, or finds the complaint.
    list(Blob.objects.select_for_update().filter(offered_as__draft=draft).order_by("pk").values_list("pk"))
    pieces = list(draft.evidence.offered().select_related("blob"))
    Evidence.objects.filter(pk__in=[piece.pk for piece in pieces]).update(complaint=complaint)
    return pieces


def _with_its_kind(kind: str, shows: Iterable[Shown]) -> dict[str, bool]:
    return {**dict(shows), **BY_ITSELF.get(kind, {})}


def _behind(draft: Draft) -> int:
    """The place behind the last piece."""
    last = draft.evidence.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def require_share(there: EvidenceQuerySet, size: int) -> None:
    """Raises vault.Unacceptable where a file of that size is too much beside what is there."""
    sum_of = there.aggregate(sum=Sum("blob__size"))["sum"] or 0
    if sum_of + size > settings.EVIDENCE_MAX_MIB * vault.MEBIBYTE:
        sentence = _("一件投诉的文件加起来最多{limit}MB，再加这个就超了。录屏只截最要紧的一段再传。")
        raise vault.Unacceptable("too-much", sentence.format(limit=settings.EVIDENCE_MAX_MIB))


def _require_place(draft: Draft) -> None:
    if draft.evidence.offered().count() >= settings.EVIDENCE_MAX_FILES:
        raise vault.Unacceptable("too-many", too_many())


def require_place_beside(complaint: Complaint, speaker: Speaker) -> None:
    if complaint.evidence.offered().filter(offered_by=speaker).count() >= settings.EVIDENCE_MAX_FILES:
        sentence = _("这件投诉里你方已经有{limit}个文件，不能再加了。")
        raise vault.Unacceptable("too-many", sentence.format(limit=settings.EVIDENCE_MAX_FILES))


def too_many() -> str:
    """That no more files are taken, and what to do."""
    return _("最多{limit}个文件。先删掉不太要紧的，再传这个。").format(limit=settings.EVIDENCE_MAX_FILES)
