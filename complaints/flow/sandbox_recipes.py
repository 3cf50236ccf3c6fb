"""For each notice of the catalogue, what has to happen in an invented case for it to be rung: the real verbs."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from complaints.flow import (
    aftermath,
    agreements,
    clock,
    consumer,
    erasure,
    intake,
    messages,
    offers,
    overrides,
    promises,
    record_requests,
    reminding,
    sessions,
    terminating,
    triage,
)
from complaints.flow.sandbox_cases import invent
from complaints.flow.sandbox_recipes_parties import RECIPES as PARTIES
from complaints.flow.sandbox_scene import Scene
from complaints.models import Evidence, Override, Party, RecordItem, Session, Side, Speaker, Thread
from complaints.rulings import ruling_on
from routing import rulebook

WORDS = "【练习】"
MOVING_FACT = "claim_mattered"

Recipe = Callable[[Scene], None]


def _open_another(scene: Scene) -> None:
    """A case opens once: another of its kind does."""
    ahead = scene.invention.ahead
    made = invent(scene.house, scene.invention.kind, at=scene.at - ahead)
    scene.complaint = made


def _decide(scene: Scene) -> None:
    """An officer finds a fact, and takes it back the next time: each time the law is read again."""
    last = scene.complaint.assertions.filter(fact=MOVING_FACT, speaker=Speaker.OFFICER).order_by("-pk").first()
    value = not last.value if last and last.value is not None else False
    who, at = scene.officer, scene.at
    triage.make_finding(scene.complaint, fact=MOVING_FACT, value=value, reason=WORDS, actor=who, at=at)


def _override(scene: Scene) -> None:
    """An officer decides otherwise about the platform; where that takes two, the second agrees."""
    assert scene.complaint.decision is not None
    ruling = ruling_on(scene.complaint.decision)
    party = overrides.parties_open(ruling)[-1]
    verdict, _form = ruling.standing(party)
    outcome = Override.Outcome.NOT_RESPONSIBLE if verdict == "responsible" else Override.Outcome.SOLE
    made = overrides.override(
        scene.complaint,
        party=Party(party),
        outcome=outcome,
        reason=Override.Reason.NEW_FACT,
        words=f"{WORDS}练习用的改判，没有别的意思。" * 2,
        citation=next(iter(overrides.citations_open(rulebook()))),
        actor=scene.officer,
        at=scene.at,
    )
    if made.needs_second:
        scene.refresh()
        overrides.confirm(made, actor=scene.second, at=scene.at)


def _add_evidence(scene: Scene) -> None:
    """The consumer adds a picture that is unlike every other."""
    shade = scene.complaint.evidence.count() * 7 % 256
    out = io.BytesIO()
    Image.new("RGB", (80, 60), (shade, scene.complaint.pk % 256, 120)).save(out, format="PNG")
    upload = SimpleUploadedFile(f"{WORDS}.png", out.getvalue(), "image/png")
    kind, who = Evidence.Kind.GOODS, scene.consumer
    intake.add_evidence(scene.complaint, upload, kind=kind, speaker=Speaker.CONSUMER, actor=who, at=scene.at)


def _erase(scene: Scene) -> None:
    """The case ends, the consumer asks for it, the association erases."""
    if not scene.complaint.evidence.filter(blob__erased_at=None).exists():
        _add_evidence(scene)
        scene.refresh()
    if scene.complaint.is_open:
        consumer.withdraw(scene.complaint, actor=scene.consumer, at=scene.at)
        scene.refresh()
    erasure.ask(scene.complaint, actor=scene.consumer, at=scene.at)
    scene.refresh()
    erasure.grant(scene.complaint, actor=scene.officer, at=scene.at)


def _ask(scene: Scene) -> None:
    due = scene.today + timedelta(days=10)
    who, at = scene.officer, scene.at
    triage.ask(scene.complaint, to=Party.PLATFORM, facts=[], words=WORDS, due_on=due, actor=who, at=at)


def _wait_past_answer(scene: Scene) -> None:
    scene.reached()
    due = scene.complaint.respondents.unheard().order_by("due_on").values_list("due_on", flat=True).last()
    if due:
        scene.wait_until(due + timedelta(days=1))
    clock.lapse(scene.complaint.pk, at=scene.at)


def _remind(scene: Scene) -> None:
    """Its clock moves to the day before the last one."""
    scene.reached()
    waiting = scene.complaint.respondents.unheard().filter(party=Party.PLATFORM, due_on__isnull=False).first()
    if waiting and waiting.due_on:
        scene.wait_until(waiting.due_on - timedelta(days=1))
        reminding.remind_party(waiting.pk, at=scene.at)


def _ask_records(scene: Scene) -> None:
    asked = set(scene.complaint.record_items.values_list("kind", flat=True))
    kinds = [kind for kind in RecordItem.Kind.values if kind not in asked][:2]
    if kinds:
        record_requests.ask_for_records(scene.complaint, kinds, actor=scene.consumer, at=scene.at)


def _wait_past_records(scene: Scene) -> None:
    scene.reached()
    running = scene.complaint.record_items.running()
    if not running.exists():
        _ask_records(scene)
        scene.refresh()
    due = scene.complaint.record_requests.order_by("due_on").values_list("due_on", flat=True).last()
    if due:
        scene.wait_until(due + timedelta(days=1))
    record_requests.lapse_records_of(scene.complaint.pk, at=scene.at)


def _refuse_offer(scene: Scene) -> None:
    offers.refuse_offer(scene.offered(), reason=WORDS, actor=scene.consumer, at=scene.at)


def _counter_offer(scene: Scene) -> None:
    offers.counter_offer(scene.offered(), amount=Decimal("400.00"), words=WORDS, actor=scene.consumer, at=scene.at)


def _lapse_offer(scene: Scene) -> None:
    scene.wait_until(scene.offered().until + timedelta(days=1))
    promises.run_offers_of(scene.complaint.pk, at=scene.at)


def _end_offer(scene: Scene) -> None:
    scene.offered()
    consumer.withdraw(scene.complaint, actor=scene.consumer, at=scene.at)


def _promise(scene: Scene) -> None:
    scene.promised()


def _plan(scene: Scene) -> None:
    scene.planned()


def _draw_up(scene: Scene) -> None:
    scene.drawn_up()


def _break_promise(scene: Scene) -> None:
    offer = scene.promised()
    if offer.pay_by:
        scene.wait_until(offer.pay_by + timedelta(days=1))
    promises.report_broken(offer, actor=scene.consumer, at=scene.at)


def _offer(scene: Scene) -> None:
    """In the place of one that waits."""
    scene.offer()


def _move_session(scene: Scene) -> None:
    planned = scene.planned()
    later = planned.starts_at + timedelta(days=1)
    sessions.move_session(planned, starts_at=later, where="", reason=WORDS, actor=scene.officer, at=scene.at)


def _cancel_session(scene: Scene) -> None:
    sessions.cancel_session(scene.planned(), reason=WORDS, actor=scene.officer, at=scene.at)


def _hold_session(scene: Scene) -> None:
    planned = scene.planned()
    scene.at = max(scene.at, planned.starts_at + timedelta(hours=2))
    came, result = [sessions.CONSUMER, *planned.parties], Session.Result.GO_ON
    sessions.record_session(planned, came=came, words=WORDS, result=result, actor=scene.officer, at=scene.at)


def _confirm_agreement(scene: Scene) -> None:
    """The consumer agrees; the other yes is the engineer's."""
    agreements.confirm_agreement(scene.drawn_up(), side="consumer", actor=scene.consumer, at=scene.at)


