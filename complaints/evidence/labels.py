"""The words by which shopping apps, payment pages, parcel pages and till slips call things, in Chinese and English."""

import re

ANY_CASE = re.IGNORECASE

ORDER_NUMBER = re.compile(
    r"(?:(?<![家户付])(?:订单编号|订单号码|订单编码|订单号|订单ID)|交易订单号|小票号|单据号|(?<![\u4e00-\u9fff])单号"
    r"|(?<![\u4e00-\u9fff])流水号|order\s*(?:no|number|id|#))",
    ANY_CASE,
)
AMOUNT = re.compile(
    r"(?:实付款|实付金额|实付总额|实付|实际付款|实际支付|实收金额|实收|付款金额|支付金额|已付款|已付金额|已支付"
    r"|(?:total|amount)\s*paid|amount\s*due\s*paid|payment\s*amount|you\s*paid|paid(?!\s*(?:on|at|time|date|with|by)))",
    ANY_CASE,
)
WEAK_AMOUNT = re.compile(
    r"(?:合计|总计|共计|订单总价|订单总额|订单金额|应付款?|消费金额|交易金额"
    r"|order\s*total|grand\s*total|total(?!\s*(?:paid|items)))",
    ANY_CASE,
)
ORDERED = re.compile(
    r"(?:下单时间|下单日期|创建时间|订单时间|订单日期|订单创建时间|购买时间|交易日期|消费时间|销售日期|日期"
    r"|created\s*(?:on|at|time)?|order(?:ed)?\s*(?:time|date|on|at)|order\s*placed|placed\s*(?:on|at)|date)",
    ANY_CASE,
)
PAID = re.compile(
    r"(?:付款时间|支付时间|转账时间|拼单时间|交易时间|成团时间"
    r"|paid\s*(?:on|at)|payment\s*(?:time|date))",
    ANY_CASE,
)
DELIVERED = re.compile(r"(?:签收时间|收货时间|妥投时间|送达时间|delivered\s*(?:on|at)?|delivery\s*time)", ANY_CASE)
SIGNED_FOR = re.compile(r"(?:已签收|已妥投|已送达|签收人|本人签收|已代收|signed\s*for|delivered)", ANY_CASE)
PAYMENT_NUMBER = re.compile(
    r"(?:支付宝交易号|支付宝交易单号|微信支付单号|支付交易号|支付单号|转账单号|支付流水号|交易单号|交易号|交易流水号"
    r"|(?:alipay|wechat|payment)?\s*transaction\s*(?:no|number|id))",
    ANY_CASE,
)
PARCEL_NUMBER = re.compile(
    r"(?:快递单号|快递编号|运单号码|运单编号|运单号|物流单号|物流编号|包裹单号"
    r"|tracking\s*(?:no|number|id)|waybill\s*(?:no)?)",
    ANY_CASE,
)
SHOP = re.compile(
    r"(?:店铺名称|店铺名|店铺|商家名称|商家|卖家|商户名称|收款商户|商户全称|收款方全称|收款方|销售方"
    r"|sold\s*by|seller|shop\s*name|store\s*name|merchant)(?!单号|订单|客服|电话|优惠|编号|已|正|发|通过)",
    ANY_CASE,
)
COMPANY = re.compile(r"(?:商户全称|收款方全称|销售方)")  # the firm behind the shop, which may be called otherwise
GOODS = re.compile(
    r"(?:商品名称|商品说明|商品描述|商品信息|商品(?!总|金|快|合|数|件|详|原|优|小|券|编)"
    r"|item(?:\s*name)?|product(?:\s*name)?)",
    ANY_CASE,
)
ROOM = re.compile(r"(?:直播间名称|直播间|来源直播间|来自直播间|live\s*room)(?!号|专享|价|优惠|同款|福利)", ANY_CASE)
ANCHOR = re.compile(r"(?:主播名称|主播昵称|主播|带货达人|达人|anchor|host)(?!推荐|说|专享|优惠)", ANY_CASE)
OF_ROOM = re.compile(r"([^\s,.:;!?|<>@#的]{2,24})(?:的直播间|正在直播)")

