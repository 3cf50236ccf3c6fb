"""Twenty screenshots in the styles of common shopping apps, each with what truly stands on it.

The five in UNSEEN were drawn before the parser was written and not read until it stood: their figures are told apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from PIL import Image

from tests.reading.drawing import Screen
from tests.reading.spoiling import photographed, smaller, squeezed

Truth = dict[str, str]
UNSEEN: Final = frozenset({"english", "large-type", "receipt", "tmall-dark-small", "photo-turned-dark"})


@dataclass(frozen=True, slots=True)
class Style:
    """One screenshot: how it is drawn, and the value of each field that stands on it."""

    name: str
    draw: Callable[[], Image.Image]
    truth: Truth = field(default_factory=dict)


def taobao(*, dark: bool = False) -> Image.Image:
    page = Screen(dark=dark)
    page.status()
    page.heading("交易成功", "淘宝 · 感谢你的信任")
    page.line("收货人 李* 138****5678", 34)
    page.shade(520)
    page.line("澜岸家居旗舰店 >", 38)
    page.goods(["桑蚕丝四件套春秋款100%", "桑蚕丝床单被套"], "¥599.00", spec="月光白 1.8米床")
    page.spread("商品总价", "¥599.00")
    page.spread("优惠", "-¥130.00")
    page.spread("实付款", "¥469.00", colour=page.strong)
    page.down(40)
    page.shade(560)
    page.pair("订单编号", "2605207712345677190", colon=":", copy="复制")
    page.pair("支付宝交易号", "2026052022001412345678901234", colon=":")
    page.pair("创建时间", "2026-05-20 21:14:33", colon=":")
    page.pair("付款时间", "2026-05-20 21:14:40", colon=":")
    page.pair("发货时间", "2026-05-21 10:02:11", colon=":")
    page.pair("成交时间", "2026-06-03 10:02:12", colon=":")
    page.buttons("查看物流", "申请售后", "评价")
    return page.done()


TAOBAO = {
    "platform": "taobao",
    "shop": "澜岸家居旗舰店",
    "order_number": "2605207712345677190",
    "amount": "469.00",
    "ordered_on": "2026-05-20",
    "payment_number": "2026052022001412345678901234",
    "goods": "桑蚕丝四件套春秋款100%桑蚕丝床单被套",
}


def douyin(*, dark: bool = False, number: str = "6923456789012345678") -> Image.Image:
    page = Screen(dark=dark)
    page.status("09:12")
    page.heading("交易成功", "包裹已送达，感谢使用抖音商城")
    page.shade(760)
    page.line("韵食坊官方旗舰店 >", 36)
    page.goods(["【直播专享】即食燕窝", "70g*6瓶礼盒装"], "¥159.00", spec="6瓶礼盒", count="×1")
    page.spread("商品总价", "¥159.00")
    page.spread("运费", "¥0.00")
    page.spread("平台优惠", "-¥30.00")
    page.spread("实付款", "¥129.00", colour=page.strong)
    page.down(30)
    page.shade(420)
    page.pair("订单编号", number, copy="复制")
    page.pair("下单时间", "2026-05-18 20:33:10")
    page.pair("支付方式", "抖音支付")
    page.pair("支付时间", "2026-05-18 20:33:25")
    page.buttons("申请售后", "再来一单")
    return page.done()


DOUYIN = {
    "platform": "douyin",
    "shop": "韵食坊官方旗舰店",
    "order_number": "6923456789012345678",
    "amount": "129.00",
    "ordered_on": "2026-05-18",
    "goods": "【直播专享】即食燕窝70g*6瓶礼盒装",
}


def kuaishou() -> Image.Image:
    page = Screen(dark=True)
    page.status()
    page.heading("待收货", "还剩9天自动确认收货")
    page.shade(560)
    page.line("快手小店 | 老赵家茶叶 >")
    page.goods(["明前龙井茶叶礼盒250g", "正宗原产地"], "￥268.00", count="x2")
    page.spread("商品金额", "￥536.00")
    page.spread("快递费", "￥0.00")
    page.spread("店铺优惠", "-￥38.50")
    page.spread("实付金额", "￥497.50", colour=page.strong)
    page.down(40)
    page.shade(420)
    page.line("订单信息", 40)
    page.pair("订单编号", "2613800012345678", colon="：", copy="复制")
    page.pair("创建时间", "2026-04-30 22:01:09", colon="：")
    page.pair("付款时间", "2026-04-30 22:01:30", colon="：")
    page.pair("支付方式", "微信支付", colon="：")
    return page.done()


def pinduoduo() -> Image.Image:
    page = Screen()
    page.status()
    page.heading("已签收", "您的快件已由【菜鸟驿站】代收")
    page.shade(420)
    page.line("小满日用百货店 >")
    page.goods(["硅藻泥吸水脚垫浴室", "防滑地垫"], "¥32.90")
    page.spread("实付:", "¥29.90（免运费）", colour=page.strong)
    page.down(30)
    page.shade(560)
    page.pair("订单编号", "260520-123456789012345", colon="：", copy="复制")
    page.pair("商品快照", "发生交易争议时，可作为判断依据", colon="：")
    page.pair("支付方式", "微信", colon="：")
    page.pair("下单时间", "2026-05-20 08:15:22", colon="：")
    page.pair("拼单时间", "2026-05-20 08:15:40", colon="：")
    page.pair("发货时间", "2026-05-20 19:40:02", colon="：")
    page.pair("快递单号", "YT8812345678901", colon="：", copy="复制")
    page.pair("物流公司", "圆通快递", colon="：")
    page.line("拼多多 官方补贴 假一赔十", 30, page.faint)
    return page.done()


def jd() -> Image.Image:
    page = Screen()
    page.status()
    page.heading("已完成", "感谢您在京东购物，欢迎您再次光临")
    page.shade(620)
    page.line("观澜数码京东自营旗舰店")
    page.goods(["观澜 降噪蓝牙耳机 Pro", "2026新款 黑色"], "¥1599.00")
    page.spread("商品总额", "¥1,599.00")
    page.spread("立减", "-¥130.00")
    page.spread("运费", "¥0.00")
    page.spread("实付款", "¥1,469.00", colour=page.strong)
    page.down(30)
    page.shade(360)
    page.pair("订单编号", "283456789012", colon="：", copy="复制")
    page.pair("下单时间", "2026-03-08 00:03:17", colon="：")
    page.pair("支付方式", "在线支付", colon="：")
    page.pair("支付时间", "2026-03-08 00:03:40", colon="：")
    page.pair("配送方式", "京东快递", colon="：")
    return page.done()


def channels() -> Image.Image:
    page = Screen()
    page.status()
    page.centred("订单详情", 40)
    page.heading("交易完成", "视频号小店 · 微信支付")
    page.shade(460)
    page.line("青禾山货铺")
    page.goods(["野生黑木耳干货500g"], "¥88.00", spec="一斤装")
    page.spread("合计", "¥96.00")
    page.spread("实付", "¥88.00")
    page.down(30)
    page.shade(500)
    page.spread("订单编号", "3712345678901234567", tail="复制")
    page.spread("下单时间", "2026-02-11 19:22:05")
    page.spread("支付时间", "2026-02-11 19:22:30")
    page.spread("物流公司", "中通快递")
    page.spread("快递单号", "78912345678901", tail="复制")
    return page.done()


def xiaohongshu() -> Image.Image:
    page = Screen()
    page.status()
    page.heading("已完成")
    page.shade(420)
    page.line("一颗糖手作饰品 >")
    page.goods(["天然淡水珍珠耳环女", "14k包金"], "¥219", spec="白色/一对")
    page.spread("商品总价", "¥219.00")
    page.spread("优惠", "-¥20.00")
    page.spread("实付金额", "¥199.00", colour=page.strong)
    page.down(40)
    page.shade(420)
    page.spread("订单号", "P712345678901234567", tail="复制")
    page.spread("下单时间", "2026-01-05 12:40:18")
    page.spread("付款时间", "2026-01-05 12:41:02")
    page.spread("支付方式", "支付宝")
    page.line("小红书 商家客服", 32, page.faint)
    return page.done()


def wechat_pay() -> Image.Image:
    page = Screen()
    page.status()
    page.centred("账单详情", 40)
    page.down(40)
    page.centred("青禾山货铺", 44)
    page.centred("-88.00", 84)
    for label, value in (
        ("当前状态", "支付成功"),
        ("支付时间", "2026年2月11日 19:22:30"),
        ("商品", "微信小店-野生黑木耳"),
        ("商户全称", "青禾山货铺（个体工商户）"),
        ("收单机构", "财付通支付科技有限公司"),
        ("支付方式", "零钱"),
        ("交易单号", "4200002345202602111234567890"),
        ("商户单号", "3712345678901234567"),
    ):
        page.pair(f"{label}　", value, size=36)
    page.line("对订单有疑惑", 34, (80, 110, 160))
    return page.done()


def alipay() -> Image.Image:
    page = Screen()
    page.status()
    page.centred("账单详情", 40)
    page.down(30)
    page.centred("澜岸家居旗舰店", 40)
    page.centred("-469.00", 88)
    page.centred("交易成功", 34, page.faint)
    for label, value in (
        ("付款方式", "余额宝"),
        ("商品说明", "桑蚕丝四件套春秋款"),
        ("支付时间", "2026-05-20 21:14:40"),
        ("收款方全称", "杭州澜岸家居有限公司"),
        ("订单号", "2026052022001412345678901234"),
        ("商家订单号", "T200P2605207712345677190"),
    ):
        page.spread(label, value)
    page.line("支付宝 · 账单管理", 32, page.faint)
    return page.done()


def logistics() -> Image.Image:
    page = Screen()
    page.status()
    page.heading("已签收")
    page.shade(300)
    page.line("顺丰速运 SF1234567890123  复制", 38)
    page.line("官方电话 95338", 32, page.faint)
    page.down(20)
    for at, words in (
        ("2026-05-24 14:02:11", "【杭州市】您的快件已签收，签收人：本人"),
        ("2026-05-24 08:30:45", "快件派送中，派送员：王师傅 13900001111"),
        ("2026-05-23 22:11:05", "快件到达【杭州转运中心】"),
        ("2026-05-21 18:20:31", "快件已由商家揽收"),
    ):
        page.line(words, 36)
        page.line(at, 30, page.faint)
        page.down(16)
    return page.done()


def chat() -> Image.Image:
    page = Screen()
    page.status()
    page.centred("澜岸家居客服", 40)
    page.centred("5月24日 15:20", 30, page.faint)
    page.bubble(["订单号6923456789012345678", "收到的不是桑蚕丝"], mine=True)
    page.bubble(["亲，您看退您50元可以吗？", "麻烦加一下13812345678"], mine=False)
    page.bubble(["我付了469块，50元打发人？"], mine=True)
    page.bubble(["那您找主播吧，不是我们说的"], mine=False)
    page.centred("5月24日 18:02", 30, page.faint)
    page.bubble(["我要求退一赔三"], mine=True)
    return page.done()


def long_page() -> Image.Image:
    page = Screen()
    page.status()
    page.heading("买家已付款", "等待卖家发货 · 淘宝")
    page.shade(700)
    page.line("木棉坊家纺 >")
    for title, price in (("纯棉毛巾家用洗脸巾", "¥39.90"), ("全棉浴巾加厚吸水", "¥69.00")):
        page.goods([title], price)
    page.spread("商品总价", "¥108.90")
    page.spread("店铺优惠", "-¥10.00")
    page.spread("实付款", "¥98.90", colour=page.strong)
    page.down(40)
    page.line("你可能还喜欢", 44)
    for number in range(14):
        page.goods([f"推荐商品第{number + 1}款", "限时特价 满减"], f"¥{19 + number * 7}.80", spec="已售1万+")
        page.down(40)
    page.line("订单信息", 42)
    page.pair("订单编号", "2604301198765432107", colon="：", copy="复制")
    page.pair("支付宝交易号", "2026043022001498765432101234", colon="：")
    page.pair("创建时间", "2026-04-30 09:08:07", colon="：")
    page.pair("付款时间", "2026-04-30 09:08:30", colon="：")
    return page.done()


def photo() -> Image.Image:
    return photographed(douyin(number="6911112222333344445"), 7)


# ── Not looked at until the parser stood ─────────────────────────────────────────────────────────────────────────────


def english() -> Image.Image:
    page = Screen()
    page.status()
    page.heading("Completed", "Thank you for shopping on Taobao")
    page.shade(520)
    page.line("Lan'an Home Flagship Store >")
    page.goods(["Mulberry silk bedding set", "4 pieces, 1.8 m"], "¥599.00")
    page.spread("Subtotal", "¥599.00")
    page.spread("Discount", "-¥130.00")
    page.spread("Total paid", "¥469.00", colour=page.strong)
    page.down(40)
    page.shade(460)
    page.pair("Order No.", "2605207712345677190", colon=":", copy="Copy")
    page.pair("Alipay transaction No.", "2026052022001412345678901234", colon=":")
    page.pair("Created on", "2026-05-20 21:14:33", colon=":")
    page.pair("Paid on", "2026-05-20 21:14:40", colon=":")
    return page.done()


def large_type() -> Image.Image:
    page = Screen(scale=1.5)
    page.status()
    page.heading("交易成功")
    page.line("小满日用百货店 >")
    page.goods(["硅藻泥吸水脚垫"], "¥32.90")
    page.spread("实付", "¥29.90", colour=page.strong)
    page.stacked("订单编号", "260520-123456789012345")
    page.stacked("下单时间", "2026-05-20 08:15:22")
    page.stacked("快递单号", "极兔速递 JT3012345678901")
    page.line("拼多多", 34, page.faint)
    return page.done()


def receipt() -> Image.Image:
    page = Screen(width=640, serif=True)
    page.paper = (250, 250, 246)
    page.centred("小满生活馆", 44)
    page.centred("购物小票", 34)
    page.line("单号：XM20260612000873", 28)
    page.line("日期：2026/06/12 16:45", 28)
    page.line("--------------------------------", 28)
    page.spread("有机小米5斤", "59.80", size=28)
    page.spread("枸杞250g", "36.00", size=28)
    page.line("--------------------------------", 28)
    page.spread("合计", "95.80", size=28)
    page.spread("优惠", "5.80", size=28)
    page.spread("实收", "90.00", size=32)
    page.spread("支付宝", "90.00", size=28)
    page.centred("谢谢惠顾", 28)
    return page.done()


def tmall_dark_small() -> Image.Image:
    page = Screen(dark=True)
    page.status()
    page.heading("卖家已发货", "天猫 · 运单号码：4312345678901")
    page.line("韵达快递", 32, page.faint)
    page.shade(520)
    page.line("花间集化妆品专营店 >")
    page.goods(["玻尿酸补水面膜20片", "保湿修护"], "¥158.00")
    page.spread("订单总价", "¥158.00")
    page.spread("红包", "-¥19.00")
    page.spread("实付款(含运费)", "¥139.00", colour=page.strong)
    page.down(30)
    page.pair("订单编号", "2606180012345671234", colon="：", copy="复制")
    page.pair("支付宝交易号", "2026061822001411112222333344", colon="：")
    page.pair("创建时间", "2026-06-18 00:01:02", colon="：")
    return squeezed(smaller(page.done(), 0.5), 30)


def photo_turned_dark() -> Image.Image:
    page = Screen(dark=True)
    page.status()
    page.heading("已收货", "微信小店")
    page.line("阿诚渔具")
    page.goods(["碳素鱼竿4.5米超轻"], "¥328.00")
    page.spread("商品金额", "¥328.00")
    page.spread("实付款", "¥318.00")
    page.pair("订单编号", "3720000111122223333", copy="复制")
    page.pair("下单时间", "2026-05-02 20:20:20")
    page.pair("支付时间", "2026-05-02 20:20:41")
    page.pair("物流单号", "SF3012345678901", copy="复制")
    page.down(200)
    return photographed(page.done(), 11, turn=-3.0).transpose(Image.Transpose.ROTATE_90)


STYLES: Final = (
    Style("taobao", taobao, TAOBAO),
    Style("taobao-dark", lambda: taobao(dark=True), TAOBAO),
    Style("douyin", douyin, DOUYIN),
    Style("douyin-dark", lambda: douyin(dark=True), DOUYIN),
    Style(
        "kuaishou-half",
        lambda: smaller(kuaishou(), 0.5),
        {
            "platform": "kuaishou",
            "shop": "老赵家茶叶",
            "order_number": "2613800012345678",
            "amount": "497.50",
            "ordered_on": "2026-04-30",
            "goods": "明前龙井茶叶礼盒250g正宗原产地",
        },
    ),
    Style(
        "pinduoduo",
        pinduoduo,
        {
            "platform": "pinduoduo",
            "shop": "小满日用百货店",
            "order_number": "260520-123456789012345",
            "amount": "29.90",
            "ordered_on": "2026-05-20",
            "goods": "硅藻泥吸水脚垫浴室防滑地垫",
            "carrier": "圆通速递",
            "parcel_number": "YT8812345678901",
        },
    ),
    Style(
        "jd-q30",
        lambda: squeezed(jd(), 30),
        {
            "platform": "jd",
            "shop": "观澜数码京东自营旗舰店",
            "order_number": "283456789012",
            "amount": "1469.00",
            "ordered_on": "2026-03-08",
            "goods": "观澜 降噪蓝牙耳机 Pro 2026新款 黑色",
            "carrier": "京东快递",
        },
    ),
    Style(
        "channels",
        channels,
        {
            "platform": "channels",
            "shop": "青禾山货铺",
            "order_number": "3712345678901234567",
            "amount": "88.00",
            "ordered_on": "2026-02-11",
            "goods": "野生黑木耳干货500g",
            "carrier": "中通快递",
            "parcel_number": "78912345678901",
        },
    ),
    Style(
        "xiaohongshu",
        xiaohongshu,
        {
            "platform": "xiaohongshu",
            "shop": "一颗糖手作饰品",
            "order_number": "P712345678901234567",
            "amount": "199.00",
            "ordered_on": "2026-01-05",
            "goods": "天然淡水珍珠耳环女14k包金",
        },
    ),
    Style(
        "wechat-pay",
        wechat_pay,
        {
            "platform": "channels",
            "shop": "青禾山货铺",
            "goods": "微信小店-野生黑木耳",
            "amount": "88.00",
            "ordered_on": "2026-02-11",
            "payment_number": "4200002345202602111234567890",
        },
    ),
    Style(
        "alipay",
        alipay,
        {
            "shop": "澜岸家居旗舰店",
            "amount": "469.00",
            "ordered_on": "2026-05-20",
            "payment_number": "2026052022001412345678901234",
            "goods": "桑蚕丝四件套春秋款",
        },
    ),
    Style(
        "logistics",
        logistics,
        {"carrier": "顺丰速运", "parcel_number": "SF1234567890123", "delivered_on": "2026-05-24"},
    ),
    Style("chat", chat, {"order_number": "6923456789012345678"}),
    Style(
        "long",
        long_page,
        {
            "platform": "taobao",
            "shop": "木棉坊家纺",
            "order_number": "2604301198765432107",
            "amount": "98.90",
            "ordered_on": "2026-04-30",
            "payment_number": "2026043022001498765432101234",
            "goods": "纯棉毛巾家用洗脸巾",
        },
    ),
    Style("photo", photo, {**DOUYIN, "order_number": "6911112222333344445"}),
    Style(
        "english",
        english,
        {
            "platform": "taobao",
            "shop": "Lan'an Home Flagship Store",
            "order_number": "2605207712345677190",
            "amount": "469.00",
            "ordered_on": "2026-05-20",
            "payment_number": "2026052022001412345678901234",
            "goods": "Mulberry silk bedding set 4 pieces, 1.8 m",
        },
    ),
    Style(
        "large-type",
        large_type,
        {
            "platform": "pinduoduo",
            "shop": "小满日用百货店",
            "order_number": "260520-123456789012345",
            "amount": "29.90",
            "ordered_on": "2026-05-20",
            "goods": "硅藻泥吸水脚垫",
            "carrier": "极兔速递",
            "parcel_number": "JT3012345678901",
        },
    ),
    Style(
        "receipt",
        receipt,
        {"order_number": "XM20260612000873", "amount": "90.00", "ordered_on": "2026-06-12", "shop": "小满生活馆"},
    ),
    Style(
        "tmall-dark-small",
        tmall_dark_small,
        {
            "platform": "taobao",
            "shop": "花间集化妆品专营店",
            "order_number": "2606180012345671234",
            "amount": "139.00",
            "ordered_on": "2026-06-18",
            "payment_number": "2026061822001411112222333344",
            "goods": "玻尿酸补水面膜20片保湿修护",
            "carrier": "韵达快递",
            "parcel_number": "4312345678901",
        },
    ),
    Style(
        "photo-turned-dark",
        photo_turned_dark,
        {
            "platform": "channels",
            "shop": "阿诚渔具",
            "order_number": "3720000111122223333",
            "amount": "318.00",
            "ordered_on": "2026-05-02",
            "goods": "碳素鱼竿4.5米超轻",
            "parcel_number": "SF3012345678901",
            "carrier": "顺丰速运",
        },
    ),
)
