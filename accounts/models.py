"""People, the organisations they act for, and the keys and endpoints of those organisations' machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.divisions import NoDivision, read, short
from accounts.sealing import CannotUnseal, seal, unseal


def standing_code(code: str) -> None:
    """For fields that hold a division: refuse what is none today, with what is wrong about it."""
    try:
        read(code, on=timezone.localdate())
    except NoDivision as wrong:
        raise ValidationError(str(wrong), code="division") from wrong


class User(AbstractUser):
    """A person who signs in: a consumer with an account, an officer, a platform's staff."""

    language = models.CharField(_("语言"), max_length=8, choices=[("zh", "中文"), ("en", "English")], default="zh")
    wants_notices = models.BooleanField(_("接收进展通知"), default=True)
    sealed_email = models.TextField(blank=True)  # of who signed up by e-mail; the name is then made of its keyed hash
    sealed_card = models.TextField(blank=True)  # what the filing form is filled with beforehand
    region = models.CharField(_("所在地区"), max_length=12, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)  # sessions of an earlier one are over
    wrong_codes = models.PositiveSmallIntegerField(default=0)  # in a row, from wherever
    no_codes_until = models.DateTimeField(null=True, blank=True)
    single_keys = models.BooleanField(_("用单个按键操作"), default=True)  # of the desk; WCAG 2.1.4: can be switched off
    queue_seen_at = models.DateTimeField(null=True, blank=True)  # what was filed after this is new to the officer

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")

    def keep_card(self, *, name: str, phone: str) -> None:
        """Seal how the person is called and their telephone; the caller saves."""
        self.sealed_card = seal(json.dumps([name, phone]), owner=f"user-card:{self.pk}") if name or phone else ""

    def card(self) -> dict[str, str]:
        """Name and telephone in plain; empty where nothing was given."""
        plain = json.loads(unseal(self.sealed_card, owner=f"user-card:{self.pk}")) if self.sealed_card else ["", ""]
        return dict(zip(("name", "phone"), plain, strict=True))

    def end_sessions(self) -> None:
        """Sign the person out of every browser."""
        type(self).objects.filter(pk=self.pk).update(session_epoch=F("session_epoch") + 1)
        self.refresh_from_db(fields=["session_epoch"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django holds each session against this: it changes with the password, and here with the epoch too."""
        by_password: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]  # the stubs lack it
        return f"{by_password}.{self.session_epoch}" if self.session_epoch else by_password

    def organisation_of(self, kind: Organisation.Kind) -> Organisation | None:
        """The one organisation of this kind the person acts for, if any."""
        membership = self.membership_in(kind)
        return membership.organisation if membership else None

    def membership_in(self, kind: Organisation.Kind) -> Membership | None:
        """The one membership in an organisation of this kind, if any."""
        found = self.memberships.filter(organisation__kind=kind).select_related("organisation")
        return found.order_by("organisation_id").first()


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def associations(self) -> Self:
        return self.filter(kind=Organisation.Kind.ASSOCIATION)

    def practice(self) -> Organisation:
        """The association of all invented cases; made when the first is."""
        told = {
            "name_zh": "练习用的消费者协会",
            "name_en": "Practice association",
            "region": "00",
        }  # a code of no place
        made, _is_new = self.get_or_create(kind=Organisation.Kind.PRACTICE, defaults=told)
        return made

    def association_for(self, region: str) -> Organisation | None:
        """The association nearest to a place: the longest code that begins the place's; else the national one.

        Policy of the site: no national text says which association is competent (docs/places.md).
        """
        prefixes = [region[:length] for length in range(len(region) + 1)]
        nearest = self.filter(kind=Organisation.Kind.ASSOCIATION, region__in=prefixes)
        return nearest.order_by(Length("region").desc(), "pk").first()

    def businesses(self) -> Self:
        """Who can be complained of: neither an association nor a place to practise."""
        kinds = Organisation.Kind
        return self.filter(kind__in=[kinds.PLATFORM, kinds.MERCHANT, kinds.ANCHOR])

    def named(self, name: str, *, kind: Organisation.Kind) -> Organisation | None:
        """An organisation by its name in either language, as people type it."""
        wanted = name.strip()
        return self.filter(Q(name_zh__iexact=wanted) | Q(name_en__iexact=wanted), kind=kind).order_by("pk").first()


class Organisation(models.Model):
    """A consumer association, or a business that answers complaints by API or portal."""

    class Kind(models.TextChoices):
        ASSOCIATION = "association", _("消费者协会")
        PLATFORM = "platform", _("平台")
        MERCHANT = "merchant", _("商家")
        ANCHOR = "anchor", _("主播（直播间）")
        # Nowhere among the others: whoever lists associations or platforms asks for their kind, and gets none of these.
        SANDBOX = "sandbox", _("练习用的企业")
        PRACTICE = "practice", _("练习用的协会")  # the one association that invented cases belong to

    kind = models.CharField(_("类型"), max_length=16, choices=Kind.choices)
    name_zh = models.CharField(_("中文名"), max_length=120)
    name_en = models.CharField(_("英文名"), max_length=120, blank=True)
    region = models.CharField(
        _("管辖的区划代码"),
        max_length=12,
        blank=True,
        validators=[standing_code],
        help_text=_("GB/T 2260，如33为浙江省，3301为杭州市；全国性协会留空，企业也留空。"),
    )
    seat = models.CharField(
        _("住所地的区划代码"),
        max_length=6,
        blank=True,
        validators=[standing_code],
        help_text=_("平台公司营业执照上的住所，如330110。12315的投诉可以按它找部门。协会留空。"),
    )

    sandbox_of = models.OneToOneField(  # a business to practise as: its cases are invented, and nobody else sees them
        "self", models.CASCADE, null=True, blank=True, editable=False, related_name="sandbox"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("机构")
        verbose_name_plural = _("机构")
        constraints = [models.UniqueConstraint("kind", "name_zh", name="organisation_named_once")]

    def __str__(self) -> str:
        return self.name_zh

    def clean(self) -> None:
        """Codes are kept without the zeros at their end, so that one begins another where a place lies in another."""
        self.region, self.seat = short(self.region.strip()), short(self.seat.strip())

    @property
    def is_sandbox(self) -> bool:
        """Whether it is a place to practise: its keys are test keys, its cases are invented."""
        return self.kind == self.Kind.SANDBOX

    def name(self, lang: str) -> str:
        return (self.name_en or self.name_zh) if lang == "en" else self.name_zh


class MembershipQuerySet(models.QuerySet["Membership"]):
    def at_desk(self, organisation: Organisation) -> Self:
        """The people of an association who may sign in to its desk."""
        return self.filter(organisation=organisation, user__is_active=True, user__is_staff=True)


class Membership(models.Model):
    """That a person acts for an organisation, and with which duties (complaints.permissions)."""

    class Duty(models.TextChoices):
        INTAKE = "intake", pgettext_lazy("duty", "登记受理")
        MEDIATOR = "mediator", pgettext_lazy("duty", "调解")
        LEAD = "lead", pgettext_lazy("duty", "负责人")
        AUDITOR = "auditor", pgettext_lazy("duty", "监督")
        ADMINISTRATOR = "administrator", pgettext_lazy("duty", "管理员")

    class Part(models.TextChoices):
        """The same at a business: who answers complaints, who looks after keys and addresses, who manages members."""

        ANSWERING = "answering", pgettext_lazy("duty", "答复")
        ENGINEER = "engineer", pgettext_lazy("duty", "接口维护")
        MANAGER = "manager", pgettext_lazy("duty", "账号管理")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    duties = models.JSONField(_("岗位"), default=list, blank=True)  # codes of Duty, or of Part, in its order

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints = [models.UniqueConstraint("user", "organisation", name="member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"


class DutyChange(models.Model):
    """Who changed whose duties, from what to what; ``after`` is empty where the person left the desk. Only added."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    before = models.JSONField(default=list)  # codes of Membership.Duty
    after = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("岗位变动")
        verbose_name_plural = _("岗位变动")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.before} → {self.after}"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self, at: datetime) -> Self:
        """Keys neither revoked nor expired at that moment."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class ApiKey(models.Model):
    """A machine's key: only its public id and its keyed hash are stored."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="api_keys", verbose_name=_("机构"))
    label = models.CharField(_("用途"), max_length=80)
    public_id = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("权限"), default=list, blank=True)  # codes of complaints.api.scopes; empty for all
    networks = models.JSONField(_("可用的网段"), default=list, blank=True)  # CIDR; empty for any
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)  # to the hour

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API密钥")
        verbose_name_plural = _("API密钥")

    def __str__(self) -> str:
        return f"{self.label} ({self.public_id})"