SHOP_ENDS = re.compile(
    r"(?:旗舰店|专营店|专卖店|自营店|企业店|官方店|体验店|百货店|杂货店|小店|商行|店铺|店|铺子|铺|生活馆|馆|超市|商城|工作室|store|shop|mall)$",
    ANY_CASE,
)
NO_SHOP = re.compile(
    r"(?:查看|更多|全部|详情|地址|联系|客服|物流|售后|评价|订单|收货|发票|优惠|进店|推荐|喜欢|复制|签收|验证|小票|谢谢|欢迎|感谢"
    r"|发货|%|\dG\b|账单|服务|保障|驿站|设置|关注|my\s|view|more|details|thank|contact|completed)",
    ANY_CASE,
)
STATES = re.compile(
    r"(?:交易成功|交易完成|交易关闭|已完成|已收货|待收货|待发货|已发货|卖家已发货|买家已付款|已签收|拼单成功|订单详情|支付成功|completed|shipped|delivered)",
    ANY_CASE,
)
TOTALS = re.compile(
    r"^(?:商品(?:总价|总额|金额|合计)|运费|快递费|配送费|优惠|立减|红包|店铺优惠|平台优惠|满减|券|合计|总计|小计|实付|应付|订单总|退款|定金"
    r"|单价|税|subtotal|discount|shipping|total|coupon|tax)",
    ANY_CASE,
)
ON_PAYMENT_PAGE = re.compile(
    r"(?:账单详情|交易单号|支付成功|付款方式|收款方|商户单号|转账|收单机构"
    r"|bill\s*details)",
    ANY_CASE,
)
VARIANT = re.compile(r"(?:规格|颜色|尺码|已选|款式|型号|[/;]|(?:装|码|色)$)")

# The page's own words → the platform. The first list tells it outright, the second only where nothing else does.
PLATFORMS = {
    "taobao": (
        re.compile(r"淘宝|天猫|聚划算|taobao|tmall", ANY_CASE),
        re.compile(r"支付宝交易号|alipay\s*transaction", ANY_CASE),
    ),
    "douyin": (re.compile(r"抖音|抖店|douyin", ANY_CASE), re.compile(r"(?!)")),
    "kuaishou": (re.compile(r"快手|kuaishou", ANY_CASE), re.compile(r"(?!)")),
    "pinduoduo": (re.compile(r"拼多多|多多买菜|pinduoduo", ANY_CASE), re.compile(r"拼单|百亿补贴|极速退款")),
    "jd": (re.compile(r"京东(?!快递|物流|支付|白条)|\bJD\.?com", ANY_CASE), re.compile(r"京豆|京东(?:快递|物流)")),
    "channels": (re.compile(r"视频号|微信小店|微信视频号|wechat\s*channels", ANY_CASE), re.compile(r"(?!)")),
    "xiaohongshu": (re.compile(r"小红书|xiaohongshu|rednote", ANY_CASE), re.compile(r"(?!)")),
}
PLATFORM_NAMES = {
    "taobao": ("淘宝", "Taobao"),
    "douyin": ("抖音", "Douyin"),
    "kuaishou": ("快手", "Kuaishou"),
    "pinduoduo": ("拼多多", "Pinduoduo"),
    "jd": ("京东", "JD.com"),
    "channels": ("微信视频号", "WeChat Channels"),
    "xiaohongshu": ("小红书", "Xiaohongshu"),
}

CARRIERS = {
    "顺丰速运": re.compile(r"顺丰|SF\s*express", ANY_CASE),
    "圆通速递": re.compile(r"圆通|YTO", ANY_CASE),
    "中通快递": re.compile(r"中通(?!知)|ZTO", ANY_CASE),
    "申通快递": re.compile(r"申通|STO\s*express", ANY_CASE),
    "韵达快递": re.compile(r"韵达|yunda", ANY_CASE),
    "极兔速递": re.compile(r"极兔|J&T", ANY_CASE),
    "邮政EMS": re.compile(r"\bEMS\b|中国邮政|邮政快递|邮政速递"),
    "京东快递": re.compile(r"京东(?:快递|物流)|JD\s*logistics", ANY_CASE),
    "德邦快递": re.compile(r"德邦|deppon", ANY_CASE),
    "菜鸟速递": re.compile(r"菜鸟(?:速递|直送)|丹鸟"),
}
# Numbers that tell their carrier by themselves.
OF_CARRIER = {
    "顺丰速运": re.compile(r"SF\d{12,13}"),
    "圆通速递": re.compile(r"YT\d{13}"),
    "极兔速递": re.compile(r"JT\d{13}"),
    "京东快递": re.compile(r"JD[A-Z]{0,2}\d{11,14}"),
    "邮政EMS": re.compile(r"E[A-Z]\d{9}CN"),
}
