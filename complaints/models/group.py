"""Cases handled together: who is in by their own word, what is decided once for all, and what came of it in each."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.actor import Actor
from complaints.models.assertion import Assertion
from complaints.models.complaint import Complaint, Party
from complaints.models.offer import Offer
from complaints.models.suggestion import Suggestion

MOST_REPRESENTATIVES = 2  # law.md 6.1, joint complaint: O121 Art 12, before 2026-04-15 O20 Art 11


class GroupQuerySet(models.QuerySet["Group"]):
    def visible_to(self, actor: Actor) -> Self:
        """Officers see the groups of their association (the national one all); a consumer the group that a case of
        theirs stands in. Nobody else sees any, and nobody sees another's case through it."""
        match actor.role:
            case Role.OFFICER if actor.organisation and actor.duties - {Membership.Duty.ADMINISTRATOR}:
                return self.all() if not actor.organisation.region else self.filter(association=actor.organisation)
            case Role.CONSUMER:
                own = Complaint.objects.visible_to(actor).values("pk")
                mine = GroupMember.objects.standing().filter(group=OuterRef("pk"), complaint__in=own)
                return self.filter(Exists(mine))
        return self.none()


class Group(models.Model):
    """Cases of one dispute with one business. Facts that are the same for all are found once; amounts, offers taken
    and endings stay each member's own."""

    class State(models.TextChoices):
        FORMING = "forming", _("在征求意见")
        OPEN = "open", _("在办")
        CLOSED = "closed", _("已结束")

    reference = models.CharField(_("编号"), max_length=20, unique=True)
    association = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    suggestion = models.ForeignKey(Suggestion, models.SET_NULL, null=True, blank=True, related_name="groups")
    title = models.CharField(_("名称"), max_length=80)
    matter = models.TextField(_("共同的事"), max_length=500)  # members read it: nothing of any one person
    platform = models.CharField(_("平台"), max_length=120, blank=True)
    room = models.CharField(_("直播间"), max_length=120, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.FORMING)
    version = models.PositiveIntegerField(default=1)  # rises with each change: a page that is stale is told so
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("合并投诉")
        verbose_name_plural = _("合并投诉")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["association", "state", "-id"], name="group_of")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["forming", "open", "closed"]), name="group_state_known"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    def standing(self) -> Self:
        """Asked or in, in a group that goes on."""
        return self.filter(stands=True)

    def joined(self) -> Self:
        """In by the consumer's own word, now."""
        return self.filter(stands=True, state=GroupMember.State.JOINED)


class GroupMember(models.Model):
    """A case and a group: asked, in by the consumer's own word, or out. A case stands in one group at a time."""

    class State(models.TextChoices):
        INVITED = "invited", _("等本人决定")
        JOINED = "joined", _("已加入")
        DECLINED = "declined", _("要单独办")
        LEFT = "left", _("退出了")
        TAKEN_OUT = "taken-out", _("分出去了")

    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="memberships")
    state = models.CharField(max_length=16, choices=State.choices, default=State.INVITED)
    stands = models.BooleanField(default=True)  # false once out, and when the group ends
    is_willing = models.BooleanField(default=False)  # to speak for the others
    is_representative = models.BooleanField(default=False)
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # the parties, that this case goes with the group

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("合并投诉的一件")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("group", "complaint", name="group_member_once"),
            models.UniqueConstraint("complaint", name="one_group_at_a_time", condition=Q(stands=True)),
            models.CheckConstraint(
                condition=Q(is_representative=False) | Q(is_willing=True, stands=True, state="joined"),
                name="representative_is_in_and_willing",
            ),
            models.CheckConstraint(
                condition=Q(stands=False) | Q(state__in=["invited", "joined"]), name="who_is_out_does_not_stand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}: {self.complaint_id} {self.state}"


class GroupAct(models.Model):
    """What was done once for the whole group: a fact found, or a party's offer written down. What came of it in each
    case stands in ``GroupResult``."""

    class Kind(models.TextChoices):
        FINDING = "finding", _("共同认定")
        OFFER = "offer", _("共同方案")

    class Rule(models.TextChoices):
        """How much each member is offered."""

        NONE = "", _("不写金额")
        FIXED = "fixed", _("每件一样多")
        SHARE = "share", _("各按实付的百分比")

    group = models.ForeignKey(Group, models.PROTECT, related_name="acts")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    fact = models.CharField(max_length=64, blank=True)
    value = models.BooleanField(null=True, blank=True)  # none takes an earlier finding back
    party = models.CharField(max_length=16, choices=Party.choices, blank=True)
    offer_kind = models.CharField(max_length=16, choices=Offer.Kind.choices, blank=True)
    rule = models.CharField(max_length=8, choices=Rule.choices, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # yuan a member
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)  # of the price each paid
    until = models.DateField(null=True, blank=True)
    sealed_words = models.TextField()  # the reason for a finding, or the party's own words
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("一次共同的处理")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("group", "number", name="group_act_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0) | Q(amount=None), name="group_amount_positive"),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gt=0, percent__lte=100), name="group_percent_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}/{self.number} {self.kind}"

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=self._owner())

    def keep_words(self, words: str) -> None:
        self.sealed_words = seal(words, owner=self._owner())

    def _owner(self) -> str:
        return f"group:{self.group_id}:{self.number}"


class GroupResult(models.Model):
    """What became of one act in one member's case. ``waiting`` is a promise: whoever goes on carries it out."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("还没办")
        DONE = "done", _("办好了")
        CLOSED = "closed", _("案件已结束，没有动")
        LEFT = "left", _("已经不在合并里，没有动")
        OTHERWISE = "otherwise", _("这一件单独认定过，没有动")
        OWN_OFFER = "own-offer", _("这一方给这一件另有方案在等答复，没有动")
        AGREED = "agreed", _("这一件已经谈妥，没有动")
        NO_PRICE = "no-price", _("没有写实付多少，算不出金额")
        LATE = "late", _("方案过期了，没有动")

    act = models.ForeignKey(GroupAct, models.PROTECT, related_name="results")
    member = models.ForeignKey(GroupMember, models.PROTECT, related_name="results")
    outcome = models.CharField(max_length=16, choices=Outcome.choices, default=Outcome.WAITING)
    assertion = models.ForeignKey(Assertion, models.PROTECT, null=True, blank=True, related_name="+")
    offer = models.ForeignKey(Offer, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("act", "member", name="group_result_once")]

    def __str__(self) -> str:
        return f"{self.act_id}: {self.member_id} {self.outcome}"
