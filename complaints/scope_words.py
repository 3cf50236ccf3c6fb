"""The scopes a key of a business can have, in words."""

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "cases:read": _("读投诉、判定、对话和记录请求"),
    "cases:respond": _("代各方答复、提方案、留言、传证据"),
    "evidence:read": _("打开证据和证据包"),
    "events:read": _("读通知流"),
    "webhooks:manage": _("管理接收通知的地址"),
    "keys:manage": _("管理API密钥"),
}
