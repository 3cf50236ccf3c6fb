"""The pages of the portal that its navigation names, and which part of a member each is for."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership

Part = Membership.Part


class PortalPage(NamedTuple):
    """One link. Who has none of ``parts`` does not see it; none named: every member does."""

    address: str  # the name of a view without arguments
    label: Any
    icon: str
    parts: tuple[Membership.Part, ...] = ()


PORTAL_PAGES: tuple[PortalPage, ...] = (
    PortalPage("complaints:portal-inbox", _("投诉"), "inbox", (Part.ANSWERING,)),
    PortalPage("complaints:portal-webhooks", _("接收通知"), "hook", (Part.ENGINEER, Part.MANAGER)),
    PortalPage("complaints:portal-import", _("导入答复"), "upload", (Part.ANSWERING,)),
    PortalPage("complaints:portal-keys", _("密钥"), "lock", (Part.ENGINEER, Part.MANAGER)),
    PortalPage("complaints:portal-team", _("同事"), "users"),
    PortalPage("complaints:portal-sandbox", _("练习"), "play", (Part.ENGINEER, Part.MANAGER)),
)
