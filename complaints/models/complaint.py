"""A complaint, the person behind it (kept apart, so that it can be erased) and those it is made against."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Least
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, User
from accounts.sealing import keyed_hash, seal, unseal
from complaints.lifecycle import OPEN, IllegalMove, Role, State
from complaints.models.actor import Actor
from complaints.models.recusal import keeps_out


class Party(models.TextChoices):
    """The three parties of the decision. The anchor stands for the whole anchor side."""

    MERCHANT = "merchant", _("商家")
    ANCHOR = "anchor", _("主播")
    PLATFORM = "platform", _("平台")


class Reached(models.TextChoices):
    """How word of the case came to a party. From that moment, and not before, its time to answer runs."""

    NOTICE = "notice", _("它的系统收下了通知")
    SEEN = "seen", _("它打开了投诉")
    ENTRANCE = "entrance", _("它打开了协会给的入口")
    ANSWER = "answer", _("它答复了")
    PASSED_ON = "passed_on", _("平台收到了，由它转告")
    POST = "registered_post", _("协会寄信送到")
    TELEPHONE = "telephone", _("协会打电话告诉")
    PERSON = "in_person", _("协会当面交给它")
    EMAIL = "email", _("协会发电子邮件送到")


BY_HAND = frozenset({Reached.POST.value, Reached.TELEPHONE.value, Reached.PERSON.value, Reached.EMAIL.value})


NO_DAY = date(9999, 12, 31)  # stands after every day there is


def _day_or_none(field: str) -> Coalesce:
    return Coalesce(field, Value(NO_DAY, output_field=models.DateField()), output_field=models.DateField())


def _verdict_on(party: Party) -> models.GeneratedField:
    """One party's verdict out of ``verdicts``, so that a list can be filtered by it from an index."""
    return models.GeneratedField(
        expression=KT(f"verdicts__{party.value}"), output_field=models.CharField(max_length=16), db_persist=True
    )


LARGE = Decimal(2000)  # CNY, from which a case counts as a large one: policy of the desk

# A person is to look again: at a review, at an override that waits for a second word, or at one that was carried over.
UNDER_REVIEW = Q(review_due_on__isnull=False) | Q(has_proposal=True) | Q(has_carried=True)

# A case in hand has no end (flow.moves keeps ``state`` and ``closed_at`` together). The indexes of the queue hold only
# those: they stay small while ended cases grow to millions. The order of all of them is the order of the queue.
_IN_HAND = Q(closed_at__isnull=True)
_REAL = Q(sandbox__isnull=True)  # what the national association sees: all but invented ones
_ORDER = ("-is_safety", "due_key", "id")
_READ = ("state", "letters", "merchant_verdict", "anchor_verdict", "platform_verdict")  # filtered by without the row
_REVIEWED = ("state", "closed_at", "review_due_on")


