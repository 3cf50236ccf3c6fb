"""What the invented consumers bought, where, and how they tell it. No person, shop or platform here exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goods:
    """A thing sold in live rooms: its name, category of the law files, and the usual price in yuan."""

    name: str
    category: str
    price: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong: the letter of its problem, its finer kind, what was said of the goods, and what came."""

    kind: str  # as the form keeps it: letter-code
    weight: int  # how often, against the others
    said: str
    got: str

    @property
    def letter(self) -> str:
        return self.kind[0]


GOODS = (
    Goods("桑蚕丝四件套", "home", 469),
    Goods("记忆棉枕头", "home", 129),
    Goods("不锈钢炒锅", "home", 199),
    Goods("碎花连衣裙", "clothing", 168),
    Goods("羊绒大衣", "clothing", 699),
    Goods("防晒衣", "clothing", 89),
    Goods("头层牛皮手提包", "shoes_bags", 358),
    Goods("软底运动鞋", "shoes_bags", 219),
    Goods("和田玉手镯", "jewellery", 1280),
    Goods("淡水珍珠项链", "jewellery", 399),
    Goods("抗皱面霜", "cosmetics", 239),
    Goods("品牌口红", "cosmetics", 268),
    Goods("美白面膜", "cosmetics", 99),
    Goods("儿童益生菌粉", "health_food", 158),
    Goods("深海鱼油", "health_food", 288),
    Goods("手打牛肉丸", "food", 79),
    Goods("新疆灰枣", "food", 59),
    Goods("酱香白酒", "alcohol", 499),
    Goods("阳澄湖大闸蟹", "fresh_food", 328),
    Goods("赣南脐橙", "fresh_food", 49),
    Goods("婴儿推车", "baby_goods", 560),
    Goods("积木玩具", "toy", 139),
    Goods("空气炸锅", "appliance", 259),
    Goods("吹风机", "appliance", 149),
    Goods("蓝牙耳机", "electronics", 199),
    Goods("二手手机", "electronics", 1699),
    Goods("儿童绘本", "books", 88),
    Goods("电动车头盔", "safety_gear", 119),
)
TROUBLES = (
    Trouble("C-effect", 16, "用三天就见效", "用了半个月一点变化都没有"),
    Trouble("C-material", 18, "百分百真材实料，假一赔三", "吊牌上写的成分完全不一样"),
    Trouble("C-faked-data", 4, "已经卖了十万单", "后来才知道销量是刷出来的"),
    Trouble("C-prize", 5, "下单的都有免单名额", "中了奖一直不兑现"),
    Trouble("C-room-promise", 5, "七天内不满意，直播间全额退", "找直播间退，说要找店铺"),
    Trouble("D-broken", 14, "质量放心，坏了包换", "第二次用就坏了"),
    Trouble("D-different", 14, "和镜头里的一模一样", "颜色、大小都和展示的不一样"),
    Trouble("D-tampered", 6, "全新正品", "明显是翻新过的"),
    Trouble("D-no-label", 4, "厂家直发", "包装上没有厂名厂址"),
    Trouble("D-unsafe", 3, "安全无刺激", "用的时候漏电"),
    Trouble("B-stalled", 12, "售后无忧", "要求退换，一直说在处理"),
    Trouble("B-refund", 9, "支持七天无理由", "退回去三周了还没退款"),
    Trouble("B-seven-days", 6, "支持七天无理由", "第三天申请退货，不给退"),
    Trouble("B-not-delivered", 7, "48小时内发货", "过了半个月还没发货"),
    Trouble("B-terms", 3, "放心拍", "说签收即认可，概不退换"),
    Trouble("H-was-price", 7, "原价两千，今天只要三百", "查了一下平时就卖三百"),
    Trouble("H-overcharged", 3, "下单立减五十", "结账的时候没有减"),
    Trouble("G-cure", 5, "能治关节炎", "包装上写着不能代替药物"),
    Trouble("G-no-approval", 2, "医生都推荐", "页面上没有广告批准文号"),
    Trouble("F-expired", 5, "当天现做现发", "收到时已经过期"),
    Trouble("F-no-date", 3, "农家自产", "没有生产日期"),
    Trouble("E-fake-brand", 6, "专柜正品，支持验货", "品牌方说不是他们生产的"),
    Trouble("E-pirated", 2, "正版授权", "印得模糊，是盗版"),
    Trouble("A-reviews", 2, "好评如潮", "我的差评被删了"),
    Trouble("A-identity", 3, "平台严选", "向平台要商家信息，一直不给"),
)
ROOMS = ("小满家居间", "云上小铺", "老李海鲜", "美妆阿月", "田姐农货", "阿布数码", "暖冬衣橱", "玉见", "晨光母婴",
         "南山果园", "一锅好饭", "静夜书房", "星星玩具", "轻骑装备", "橘子生活")  # fmt: skip
ANCHORS = ("小满", "云朵", "老李", "阿月", "田姐", "阿布", "冬冬", "玉儿", "晨晨", "果叔", "阿锅", "静静")
SHOPS = ("澜岸家居旗舰店", "云上小铺", "海口码头直供", "月光美妆集合店", "田园优选", "布谷数码专营店", "暖冬服饰",
         "石上清泉珠宝", "晨曦母婴", "南岭鲜果", "知味厨具", "拾光图书", "木马玩具", "骑士装备店")  # fmt: skip
NAMES = ("王女士", "李先生", "周女士", "陈先生", "许女士", "何先生", "郭女士", "罗先生", "梁女士", "宋先生")
REPLIES = (
    "主播说的我们不清楚",
    "请联系店铺处理",
    "平台只提供场所",
    "已经反馈，请耐心等待",
    "拆封了不能退",
    "您自己没看清楚",
)
PLATFORMS = (
    ("橙子购", "Orange Buy"),
    ("鲸选直播", "Whale Picks Live"),
    ("朝市", "Morning Market"),
    ("南风好物", "South Wind Goods"),
    ("芒种集市", "Grain Rain Fair"),
    ("七点半", "Half Past Seven"),
    ("山海买", "Hills and Sea"),
    ("微光直播", "Glimmer Live"),
)
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "accepted": ("核实属实，同意按消费者的要求办理。", "已经原路退款，抱歉耽误了。"),
    "accepted_in_part": ("同意退货退款，不同意另外赔偿。", "可以补发一件，运费由我们承担。"),
    "disputed": ("商品页写得清楚，没有夸大。", "我们有进货单，是正品。", "签收时没有提出异议。"),
    "not_ours": ("商品由店铺销售，请找店铺。", "直播间不是我们开的。", "我们只提供技术服务。"),
}
ASKED = "请补一张能看清日期的订单截图。"
FOUND = "比对了订单、直播回放和双方提交的材料，消费者的说法有凭据。"
DECLINED = "材料和说明已经看过，按规定不能受理，可以走另外的途径。"


def story_of(goods: Goods, trouble: Trouble, room: str, reply: str) -> str:
    """What happened, in a few sentences of a consumer."""
    bought = f"我在“{room}”看直播，主播说这款{goods.name}“{trouble.said}”，我就下单了。"
    return f"{bought}{trouble.got}。找了商家、主播和平台，回复是“{reply}”。"
