"""The forms of an override: what it is to be, the second person's word, and the answer to a review."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin.forms import TOO_LONG, ActForm, choose, text_box
from complaints.admin.panels import speaker_label
from complaints.flow.overrides import LONGEST, SHORTEST, citations_open, parties_open, standing_after, supposed
from complaints.flow.reviews import is_redecided, open_review
from complaints.models import Complaint, Override, Review
from complaints.models.complaint import Party
from complaints.narrative import language
from complaints.ruling_words import ByPerson, Sentences, by_person
from complaints.rulings import Ruling, lowers, ruling_on
from routing import rulebook
from routing.engine.wording import Wording

ANSWER_LENGTH = 1000
TOO_SHORT = gettext_lazy("理由太短。写清依据了哪个事实、哪一条。")
VALUED = ("party", "outcome", "reason", "citation", "words")


@dataclass(frozen=True, slots=True)
class Preview:
    """What the consumer would read, and whether a second person has to confirm it."""

    sentences: Sentences
    change: ByPerson | None
    others: list[str]  # parties whose word moves along with it
    needs_second: bool


class OverrideForm(ActForm):
    """Filled in, seen as the consumer will read it, and only then confirmed; ``seen`` is the digest of what was."""

    party = forms.ChoiceField(
        label=gettext_lazy("改哪一方"),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下改哪一方的判定。")),
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("改成什么"),
        choices=Override.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下改成什么。")),
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("为什么改"),
        choices=Override.Reason.choices,
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一个改判的原因。")),
    )
    citation = forms.ChoiceField(
        label=gettext_lazy("依据哪一条"),
        error_messages=choose(gettext_lazy("从规则里选一条依据。")),
    )
    words = text_box(
        gettext_lazy("理由（至少20字，消费者和三方都会看到）"),
        gettext_lazy("写清依据了哪个事实、哪一条。别写姓名、电话和住址。"),
        limit=LONGEST,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ruling = _ruling(self.complaint)
        self.offer("party", [(party, _as_it_stands(ruling, party)) for party in parties_open(ruling)])
        self.offer("citation", [("", _("选一条")), *_citations(ruling)])
        if not ruling.overrides and not ruling.suspended:
            kept = [each for each in Override.Outcome.choices if each[0] != Override.Outcome.MACHINE]
            self.offer("outcome", kept)
        self.fields["words"].error_messages["required"] = TOO_SHORT

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"].strip()
        if len(words) < SHORTEST:
            raise forms.ValidationError(TOO_SHORT, code="short")
        return words

    def preview(self) -> Preview | None:
        """What is still to be looked at before it is done; None once exactly this was seen."""
        if self.cleaned_data["seen"] == self._digest():
            return None
        given, ruling = self.cleaned_data, _ruling(self.complaint)
        party, outcome = Party(given["party"]), Override.Outcome(given["outcome"])
        then = supposed(ruling, party, outcome, words=given["words"], citation=given["citation"], at=timezone.now())
        told, before = then.told(language()), ruling.told(language())
        words = {card.party: card.word for card in before.parties}
        return Preview(
            sentences=Sentences(told.verdict, before.verdict),
            change=next((each for each in by_person(then, told) if each.party == party), None),
            others=[
                f"{speaker_label(card.party)} {words[card.party]} → {card.word}"
                for card in told.parties
                if card.party != party and words[card.party] != card.word
            ],
            needs_second=lowers(ruling.standing(party), standing_after(ruling, party, outcome)),
        )

    def now_seen(self) -> None:
        """Keep what was typed, and that it has been shown as it will be read."""
        typed = self.data.copy()  # type: ignore[attr-defined]  # a bound form's data is a QueryDict
        typed[self.add_prefix("seen")] = self._digest()
        self.data = typed

    def _digest(self) -> str:
        values = [str(self.cleaned_data[name]) for name in VALUED]
        return hashlib.sha256("\0".join([*values, str(self.complaint.decision_id)]).encode()).hexdigest()


class SecondForm(ActForm):
    """The second person's word on the proposal that waits; one of them at a time is on the page."""

    proposal = forms.ChoiceField(
        label=gettext_lazy("哪一项改判"),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一项在等确认的改判。")),
    )
    agrees = forms.ChoiceField(
        label=gettext_lazy("你的意见"),
        choices=(("yes", gettext_lazy("同意，现在就改")), ("no", gettext_lazy("不同意，判定不变"))),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选同意还是不同意。")),
    )
    words = forms.CharField(
        label=gettext_lazy("不同意的理由"),
        help_text=gettext_lazy("只有同事看得到；同意就不用写。"),
        required=False,
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"max_length": TOO_LONG},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = {str(each.pk): each for each in proposals_of(self.complaint)}
        self.offer("proposal", [(key, _proposed(each)) for key, each in self.proposals.items()])
        self.initial.setdefault("proposal", next(iter(self.proposals), ""))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("agrees") == "no" and not given.get("words", "").strip():
            self.add_error("words", _("写一句为什么不同意。"))
        return given

    @property
    def sentences(self) -> list[Sentences]:
        """What consumers will read if each proposal is confirmed."""
        ruling = _ruling(self.complaint)
        before = ruling.told(language()).verdict
        found = []
        for each in self.proposals.values():
            party, outcome = Party(each.party), Override.Outcome(each.outcome)
            then = supposed(ruling, party, outcome, words=each.words, citation=each.citation, at=each.at)
            found.append(Sentences(then.told(language()).verdict, before))
        return found


