"""What stands in a bundle beside the evidence: index, decision, both chains, anchors with proofs, how to check."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC
from typing import Any

from django.conf import settings
from django.db.models import Max, Min, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from complaints import timeline
from complaints.evidence import bundle, custody, merkle
from complaints.evidence.bundle import Exhibit
from complaints.evidence.chains import FIRST
from complaints.evidence.entitled import RELATED
from complaints.flow.anchoring import files_of, leaf_bytes
from complaints.lifecycle import Role
from complaints.models import Anchor, AnchorLeaf, Blob, Bundle, Complaint, CustodyEntry, Event, Evidence, Party
from complaints.models.evidence import EvidenceQuerySet
from complaints.narrative import fact_statement
from complaints.press import print_pdf
from complaints.rulings import replayable, ruling_on
from routing import Explanation
from routing.engine.canonical import canonical_json

LOCALES = {"zh": "zh-hans", "en": "en"}
# Bodies of events that a party is shown whole; of the others it gets the link of the chain, and nothing of their words.
OPEN_TO_PARTIES = frozenset({"filed", "parties-asked", "evidence-added", "evidence-removed", "evidence-masked"})
ACTS_OPEN_TO_PARTIES = frozenset({"received", "checked", "masked", "removed", "restored", "erased"})  # not who looked


def exhibits_of(complaint: Complaint, asked: Bundle) -> list[Exhibit]:
    """The pieces not taken back, numbered as on every page; letters of authority behind them, not for parties."""
    own = _sides(complaint, asked)
    rows = complaint.evidence.of_dispute()
    found = [(number, item) for number, item in enumerate(_whole(rows), 1) if _exists_for(item, asked, own)]
    if asked.role != Role.RESPONDENT:
        found += enumerate(_whole(complaint.evidence.authority()), 1)
    return [Exhibit(number, item, bundle.entitled(item, own)) for number, item in found]


def _exists_for(item: Evidence, asked: Bundle, own: Collection[str]) -> bool:
    """To a party, what another side sent and nobody found sound yet is not there (EvidenceQuerySet.sound_or_of)."""
    return asked.role != Role.RESPONDENT or item.blob.state == Blob.State.STORED or item.offered_by in own


def _whole(pieces: EvidenceQuerySet) -> EvidenceQuerySet:
    return pieces.select_related("blob").prefetch_related("showings", "assertions", *RELATED)


def _sides(complaint: Complaint, asked: Bundle) -> frozenset[str]:
    """The sides whose pieces the reader gets as they are: officers look at every piece as its owner does."""
    if asked.role == Role.OFFICER:
        return frozenset({Role.CONSUMER.value, *Party.values})
    if asked.role == Role.CONSUMER:
        return frozenset({Role.CONSUMER.value})
    theirs = complaint.respondents.filter(
        Q(pk=asked.respondent_id) if asked.respondent_id else Q(organisation=asked.organisation)
    )
    return frozenset(theirs.values_list("party", flat=True))


def about(complaint: Complaint, asked: Bundle, exhibits: Sequence[Exhibit]) -> dict[str, Any]:
    """The manifest without its list of files: case, ends of the chains, and each piece with its digests."""
    record, worded = complaint.decision, _worded_for(complaint, asked)
    return {
        "case": complaint.reference,
        "site": settings.SITE_URL,
        "for": asked.role,
        "timeline": {"sequence": asked.timeline_until, "head": _head(complaint.events, asked.timeline_until)},
        "custody": {"sequence": asked.custody_until, "head": _head(complaint.custody_entries, asked.custody_until)},
        "decision": {"version": record.number, "digest": record.digest, "rulebook": record.rulebook}
        if record
        else None,
        "evidence": [_told(each, worded) for each in exhibits],
    }


def papers_of(complaint: Complaint, asked: Bundle, exhibits: Sequence[Exhibit]) -> dict[str, bytes]:
    """Everything else by name. Raises press.NotPrinted where the index cannot be set now."""
    papers = {
        "index.pdf": _index(complaint, asked, exhibits),
        "timeline.jsonl": _jsonl(
            event_line(each, asked.role) for each in _upto(complaint.events, asked.timeline_until)
        ),
        "custody.jsonl": _jsonl(
            _entry_line(each, complaint.reference, asked)
            for each in _upto(complaint.custody_entries, asked.custody_until)
        ),
        "README.txt": render_to_string("papers/bundle_readme.txt", {"site": settings.SITE_URL}).encode(),
        "verify.py": bundle.verifier(),
        **_anchors(complaint, asked),
    }
    if complaint.decision and asked.role != Role.RESPONDENT:  # a party reads on its own page what was found about it
        told = replayable(complaint, complaint.decision)
        papers["decision.json"] = json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True).encode()
        papers["decision.txt"] = "\n\n".join(_decision_words(complaint, lang) for lang in ("zh", "en")).encode()
    return papers


def _worded_for(complaint: Complaint, asked: Bundle) -> frozenset[str]:
    """The sides whose names of files and words about them the reader gets: people write names into them, so a party
    gets its own alone, even of an original that was released to it."""
    if asked.role == Role.RESPONDENT:
        return _sides(complaint, asked)
    return frozenset({Role.CONSUMER.value, *Party.values})


def _told(exhibit: Exhibit, worded: Collection[str]) -> dict[str, Any]:
    """A piece for machines. With the salt its reader can tie each line of custody to these bytes."""
    item, blob = exhibit.item, exhibit.item.blob
    return {
        "id": item.pk,
        "number": exhibit.number,
        "kind": item.kind,
        "name": item.name if exhibit.variant == "original" and item.offered_by in worded else "",
        "offered_by": item.offered_by,
        "received_at": item.received_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "media_type": blob.media_type,
        "size": blob.size,
        "sha256": exhibit.digest,
        "sm3": blob.sm3 if exhibit.digest else "",
        "commitment": blob.commitment,
        "state": blob.state,
        "report": blob.report if exhibit.variant == "original" else {},
        "copies": [digest for digest in (blob.preview, blob.thumb) if digest],
        "salt": item.custody_salt if exhibit.variant == "original" else "",
        "variant": exhibit.variant,
        "files": list(exhibit.files),
    }


def event_line(event: Event, role: str) -> dict[str, Any]:
    """An event as a bundle for this role holds it: whole, or only its link in the chain."""
    line = {"sequence": event.sequence, "previous": event.previous, "digest": event.digest}
    # An officer's bundle goes on, to courts and authorities.
    hidden = timeline.UNTOLD | timeline.PERSONAL if role == Role.OFFICER else timeline.OFFICERS_OWN
    if event.kind in hidden or (role == Role.RESPONDENT and event.kind not in OPEN_TO_PARTIES):
        return {**line, "closed": True}
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    return {**line, "kind": event.kind, "body": event.body, "actor": event.actor, "at": at}


def _entry_line(entry: CustodyEntry, reference: str, asked: Bundle) -> dict[str, Any]:
    line = {"sequence": entry.sequence, "previous": entry.previous, "digest": entry.digest}
    is_open = entry.act in ACTS_OPEN_TO_PARTIES or entry.actor == asked.asked_by
    if asked.role == Role.RESPONDENT and not is_open:
        return {**line, "closed": True}
    return {**line, "entry": custody.told(entry, reference)}


def _anchors(complaint: Complaint, asked: Bundle) -> dict[str, bytes]:
    """The first and the latest anchor of each chain, up to where it ends here: since when it is proved, and how far."""
    papers: dict[str, bytes] = {}
    proofs = []
    for leaf in _leaves(complaint, asked):
        anchor = leaf.anchor
        papers |= {f"anchors/{name}": body for name, body in files_of(anchor).items()}
        stamp = getattr(anchor, "stamp", None)
        if stamp and stamp.token:
            papers[f"timestamps/{anchor.number:06d}.tsr"] = bytes(stamp.token)
        proofs.append(_proof(anchor, leaf))
    return {**papers, "anchors/proofs.json": canonical_json(proofs)}


def _leaves(complaint: Complaint, asked: Bundle) -> list[AnchorLeaf]:
    ends = {AnchorLeaf.Chain.TIMELINE: asked.timeline_until, AnchorLeaf.Chain.CUSTODY: asked.custody_until}
    mine = AnchorLeaf.objects.filter(complaint=complaint)
    wanted: set[int] = set()
    for chain, until in ends.items():
        span = mine.filter(chain=chain, sequence__lte=until).aggregate(first=Min("sequence"), last=Max("sequence"))
        rows = mine.filter(chain=chain, sequence__in=[each for each in span.values() if each is not None])
        wanted |= set(rows.values_list("pk", flat=True))
    found = mine.filter(pk__in=wanted).select_related("anchor__stamp", "complaint")
    return list(found.order_by("anchor__number", "position"))


def _proof(anchor: Anchor, leaf: AnchorLeaf) -> dict[str, Any]:
    hashes = [merkle.leaf(leaf_bytes(each)) for each in anchor.leaves.select_related("complaint").order_by("position")]
    return {
        "anchor": f"anchors/{anchor.number:06d}.json",
        "index": leaf.position,
        "leaf": json.loads(leaf_bytes(leaf)),
        "path": [step.hex() for step in merkle.path(hashes, leaf.position)],
    }


def _index(complaint: Complaint, asked: Bundle, exhibits: Sequence[Exhibit]) -> bytes:
    """Who reads papers works in Chinese."""
    record = complaint.decision if asked.role != Role.RESPONDENT else None
    worded = _worded_for(complaint, asked)
    with translation.override(LOCALES["zh"]):
        rows = [
            {
                "number": each.number,
                "kind": each.item.get_kind_display(),
                "is_authority": each.item.kind == Evidence.Kind.AUTHORITY,
                "caption": each.item.caption if each.copies and each.item.offered_by in worded else "",
                "shows": [fact_statement(fact, value) for fact, value in each.item.shown],
                "offered_by": each.item.offered_by,
                "received": f"{timezone.localtime(each.item.received_at):%Y-%m-%d %H:%M:%S}",
                "files": list(each.files),
                "sha256": each.digest,
                "sm3": each.item.blob.sm3 if each.digest else "",
            }
            for each in exhibits
        ]
        told = ruling_on(record).told("zh") if record else None
        page = {"complaint": complaint, "rows": rows, "told": told, "record": record}
        return print_pdf(render_to_string("papers/bundle.html", page))


def _decision_words(complaint: Complaint, lang: Any) -> str:
    record = complaint.decision
    if record is None:
        return ""
    with translation.override(LOCALES[lang]):
        told: Explanation = ruling_on(record).told(lang)
        return render_to_string("papers/bundle_decision.txt", {"told": told, "record": record, "case": complaint})


def _head(rows: Any, until: int) -> str:
    found = rows.filter(sequence=until).values_list("digest", flat=True).first() if until else None
    return found or FIRST


def _upto(rows: Any, until: int) -> Iterable[Any]:
    found: Iterable[Any] = rows.filter(sequence__lte=until).order_by("sequence").iterator(1000)
    return found


def _jsonl(lines: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(canonical_json(line) + b"\n" for line in lines)
