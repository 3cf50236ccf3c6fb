"""What comes in. What goes out is written out in representations.py: the two are different promises."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from complaints.flow.messages import LONGEST
from complaints.flow.record_requests import Answered
from complaints.flow.responses import MOST_DAYS, Position
from complaints.flow.responses import MOST_WORDS as LONGEST_ANSWER
from complaints.models import Complaint, Evidence, Offer, Party, RecordAnswer
from complaints.models.evidence import DISPUTE_KINDS
from complaints.scope_words import SCOPES
from routing import rulebook

MOST_WORDS = 4000
MOST_OFFER_WORDS = 1000
MOST_FACTS = 60
MOST_EVIDENCE = 20
MOST_ITEMS = 40


class Strict(serializers.Serializer[Any]):
    """A field nobody knows is an error by its name: a typing error must not pass for an answer."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = {name: [_unknown(name, self.fields)] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


class NothingIn(Strict):
    """Nothing is to be said: no body, or an empty object."""


class FactsField(serializers.DictField):
    """Keys of GET /facts to true, false, or null to take a statement back."""

    child = serializers.JSONField(allow_null=True)
    shape = {"type": "object", "additionalProperties": {"type": ["boolean", "null"]}, "maxProperties": MOST_FACTS}

    def to_internal_value(self, data: Any) -> dict[str, bool | None]:
        facts = super().to_internal_value(data)
        known = [fact.key for fact in rulebook().conditions if not fact.officer]
        wrong: dict[str, list[str]] = {}
        if len(facts) > MOST_FACTS:
            raise serializers.ValidationError(_("一次最多{most}项事实。").format(most=MOST_FACTS))
        for key, value in facts.items():
            if key not in known:
                wrong[key] = [_unknown(key, known)]
            elif not (value is None or isinstance(value, bool)):
                wrong[key] = [_("只能是true、false或null。")]
        if wrong:
            raise serializers.ValidationError(wrong)
        return facts


class Pieces(serializers.ListField):
    """Numbers of evidence that the caller uploaded before."""

    def __init__(self, **kwargs: Any) -> None:
        one = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
        super().__init__(child=one, required=False, default=list, max_length=MOST_EVIDENCE, **kwargs)


class Checking(serializers.DictField):
    """Fact → how many working days are needed to look into it."""

    def __init__(self, **kwargs: Any) -> None:
        days = serializers.IntegerField(min_value=1, max_value=MOST_DAYS)
        super().__init__(child=days, required=False, default=dict, **kwargs)

    def to_internal_value(self, data: Any) -> dict[str, int]:
        FactsField().run_validation(dict.fromkeys(data) if isinstance(data, Mapping) else data)
        return dict(super().to_internal_value(data))


class ResponseIn(Strict):
    """A party's answer. ``note`` is for its own people; ``rule`` and ``instead`` go with "not ours" (see contests)."""

    party = serializers.ChoiceField(choices=Party.choices)
    position = serializers.ChoiceField(choices=[(one.value, one.value) for one in Position])
    words = serializers.CharField(max_length=LONGEST_ANSWER, trim_whitespace=True)
    note = serializers.CharField(max_length=LONGEST_ANSWER, required=False, allow_blank=True, default="")
    facts = FactsField(required=False, default=dict)
    checking = Checking()
    evidence = Pieces()
    points_to = serializers.ChoiceField(choices=Party.choices, required=False, allow_null=True, default=None)
    instead = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    rule = serializers.CharField(max_length=32, required=False, allow_blank=True, default="")

    def pieces(self, complaint: Complaint, parties: Collection[str]) -> list[Evidence]:
        """The evidence that is named, in its order. Raises ValidationError for a piece that is not the caller's own."""
        return own_pieces(complaint, self.validated_data["evidence"], parties)


class OfferIn(Strict):
    """What a party offers; ``until`` is the last day on which the consumer may take it."""

    party = serializers.ChoiceField(choices=Party.choices)
    kind = serializers.ChoiceField(choices=Offer.Kind.choices)
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, allow_null=True, default=None)
    words = serializers.CharField(
        max_length=MOST_OFFER_WORDS, trim_whitespace=True, required=False, allow_blank=True, default=""
    )
    until = serializers.DateField()


class MessageIn(Strict):
    """What a party writes to the consumer who let it; ``evidence`` is a piece it uploaded before."""

    party = serializers.ChoiceField(choices=Party.choices)
    words = serializers.CharField(
        max_length=LONGEST, trim_whitespace=True, required=False, allow_blank=True, default=""
    )
    evidence = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True, default=None)

    def piece(self, complaint: Complaint) -> Evidence | None:
        """The evidence that is named. Raises ValidationError for a piece that is not that party's own."""
        wanted: int | None = self.validated_data["evidence"]
        if wanted is None:
            return None
        own = complaint.evidence.offered().filter(offered_by=self.validated_data["party"], pk=wanted).first()
        if own is None:
            words = _("没有这些证据，或者不是贵机构上传的：{ids}。先用证据接口上传。").format(ids=wanted)
            raise serializers.ValidationError({"evidence": [words]})
        return own


