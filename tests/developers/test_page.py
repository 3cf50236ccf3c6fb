"""The documentation for platforms: whole, in both languages, readable by everybody, and its checker keeps nothing."""

from __future__ import annotations

import json
import re
import time

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from accounts.credentials import mint_api_key, mint_signing_secret
from complaints import webhooks
from complaints.api import docs
from complaints.api.urls import urlpatterns
from complaints.flow import dispatch
from complaints.models import Tally
from complaints.web.developers import DOCS, FILES, NOT_FOR_PLATFORMS
from complaints.web.developers_words import ADDRESSES, NOTICES
from complaints.web.markdown import parts_of

pytestmark = pytest.mark.django_db

BODY = '{"data":{"words":"直播间"},"type":"case.closed"}'
ID = f"msg_{'0' * 32}"
PAGE = "/developers/"
IN_FULL = "/developers/api/"


@pytest.fixture
def reader() -> Client:
    return Client(headers={"Accept-Language": "zh"})


def notice(secret: str, *, at: float | None = None, body: str = BODY) -> dict[str, str]:
    """What a receiver would paste."""
    moment = int(time.time() if at is None else at)
    signature = webhooks.sign(ID, moment, body.encode(), [secret])
    given = {"secret": secret, "message_id": ID, "timestamp": str(moment), "signature": signature, "body": body}
    return given


def told(reader: Client, given: dict[str, str]) -> str:
    page = reader.post(PAGE, given)
    assert page.status_code == 200
    return page.content.decode()


def test_everything_our_documents_say_to_platforms_is_on_the_page_in_both_languages(reader: Client) -> None:
    for prefix in ("", "/en"):
        first, second = (reader.get(prefix + path).content.decode() for path in (PAGE, IN_FULL))
        for name, page in (("webhooks.md", first), ("api.md", second)):
            for title in re.findall(r"^## (.+)$", (DOCS / name).read_text("utf-8"), re.MULTILINE):
                shown = f">{title}</h3>" in page or title in {"Errors", "Changes"}
                assert shown != (title in NOT_FOR_PLATFORMS), title
            targets = set(re.findall(r'href="#([\w-]+)"', page))
            assert targets <= set(re.findall(r'id="([\w-]+)"', page))
            assert page.count("<h1") == 1
            assert ("细则只有英文" in page) == (not prefix)
        linked = set(re.findall(rf'href="{prefix}{IN_FULL}#([\w-]+)"', first))
        assert linked and linked <= set(re.findall(r'id="([\w-]+)"', second))


def test_the_tables_name_every_address_and_every_notice_there_is() -> None:
    every = (str(each.pattern) for each in urlpatterns if each.callback.__module__ != docs.__name__)
    patterns = (each for each in every if not each.startswith("consumer/"))  # of associations: tests/kiosk
    known = {
        re.sub(r"<(?:int|str):\w+_id>", "{id}", f"/{each}")
        .replace("<str:", "{")
        .replace("<int:", "{")
        .replace(">", "}")
        for each in patterns
    }
    assert {address.split()[1] for address, _words in ADDRESSES} == known - {"/<path:nowhere}"}
    text = (DOCS / "webhooks.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `((?:case|message|endpoint|api_key)\.\w+)`", text, re.MULTILINE))
    assert set(NOTICES) == documented
    assert set(dispatch.NOTICES.values()) <= documented


def test_the_old_address_leads_to_the_page_in_the_readers_language_and_the_text_stays_readable() -> None:
    for language, page in (("zh-CN", PAGE), ("en-GB", f"/en{PAGE}"), ("fr", PAGE)):
        answer = Client(headers={"Accept-Language": language}).get("/api/v1/docs/")
        assert (answer.status_code, answer["Location"]) == (302, page), language
        assert "Accept-Language" in answer["Vary"]
    for path, name in (("/api/v1/docs.md", "api.md"), ("/api/v1/webhooks.md", "webhooks.md")):
        answer = Client().get(path)
        assert answer["Content-Type"].startswith("text/plain")
        assert answer.content == (DOCS / name).read_bytes()


