"""Who did what to an address, and when: only added to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy

from accounts.models import Endpoint


class LineChange(models.Model):
    """One change. ``by`` is a label of Actor (``officer:12``, ``organisation:3``, ``clock``), never a name."""

    class What(models.TextChoices):
        ADDED = "added", pgettext_lazy("address", "添加了地址")
        VERIFIED = "verified", pgettext_lazy("address", "核对通过")
        MOVED = "moved", pgettext_lazy("address", "换了地址")
        TYPES = "types", pgettext_lazy("address", "改了要哪些通知")
        HEADERS = "headers", pgettext_lazy("address", "改了附加的请求头")
        PACE = "pace", pgettext_lazy("address", "改了同时最多几条")
        SECRET = "secret", pgettext_lazy("address", "换了签名密钥")
        KEY_ON = "key-on", pgettext_lazy("address", "启用了ed25519签名")
        KEY_OFF = "key-off", pgettext_lazy("address", "停用了ed25519签名")
        CA = "ca", pgettext_lazy("address", "改了附加的CA证书")
        CLIENT = "client", pgettext_lazy("address", "改了客户端证书")
        PAUSED = "paused", pgettext_lazy("address", "暂停了")
        RESUMED = "resumed", pgettext_lazy("address", "恢复了")
        REPLAYED = "replayed", pgettext_lazy("address", "重放了一段时间的通知")
        REMOVED = "removed", pgettext_lazy("address", "删掉了")

    MADE_SECRET = (What.ADDED, What.SECRET)  # after these the newest secret is as old as the change

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="changes")
    what = models.CharField(max_length=16, choices=What.choices)
    by = models.CharField(max_length=40)
    person = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")  # who it was, if anybody
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.endpoint_id} {self.what}"
