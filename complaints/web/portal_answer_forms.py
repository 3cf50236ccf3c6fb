"""The five steps of an answer as forms: the fields are those of the answer on one page, and of the offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.contest_words import rules_listed
from complaints.flow.answering import Fields, Proposal
from complaints.flow.contesting import rules_open
from complaints.flow.offers import LONGEST, CannotOffer, check_offer
from complaints.flow.responses import Position
from complaints.models import AnswerDraft, Complaint, Evidence, Offer, Party, Respondent
from complaints.models.evidence import DISPUTE_KINDS, Blob
from complaints.narrative import inner, language
from complaints.open_facts import OpenFact, open_facts_of_parties
from complaints.web.portal_forms import AnswerForm, OfferForm, ProofForm
from complaints.web.portal_wishes import FactsForm

POSITION, FACTS, OFFER, WORDS, CHECK = "1", "2", "3", "4", "5"
STEPS: Mapping[str, Any] = {
    POSITION: gettext_lazy("意见"),
    FACTS: gettext_lazy("事实和证明"),
    OFFER: gettext_lazy("方案"),
    WORDS: gettext_lazy("写给消费者的话"),
    CHECK: gettext_lazy("检查并发出"),
}
WRITTEN = (POSITION, FACTS, OFFER, WORDS)
PRICED = frozenset({Offer.Kind.REFUND, Offer.Kind.RETURN, Offer.Kind.COMPENSATE})
NO_OFFER = ("", gettext_lazy("这次不提方案\n以后随时可以提"))


@dataclass(frozen=True, slots=True)
class Case:
    """What the steps are about: the case, the party, what it is asked and what it may choose from. Read once."""

    complaint: Complaint
    respondent: Respondent
    questions: tuple[OpenFact, ...]
    proofs: tuple[Evidence, ...]  # its own, those that are still being looked into, too
    rules: tuple[tuple[str, str], ...]
    on: date

    @classmethod
    def of(cls, complaint: Complaint, respondent: Respondent, *, on: date) -> Case:
        own = complaint.evidence.of_dispute().filter(offered_by=respondent.party, blob__erased_at=None)
        own = own.exclude(blob__state=Blob.State.REJECTED).select_related("blob")
        return cls(
            complaint,
            respondent,
            tuple(open_facts_of_parties(complaint, [respondent.party])),
            tuple(own),
            tuple(rules_listed(rules_open(complaint, respondent.party), respondent.party)),
            on,
        )


class _OfAnswer(AnswerForm):
    """Some fields of the answer, with their rules."""

    kept: tuple[str, ...] = ()

    def __init__(self, data: Any, case: Case, **kwargs: Any) -> None:
        questions: Iterable[OpenFact] = ()
        party = Party(case.respondent.party)
        super().__init__(data, party=party, questions=questions, proofs=(), rules=case.rules, lang=language(), **kwargs)
        for name in [name for name in self.fields if name not in self.kept]:
            del self.fields[name]


class PositionStep(_OfAnswer):
    """Where the party stands; and who answers then, where it is not the party."""

    kept = ("position", "points_to", "instead", "rule")


class WordsStep(_OfAnswer):
    """What is said to the consumer, and to one's own people."""

    kept = ("words", "note")

    def clean(self) -> None:
        return


class FactsStep(FactsForm):
    """Each open fact, and the proofs: chosen from what was handed in, or handed in here."""

    def __init__(self, data: Any, case: Case, *, files: Any = None, **kwargs: Any) -> None:
        super().__init__(list(case.questions), data, files, **kwargs)
        for question in self.questions():
            question.field.columns = 2  # type: ignore[attr-defined]  # read by templates/components/field.html
        self.own = {str(piece.pk): piece for piece in case.proofs}
        if not case.questions:
            del self.fields["days"]
        if case.proofs or (data and data.get("proofs")):
            proofs = forms.MultipleChoiceField(
                label=_("用哪些证明"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(pk, f"{piece.get_kind_display()}\n{_name_of(piece)}") for pk, piece in self.own.items()],
                error_messages={"invalid_choice": _("有一份证明已经不在了，重新选一下。")},
            )
            self.fields["proofs"] = proofs
        self.fields["file"] = deepcopy(ProofForm.base_fields["file"])
        self.fields["file"].required = False
        self.fields["kind"] = forms.ChoiceField(
            label=_("传的是什么"), choices=DISPUTE_KINDS, initial=Evidence.Kind.OTHER, required=False
        )

    def clean(self) -> None:
        if self.checking_keys and not self.cleaned_data.get("days") and "days" not in self.errors:
            self.add_error("days", _("写明要核实几个工作日。"))

    def require_checked(self) -> None:
        """Before it is sent: what was chosen goes with it, so each file has to be looked into first."""
        if "proofs" in self.errors:
            return
        for piece in self._picked():
            if not piece.blob.may_be_opened:
                told = _("“{name}”还在检查，查完再发。不等它，就不选它。")
                self.add_error("proofs", told.format(name=inner(piece.name)))

    @property
    def chosen(self) -> list[Evidence]:
        return [piece for piece in self._picked() if piece.blob.may_be_opened]

    def _picked(self) -> list[Evidence]:
        return [self.own[pk] for pk in self.cleaned_data.get("proofs", [])]


