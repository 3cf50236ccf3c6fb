"""Every code of a refusal: its status, and what to do about it. Programs read the code, people the sentence."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CODES: dict[str, tuple[int, Promise]] = {
    "invalid": (400, _("有的字段要改，看errors")),
    "malformed": (400, _("不是正确的JSON，或者查询写错了")),
    "idempotency_key_missing": (400, _("请求头缺Idempotency-Key")),
    "not_authenticated": (401, _("没有带密钥")),
    "bad_key": (401, _("密钥不存在、过期、撤销了，或者写在了网址里")),
    "scope_missing": (403, _("这把密钥没有这项权限")),
    "scope_exceeded": (403, _("一把密钥不能给出它自己没有的权限")),
    "network_not_allowed": (403, _("这把密钥不能从这个网段用")),
    "wrong_kind_of_key": (403, _("密钥和地址不是一类：平台、商家和主播用/cases，协会的网点和热线用/consumer")),
    "not_found": (404, _("没有，或者贵机构看不到")),
    "copy_pending": (404, _("证据还在遮盖个人信息，过一会儿再取")),
    "no_copy": (404, _("这种文件没有可以给贵机构的副本")),
    "method_not_allowed": (405, _("这个地址不支持这种方法")),
    "cannot_act": (409, _("太晚了，或者少了什么；原因在detail")),
    "cannot_answer": (409, _("不该由贵机构答复，或者还没请贵机构答复")),
    "cannot_write": (409, _("消费者没有允许留言，或者对话关了")),
    "illegal_move": (409, _("投诉已经结束，不能这样做")),
    "other_version": (409, _("协议换了版本，重新读了再确认")),
    "cannot_change_endpoint": (409, _("这个地址现在不能这样改，看detail")),
    "cannot_resend": (409, _("这条通知不能重发，看detail")),
    "bundle_not_ready": (409, _("证据包还没做好")),
    "bundle_expired": (410, _("证据包过期删除了，重新做一个")),
    "day_forgotten": (410, _("那一天的通知已经清掉了")),
    "changed_meanwhile": (412, _("你读了以后投诉又变了；看version和changes，重新读一遍再决定")),
    "too_large": (413, _("JSON超过1MiB")),
    "file_too_big": (413, _("文件太大")),
    "unsupported_media_type": (415, _("请求的格式不是这里要的")),
    "idempotency_key_reused": (422, _("这个Idempotency-Key用在别的请求上了")),
    "test_key_needed": (403, _("这里只收练习密钥")),
    "cannot_practise": (409, _("练习环境里现在做不到，看detail")),
    "cannot_change_key": (422, _("密钥不能这样改，看errors")),
    "endpoint_not_allowed": (422, _("这个网址不能用来收通知，看detail")),
    "cannot_bundle": (422, _("东西太多，装不进一个包")),
    "cannot_offer": (422, _("方案少了金额，或者没有留出表态的日子")),
    "cannot_answer_record": (422, _("这一项少了文件或者原因，看errors")),
    "file_type": (422, _("不收这种文件")),
    "file_damaged": (422, _("文件打不开")),
    "file_empty": (422, _("文件是空的")),
    "file_too_large": (422, _("图片尺寸太大")),
    "file_name": (422, _("文件名的结尾不对")),
    "file_too_many": (422, _("文件太多")),
    "too_many_requests": (429, _("这一分钟的次数用完了，等Retry-After秒")),
    "too_many_messages": (429, _("留言太多，等Retry-After秒")),
    "too_many_bundles": (429, _("证据包太多，等Retry-After秒")),
    "too_many_probes": (429, _("试得太多，等Retry-After秒")),
    "internal": (500, _("我们这边出错了，detail里有编号")),
    "practice_unheard": (503, _("练习：已经收下，故意没有把结果给你；用同一个Idempotency-Key再发一次")),
    "paper_not_made": (503, _("文件一时做不出来，等Retry-After秒")),
    "database_unavailable": (503, _("数据库一时连不上，等Retry-After秒")),
    "storage_unavailable": (503, _("证据存储一时连不上，等Retry-After秒")),
    "file_no_space": (507, _("没有地方放文件了")),
}
# What every call with a key may meet; and what every call that sends something may meet beside it.
_ENTERING = (
    *("invalid", "malformed", "not_authenticated", "bad_key"),
    *("scope_missing", "network_not_allowed", "wrong_kind_of_key"),
)
READING: tuple[str, ...] = (*_ENTERING, "not_found", "too_many_requests")
_SAYING = ("idempotency_key_missing", "too_large", "unsupported_media_type", "idempotency_key_reused")
SENDING: tuple[str, ...] = (*READING, *_SAYING)
FILES = tuple(code for code in CODES if code.startswith("file_"))
