"""What the platform is asked to produce of its own records, as it reads it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from complaints.api.representations.wire import day, moment, until
from complaints.lifecycle import Role
from complaints.models import Complaint
from complaints.models.record_request import OF_A_LIVESTREAM
from complaints.record_words import ItemLine, requests_told


def record_requests(complaint: Complaint, *, on: date) -> list[dict[str, Any]]:
    """What was asked of the platform, newest first, as it reads it: what people wrote themselves is masked."""
    return [
        {
            "number": line.request.number,
            "asked_by": "association" if line.request.by == Role.OFFICER else "consumer",
            "asked_at": moment(line.request.asked_at),
            "served_at": moment(line.request.served_at),
            **until(line.request.due_on),
            "items": [_record_item(complaint, each) for each in line.items],
        }
        for line in requests_told(complaint, on=on, for_others=True)
    ]


def _record_item(complaint: Complaint, line: ItemLine) -> dict[str, Any]:
    item = line.item
    return {
        "id": item.pk,
        "kind": item.kind,
        "title": line.title,
        "room": complaint.room if item.kind in OF_A_LIVESTREAM else None,
        "live_on": day(item.live_on),
        "moments": [
            {
                "code": each.code or None,
                "clock": each.clock or None,
                "by": each.moment.by,
                "sentence": each.sentence,
                "goods": each.goods,
            }
            for each in line.moments
        ],
        "kept_until": day(item.kept_until),
        "basis": [asdict(one) for one in line.basis],
        "state": line.code,
        "lapsed_at": moment(item.lapsed_at),
        "answered_at": moment(item.answered_at),
        "answers": [
            {
                "answer": each.answer.says,
                "why": each.answer.why or None,
                "words": each.words,
                "link": each.link,
                "evidence": sorted(piece.pk for piece in each.answer.evidence.all()),
                "late": each.answer.is_late,
                "at": moment(each.answer.at),
            }
            for each in line.answers
        ],
    }
