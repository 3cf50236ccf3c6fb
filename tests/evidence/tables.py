"""Order exports as the platforms write them, and hostile ones, made from code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

NUMBER = "260520771234567719"
PHONE, ADDRESS, PERSON = "13800001234", "浙江省杭州市西湖区桂花路18号3幢501室", "林晓晓"

# One order in the middle of three, by platform: (headings, cells of that order).
PLATFORMS: dict[str, tuple[list[str], list[str]]] = {
    "taobao": (
        [
            *(
                "订单编号",
                "买家会员名",
                "买家应付货款",
                "总金额",
                "买家实际支付金额",
                "订单状态",
                "收货人姓名",
                "收货地址",
            ),
            *("联系手机", "订单创建时间", "订单付款时间", "宝贝标题", "宝贝总数量", "店铺名称", "物流单号"),
        ],
        [
            *(f'="{NUMBER}"', "lin_xx", "489.00", "489.00", "469.00", "交易成功", PERSON, ADDRESS),
            *(f"'{PHONE}", "2026-05-20 20:31:05", "2026-05-20 20:31:44", "桑蚕丝四件套", "1", "澜岸家居旗舰店"),
            "SF1098765432101",
        ],
    ),
    "pinduoduo": (
        [
            *(
                "商品",
                "订单号",
                "订单状态",
                "商品总价(元)",
                "店铺优惠折扣(元)",
                "用户实付金额(元)",
                "商品数量(件)",
                "收货人",
            ),
            *("手机", "省", "市", "区", "街道", "拼单成交时间", "快递单号", "快递公司", "店铺名称"),
        ],
        [
            *(
                "桑蚕丝四件套",
                "260520-771234567719",
                "已签收",
                "489",
                "20",
                "469",
                "1",
                PERSON,
                PHONE,
                "浙江省",
                "杭州市",
            ),
            *("西湖区", "桂花路18号", "2026-05-20 20:31:05", "YT8812345678901", "圆通", "澜岸家居旗舰店"),
        ],
    ),
    "jd": (
        [
            *(
                "订单号",
                "父单号",
                "商品ID",
                "商品名称",
                "订购数量",
                "支付方式",
                "下单时间",
                "京东价",
                "订单金额",
                "应付金额",
            ),
            *("订单状态", "下单帐号", "客户姓名", "客户地址", "联系电话", "付款确认时间", "店铺名称", "运单号"),
        ],
        [
            *(
                "260520771234",
                "",
                "100012",
                "桑蚕丝四件套",
                "1",
                "在线支付",
                "2026/5/20 20:31",
                "489.00",
                "489.00",
                "469.00",
            ),
            *("已完成", "jd_lin", PERSON, ADDRESS, PHONE, "2026/5/20 20:32", "澜岸家居旗舰店", "JDVB123456789"),
        ],
    ),
    "douyin": (
        [
            *("主订单编号", "子订单编号", "选购商品", "商品数量", "商品ID", "商品单价", "订单应付金额", "收件人"),
            *(
                "收件人手机号",
                "详细地址",
                "订单提交时间",
                "支付完成时间",
                "达人昵称",
                "订单状态",
                "快递信息",
                "店铺名称",
            ),
        ],
        [
            *(f"\t{NUMBER}", f"{NUMBER}A", "桑蚕丝四件套", "1", "36218811", "489.00", "469.00", PERSON, PHONE, ADDRESS),
            *("2026-05-20 20:31:05", "2026-05-20 20:31:44", "小满", "已完成", "顺丰 SF1098765432101", "澜岸家居旗舰店"),
        ],
    ),
    "kuaishou": (
        [
            *("订单编号", "商品名称", "商品数量", "商品单价", "实付款", "订单状态", "订单创建时间", "支付时间"),
            *("收货人姓名", "收货人电话", "收货地址", "快递单号", "店铺名称"),
        ],
        [
            *("2605207712345", "桑蚕丝四件套", "1", "489.00", "￥469.00", "交易成功", "2026年5月20日 20:31", ""),
            *(PERSON, PHONE, ADDRESS, "SF1098765432101", "澜岸家居旗舰店"),
        ],
    ),
    "english": (
        [
            "Order No.",
            "Store",
            "Item",
            "Qty",
            "Amount paid (CNY)",
            "Order time",
            "Status",
            "Recipient",
            "Phone",
            "Tracking number",
        ],
        [
            NUMBER,
            "Lan'an Home",
            "Silk bedding set",
            "1",
            "469.00",
            "2026-05-20T20:31:05",
            "Completed",
            PERSON,
            PHONE,
            "SF1098765432101",
        ],
    ),
}


def rows_of(platform: str) -> list[list[str]]:
    """Headings and three orders; the one that counts is the second."""
    headings, cells = PLATFORMS[platform]
    return [headings, _other(cells, "1", "88.00"), cells, _other(cells, "2", "1,280.50")]


def _other(cells: Sequence[str], end: str, paid: str) -> list[str]:
    """Another order: another number, another sum, another day."""
    changed = []
    for cell in cells:
        plain = cell.strip("\t'=\"")
        if len(plain) >= 12 and plain.replace("-", "")[:12].isdigit() and plain != PHONE:
            cell = cell.replace(plain, plain[:-6] + end + plain[-5:])
        elif cell.strip("￥") in {"469.00", "469"}:
            cell = paid
        changed.append(cell)
    return changed


def csv_bytes(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig", sign: str = ",") -> bytes:
    return "".join(sign.join(_quoted(cell) for cell in row) + "\r\n" for row in rows).encode(encoding)


def _quoted(cell: str) -> str:
    return (
        '"' + cell.replace('"', '""') + '"'
        if any(sign in cell for sign in '",\t\n;') and not cell.startswith("=")
        else cell
    )


def xlsx_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([cell.strip("='\"\t") if isinstance(cell, str) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def swollen_xlsx(size: int = 90 << 20) -> bytes:
    """A workbook whose one sheet is blanks that inflate a thousandfold."""
    out = io.BytesIO(xlsx_bytes([["订单号", "实付"], ["1", "2"]]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/blanks.bin", b" " * size)
    return out.getvalue()
