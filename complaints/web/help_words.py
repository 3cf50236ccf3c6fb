"""The how-to pages as values: steps with a drawing each; sending what was written, and trimming a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the name of its drawing (templates/help/draw), a few words, and one sentence."""

    drawing: str
    title: Any
    sentence: Any


@dataclass(frozen=True, slots=True)
class HowTo:
    """A page of help. ``must``, ``leave_out`` and ``mistakes`` are lists of their own, empty where there is nothing to
    say; ``stuck`` is what to do when none of it worked."""

    heading: Any
    lead: Any
    steps: tuple[Step, ...]
    stuck: Any
    must: tuple[Any, ...] = ()
    leave_out: tuple[Any, ...] = ()
    mistakes: tuple[Any, ...] = ()


TRIM = HowTo(
    heading=_("录屏太大，传不上去"),
    lead=_("只要主播说那句话的前后一分钟。截短的是复制出来的一段，原来那段留着。"),
    steps=(
        Step("open", _("在相册里打开这段录屏"), _("苹果手机点“编辑”；安卓手机点“编辑”或剪刀样的图标。")),
        Step("trim", _("拖动两头的边"), _("把开头和结尾往中间拖，只留那句话的前后一分钟。")),
        Step(
            "save", _("存成一段新的"), _("苹果手机点“完成”，选“将视频存储为新剪辑”；安卓手机一般点“保存”，会另存一段。")
        ),
        Step("upload", _("回来选新的这段"), _("新的一段排在相册最后，选它上传。")),
    ),
    must=(_("这句话前面半分钟：听得出在说哪件商品"), _("直播间名字或主播账号露过面")),
    mistakes=(_("用聊天软件发给自己来压缩：画面会糊，时间也丢了。"), _("直接覆盖了原来那段：以后要看完整的就没有了。")),
    stuck=_("还是太大，就分成两段传，或者先截几张画面，再写一句说明。"),
)

CONTACT = HowTo(
    heading=_("写好的话，去哪里发"),
    lead=_("从订单里找客服发，会留下记录，日后看得出你什么时候说的。"),
    steps=(
        Step("service", _("打开订单详情，点客服"), _("找“联系商家”或“客服”，别在评论区、粉丝群里发。")),
        Step("paste", _("粘贴，发送"), _("长按输入框，点“粘贴”，核对订单号，再点发送。")),
        Step("dates", _("截一张图留着"), _("截到对方的名字、发送的日期和那段话。")),
        Step("reply", _("对方怎么回，也截下来"), _("回到投诉里补充证据，判定会重新算一次。")),
    ),
    must=(_("发给谁：店铺、主播还是平台，一方一段，各有各的说法"), _("给个期限：那段话里已经写好了")),
    mistakes=(
        _("打电话说：没有记录，事后说不清，打完补一条文字。"),
        _("一气之下骂人：说事实和依据，就够了。"),
        _("听话先确认收货或撤投诉：谈妥、收到钱以后再说。"),
    ),
    stuck=_("找不到客服，就发给平台客服，请它转给店铺；或者下载投诉函，寄到营业执照上的地址。"),
)
