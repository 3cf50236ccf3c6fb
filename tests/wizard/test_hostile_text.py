"""Whatever people type or paste into a field of text is kept and shown as it is; too much of it is said in figures."""

import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from complaints.asking.pages import BY_SLUG
from complaints.models import Complaint
from tests.builders import filed
from tests.case.test_offers import address, offered
from tests.cast import Cast
from tests.wizard.steps import send, typed, walk

pytestmark = pytest.mark.django_db

HOSTILE = {
    "emoji": "快递👨‍👩‍👧‍👦假货😡",
    "right to left": "بضاعة مغشوشة",
    "invisible": "零宽\u200b字\u200d和\u202e反向\u202c",
    "combining": "Z̸̢͓̈́a̷͠l̶g̵o é",
    "markup": "<b>粗</b>&amp;\"'{{x}}",
}
LONG = "长" * 5000
# Every field of text of the form, and what must be chosen beside it for the field to count.
FIELDS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("story", "story", {}),
    ("platform", "other", {"platform": "other"}),
    ("room", "room", {}),
    ("anchor", "anchor", {}),
    ("anchor", "account", {}),
    ("shop", "shop", {}),
    ("shop", "company", {}),
    ("goods", "goods", {}),
    ("payment", "payee", {"payment": "person"}),
    ("promise", "said", {}),
    ("promise", "got", {}),
    ("replies", "quote-anchor", {}),
    ("contact", "name", {}),
)
SAYS_HOW_MUCH = re.compile(r"还要删(\d+)字|最多(\d+)|现在有(\d+)")


@pytest.mark.parametrize(("page", "field", "beside"), FIELDS, ids=[f"{page}.{field}" for page, field, _ in FIELDS])
def test_every_field_of_the_form_keeps_what_was_typed(
    client: Client, cast: Cast, page: str, field: str, beside: dict[str, str]
) -> None:
    walk(client)
    fields = {**typed()[page], **beside}
    for kind, text in HOSTILE.items():
        send(client, page, **{**fields, field: text})
        shown = client.get(BY_SLUG[page].url).content.decode()
        assert escape(text) in shown, kind
    shown = send(client, page, **{**fields, field: LONG})
    assert LONG in shown
    assert "data-focus" in shown and "errsum" in shown
    assert SAYS_HOW_MUCH.search(shown)


def test_a_case_full_of_it_is_filed_and_every_page_of_it_stands(client: Client, cast: Cast) -> None:
    everything = " ".join(HOSTILE.values())
    walk(client, story={"story": everything}, goods={"goods": HOSTILE["markup"]}, contact={"name": HOSTILE["emoji"]})
    client.post("/complaint/check/", {"declared": "on"})
    complaint = Complaint.objects.get()
    assert complaint.story == everything
    for path in ("", "decision/", "trace/", "days/", "next/", "letter/", "evidence/"):
        answer = client.get(f"/case/{complaint.reference}/{path}")
        assert answer.status_code == 200
        assert "<b>粗</b>" not in answer.content.decode()


@pytest.mark.parametrize("answer", ["refuse", "counter"])
def test_what_is_said_to_an_offer_is_kept_and_too_much_is_said(client: Client, cast: Cast, answer: str) -> None:
    complaint = filed(at=timezone.now(), consumer=cast.lin).complaint
    offer = offered(complaint, cast)
    client.force_login(cast.lin)
    shown = client.post(address(offer), {"do": answer, "amount": "300", "words": LONG}).content.decode()
    assert LONG in shown
    assert "还要删4500字" in shown
