"""Recipes for what parties say beyond an answer: passing it on, more time, facts, identities, proof of a payment."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints.flow import (
    contest_closing,
    contesting,
    extending,
    identities,
    intake,
    responses,
    showing_performance,
    telling_facts,
)
from complaints.flow.sandbox_scene import Scene
from complaints.models import Evidence, Extension, Party, RecordAnswer, RecordItem, Speaker, Unreachable

WORDS = "【练习】"


def contest(scene: Scene) -> None:
    """The platform says: not ours, theirs."""
    rule = next(iter(contesting.rules_open(scene.complaint, Party.PLATFORM)))
    responses.receive_response(
        scene.complaint,
        party=Party.PLATFORM,
        position=responses.Position.NOT_OURS,
        words=WORDS,
        claims={},
        points_to=Party.MERCHANT,
        rule=rule,
        actor=scene.platform,
        at=scene.at,
    )


def close_contest(scene: Scene) -> None:
    """Passed to and fro until an officer has to say."""
    for party, other in ((Party.PLATFORM, Party.MERCHANT), (Party.MERCHANT, Party.PLATFORM)):
        if scene.complaint.contests.waiting().exists():
            break
        rule = next(iter(contesting.rules_open(scene.complaint, party)))
        responses.receive_response(
            scene.complaint,
            party=party,
            position=responses.Position.NOT_OURS,
            words=WORDS,
            claims={},
            points_to=other,
            rule=rule,
            actor=scene.platform,
            at=scene.at,
        )
        scene.refresh()
    contest_closing.close_contest(scene.complaint, words=WORDS, actor=scene.officer, at=scene.at)


def grant_time(scene: Scene) -> None:
    """For a reason of the site's list: at once."""
    _ask_for_time(scene, Extension.Reason.REPLAY, 2)


def refuse_time(scene: Scene) -> None:
    asked = _ask_for_time(scene, Extension.Reason.OTHER, 5)
    scene.refresh()
    extending.refuse_time(asked, words=WORDS, actor=scene.officer, at=scene.at)


def tell_facts(scene: Scene) -> None:
    """One fact, said the other way each time."""
    said = scene.complaint.assertions.filter(speaker=Speaker.PLATFORM, fact="platform_acted").order_by("-pk").first()
    claims = {"platform_acted": not (said and said.value)}
    telling_facts.tell_facts(scene.complaint, party=Party.PLATFORM, claims=claims, actor=scene.platform, at=scene.at)


def report_unreachable(scene: Scene) -> None:
    """The platform gives the seller's identity, and nobody is there."""
    scene.reached()
    kind = RecordItem.Kind.SELLER
    if not identities.was_given(scene.complaint, kind):
        parts = {"name": "练习公司", "address": "练习路1号", "contact": "000-00000000"}
        says = RecordAnswer.Says.YES
        identities.give_identity(scene.complaint, kind, says=says, parts=parts, actor=scene.platform, at=scene.at)
        scene.refresh()
    why = Unreachable.Why.PHONE
    identities.report_unreachable(scene.complaint, kind, why=why, words=WORDS, actor=scene.consumer, at=scene.at)


def show_performance(scene: Scene) -> None:
    """The platform shows that it has paid what was promised."""
    offer = scene.promised()
    out = io.BytesIO()
    Image.new("RGB", (70, 50), (90, scene.complaint.version % 256, 40)).save(out, format="PNG")
    upload = SimpleUploadedFile(f"{WORDS}.png", out.getvalue(), "image/png")
    who, at = scene.platform, scene.at
    speaker, kind = Speaker.PLATFORM, Evidence.Kind.PLATFORM
    piece = intake.add_evidence(scene.complaint, upload, kind=kind, speaker=speaker, actor=who, at=at)
    scene.refresh()
    showing_performance.show_performance(
        offer, on=scene.today, words=WORDS, evidence=[piece], actor=scene.platform, at=scene.at
    )


def _ask_for_time(scene: Scene, reason: Extension.Reason, days: int) -> Extension:
    scene.reached()
    return extending.ask_for_time(
        scene.complaint,
        party=Party.PLATFORM,
        reason=reason,
        days=days,
        words=WORDS,
        actor=scene.platform,
        at=scene.at,
    )


RECIPES = {
    "case.contested": contest,
    "case.contest_closed": close_contest,
    "case.extension_granted": grant_time,
    "case.extension_refused": refuse_time,
    "case.facts_told": tell_facts,
    "case.identity_unreachable": report_unreachable,
    "case.performance_shown": show_performance,
}