def _shelves(name: str, **mark: Any) -> tuple[models.Index, models.Index]:
    """The few cases in hand that bear a mark, in the order of the queue: of one association, and of all."""
    marked, columns = _IN_HAND & Q(**mark), (*_ORDER, "state")
    return (
        models.Index(fields=["association", *columns], condition=marked, name=name),
        models.Index(fields=columns, condition=marked & _REAL, name=f"{name}_all"),
    )


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def visible_to(self, actor: Actor) -> Self:
        """The one gate: every view, API, admin page, export and task looks through it.

        Officers see the cases of their association (the national one sees all), whichever duty beside an
        administrator's they have; a business sees the cases it was
        made a respondent of and told about; a party that was invited sees that one case; a consumer sees their own;
        a receipt session sees the one it opened. An officer who keeps out of a case does not see it at any association.
        """
        match actor.role:
            case Role.OFFICER if actor.organisation and actor.duties - {Membership.Duty.ADMINISTRATOR}:
                seen = self.filter(association=actor.organisation) if actor.organisation.region else self.real()
                return seen.exclude(keeps_out(actor.user))
            case Role.RESPONDENT if actor.organisation:
                mine = Respondent.objects.filter(
                    complaint=OuterRef("pk"), organisation=actor.organisation, asked_at__isnull=False
                )
                return self.filter(Exists(mine))
            case Role.RESPONDENT if actor.respondent_id:
                asked = Respondent.objects.filter(pk=actor.respondent_id, asked_at__isnull=False)
                return self.filter(pk=actor.complaint_id, respondents__in=asked)
            case Role.CONSUMER if actor.user:
                return self.filter(Q(consumer=actor.user) | Q(pk=actor.complaint_id))
            case Role.CONSUMER if actor.complaint_id:
                return self.filter(pk=actor.complaint_id)
        return self.none()

    def real(self) -> Self:
        """Without the invented cases of sandboxes: where no actor asks, everything that counts, shows, reminds or sends
        goes through here."""
        return self.filter(sandbox__isnull=True)

    def locked(self, pk: int) -> Complaint:
        """The row, held until the transaction ends. (SQLite holds the whole database from BEGIN IMMEDIATE.)"""
        return self.select_for_update().get(pk=pk)

    def open(self) -> Self:
        """In hand. The end is named beside the state: the indexes hold the cases without one (``_IN_HAND``)."""
        return self.filter(state__in=OPEN, closed_at__isnull=True)

    def overdue(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def due(self, on: date) -> Self:
        return self.open().filter(due_on=on)

    def assigned_to(self, user: User) -> Self:
        return self.filter(officer=user)

    def unassigned(self) -> Self:
        return self.filter(officer=None)

    def disputed(self) -> Self:
        """Two accounts of one fact stand against each other and wait for an officer's finding."""
        return self.filter(has_dispute=True)


class Complaint(models.Model):
    """One dispute about one livestream purchase, told once, answered by up to three parties."""

    reference = models.CharField(_("投诉编号"), max_length=20, unique=True)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.NEGOTIATING)
    version = models.PositiveIntegerField(default=0)  # rises by exactly one with each event: the order for webhooks
    head = models.CharField(
        max_length=64, default="0" * 64
    )  # the digest of the newest event; written by timeline.record
    language = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")], default="zh")
    filed_at = models.DateTimeField(_("提交时间"))
    due_on = models.DateField(_("下一期限"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    consumer = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="complaints")
    receipt_hash = models.CharField(max_length=64, unique=True)
    association = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("协会")
    )
    # The sandbox that invented it; none for what happened to somebody. Only that sandbox ever sees it.
    sandbox = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="invented", editable=False, db_index=False
    )
    officer = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="cases", verbose_name=_("承办人")
    )

    # What the consumer says, as told: free text that can be erased. Facts and dates for the law stand beside it.
    goods = models.CharField(_("商品"), max_length=120)
    category = models.CharField(_("商品类别"), max_length=32, blank=True)
    story = models.TextField(_("经过"))
    problems = models.JSONField(_("问题类型"), default=list)  # letters A to H and X, as ux.md C13
    statement = models.JSONField(default=dict)  # all answers of the form, by page
    room = models.CharField(_("直播间"), max_length=120, blank=True)
    order_number = models.CharField(_("订单号"), max_length=64, blank=True)
    price = models.DecimalField(_("实付（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    loss = models.DecimalField(_("其他损失（元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    purchased_on = models.DateField(_("下单日期"))
    delivered_on = models.DateField(_("收货日期"), null=True, blank=True)
    harm_known_on = models.DateField(_("发现问题的日期"), null=True, blank=True)

    # The latest decision, and what the queue sorts and filters by. Written only by flow.decisions and flow.reviews.
    decision = models.OneToOneField("DecisionRecord", models.PROTECT, null=True, blank=True, related_name="+")
    verdicts = models.JSONField(default=dict)  # party → verdict as it stands (complaints.rulings), for lists
    has_dispute = models.BooleanField(_("说法冲突"), default=False)
    is_safety = models.BooleanField(_("安全风险"), default=False)
    has_message = models.BooleanField(_("有新消息"), default=False)  # to the association, unread; by flow.messages
    review_due_on = models.DateField(_("复核期限"), null=True, blank=True)  # of the open review; none without one
    contest_due_on = models.DateField(null=True, blank=True)  # of a "not ours" that came back: an officer closes it
    service_due_on = models.DateField(null=True, blank=True)  # a party took no notice: an officer tells it by then
    has_proposal = models.BooleanField(default=False)  # an override waits for a second person
    has_records = models.BooleanField(default=False)  # the platform's word on its records waits for an officer's look
    has_carried = models.BooleanField(default=False)  # an override made upon an earlier version still stands
    needs_person = models.BooleanField(default=False)  # a verdict waits for what the law leaves to a person to weigh
    # The name of the platform's respondent, kept beside it: whoever renames that one writes it here, too.
    platform_name = models.CharField(_("平台"), max_length=120, blank=True, default="")

    # Made by the database of what stands above; nobody writes them. What the queue is sorted and filtered by.
    due_key = models.GeneratedField(
        expression=Least(_day_or_none("due_on"), _day_or_none("review_due_on")),
        output_field=models.DateField(),
        db_persist=True,
    )
    letters = models.GeneratedField(
        expression=Cast("problems", models.TextField()), output_field=models.TextField(), db_persist=True
    )
    merchant_verdict = _verdict_on(Party.MERCHANT)
    anchor_verdict = _verdict_on(Party.ANCHOR)
    platform_verdict = _verdict_on(Party.PLATFORM)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("投诉")
        verbose_name_plural = _("投诉")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="complaint_state_known"),
            models.CheckConstraint(condition=Q(price__gte=0) | Q(price=None), name="complaint_price_not_negative"),
            models.CheckConstraint(condition=Q(loss__gte=0) | Q(loss=None), name="complaint_loss_not_negative"),
        ]
        indexes = [
            models.Index(fields=["consumer", "-filed_at"], name="complaint_of_consumer"),
            # The queue: of one association, and of the national one, which sees all (docs/queue.md).
            models.Index(fields=["association", *_ORDER, *_READ], condition=_IN_HAND, name="queue_of"),
            models.Index(fields=[*_ORDER, *_READ], condition=_IN_HAND & _REAL, name="queue_of_all"),
            models.Index(fields=["association", "state", *_ORDER], condition=_IN_HAND, name="queue_state"),
            models.Index(fields=["state", *_ORDER], condition=_IN_HAND & _REAL, name="queue_state_all"),
            models.Index(
                fields=["platform_name", *_ORDER, "association", "state", "sandbox"],
                condition=_IN_HAND,
                name="queue_platform",
            ),
            models.Index(
                fields=["officer", *_ORDER, "association", "state", "sandbox"], condition=_IN_HAND, name="queue_mine"
            ),
            models.Index(fields=["association", "filed_at", "id", "state"], condition=_IN_HAND, name="queue_new"),
            models.Index(fields=["filed_at", "id", "state"], condition=_IN_HAND & _REAL, name="queue_new_all"),
            *_shelves("queue_free", officer=None),
            *_shelves("queue_disputed", has_dispute=True),
            *_shelves("queue_person", needs_person=True),
            *_shelves("queue_message", has_message=True),
            *_shelves("queue_records", has_records=True),
            *_shelves("queue_contest", contest_due_on__isnull=False),
            *_shelves("queue_service", service_due_on__isnull=False),
            *_shelves("queue_large", price__gte=LARGE),
            models.Index(fields=["association", *_ORDER, *_REVIEWED], condition=UNDER_REVIEW, name="queue_review"),
            models.Index(fields=[*_ORDER, *_REVIEWED], condition=UNDER_REVIEW & _REAL, name="queue_review_all"),
            # The archive, newest first: all cases, and the ended ones by how they ended.
            models.Index(fields=["association", "filed_at", "id"], name="filed_of"),
            models.Index(fields=["filed_at", "id"], condition=_REAL, name="filed_of_all"),
            models.Index(
                fields=["association", "state", "filed_at", "id"], condition=Q(closed_at__isnull=False), name="ended_of"
            ),
            models.Index(
                fields=["state", "filed_at", "id"], condition=Q(closed_at__isnull=False) & _REAL, name="ended_of_all"
            ),
            models.Index(fields=["sandbox"], condition=Q(sandbox__isnull=False), name="invented_of"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def require_open(self) -> None:
        """Raises IllegalMove if the case has ended."""
        if not self.is_open:
            raise IllegalMove(_("这件投诉已经结束（{state}）。").format(state=State(self.state).label))

    def respondent(self, party: Party | str) -> Respondent | None:
        return self.respondents.filter(party=party).first()


def mark_of(address: str) -> str:
    """A telephone number or e-mail address as a keyed hash: found again, and not read; empty for none."""
    return keyed_hash(f"address:{address.strip().lower()}") if address else ""


def masked(address: str) -> str:
    """``138****1234``, ``c***@mail.example``; empty for what is too short to hide anything."""
    if "@" in address:
        return f"{address[:1]}***@{address.rpartition('@')[2]}"
    return f"{address[:3]}****{address[-4:]}" if len(address) >= 7 else ""


class Contact(models.Model):
    """How to reach the consumer: kept apart from the case, sealed at rest; never in lists, logs, events, webhooks."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="contact")
    sealed = models.TextField()
    region = models.CharField(max_length=12, blank=True)
    muted_at = models.DateTimeField(null=True, blank=True)  # no notices of this case since then
    erase_at_end = models.BooleanField(default=False)  # the account was deleted: what is here goes when the case ends
    # The number and the address that were proved with a code, as keyed hashes: what changes is no longer proved.
    proved_phone = models.CharField(max_length=64, blank=True, db_index=True)
    proved_email = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name = _("联系方式")

    def __str__(self) -> str:
        return f"contact of {self.complaint_id}"

    def keep(self, *, name: str, phone: str, email: str) -> None:
        """What was proved of another number or address is proved no more."""
        self.proved_phone = self.proved_phone if self.proved_phone == mark_of(phone) else ""
        self.proved_email = self.proved_email if self.proved_email == mark_of(email) else ""
        self.sealed = seal(json.dumps([name, phone, email]), owner=f"contact:{self.complaint_id}")

    def reveal(self) -> dict[str, str]:
        """Name, telephone and e-mail in plain; the caller records why it looked."""
        name, phone, email = json.loads(unseal(self.sealed, owner=f"contact:{self.complaint_id}"))
        return {"name": name, "phone": phone, "email": email}

    def masked(self) -> dict[str, str]:
        """What lists and ordinary pages show: ``林*``, ``138****1234``."""
        plain = self.reveal()
        return {
            "name": plain["name"][:1] + "*" if plain["name"] else "",
            "phone": masked(plain["phone"]),
            "email": masked(plain["email"]),
        }

    def is_proved(self, address: str) -> bool:
        """Whether the person has shown that messages to this number or address reach them."""
        return bool(address) and mark_of(address) in {self.proved_phone, self.proved_email}


class RespondentQuerySet(models.QuerySet["Respondent"]):
    def unheard(self) -> Self:
        """Asked, and neither answered nor out of time."""
        return self.filter(asked_at__isnull=False, answered_at=None, lapsed_at=None)

    def unreached(self) -> Self:
        """Unheard, and no word of the case has come to them: no time runs."""
        return self.unheard().filter(notified_at=None)

    def unserved(self) -> Self:
        """Nobody has told them: asked, and they took no notice; or never asked, for want of a channel, but named."""
        silent = self.filter(notified_at=None, answered_at=None, lapsed_at=None)
        return silent.filter(Q(asked_at__isnull=False) | ~Q(name=""))

    def silent(self) -> Self:
        """Their time ran out without an answer: what only they can show may be read against them."""
        return self.filter(lapsed_at__isnull=False, answered_at=None)

    def passed_on(self) -> Self:
        """Without a system of their own, and not in by an invitation: the platform passes notices on, and speaks for
        them. Who opened an invitation speaks for itself from then on."""
        return self.filter(organisation=None).exclude(invitations__opened_at__isnull=False)

    def answered_by(self, organisation: Organisation) -> Self:
        """Of the respondents of one case: those an organisation may speak for, itself, and as the platform those it
        passes notices on to."""
        asked = self.filter(asked_at__isnull=False).order_by("pk")
        own = asked.filter(organisation=organisation)
        return own | asked.passed_on() if own.filter(party=Party.PLATFORM).exists() else own

    def out_of_time(self, on: date) -> Self:
        """Reached, unheard, and the last day has passed."""
        return self.unheard().filter(due_on__lt=on, notified_at__isnull=False)


class Respondent(models.Model):
    """A party the complaint is made against, with its own clock: it runs from ``notified_at``, when word of the case
    really came to it, and ``due_on`` is empty until then. ``asked_at`` is when we began to tell it."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="respondents")
    party = models.CharField(_("一方"), max_length=16, choices=Party.choices)
    name = models.CharField(_("名称"), max_length=120, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("已接入的机构")
    )
    asked_at = models.DateTimeField(_("通知时间"), null=True, blank=True)
    notified_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    notified_how = models.CharField(_("怎么送达的"), max_length=16, choices=Reached.choices, blank=True)
    seen_at = models.DateTimeField(_("查看时间"), null=True, blank=True)  # when it first opened or fetched the case
    due_on = models.DateField(_("答复期限"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    lapsed_at = models.DateTimeField(_("逾期时间"), null=True, blank=True)
    reminded_of = models.DateField(null=True, blank=True)  # the last day it was reminded of, shortly before
    answer = models.JSONField(_("答复"), default=dict, blank=True)  # position code and words, as received last
    sealed_note = models.TextField(blank=True)  # what its own people noted beside the answer; nobody else reads it

    # Which entry of the register it is. A key of its own beside the name, which stays as the consumer typed it.
    entry = models.ForeignKey(
        "RegisterEntry", models.PROTECT, null=True, blank=True, related_name="respondents", db_index=False
    )
    entry_alias = models.ForeignKey(  # the name it was found by, where that was done by itself
        "RegisterAlias", models.PROTECT, null=True, blank=True, related_name="+"
    )
    entry_by = models.CharField(max_length=64, blank=True)  # Actor.label, or "system"

    objects = RespondentQuerySet.as_manager()

    class Meta:
        verbose_name = _("被投诉方")
        verbose_name_plural = _("被投诉方")
        constraints = [
            models.UniqueConstraint("complaint", "party", name="respondent_once"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="respondent_party_known"),
        ]
        indexes = [
            models.Index(fields=["due_on"], name="respondent_clock", condition=Q(answered_at=None, lapsed_at=None)),
            models.Index(  # who was reached, and whose time has not begun: the duty of a minute
                fields=["notified_at"],
                name="respondent_starts",
                condition=Q(notified_at__isnull=False, due_on=None, answered_at=None, lapsed_at=None),
            ),
            models.Index(  # whom nobody has told
                fields=["asked_at"],
                name="respondent_unserved",
                condition=Q(notified_at=None, answered_at=None, lapsed_at=None),
            ),
            models.Index(fields=["organisation", "complaint"], name="respondent_of"),
            models.Index(fields=["organisation", "party"], name="respondent_as"),
            # The portal's list: of a case, who has not answered yet, and by when.
            models.Index(
                fields=["complaint", "organisation", "due_on", "id"],
                condition=Q(asked_at__isnull=False, answered_at__isnull=True),
                name="respondent_awaited",
            ),
            models.Index(fields=["entry", "asked_at"], name="respondent_in_register"),
        ]

    def __str__(self) -> str:
        return f"{self.get_party_display()} {self.name}".strip()

    @property
    def is_in_entrance(self) -> bool:
        """Whether it opened an invitation: from then on it speaks for itself, and the platform no longer for it."""
        return self.invitations.filter(opened_at__isnull=False).exists()

    @property
    def note(self) -> str:
        """The note of its own people."""
        return unseal(self.sealed_note, owner=f"respondent:{self.pk}:note") if self.sealed_note else ""

    def keep_note(self, words: str) -> None:
        self.sealed_note = seal(words, owner=f"respondent:{self.pk}:note") if words else ""

    def standing(self, on: date) -> dict[str, Any]:
        """Where this party's clock stands, as a code and a number of days (for rings and lists)."""
        if self.answered_at:
            return {"code": "answered", "days": None}
        if self.lapsed_at:
            return {"code": "lapsed", "days": None}
        if self.asked_at is None:
            return {"code": "not-asked", "days": None}
        if self.notified_at is None or self.due_on is None:
            return {"code": "not-reached", "days": None}
        left = (self.due_on - on).days
        return {"code": "overdue" if left < 0 else "waiting", "days": abs(left)}
