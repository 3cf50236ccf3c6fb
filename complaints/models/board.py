"""What the dashboard counts: a few narrow rows for each case, written in the background, so that no page reads whole
cases to draw a figure.

They hold codes, days and numbers only. A row is never changed by hand: ``flow.boards`` writes it anew when its case has
moved (``version``). Figures and the lists behind them read the same rows, so the two always agree.
"""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from complaints.lifecycle import State
from complaints.models.actor import Actor
from complaints.models.complaint import Complaint, Party

Row = TypeVar("Row", bound=models.Model)


class BoardQuerySet(models.QuerySet[Row]):
    """Rows of cases; ``to_case`` leads from the row to the case."""

    to_case = "case__complaint"

    def visible_to(self, actor: Actor) -> Self:
        """Those of the cases one sees, as ``Complaint.objects.visible_to`` says."""
        return self.filter(**{f"{self.to_case}__in": Complaint.objects.visible_to(actor).values("pk")})


class BoardCaseQuerySet(BoardQuerySet["BoardCase"]):
    to_case = "complaint"


class BoardCase(models.Model):
    """One case, as far as it is counted."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, primary_key=True, related_name="board")
    version = models.PositiveIntegerField()  # of the case when this was written
    association = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices)
    is_open = models.BooleanField()
    due_on = models.DateField(null=True, blank=True)
    filed_on = models.DateField()  # the day in China
    weekday = models.PositiveSmallIntegerField()  # Monday is 0
    hour = models.PositiveSmallIntegerField()  # 0 to 23, in China
    letter = models.CharField(max_length=1)  # of the first problem named
    first = models.CharField(max_length=16, blank=True)  # whom to turn to first, as it stands; empty: not known yet
    platform = models.CharField(max_length=120, blank=True)
    is_changed = models.BooleanField()  # the decision changed after facts, evidence or an answer

    objects = BoardCaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["filed_on", "association"], name="board_filed"),
            models.Index(fields=["association", "filed_on"], name="board_of_association"),
            models.Index(
                fields=["association", "state", "filed_on", "officer"], name="board_open", condition=Q(is_open=True)
            ),
        ]

    def __str__(self) -> str:
        return f"board row of {self.complaint_id}"


class BoardTermQuerySet(BoardQuerySet["BoardTerm"]):
    pass


class BoardTerm(models.Model):
    """A last day that somebody was held to in a case, and whether it was kept."""

    class Kind(models.TextChoices):
        ACCEPTANCE = "acceptance"
        MEDIATION = "mediation"
        ANSWER = "answer"

    case = models.ForeignKey(BoardCase, models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    party = models.CharField(max_length=16, choices=Party.choices, blank=True)  # of an answer
    filed_on = models.DateField()  # of the case
    last_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    is_kept = models.BooleanField(null=True)  # None while nothing has come: kept or not is then a matter of today

    objects = BoardTermQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("case", "kind", "party", name="board_term_once")]
        indexes = [
            models.Index(fields=["last_on", "kind", "is_kept"], name="board_term_day"),
            models.Index(fields=["filed_on", "case"], name="board_term_platform", condition=Q(party="platform")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.last_on}"


class BoardRuleQuerySet(BoardQuerySet["BoardRule"]):
    pass


class BoardRule(models.Model):
    """A rule that made a party answer in a case, and whether an officer put another verdict in its place."""

    case = models.ForeignKey(BoardCase, models.CASCADE, related_name="rules")
    filed_on = models.DateField()  # of the case
    rule = models.CharField(max_length=16, blank=True)  # empty: no rule had made that party answer
    is_overridden = models.BooleanField()

    objects = BoardRuleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("case", "rule", name="board_rule_once")]
        indexes = [models.Index(fields=["filed_on", "rule", "is_overridden", "case"], name="board_rule_filed")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule}"


class BoardCount(models.Model):
    """How far the counting is: one row."""

    last_event = models.BigIntegerField(default=0)  # up to here every event was looked at
    walked = models.BigIntegerField(default=0)  # up to here the round over all cases has come
    round_on = models.DateField(null=True, blank=True)  # the day of the last whole round; none: the first still runs
    counted_at = models.DateTimeField(null=True, blank=True)  # everything up to this moment is in the figures

    def __str__(self) -> str:
        return f"counted at {self.counted_at}"
