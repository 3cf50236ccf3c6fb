"""From what is said to what is so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from complaints.models import Assertion, Blob, Complaint, Evidence, Showing, Speaker
from routing import leaning, rulebook

RESPONDENTS = (Speaker.MERCHANT, Speaker.ANCHOR, Speaker.PLATFORM)


@dataclass(frozen=True, slots=True)
class Said:
    """The last word of one speaker about one fact, and the evidence that stands behind it."""

    speaker: str
    value: bool | None
    evidence: tuple[int, ...] = ()


@dataclass(slots=True)
class Gathered:
    """The facts as settled, each with its source; and those on which accounts differ."""

    facts: dict[str, bool] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    disputed: list[str] = field(default_factory=list)


def assert_facts(
    complaint: Complaint,
    *,
    speaker: Speaker,
    facts: Mapping[str, bool | None],
    at: datetime,
    evidence: Sequence[Evidence] = (),
) -> list[Assertion]:
    """Write down what somebody says. Append-only; repeating oneself adds nothing to the file."""
    last = {said.fact: said.value for said in complaint.assertions.filter(speaker=speaker).order_by("pk")}
    rows = [
        Assertion(complaint=complaint, fact=fact, value=value, speaker=speaker, at=at)
        for fact, value in facts.items()
        if evidence or fact not in last or last[fact] != value
    ]
    made = Assertion.objects.bulk_create(rows)
    if evidence:
        link = Assertion.evidence.through
        link.objects.bulk_create([link(assertion_id=row.pk, evidence_id=item.pk) for row in made for item in evidence])
    return made


def gather(complaint: Complaint) -> Gathered:
    """Settle every fact anybody spoke about."""
    return weigh_words(_last_words(complaint))


def weigh_words(spoken: Mapping[str, Sequence[Said]]) -> Gathered:
    """Settle every fact by what stands about it: fact → the last word of each who spoke, in the order they began to."""
    gathered = Gathered()
    for fact, words in spoken.items():
        value, how, by = settle(fact, words)
        if how == "disputed":
            gathered.disputed.append(fact)
        gathered.sources[fact] = {
            "how": how,
            "by": by,
            "said": {said.speaker: said.value for said in words},
            "evidence": sorted({item for said in words if said.speaker in by for item in said.evidence}),
        }
        if value is not None:
            gathered.facts[fact] = value
    gathered.disputed.sort()
    return gathered


def settle(fact: str, words: Iterable[Said]) -> tuple[bool | None, str, list[str]]:
    """What is so, how that was found, and by whose word. Four precedences:

    1. ``finding``: an officer's finding decides.
    2. ``admission``: a statement against one's own interest binds its maker (自认; civil evidence rules, Art 3).
       Which way a fact leans for a party is read from the conditions of the rules themselves.
    3. ``agreed``: otherwise all who spoke must agree. A party's word in its own favour needs evidence beside it.
    4. ``disputed`` (accounts differ) or ``unproven`` (only a bare word in one's own favour): the fact stays unknown.
    """
    spoken = [said for said in words if said.value is not None]
    finding = next((said for said in spoken if said.speaker == Speaker.OFFICER), None)
    if finding:
        return finding.value, "finding", [Speaker.OFFICER.value]

    admitted = {said.value for said in spoken if _is_admission(fact, said)}
    if len(admitted) == 1:
        return admitted.pop(), "admission", [said.speaker for said in spoken if _is_admission(fact, said)]

    weighty = [said for said in spoken if said.evidence or not _serves_itself(fact, said)]
    values = {said.value for said in spoken}
    if len(values) > 1:
        return None, "disputed", [said.speaker for said in spoken]
    if not weighty:
        return None, "unproven", [said.speaker for said in spoken]
    return weighty[0].value, "agreed", [said.speaker for said in spoken]


def _is_admission(fact: str, said: Said) -> bool:
    if said.speaker not in RESPONDENTS:
        return False
    lean = leaning(rulebook(), fact, said.speaker)
    if any(leaning(rulebook(), fact, other) == -lean for other in RESPONDENTS if other != said.speaker):
        return False  # it would free another party: nobody admits that for somebody else
    return (lean > 0 and said.value is True) or (lean < 0 and said.value is False)


def _serves_itself(fact: str, said: Said) -> bool:
    if said.speaker not in RESPONDENTS:
        return False  # the consumer's own account stands as told, until another stands against it
    lean = leaning(rulebook(), fact, said.speaker)
    return (lean > 0 and said.value is False) or (lean < 0 and said.value is True)


def _last_words(complaint: Complaint) -> dict[str, list[Said]]:
    """Who says so twice, with other evidence, stands on both: a word stands until its speaker says otherwise."""
    rows = complaint.assertions.order_by("pk").values_list("pk", "fact", "speaker", "value")
    standing: dict[tuple[str, str], tuple[bool | None, list[int]]] = {}
    for pk, fact, speaker, value in rows:
        said_before = standing.get((fact, speaker))
        if said_before and said_before[0] == value:
            said_before[1].append(pk)
        else:
            standing[fact, speaker] = (value, [pk])
    links: dict[int, list[int]] = {}
    through = Assertion.evidence.through
    # Not what is being checked, is held, or was not taken: it proves nothing for anybody.
    sound = Q(evidence__removed_at=None, evidence__blob__state=Blob.State.STORED)
    kept = through.objects.filter(sound, assertion__complaint=complaint)
    over = _no_longer_shown(complaint)
    for assertion, evidence, fact in kept.values_list("assertion_id", "evidence_id", "assertion__fact"):
        if (evidence, fact) not in over:
            links.setdefault(assertion, []).append(evidence)
    words: dict[str, list[Said]] = {}
    for (fact, speaker), (value, said) in standing.items():
        proof = sorted({item for pk in said for item in links.get(pk, ())})
        words.setdefault(fact, []).append(Said(speaker, value, tuple(proof)))
    return words


def _no_longer_shown(complaint: Complaint) -> set[tuple[int, str]]:
    """Pieces, each with a fact, that their owner said to show it and says so no more."""
    rows = Showing.objects.filter(evidence__complaint=complaint).values_list("evidence_id", "fact", "ended_at")
    standing = {(evidence, fact) for evidence, fact, ended in rows if ended is None}
    return {(evidence, fact) for evidence, fact, ended in rows if ended is not None} - standing