def _decline_agreement(scene: Scene) -> None:
    agreements.decline_agreement(scene.drawn_up(), side="consumer", reason=WORDS, actor=scene.consumer, at=scene.at)


def _end_agreement(scene: Scene) -> None:
    scene.drawn_up()
    terminating.terminate(
        scene.complaint, ground=terminating.Ground.IMPASSE, words=WORDS, actor=scene.officer, at=scene.at
    )


def _invite(scene: Scene) -> None:
    thread = Thread.objects.filter(complaint=scene.complaint, other=Side.PLATFORM).first()
    if thread and thread.opened_at and not thread.closed_at:
        messages.close_thread(scene.complaint, party=Party.PLATFORM, actor=scene.consumer, at=scene.at)
        scene.refresh()
    messages.open_thread(scene.complaint, party=Party.PLATFORM, actor=scene.consumer, at=scene.at)


def _open_thread(scene: Scene) -> None:
    messages.open_thread(scene.complaint, party=Party.PLATFORM, actor=scene.consumer, at=scene.at)
    scene.refresh()


def _write(scene: Scene) -> None:
    _open_thread(scene)
    at = scene.at
    words = f"{WORDS}{at:%H:%M:%S}"
    messages.write(scene.complaint, other=Side.PLATFORM, words=words, press=str(at), actor=scene.consumer, at=at)


def _close_thread(scene: Scene) -> None:
    _open_thread(scene)
    messages.close_thread(scene.complaint, party=Party.PLATFORM, actor=scene.consumer, at=scene.at)


def _settle(scene: Scene) -> None:
    triage.settle(scene.complaint, actor=scene.consumer, at=scene.at)


def _withdraw(scene: Scene) -> None:
    consumer.withdraw(scene.complaint, actor=scene.consumer, at=scene.at)


def _reopen(scene: Scene) -> None:
    if scene.complaint.is_open:
        _withdraw(scene)
        scene.refresh()
    aftermath.reopen(scene.complaint, reason=aftermath.ReopenReason.MISTAKE, actor=scene.consumer, at=scene.at)


def _hand_off(scene: Scene) -> None:
    shut = triage.barred_routes(scene.complaint, on=scene.today)
    route = next(iter(sorted(set(triage.HAND_OFF_ROUTES) - set(shut))), "")
    triage.hand_off(scene.complaint, route=route, actor=scene.consumer, at=scene.at)


RECIPES: dict[str, Recipe] = {
    "case.opened": _open_another,
    "case.decided": _decide,
    "case.decision_updated": _override,
    "case.evidence_added": _add_evidence,
    "case.erased": _erase,
    "case.response_requested": _ask,
    "case.response_reminder": _remind,
    "case.response_overdue": _wait_past_answer,
    "case.records_requested": _ask_records,
    "case.records_overdue": _wait_past_records,
    "case.offer_made": _offer,
    "case.offer_accepted": _promise,
    "case.offer_refused": _refuse_offer,
    "case.offer_countered": _counter_offer,
    "case.offer_lapsed": _lapse_offer,
    "case.offer_ended": _end_offer,
    "case.offer_broken": _break_promise,
    "case.session_set": _plan,
    "case.session_moved": _move_session,
    "case.session_cancelled": _cancel_session,
    "case.session_held": _hold_session,
    "case.agreement_made": _draw_up,
    "case.agreement_confirmed": _confirm_agreement,
    "case.agreement_declined": _decline_agreement,
    "case.agreement_ended": _end_agreement,
    "message.invited": _invite,
    "message.posted": _write,
    "message.closed": _close_thread,
    "case.updated": Scene.mediated,
    "case.closed": _settle,
    "case.withdrawn": _withdraw,
    "case.reopened": _reopen,
    "case.escalated": _hand_off,
    **PARTIES,
}
