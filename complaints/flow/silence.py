"""Who let its time run out: the one input of a decision that nobody said. Silence asserts nothing (law.md 4.3)."""

from __future__ import annotations

from collections.abc import Mapping

from complaints.models import Complaint, Party, RecordItem

# Who asks for an identity, and which fact says whether it was given (routing/law/burdens.toml, B2).
IDENTITY_FACTS = {
    "seller_identity": ("seller_identity_requested", "seller_identity_given"),
    "operator_identity": ("operator_identity_requested", "operator_identity_given"),
}
OTHER_IDENTITY = ("advertiser_identity_requested", "advertiser_identity_given")


def silent_in(complaint: Complaint, facts: Mapping[str, bool]) -> set[str]:
    """The parties whose time ran out: those that did not answer, and the platform where it kept silent about records
    it owes."""
    parties = set(complaint.respondents.silent().values_list("party", flat=True))
    if Party.PLATFORM not in parties:
        lapsed, owed = _silent_about(complaint)
        if owed and not uncovered(lapsed, facts):
            parties.add(Party.PLATFORM)
    return parties


def needs_officer(complaint: Complaint, facts: Mapping[str, bool]) -> bool:
    """Whether silence about records is on file that the law was not given to read."""
    lapsed, owed = _silent_about(complaint)
    return bool(lapsed) and (not owed or bool(uncovered(lapsed, facts)))


def flag_unread(complaint: Complaint, facts: Mapping[str, bool]) -> None:
    """Put before the officers what the law was not given to read. The caller holds the case."""
    if not complaint.has_records and needs_officer(complaint, facts):
        complaint.has_records = True
        complaint.save(update_fields=["has_records"])


def _silent_about(complaint: Complaint) -> tuple[set[str], bool]:
    """The kinds of records that ran out, and whether the platform owed one of them."""
    rows = RecordItem.objects.filter(complaint=complaint).silent().values_list("kind", "is_owed")
    return {kind for kind, _owed in rows}, any(owed for _kind, owed in rows)


def uncovered(lapsed: set[str], facts: Mapping[str, bool]) -> list[str]:
    """The identities that were asked for, are still unknown, and about which no request ran out.

    A party that is silent carries the burden of every fact that is its own (B2). Silence about a film of the livestream
    must not pass for silence about who the seller is: where one of these is left, an officer looks first.
    """
    waiting = [(kind, *pair) for kind, pair in IDENTITY_FACTS.items()]
    return [
        given
        for kind, asked, given in (*waiting, ("", *OTHER_IDENTITY))
        if facts.get(asked) is True and given not in facts and kind not in lapsed
    ]