class KeyChange(models.Model):
    """Who made, replaced or revoked a key, and when. Only added; it goes with its key."""

    class What(models.TextChoices):
        MADE = "made", pgettext_lazy("key", "新建")
        ROTATED = "rotated", pgettext_lazy("key", "更换")
        REVOKED = "revoked", pgettext_lazy("key", "撤销")

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="changes")
    what = models.CharField(max_length=16, choices=What.choices)
    successor = models.OneToOneField(ApiKey, models.CASCADE, null=True, blank=True, related_name="predecessor")
    by = models.CharField(max_length=64)  # a code: user:12, key:abcdefgh, organisation:3
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("密钥变动")
        verbose_name_plural = _("密钥变动")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("key", "what", name="key_changed_once"),  # each happens to a key once
            models.CheckConstraint(condition=Q(what__in=["made", "rotated", "revoked"]), name="key_change_known"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id}: {self.what}"


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def standing(self) -> Self:
        """Those not taken away; of the others only the log is left."""
        return self.filter(removed_at=None)

    def listening(self) -> Self:
        """Those that notices are written for: never one that was not verified yet. A line that is out of use, or has
        a new address to verify, gets them parked."""
        return self.standing().exclude(state=Endpoint.State.UNVERIFIED, verified_at=None)


class Endpoint(models.Model):
    """Where an organisation takes webhooks, with its signing secrets (sealed) and the state of its line."""

    OLD_SECRETS = 2  # at most so many sign beside the newest

    class State(models.TextChoices):
        UNVERIFIED = "unverified", _("还没核对")  # it has not shown yet that it expects us
        ACTIVE = "active", _("正常")
        PAUSED = "paused", _("已暂停")
        DISABLED = "disabled", _("长期失败，已停用")
        GONE = "gone", _("对方已撤销")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="endpoints", verbose_name=_("机构"))
    url = models.URLField(_("地址"), max_length=2048)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.ACTIVE)
    sealed_secret = models.TextField(blank=True)
    sealed_old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    # The line: failures in a row open the breaker, so that one dead receiver starves nobody else.
    failures_in_row = models.PositiveIntegerField(_("连续失败"), default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    closed_until = models.DateTimeField(_("暂缓到"), null=True, blank=True)
    last_claimed_at = models.DateTimeField(null=True, blank=True)  # when something was last taken from its line
    told_failing = models.PositiveSmallIntegerField(default=0)  # what its owner was told of it: bits of flow.failing
    created_at = models.DateTimeField()
    # What its owner chose.
    types = models.JSONField(_("要哪些通知"), default=list, blank=True)  # types of notices; empty for all
    max_in_flight = models.PositiveSmallIntegerField(_("同时最多几条"), default=2)  # 1 to 8
    sealed_headers = models.TextField(blank=True)  # further headers, as JSON
    sealed_signing_key = models.TextField(blank=True)  # an ed25519 key in base64, beside the secret; empty for none
    # Beside the usual TLS: a further authority, and a certificate of ours with its key. PEM, sealed; of what is in them
    # only what may be shown stands in the open (complaints.certificates.Shown).
    sealed_ca = models.TextField(blank=True)
    sealed_client = models.TextField(blank=True)
    tls_shown = models.JSONField(default=dict, blank=True)  # "ca" and "client", each a list of certificates
    tls_ends_at = models.DateTimeField(null=True, blank=True)  # when the first of them ends
    challenge_hash = models.CharField(max_length=64, blank=True)  # keyed; of the challenge that waits for its answer
    verified_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("Webhook地址")
        verbose_name_plural = _("Webhook地址")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["unverified", "active", "paused", "disabled", "gone"]),
                name="endpoint_state_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.url}"

    def keep_secret(self, secret: str, *, at: datetime, old_until: datetime | None = None) -> None:
        """Seal a new signing secret; until ``old_until`` the one before it goes on signing beside it, and those before
        that as long as they had; without it, no old one signs any more. Nor does one that cannot be read. The caller
        holds the row."""
        kept: list[list[str]] = []
        if old_until and self.sealed_secret:
            with suppress(CannotUnseal):
                kept.append([self._unsealed(self.sealed_secret, ""), old_until.isoformat()])
            with suppress(CannotUnseal):
                kept += [[each, until.isoformat()] for each, until in self._old_secrets() if until > at]
        kept = kept[: self.OLD_SECRETS]
        self.sealed_secret = seal(secret, owner=self._owner)
        self.sealed_old_secret = seal(json.dumps(kept), owner=self._owner) if kept else ""
        self.old_secret_until = max((datetime.fromisoformat(until) for _old, until in kept), default=None)
        self.save(update_fields=["sealed_secret", "sealed_old_secret", "old_secret_until"])

    def secrets(self, at: datetime) -> list[str]:
        """The secrets that sign at that moment, newest first."""
        newest = [self._unsealed(self.sealed_secret, "")] if self.sealed_secret else []
        return newest + [secret for secret, until in self._old_secrets() if until > at]

    def old_secrets_end(self, at: datetime) -> list[datetime]:
        """When each of the old secrets that still sign will stop, the newest secret first; those that cannot be read
        sign nothing."""
        with suppress(CannotUnseal):
            return [until for _secret, until in self._old_secrets() if until > at]
        return []

    def keep_headers(self, headers: Mapping[str, str]) -> None:
        """Seal the further headers of each notice; the caller saves."""
        plain = json.dumps(dict(headers), ensure_ascii=False)
        self.sealed_headers = seal(plain, owner=f"{self._owner}:headers") if headers else ""

    def extra_headers(self) -> dict[str, str]:
        """Headers that go with each notice, by name."""
        if not self.sealed_headers:
            return {}
        found: dict[str, str] = json.loads(self._unsealed(self.sealed_headers, ":headers"))
        return found

    def keep_signing_key(self, key: str) -> None:
        """Seal an ed25519 key (``whsk_…``), or with an empty text forget it; the caller saves."""
        self.sealed_signing_key = seal(key, owner=f"{self._owner}:signing-key") if key else ""

    def signing_key(self) -> str:
        """The ed25519 key that signs beside the secret: ``whsk_`` and base64 of its 32 bytes; empty for none."""
        return self._unsealed(self.sealed_signing_key, ":signing-key") if self.sealed_signing_key else ""

    def keep_tls(self, *, ca: str | None = None, client: str | None = None) -> None:
        """Seal a further authority, or a certificate with its key (PEM); an empty text forgets it, None leaves it. The
        caller saves."""
        if ca is not None:
            self.sealed_ca = seal(ca, owner=f"{self._owner}:ca") if ca else ""
        if client is not None:
            self.sealed_client = seal(client, owner=f"{self._owner}:client") if client else ""

    def tls(self) -> tuple[str, str]:
        """The further authority, and the certificate with its key; empty where there is none."""
        ca = self._unsealed(self.sealed_ca, ":ca") if self.sealed_ca else ""
        return ca, self._unsealed(self.sealed_client, ":client") if self.sealed_client else ""

    @property
    def code(self) -> str:
        """What the address is called in notices and by the API."""
        return f"ep_{self.pk}"

    def _old_secrets(self) -> list[tuple[str, datetime]]:
        """The secrets before the newest, with the moment each stops. One that was sealed alone, before there could be
        two, ends when the column says."""
        if not self.sealed_old_secret:
            return []
        plain = self._unsealed(self.sealed_old_secret, "")
        if not plain.startswith("["):
            return [(plain, self.old_secret_until)] if self.old_secret_until else []
        return [(secret, datetime.fromisoformat(until)) for secret, until in json.loads(plain)]

    def _unsealed(self, sealed: str, what: str) -> str:
        return unseal(sealed, owner=f"{self._owner}{what}")

    @property
    def _owner(self) -> str:
        return f"endpoint:{self.pk}"


