"""The words of the steps: what each is called, what was sent, what is expected, and what to do where it failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

TAKE, REFUSE = _("2xx"), _("4xx，比如400或401")
KEEP_RAW = _("用收到的原始字节验签，先验签再解析JSON；密钥去掉whsec_再做base64解码；逐个比较，用固定时间的比较函数。")
REQUIRE = _("三个请求头缺一个都回400，不要往下处理。")
WINDOW = _("拿webhook-timestamp和自己的时钟比，相差超过300秒就回400。机器要开时间同步。")
FORWARD = _("不认识的类型、字段都照收，回2xx，用不到就放着。")


class Words(NamedTuple):
    """In the reader's language, once it is known."""

    name: Any
    sent: Any
    expected: Any
    remedy: Any


WORDS: Mapping[str, Words] = {
    "signed": Words(_("签名正确的通知"), _("一条正常的通知"), TAKE, KEEP_RAW),
    "forged": Words(_("伪造的签名"), _("签名是32个零字节"), REFUSE, KEEP_RAW),
    "changed": Words(_("改过的内容"), _("签名以后，改了一个值"), REFUSE, KEEP_RAW),
    "spaced": Words(
        _("多了一个空格"),
        _("签名以后，JSON里多了一个空格"),
        REFUSE,
        _("不要把JSON解析了再写出来验签：要验收到的原始字节。"),
    ),
    "old-secret": Words(
        _("停用的密钥"), _("用一把已经不算数的密钥签名"), REFUSE, _("只认现在的密钥和换密钥期间的旧密钥，到期就删掉。")
    ),
    "without-signature": Words(_("没有签名"), _("去掉webhook-signature"), REFUSE, REQUIRE),
    "without-id": Words(_("没有编号"), _("去掉webhook-id"), REFUSE, REQUIRE),
    "without-timestamp": Words(_("没有时间"), _("去掉webhook-timestamp"), REFUSE, REQUIRE),
    "too-old": Words(_("太旧的通知"), _("时间是310秒以前，签名正确"), REFUSE, WINDOW),
    "too-new": Words(_("来自将来的通知"), _("时间是310秒以后，签名正确"), REFUSE, WINDOW),
    "rotation": Words(
        _("换密钥期间"),
        _("两个签名，对的在第二个"),
        TAKE,
        _("webhook-signature用空格隔开，有一个对就算对。"),
    ),
    "unknown-version": Words(_("没见过的签名版本"), _("前面多一个v9签名"), TAKE, _("不认识的版本跳过，接着看下一个。")),
    "ed25519": Words(
        _("ed25519签名"), _("只有v1a签名"), TAKE, _("用控制台里的公钥（whpk_…）验v1a签名，公钥要事先存好。")
    ),
    "again": Words(
        _("同一条再来一次"),
        _("编号和内容都一样，只有时间是新的"),
        TAKE,
        _("编号存进有唯一约束的表，和业务在同一个事务里；已经有了就直接回200。"),
    ),
    "at-once": Words(
        _("同一条同时来两次"),
        _("编号相同的两条，同时发出"),
        TAKE,
        _("靠数据库的唯一约束，不要先查再插：两条会同时查不到。"),
    ),
    "late": Words(
        _("晚到的旧版本"),
        _("先发case_version大的，再发小的"),
        TAKE,
        _("照收，回2xx；case_version不比手里的大，就不处理。"),
    ),
    "unknown-type": Words(_("没见过的类型"), _("type是case.something_new"), TAKE, FORWARD),
    "unknown-field": Words(_("没见过的字段"), _("data里多一个字段"), TAKE, FORWARD),
    "big": Words(_("最大的通知"), _("8192字节"), TAKE, _("请求体的上限设成16KiB以上。")),
    "words": Words(_("中文和表情符号"), _("UTF-8的内容"), TAKE, _("按UTF-8读，不要转码。")),
    "not-json": Words(
        _("不是JSON"), _("签名正确，内容不是JSON"), _("不是5xx，也不断开"), _("解析失败回400，不要让程序报错退出。")
    ),
    "still-there": Words(_("最后再来一条正常的"), _("一条正常的通知"), TAKE, _("前面的怪请求之后，服务还要能用。")),
    "fetched": Words(
        _("收到通知以后来取"),
        _("投诉里发生了一件事，发一条通知"),
        _("很快用练习密钥来读这件投诉"),
        _("收到通知以后用GET /api/v1/cases/{reference}读投诉：通知里没有内容。"),
    ),
    "busy": Words(
        _("429以后等够再来"),
        _("第一次来读这件投诉，回429和Retry-After: 1"),
        _("过了Retry-After写的秒数再读一次"),
        _("错误都是application/problem+json：按status和code处理，429和503要等Retry-After写的秒数，再发同样的请求。"),
    ),
    "answered": Words(
        _("答复只有一份"),
        _("看这次检查的投诉里有几份答复"),
        _("没有，或者只有一份"),
        _("重试答复时用同一个Idempotency-Key，每个新的答复换一个新的。"),
    ),
    "unchanged": Words(
        _("投诉变了，重新读过再答"),
        _("第一次答复之前，投诉里发生了一件事"),
        _("答复带着If-Match，收到412以后重新读，再带新的ETag答复"),
        _("答复时把读到的ETag放进If-Match。收到412，说明读过以后投诉又变了：重新读，看看答复还对不对，再发。"),
    ),
    "repeated": Words(
        _("没拿到结果，原样再发"),
        _("第一份答复收下了，但回503，像线路断了一样"),
        _("用同一个Idempotency-Key把同样的内容再发一次，拿到原来的结果；或者重新读投诉，看收下没有"),
        _("发之前先把Idempotency-Key和内容存好；超时、断开、5xx都用同一个编号原样再发，不要新编一个。"),
    ),
    "one-each": Words(
        _("一个编号只用在一份内容上"),
        _("看这次检查里的Idempotency-Key"),
        _("内容不同，编号就不同"),
        _("内容改了就换一个新的Idempotency-Key；旧编号配新内容会得到422 idempotency_key_reused。"),
    ),
    "feed": Words(
        _("通知列表读到最后一页"),
        _("第一页最多给一条通知"),
        _("more是true就拿next接着读，一直读到more是false"),
        _("页里有几条不算数，只看more；下一次的after用上一页的next，读完把它存下来。"),
    ),
    "compared": Words(
        _("核对一天的通知"),
        _("看有没有拿自己算的校验和来比"),
        _("GET /api/v1/events/days/{day}，把算出来的校验和放进If-None-Match，得到304"),
        _(
            "按docs/webhooks.md的办法算：按列表的顺序，每条一行，编号、空格、内容的SHA-256、换行。不一样就把那一天重读一遍。"
        ),
    ),
    "prompt": Words(_("答得快"), _("前面所有的请求"), _("每一条都在5秒以内"), _("先存下来、回2xx，再慢慢处理。")),
    "gone": Words(
        _("回410就停发"),
        _("一条测试，data里的answer_with是410"),
        _("410，或者像别的测试一样回2xx"),
        _("签名对的测试要收下。想看停发的样子，就在test是true、answer_with是410时回410。"),
    ),
    "back": Words(
        _("停发以后恢复"),
        _("恢复这个地址，再发一条正常的通知"),
        TAKE,
        _("地址停了以后，在控制台点“恢复”，或者调POST /api/v1/endpoints/{endpoint}/resume：搁置的通知会补发。"),
    ),
}

