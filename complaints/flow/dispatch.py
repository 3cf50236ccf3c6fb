"""Ask the parties, and write notices to the outbox in the transaction of what they tell of."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings

from accounts.models import Endpoint, Membership, Organisation
from complaints import jobs, timeline, webhooks
from complaints.deadlines import local_day, serve_by
from complaints.flow import register_matching
from complaints.models import Complaint, Delivery, Event, Party, Respondent

# Which notice of the catalogue (complaints.notice_types) each kind of event rings with. Kinds not listed concern the
# house alone.
NOTICES = {
    "parties-asked": "case.opened",
    "decided": "case.decided",
    "overridden": "case.decision_updated",
    "evidence-added": "case.evidence_added",
    "evidence-checked": "case.evidence_added",  # announced where it is sound only, and was not at once
    "evidence-erased": "case.erased",
    "asked": "case.response_requested",
    "lapsed": "case.response_overdue",
    "contested": "case.contested",
    "contest-closed": "case.contest_closed",
    "extended": "case.extension_granted",
    "extension-refused": "case.extension_refused",
    "identity-unreachable": "case.identity_unreachable",
    "identity-renewed": "case.updated",
    "facts-told": "case.facts_told",
    "performance-shown": "case.performance_shown",
    "records-asked": "case.records_requested",
    "records-lapsed": "case.records_overdue",
    "offer-made": "case.offer_made",
    "offer-refused": "case.offer_refused",
    "offer-countered": "case.offer_countered",
    "offer-lapsed": "case.offer_lapsed",
    "offer-broken": "case.offer_broken",
    "session-set": "case.session_set",
    "session-moved": "case.session_moved",
    "session-cancelled": "case.session_cancelled",
    "session-held": "case.session_held",
    "agreement-made": "case.agreement_made",
    "agreement-confirmed": "case.agreement_confirmed",
    "agreement-declined": "case.agreement_declined",
    "agreement-ended": "case.agreement_ended",
    "party-reminded": "case.response_reminder",
    "thread-opened": "message.invited",
    "thread-closed": "message.closed",
    "message-posted": "message.posted",
    "offer-ended": "case.offer_ended",
    "moved.agree": "case.offer_accepted",
    "group-told": "case.updated",
    # These three are announced only where the party was told that the case goes with others.
    **dict.fromkeys(("group-left", "group-split", "group-ended"), "case.updated"),
    "service-taken-back": "case.updated",
    "silence-recalled": "case.updated",
    "moved.resume": "case.updated",
    "moved.resume-referral": "case.updated",
    "moved.resume-mediation": "case.updated",
    "moved.accept": "case.updated",
    "moved.decline": "case.updated",
    "moved.keep": "case.closed",
    "moved.settle": "case.closed",
    "moved.terminate": "case.closed",
    "moved.withdraw": "case.withdrawn",
    "moved.reopen": "case.reopened",
    "moved.reopen-negotiation": "case.reopened",
    "moved.reopen-referral": "case.reopened",
    "moved.reopen-mediation": "case.reopened",
    "moved.hand-off": "case.escalated",
}

# Notices about an offer concern whoever answers for its party. Of one that also moves the case, the others learn that.
OFFERS = frozenset(kind for kind in NOTICES if kind.startswith("offer-")) | {"performance-shown"}
WITHOUT_OFFER = {"moved.agree": "case.updated"}

# What only the platform can tell, and the law gives it the duty to (Consumer Protection Law Art 44(1)).
IDENTITY_REQUESTS = ("seller_identity_requested", "operator_identity_requested")


def ask_parties(complaint: Complaint, names: Mapping[str, str], *, at: datetime) -> dict[str, bool]:
    """Make the three respondents and ask those we can. Returns the facts that asking makes.

    A platform that is connected (``is_connected``) is asked at once, for itself and to pass on to shop and room; it is
    asked, on the consumer's behalf, who they are. The clocks stand until it was reached (flow.reaching). One that is
    not connected has no channel: telling the parties is an officer's task from the first day.
    """
    platform, reachable = complaint.sandbox, complaint.sandbox_id is not None  # whoever practises is always asked
    if not reachable:
        platform = Organisation.objects.named(names.get(Party.PLATFORM, ""), kind=Organisation.Kind.PLATFORM)
        reachable = platform is not None and is_connected(platform)
    known = {} if complaint.sandbox_id else register_matching.find(names, platform)
    Respondent.objects.bulk_create(
        Respondent(
            complaint=complaint,
            party=party,
            name=names.get(party, ""),
            organisation=platform if party == Party.PLATFORM else None,
            asked_at=at if reachable else None,
            entry_id=known[party].entry_id if party in known else None,
            entry_alias_id=known[party].alias_id if party in known else None,
            entry_by=register_matching.SYSTEM if party in known else "",
        )
        for party in Party
    )
    complaint.platform_name = names.get(Party.PLATFORM, "")
    if not reachable and any(names.get(party) for party in Party):
        complaint.service_due_on = serve_by(local_day(at)).day
    complaint.save(update_fields=["platform_name", "service_due_on"])
    body = {"reached": reachable, "due_on": None}
    event = timeline.record(complaint, "parties-asked", body, actor="system", at=at)
    announce(complaint, event, at=at)
    return dict.fromkeys(IDENTITY_REQUESTS, True) if reachable else {}


def is_connected(organisation: Organisation) -> bool:
    """Whether a business can be told: it showed once that it takes notices, or somebody there answers in the portal.
    That it paused, moved or removed its address since does not unmake it: nobody gets out of being asked that way."""
    if organisation.endpoints.exclude(state=Endpoint.State.UNVERIFIED, verified_at=None).exists():
        return True
    people = organisation.memberships.filter(user__is_active=True)
    return any(Membership.Part.ANSWERING in each.duties for each in people)


def speaker_for(complaint: Complaint, party: Party) -> Organisation | None:
    """Which organisation answers for a party that was asked: its own, or the platform it is passed on by; else None.
    None too for a party that opened an invitation: it speaks for itself, by the entrance."""
    asked = {one.party: one for one in complaint.respondents.select_related("organisation") if one.asked_at}
    if party not in asked:
        return None
    own, platform = asked[party].organisation, asked.get(Party.PLATFORM)
    if own or platform is None or asked[party].is_in_entrance:
        return own
    return platform.organisation


def announce(complaint: Complaint, event: Event, *, to: Party | None = None, at: datetime) -> None:
    """One delivery for each endpoint of each organisation that was asked and that the event concerns, or only of who
    speaks for the party ``to``, if it takes this type; one ring of the doorbell.

    Whether an endpoint is in use is not asked here, for its row is not locked: somebody may be opening it again. What
    waits for one out of use is not claimed; the sweep parks it, its owner finds it in the feed, and reopening sends it.
    One that was never verified, or was taken away, gets none.
    """
    if event.kind not in NOTICES:
        return
    targets = _targets(complaint) if to is None else _targets_for(complaint, to)
    rows = [
        _delivery(complaint, event, kind, respondent, endpoint, at)
        for respondent, endpoint in targets
        if (kind := _notice_for(complaint, event, endpoint.organisation_id))
        and (not endpoint.types or kind in endpoint.types)
    ]
    if rows:
        Delivery.objects.bulk_create(rows)
        jobs.ring("deliver")


def _targets(complaint: Complaint) -> Iterable[tuple[Respondent, Endpoint]]:
    asked = complaint.respondents.filter(organisation__isnull=False, asked_at__isnull=False)
    by_organisation = {respondent.organisation_id: respondent for respondent in asked}
    endpoints = Endpoint.objects.listening().filter(organisation__in=by_organisation)
    return [(by_organisation[endpoint.organisation_id], endpoint) for endpoint in endpoints]


def _targets_for(complaint: Complaint, party: Party) -> Iterable[tuple[Respondent, Endpoint]]:
    respondent = complaint.respondents.get(party=party)
    endpoints = Endpoint.objects.listening().filter(organisation=speaker_for(complaint, party))
    return [(respondent, endpoint) for endpoint in endpoints]


def _notice_for(complaint: Complaint, event: Event, organisation: int) -> str:
    """The type of notice this organisation gets of the event; empty for none."""
    if "offer" not in event.body or _answers_for(complaint, event.body.get("party"), organisation):
        return NOTICES[event.kind]
    return "" if event.kind in OFFERS else WITHOUT_OFFER.get(event.kind, NOTICES[event.kind])


def _answers_for(complaint: Complaint, party: str | None, organisation: int) -> bool:
    """Whether an organisation speaks for a party: as that party, or as the platform that passes notices on to it."""
    speaker = speaker_for(complaint, Party(party)) if party else None
    return speaker is not None and speaker.pk == organisation


def _delivery(
    complaint: Complaint, event: Event, kind: str, respondent: Respondent, endpoint: Endpoint, at: datetime
) -> Delivery:
    data = {
        "case": complaint.reference,
        "case_version": event.sequence,
        "timeline_head": event.digest,
        "respondent": f"org_{endpoint.organisation_id}",
        "party": respondent.party,
        "state": complaint.state,
        "response_due_on": respondent.due_on.isoformat() if respondent.due_on else None,
        "href": f"{settings.SITE_URL}/api/v1/cases/{complaint.reference}",
    }
    if event.kind in {
        "lapsed",
        "asked",
        "party-reminded",
    }:  # about the party concerned, which may be one the receiver passes notices on to
        data |= {"party": event.body.get("party") or event.body["to"], "response_due_on": event.body["due_on"]}
    if event.kind in {"contested", "contest-closed"}:  # which; its rule and both versions are read through the API
        numbers = event.body.get("contests") or [event.body["contest"]]
        data |= {"contests": numbers, "contest_due_on": event.body.get("due_on")}
    if event.kind == "extended":
        data |= {"party": event.body["party"], "response_due_on": event.body["until"]}
    if event.kind in {"extension-refused", "facts-told"}:
        data |= {"party": event.body["party"], "response_due_on": event.body.get("due_on")}
    if event.kind == "identity-unreachable":  # whose, by code; by when another has to be given
        data |= {"party": Party.PLATFORM.value, "identity": event.body["identity"]}
        data |= {"response_due_on": event.body["due_on"]}
    if event.kind in {"records-asked", "records-lapsed"}:  # which request; what it asks for is read through the API
        data |= {"party": Party.PLATFORM.value, "response_due_on": event.body["due_on"]}
        data |= {"record_request": event.body["request"]}
    if event.kind in {"decided", "overridden"}:
        data |= {"decision": event.body["decision"], "decision_digest": event.body["digest"]}
    if event.kind in {"thread-opened", "thread-closed"}:
        data |= {"response_due_on": None}
    if event.kind == "message-posted":  # which one; its words are read through the API
        data |= {"message": event.body["message"], "response_due_on": None}
    if "session" in event.body:  # which one and when; where, and what was said, is read through the API
        data |= {"session": event.body["session"], "response_due_on": None}
        data |= {"starts_at": event.body["starts_at"]} if "starts_at" in event.body else {}
    if "agreement" in event.body and "offer" not in event.body:  # which one; its terms are read through the API
        data |= {"agreement": event.body["agreement"], "party": event.body["party"], "response_due_on": None}
    if event.kind == "moved.terminate":  # on which ground, by its code
        data |= {"ground": event.body.get("ground"), "response_due_on": None}
    if event.kind == "group-told":  # which cases go together is told case by case, by the number they share
        data |= {"group": event.body["group"], "members": event.body["members"], "duty": event.body["duty"]}
    if event.kind == "evidence-erased":  # so that the receiver erases its copies, too
        data |= {"evidence": event.body["evidence"], "basis": event.body["basis"], "response_due_on": None}
    if "offer" in event.body and _answers_for(complaint, event.body.get("party"), endpoint.organisation_id):
        # whose offer it is; that party's answer runs by another clock
        data |= {"offer": event.body["offer"], "party": event.body["party"], "response_due_on": None}
    event_id = f"evt_{complaint.reference}_{event.sequence}"
    return Delivery(
        event=event,
        endpoint=endpoint,
        message_id=webhooks.new_id("msg_", at),
        type=kind,
        body=webhooks.envelope(kind, data, event_id=event_id, at=event.at, is_test=complaint.sandbox_id is not None),
        next_attempt_at=at,
        created_at=at,
    )