class ReviewAnswerForm(ActForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("复核的结果"),
        widget=forms.RadioSelect,
        error_messages=choose(gettext_lazy("选一下复核的结果。")),
    )
    words = text_box(
        gettext_lazy("理由"),
        gettext_lazy("写给消费者：你看了什么、为什么这样判。要改判就先回去用“改判”，复核会随它答复。"),
        limit=ANSWER_LENGTH,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept, redecided = Review.Outcome.KEPT, Review.Outcome.REDECIDED
        review = open_review(self.complaint)
        changed = review is not None and is_redecided(self.complaint, review)
        self.offer("outcome", [(each.value, each.label) for each in ((kept, redecided) if changed else (kept,))])


def proposals_of(complaint: Complaint) -> list[Override]:
    """What waits for a second person."""
    rows = Override.objects.filter(complaint=complaint).proposed()
    return list(rows.select_related("by", "decision").order_by("number"))


def _ruling(complaint: Complaint) -> Ruling:
    assert complaint.decision is not None  # a complaint is decided as it is filed
    return ruling_on(complaint.decision)


def _as_it_stands(ruling: Ruling, party: str) -> str:
    """The party with the word it has now, and the machine's where a person set it."""
    now = {card.party: card.word for card in ruling.told(language()).parties}
    told = speaker_label(party) + "\n" + _("现在是“{word}”").format(word=now[party])
    if party in ruling.overrides:
        machine = {card.party: card.word for card in ruling.told_by_machine(language()).parties}
        told += " · " + _("照规则算是“{word}”").format(word=machine[party])
    return told


def _proposed(each: Override) -> str:
    to, why = Override.Outcome(each.outcome).label, Override.Reason(each.reason).label
    return f"{speaker_label(each.party)} → {to}\n{why} · {each.words}"


def _citations(ruling: Ruling) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The articles by instrument, those this case rests on first; each with what it says in one line."""
    wording = Wording(rulebook(), language())
    used = {code for ground in ruling.record.output["grounds"] for code in ground["citations"]}
    here: list[tuple[str, str]] = []
    laws: dict[str, list[tuple[str, str]]] = {}
    for code in citations_open(rulebook()):
        cited = wording.cited(code)
        if cited is None:
            continue
        told = (code, f"{cited.text} {cited.gist}"[:90] if cited.gist else cited.text)
        if code in used:
            here.append(told)
        else:
            laws.setdefault(code.rpartition(" ")[0], []).append(told)
    if here:
        yield _("这件案子用到的"), here
    for instrument, told_codes in laws.items():
        yield rulebook().instruments[instrument].short.in_(language()), told_codes