# Why there was no answer.
ERRORS: Mapping[str, Any] = {
    "dns": _("域名查不到"),
    "refused": _("连接被拒绝"),
    "reset": _("连接被断开"),
    "timeout": _("超时"),
    "tls": _("TLS握手失败"),
    "certificate": _("证书不对"),
    "client-certificate": _("对方要看我们的客户端证书：没有给，或者对方不认"),
    "own-tls": _("这个地址上的客户端证书或者附加的CA用不了"),
    "bad-http": _("不是HTTP回应"),
    "unreachable": _("连不上"),
    "not-on": _("这个地址没有开ed25519"),
    "no-answer": _("没有一条得到回应"),
    "given-up": _("连着几次没有回应，后面的没有发"),
    "case-spent": _("这次检查的投诉里，期间别的操作太多了，这一步做不了；另开一次检查，期间不要触发别的事"),
    "line-changed": _("这个地址期间有人改了或者删了，这一步没有做"),
}

# No line came about, so the step shows nothing of what it asks for; what helps is the same for every step.
UNCONNECTED = frozenset({"dns", "refused", "tls", "certificate", "client-certificate", "own-tls", "unreachable"})
CONNECT = _("先让这个地址连得上（域名、端口、证书），再开一次检查。")

# What was seen of the caller's own calls.
SEEN: Mapping[str, Any] = {
    "answers-0": _("没有看到答复；由人来答复的系统，这样也可以"),
    "no-read": _("没有来读投诉"),
    "not-again": _("没有再来读"),
    "too-early": _("Retry-After的时间没到就又来了"),
    "waited": _("等够了再来的"),
    "no-if-match": _("答复没有带If-Match"),
    "recovered": _("收到412以后重新读过，再答复的"),
    "not-recovered": _("收到412以后，没有重新读过再带If-Match答复"),
    "not-repeated": _("收到503以后没有再发，也没有重新读"),
    "read-instead": _("没有再发，但是重新读了投诉"),
    "other-key": _("再发的时候换了Idempotency-Key"),
    "other-body": _("再发的时候内容变了"),
    "same-answer": _("同一个编号、同样的内容，拿到了原来的结果"),
    "keys-apart": _("每个编号只用在一份内容上"),
    "key-reused": _("同一个编号用在了不同的内容上"),
    "no-feed": _("检查期间没有来读GET /api/v1/events"),
    "feed-unfinished": _("more还是true，没有接着读"),
    "feed-skipped": _("有一页的next没有接着读"),
    "feed-finished": _("读到了最后一页"),
    "no-sum": _("检查期间没有来核对"),
    "sum-unsent": _("读了校验和，没有用If-None-Match送来自己算的，这边看不出有没有比"),
    "sum-differs": _("送来的校验和跟我们的不一样"),
    "sum-same": _("两边一样"),
    "not-gone": _("没有按请求回410；不回也可以"),
    "stopped": _("回了410，我们马上停发，没发的先搁置，等恢复"),
    "changed-meanwhile": _("回了410；这个地址或者这次检查，期间有人停了或者改了，我们没有再动"),
    "not-stopped": _("没有停过，不用恢复"),
}