def _name_of(piece: Evidence) -> str:
    return piece.name if piece.blob.may_be_opened else _("{name}（还在检查）").format(name=piece.name)


class OfferStep(OfferForm):
    """What goes to the consumer as an offer, or that there is none this time."""

    def __init__(self, data: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(data, prefix="offer", **kwargs)
        self.on = case.on
        kind: Any = self.fields["kind"]
        kind.required, kind.choices = False, [*Offer.Kind.choices, NO_OFFER]
        self.fields["until"].required = False
        self.fields["amount"].help_text = _("退款或赔偿要写明金额，接受以后要在约好的日子前到账。")
        self.hide_optional = True

    def clean(self) -> None:
        given = self.cleaned_data
        if not given.get("kind") or "kind" in self.errors:
            return
        if "until" not in self.errors and not given.get("until"):
            self.add_error("until", _("写明方案到哪天为止。"))
        if "amount" not in self.errors and given.get("amount") is None and given["kind"] in PRICED:
            self.add_error("amount", _("退款或赔偿要写明多少元。"))
        if "words" not in self.errors and not given["words"].strip() and given["kind"] == Offer.Kind.OTHER:
            self.add_error("words", _("写清楚是什么办法。"))
        if self.errors:
            return
        try:
            check_offer(
                Offer.Kind(given["kind"]), given["amount"], given["words"].strip(), given["until"], today=self.on
            )
        except CannotOffer as refusal:
            is_in_time = self.on <= given["until"] <= self.on + LONGEST
            self.add_error("amount" if is_in_time else "until", str(refusal))

    @property
    def proposal(self) -> Proposal | None:
        given = self.cleaned_data
        if not given.get("kind"):
            return None
        return Proposal(Offer.Kind(given["kind"]), given["amount"], given["words"].strip(), given["until"])


FORMS: Mapping[str, Any] = {POSITION: PositionStep, FACTS: FactsStep, OFFER: OfferStep, WORDS: WordsStep}


def posted_fields(form: forms.Form, data: Any) -> Fields:
    """What a form was sent, as typed: its fields only, no file."""
    names = [form.add_prefix(name) for name, field in form.fields.items() if not isinstance(field, forms.FileField)]
    left_out = {form.add_prefix("kind")} if isinstance(form, FactsStep) else set()
    return {name: data.getlist(name) for name in names if name in data and name not in left_out}


def form_of(step: str, case: Case, draft: AnswerDraft | None, *, bound: bool) -> Any:
    """A step with what is kept of it: ``bound`` says at once what is wrong with it."""
    kept = draft.answers.get(step, {}) if draft else {}
    if bound:
        return FORMS[step](MultiValueDict(kept), case)
    form = FORMS[step](None, case)
    for name, field in form.fields.items():
        if (values := kept.get(form.add_prefix(name))) is not None:
            many = isinstance(field, forms.MultipleChoiceField)
            form.initial[name] = values if many else next(iter(values), "")
    return form


@dataclass(frozen=True, slots=True)
class Whole:
    """All steps together: what was written, and what is wrong on which step."""

    position: PositionStep
    facts: FactsStep
    offer: OfferStep
    words: WordsStep

    @classmethod
    def of(cls, case: Case, draft: AnswerDraft | None) -> Whole:
        whole = cls(*(form_of(step, case, draft, bound=True) for step in WRITTEN))
        whole.facts.require_checked()
        return whole

    @property
    def steps(self) -> list[tuple[str, Any]]:
        return list(zip(WRITTEN, (self.position, self.facts, self.offer, self.words), strict=True))

    @property
    def wrong(self) -> list[tuple[str, Any, list[str]]]:
        """Step, its name, and the sentences of what is missing or wrong there."""
        found = [
            (step, STEPS[step], [str(each) for errors in form.errors.values() for each in errors])
            for step, form in self.steps
        ]
        return [each for each in found if each[2]]

    @property
    def is_bare(self) -> bool:
        """Whether somebody else is blamed and nothing shows it."""
        return self.position.cleaned_data.get("position") == Position.NOT_OURS and not self.facts.chosen
