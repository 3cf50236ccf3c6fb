"""How an attempt to reach an address ended, and what to do about it, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.models import Attempt, Delivery

# By the class of error (outbound.Failed, webhooks.Meaning): what happened, and what to look at.
CAUSES = {
    "dns": gettext_lazy("找不到这个域名。看一下域名解析。"),
    "refused": gettext_lazy("对方拒绝连接。看一下服务开着没有，端口通不通。"),
    "unreachable": gettext_lazy("连不上。看一下防火墙放行没有。"),
    "reset": gettext_lazy("连上后被断开。看一下网关或防火墙的日志。"),
    "timeout": gettext_lazy("没有按时回应。收到后先回2xx，事情放到后面做。"),
    "tls": gettext_lazy("TLS握手没有成功。要TLS 1.2以上。"),
    "certificate": gettext_lazy("证书不对：过期、域名不符，或者缺中间证书。"),
    "client-certificate": gettext_lazy("对方要看我们的客户端证书：没有给，或者对方不认。在这个地址上换一张。"),
    "own-tls": gettext_lazy("这个地址上的客户端证书或者附加的CA用不了。重新上传。"),
    "bad-http": gettext_lazy("回应不是正确的HTTP。看一下端口上是不是别的服务。"),
    "blocked": gettext_lazy("这个域名指向不允许的地址。要公网地址。"),
    "no-secret": gettext_lazy("签名密钥用不了。换一把新的密钥。"),
    "redirect": gettext_lazy("对方要求跳转，我们不跟随跳转。把地址改成最后的那个。"),
    "gone": gettext_lazy("对方回410，表示这个地址不再用了。"),
    "lease": gettext_lazy("我们这边耽搁了，没有发出去，会再发。"),
}
BY_STATUS = {
    400: gettext_lazy("对方说内容不对，多半是签名没有核对过。看下面“签名校验失败的常见原因”。"),
    401: gettext_lazy("对方要求登录，多半是签名没有核对过，或者网关拦下了。"),
    403: gettext_lazy("对方拒绝，多半是签名没有核对过，或者网关拦下了。"),
    404: gettext_lazy("对方那里没有这个路径。"),
    405: gettext_lazy("对方那里不接受POST。"),
    413: gettext_lazy("对方嫌内容太大。我们一条最多8KiB。"),
    415: gettext_lazy("对方不接受application/json。"),
    429: gettext_lazy("对方说太快了，我们会放慢。"),
}

# How a line is doing, worst last: the tone and the drawing of its tag; the word beside them says the same.
HEALTH_TONES = {
    "healthy": ("ok", "check"),
    "slow": ("info", "clock"),
    "paused": ("plain", "minus"),
    "unverified": ("info", "help"),
    "failing": ("resp", "alert"),
    "stopped": ("resp", "x"),
}
STATE_TONES = {
    Delivery.State.DONE: "ok",
    Delivery.State.PENDING: "plain",
    Delivery.State.LEASED: "plain",
    Delivery.State.DEAD: "resp",
    Delivery.State.PARKED: "joint",
}

STATE_GLYPHS = {
    Delivery.State.DONE: "check",
    Delivery.State.PENDING: "clock",
    Delivery.State.LEASED: "send",
    Delivery.State.DEAD: "alert",
    Delivery.State.PARKED: "minus",
}


def result_of(attempt: Attempt) -> str:
    """``200，用时31毫秒``, or what went wrong; empty while it runs."""
    if attempt.outcome == Attempt.Outcome.STARTED:
        return ""
    if attempt.status is None:
        return str(CAUSES.get(attempt.error, attempt.get_outcome_display()))
    taking = _("{status}，用时{ms}毫秒").format(status=attempt.status, ms=attempt.duration_ms or 0)
    why = cause_of(attempt)
    return _("{result}。{why}").format(result=taking, why=why) if why else taking


def cause_of(attempt: Attempt) -> str:
    """Why it was not taken and what to look at; empty where it was, or where the status says it all."""
    if attempt.outcome == Attempt.Outcome.TAKEN:
        return ""
    if attempt.status is not None and attempt.error.startswith("http-"):
        if attempt.status >= 500:
            return _("对方的程序出错了。看一下那边的日志。")
        return str(BY_STATUS.get(attempt.status, ""))
    return str(CAUSES.get(attempt.error, ""))
