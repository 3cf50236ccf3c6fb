"""What the platform was asked to produce of its own records, item by item, and what it answered to each."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from accounts.sealing import seal, unseal
from complaints.lifecycle import Role
from complaints.models.complaint import Complaint
from complaints.models.evidence import CannotChange, Evidence


class RecordRequest(models.Model):
    """One letter to the platform, numbered within its complaint. Its clock runs from the day it was served: at once
    where the platform was told of the case, else from the day an officer says it was handed over.
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="record_requests")
    number = models.PositiveIntegerField()
    by = models.CharField(max_length=16, choices=[(Role.CONSUMER.value, "consumer"), (Role.OFFICER.value, "officer")])
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"))
    served_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("调取记录")
        verbose_name_plural = _("调取记录")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint("complaint", "number", name="record_request_number_once"),
            models.CheckConstraint(
                condition=Q(served_at__isnull=True) | Q(due_on__isnull=False), name="record_request_served_has_a_day"
            ),
        ]
        indexes = [models.Index(fields=["due_on"], name="record_request_clock")]

    def __str__(self) -> str:
        return f"{self.complaint_id}#{self.number}"


class RecordItemQuerySet(models.QuerySet["RecordItem"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at=None)

    def running(self) -> Self:
        """Served, and neither answered nor out of time."""
        return self.unanswered().filter(lapsed_at=None, request__due_on__isnull=False)

    def out_of_time(self, on: date) -> Self:
        return self.running().filter(request__due_on__lt=on)

    def silent(self) -> Self:
        """Its time ran out, and no answer came since."""
        return self.unanswered().filter(lapsed_at__isnull=False)


class RecordItem(models.Model):
    """One record that is asked for. ``about`` is the day of the livestream, as ISO, where it is a record of one.

    ``is_owed``: the law made the platform keep it, or know it, on the day it was asked for; ``kept_until`` is the last
    day of that, as counted then, None where the count had not begun. Both dates stay: when its time ran out, and when
    it was answered after all.
    """

    class Kind(models.TextChoices):
        REPLAY = "replay", _("直播回放")
        INTERACTION = "interaction", _("直播间互动记录")
        PAGE = "page", _("下单时的商品页面")
        CHAT = "chat", _("客服聊天记录")
        PAYMENT = "payment", _("付款记录")
        LOGISTICS = "logistics", _("物流记录")
        RETURNS = "returns", _("退换货和售后记录")
        ACCOUNT = "account", _("直播间账号的信息")
        SELLER = "seller_identity", _("卖家的真实名称、地址、联系方式")
        OPERATOR = "operator_identity", _("直播间运营者的真实名称、地址、联系方式")

    request = models.ForeignKey(RecordRequest, models.PROTECT, related_name="items")
    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="record_items")
    kind = models.CharField(_("什么记录"), max_length=24, choices=Kind.choices)
    about = models.CharField(max_length=10, blank=True)
    is_owed = models.BooleanField(default=False)
    kept_until = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("逾期时间"), null=True, blank=True)

    objects = RecordItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("要调取的一项")
        verbose_name_plural = _("要调取的一项")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "kind", "about"], condition=Q(answered_at=None), name="record_item_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["request"], name="record_item_clock", condition=Q(answered_at=None, lapsed_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}".strip()

    @property
    def live_on(self) -> date | None:
        """The day of the livestream it is a record of."""
        return date.fromisoformat(self.about) if self.about else None

    @property
    def answer(self) -> RecordAnswer | None:
        """What was said last; read from what is prefetched where it is."""
        return max(self.answers.all(), key=lambda each: each.pk, default=None)


IDENTITIES = frozenset({RecordItem.Kind.SELLER.value, RecordItem.Kind.OPERATOR.value})
OF_A_LIVESTREAM = frozenset({RecordItem.Kind.REPLAY.value, RecordItem.Kind.INTERACTION.value})


class RecordAnswer(models.Model):
    """What the platform said to one item. Only added: a later answer stands, an earlier one stays on file.

    Words and link are sealed at rest and are between the platform, the consumer and the association.
    """

    class Says(models.TextChoices):
        YES = "yes", pgettext_lazy("record", "给")
        PARTLY = "partly", pgettext_lazy("record", "给一部分")
        NO = "no", pgettext_lazy("record", "不给")

    class Why(models.TextChoices):
        """Why something is missing."""

        NEVER_KEPT = "never_kept", _("没有留存过")
        PERIOD_OVER = "period_over", _("保存期已过")
        AUTHORITY = "needs_authority", _("要主管机关或法院来调取")
        NOT_OURS = "not_ours", _("不在我方手里")
        OTHERS = "others_data", _("含有其他人的个人信息")

    key = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)  # what is sealed is bound to it
    item = models.ForeignKey(RecordItem, models.PROTECT, related_name="answers")
    says = models.CharField(_("答复"), max_length=8, choices=Says.choices)
    why = models.CharField(_("原因"), max_length=16, choices=Why.choices, blank=True)
    sealed_words = models.TextField(blank=True)
    sealed_link = models.TextField(blank=True)
    evidence = models.ManyToManyField(Evidence, blank=True, related_name="record_answers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")  # who noted a letter
    is_late = models.BooleanField(default=False)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("对一项记录的答复")
        verbose_name_plural = _("对一项记录的答复")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(says__in=["yes", "partly", "no"]), name="record_answer_known"),
            models.CheckConstraint(condition=Q(says="yes") | ~Q(why=""), name="record_answer_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.says}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise CannotChange("answers are only added")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise CannotChange("answers are never deleted")

    def keep(self, *, words: str, link: str) -> None:
        self.sealed_words = seal(words, owner=f"record-answer:{self.key}:words") if words else ""
        self.sealed_link = seal(link, owner=f"record-answer:{self.key}:link") if link else ""

    @property
    def words(self) -> str:
        return unseal(self.sealed_words, owner=f"record-answer:{self.key}:words") if self.sealed_words else ""

    @property
    def link(self) -> str:
        return unseal(self.sealed_link, owner=f"record-answer:{self.key}:link") if self.sealed_link else ""