class RecordAnswerIn(Strict):
    """What the platform says to one item; ``evidence`` are pieces it uploaded before."""

    item = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    answer = serializers.ChoiceField(choices=RecordAnswer.Says.choices)
    why = serializers.ChoiceField(choices=RecordAnswer.Why.choices, required=False, allow_blank=True, default="")
    words = serializers.CharField(max_length=MOST_WORDS, required=False, allow_blank=True, default="")
    link = serializers.CharField(max_length=MOST_WORDS, required=False, allow_blank=True, default="")
    evidence = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        required=False,
        default=list,
        max_length=MOST_EVIDENCE,
    )


class RecordAnswersIn(Strict):
    """Answers to the items of one request, each item once."""

    answers = RecordAnswerIn(many=True, allow_empty=False, max_length=MOST_ITEMS)  # type: ignore[call-arg]  # of many

    def validate_answers(self, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({each["item"] for each in answers}) != len(answers):
            raise serializers.ValidationError(_("同一项写了两次，每项只答一次。"))
        return answers

    def answered(self, complaint: Complaint) -> list[Answered]:
        """As the verb takes it. Raises ValidationError for a piece that is not the platform's own."""
        return [
            Answered(
                item=each["item"],
                says=RecordAnswer.Says(each["answer"]),
                why=each["why"],
                words=each["words"],
                link=each["link"],
                evidence=own_pieces(complaint, each["evidence"], [Party.PLATFORM]),
            )
            for each in self.validated_data["answers"]
        ]


class EvidenceIn(Strict):
    """One file, of which kind, for which party."""

    file = serializers.FileField(allow_empty_file=True)  # the vault says better what is wrong with an empty one
    kind = serializers.ChoiceField(choices=DISPUTE_KINDS, required=False, default=Evidence.Kind.OTHER)
    party = serializers.ChoiceField(choices=Party.choices, required=False, allow_null=True, default=None)


def own_pieces(complaint: Complaint, wanted: list[int], parties: Collection[str]) -> list[Evidence]:
    """The pieces that are named, in their order. Raises ValidationError for one that none of these parties offered, or
    that is not known to be sound."""
    own = complaint.evidence.offered().filter(offered_by__in=parties).select_related("blob").in_bulk(wanted)
    if unsound := [str(pk) for pk in wanted if pk in own and not own[pk].blob.may_be_opened]:
        words = _("这些证据还没有检查完，或者没有收下：{ids}。看它们的state，等到stored再用。")
        raise serializers.ValidationError({"evidence": [words.format(ids=_("、").join(unsound))]})
    if missing := [str(pk) for pk in wanted if pk not in own]:
        words = _("没有这些证据，或者不是贵机构上传的：{ids}。先用证据接口上传。").format(ids=_("、").join(missing))
        raise serializers.ValidationError({"evidence": [words]})
    return [own[pk] for pk in wanted]


def _unknown(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, 1)
    if near:
        return _("没有“{name}”。是不是“{near}”？").format(name=name, near=near[0])
    if len(known) > 20:
        return _("没有“{name}”。能用的见GET /api/v1/facts。").format(name=name)
    return _("没有“{name}”。能用的有：{known}。").format(name=name, known=_("、").join(known))


class AttendanceIn(Strict):
    """Whether a party comes to a session; why not, where it cannot."""

    party = serializers.ChoiceField(choices=Party.choices)
    comes = serializers.BooleanField()
    words = serializers.CharField(max_length=MOST_OFFER_WORDS, required=False, allow_blank=True, default="")


class AgreementAnswerIn(Strict):
    """A party's yes or no to an agreement. ``digest`` is that of the terms it has read: another version is refused."""

    says = serializers.ChoiceField(choices=[("confirm", "confirm"), ("decline", "decline")])
    digest = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=MOST_OFFER_WORDS, required=False, allow_blank=True, default="")


class KeyIn(Strict):
    """A new key: what it is for, what it may do, from where, until when (a year at most; the default)."""

    label = serializers.CharField(max_length=80)  # type: ignore[assignment]  # a field by this name, not the field's
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(SCOPES)), allow_empty=False)
    networks = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, default=list, max_length=20
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RotationIn(Strict):
    """How many days the old key goes on beside the new one."""

    overlap_days = serializers.IntegerField(min_value=0, max_value=30, required=False, default=7)