def test_programs_are_shown_as_they_are_and_can_be_taken_home(reader: Client) -> None:
    for language, file in (("", "verify.py"), ("java", "Verify.java"), ("go", "verify.go"), ("node", "verify.mjs")):
        page = reader.get(PAGE, {"lang": language}).content.decode()
        assert f"verify/{file}" in re.findall(r'href="/developers/examples/([^"]+)" download>下载', page)
        assert page.count('aria-current="true"') == 1
    for name in FILES:
        assert (
            reader.get(reverse("complaints:developers-example", args=[name])).content
            == (DOCS / "examples" / name).read_bytes()
        )
    for name in ("../api.md", "platform/../../api.md", "verify", "verify/none.py", "platform/__pycache__/x.pyc"):
        assert reader.get(f"/developers/examples/{name}").status_code == 404


def test_html_in_a_document_is_shown_not_obeyed() -> None:
    (part,) = parts_of('<script>x</script> [a](javascript:x) [b](other.md) **`GET /x`** "q"', prefix="t", links={})
    assert "<script" not in part.html
    assert "<a" not in part.html


def test_the_checker_says_valid_or_which_part_differs(reader: Client) -> None:
    secret = mint_signing_secret()
    good = notice(secret)
    assert "签名正确" in told(reader, good)
    with_names = {"message_id": f"Webhook-Id: {ID}", "signature": f"v1,xx {good['signature']}"}
    assert "签名正确" in told(reader, {**good, **with_names})
    for off in (-400, 400):
        page = told(reader, notice(secret, at=time.time() + off))
        assert re.search(r"签名对得上，但时间戳和现在相差(39|40)\d秒", page)
    assert "正文前后多了空格或换行" in told(reader, {**good, "body": f"{BODY}\r\n"})
    assert "解析以后又重新写成了JSON" in told(reader, {**good, "body": json.dumps(json.loads(BODY), indent=1)})
    other = told(reader, {**good, "body": "正文🧥\u202e" * 50, "message_id": "x", "timestamp": "5"})
    for words in ("至少有一样和发送时不同", "webhook-id应该是msg_", "不是完整的JSON", "另外，时间戳和现在相差"):
        assert words in other
    assert "至少有一样和发送时不同" in told(reader, {**good, "secret": mint_signing_secret()})


def test_what_is_missing_or_not_whole_is_said_at_its_field_and_the_rest_is_kept(reader: Client) -> None:
    good = notice(mint_signing_secret())
    wrong = {
        "message_id": ("", "缺少webhook-id"),
        "timestamp": ("1780282800000", "这是毫秒"),
        "signature": ("v1,abc", "签名没有粘全"),
        "secret": (mint_api_key().text, "这是接口密钥"),
        "body": ("", "粘贴请求的正文"),
    }
    for field, (value, words) in wrong.items():
        page = told(reader, {**good, field: value})
        assert words in page, field
        assert "<title>错误：" in page
        assert good["message_id" if field != "message_id" else "timestamp"] in page
    for field in ("timestamp", "secret"):
        for value in ("１２３", "whsec_不", "\u200b", "9" * 300, "a\x00b", "-1"):
            assert "错误：" in told(reader, {**good, field: value}), (field, value)
    assert "错误：" in told(reader, {**good, "body": "字" * 9000})


def test_nothing_pasted_is_kept_and_one_network_may_not_check_for_ever(
    reader: Client, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SIGNATURE_CHECKS_PER_NETWORK_AN_HOUR = 2
    good = notice(mint_signing_secret())
    for _time in range(2):
        told(reader, good)
    late = reader.post(PAGE, good)
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 0
    page = late.content.decode()
    assert "查得太多了" in page
    assert good["message_id"] in page
    assert "no-store" in late["Cache-Control"]
    assert good["secret"] not in caplog.text
    assert not any(value in f"{row}" for row in Tally.objects.values() for value in good.values())
    assert not reader.session.keys()