class MemberInvitationQuerySet(models.QuerySet["MemberInvitation"]):
    def open(self, at: datetime) -> Self:
        """Neither used nor taken back nor past their time."""
        return self.filter(used_at=None, withdrawn_at=None, ends_at__gt=at)


class MemberInvitation(models.Model):
    """That somebody may become a member of a business: good once, for the one account it names.

    Only the keyed hash of its code is kept. Whom it is for is sealed: an e-mail address, or a user name.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="member_invitations")
    username = models.CharField(max_length=150)  # of the account it is for, which may not be there yet
    sealed_whom = models.TextField()  # as it was typed
    duties = models.JSONField(default=list)  # codes of Membership.Part
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = MemberInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员邀请")
        verbose_name_plural = _("成员邀请")
        indexes = [models.Index(fields=["organisation", "ends_at"], name="member_invitation_of")]

    def __str__(self) -> str:
        return f"invitation {self.pk} to organisation {self.organisation_id}"

    @property
    def whom(self) -> str:
        """The address or user name as it was typed; empty once the invitation was used."""
        return unseal(self.sealed_whom, owner=f"member-invitation:{self.code_hash}") if self.sealed_whom else ""

    def keep_whom(self, whom: str) -> None:
        """The caller saves."""
        self.sealed_whom = seal(whom, owner=f"member-invitation:{self.code_hash}")
