"""Numbers to call, pay to and sign in with are hidden however they are dressed up; the case's own numbers stay."""

import pytest

from complaints.masking import MASK, masked

ORDER = "260520771234567719"


@pytest.mark.parametrize(
    "secret",
    [
        "13812345678",
        "+86 138-1234-5678",
        "1 3 8.1 2 3 4.5 6 7 8",
        "１３８１２３４５６７８",
        "一三八一二三四五六七八",
        "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
        "138\u200b1234\u200d5678",
        "0571-87654321",
        "400-800-1234",
        "33010619900101123X",
        "6222021234567890128",
        "134567890123456789",
        "https://qr.alipay.com/fkx1234",
        "weixin://wxpay/bizpayurl?pr=x",
        "￥AbC12345678￥",
        "lin@mail.example",
    ],
)
def test_what_leads_out_of_the_conversation_is_hidden_and_the_words_around_it_stay(secret: str) -> None:
    assert masked(f"打这个：{secret}，谢谢") == f"打这个：{MASK}，谢谢"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("微信号：abc_123", "微信号：****"),
        ("加微信 lan2026", "加微信 ****"),
        ("QQ 123456789", "QQ ****"),
        ("加q：123456789，加V lan_88", "加q：****，加V ****"),
        ("扣扣一二三四五六七八", "扣扣****"),
        ("my WeChat id is hello_there", "my WeChat id is ****"),
        ("卡号 6222 0212 3456 7890 12", "卡号 ****"),
        ("收到的验证码是483920", "收到的验证码是****"),
    ],
)
def test_a_name_or_number_is_known_by_the_word_before_it(words: str, shown: str) -> None:
    assert masked(words) == shown


@pytest.mark.parametrize(
    "words",
    [
        f"订单号{ORDER}，退469.00元，2026-06-01 20:31，打12315",
        f"订单 {ORDER[:6]} {ORDER[6:12]} {ORDER[12:]}",
        "快递SF1234567890123，三天到，一二三四号都行",
        "微信支付付的，QQ音乐会员，WeChat is great",
        "金额1234567.89，第20260601批",
        "<script>alert(1)</script> 😀👨‍👩‍👧 \u202eabc\u202c ﷺ٠١٢",
    ],
)
def test_ordinary_words_stay_as_they_were_written(words: str) -> None:
    assert masked(words, keep=[ORDER]) == words


def test_long_hostile_text_takes_no_time() -> None:
    for text in ("1-" * 2500, "一" * 5000, "a." * 2500 + "@", "微信" * 2500, "(0)" * 1600, "www." * 1200):
        masked(text)
