"""The parties learn that somebody else filed it and no more; officers see whom; one's data can be had and erased."""

import io
import json
import zipfile
from datetime import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.names import keep_password
from complaints.flow import account, telling
from complaints.flow.account import claim
from complaints.flow.consumer import withdraw
from complaints.flow.intake import Filed, add_evidence, add_evidence_to_draft, file_complaint
from complaints.models import Actor, Complaint, Contact, Delivery, Draft, Event, Evidence, Helper, Speaker
from complaints.statement import filing_from
from tests.builders import EMAIL, FOR_LIN, HELPER, HELPER_EMAIL, HELPER_PHONE, NAME, a_draft, a_screenshot, filed
from tests.cast import MONDAY, PASSWORD, Cast
from tests.channels.test_letter_and_pack import opened, says
from tests.platform.calls import Machine, told
from tests.wizard.steps import walk

SECRETS = (HELPER, HELPER_PHONE, HELPER_EMAIL)


def filed_for_lin(*, at: datetime | None = None, account: User | None = None, told: str = "helper") -> Filed:
    """Filed by a helper for Lin."""
    return file_for_lin(draft_for_lin(at or timezone.now(), told=told), account, at=at or timezone.now())


def draft_for_lin(at: datetime, *, told: str = "helper") -> Draft:
    draft = a_draft(at=at)
    draft.answers |= {**FOR_LIN, "buyer": {**FOR_LIN["buyer"], "told": told}}
    draft.save()
    return draft


def file_for_lin(draft: Draft, account: User | None, *, at: datetime) -> Filed:
    return file_complaint(draft, filing_from(draft.answers), consumer=account, at=at)


@pytest.fixture
def case(cast: Cast) -> Complaint:
    """Filed for Lin by a helper with an account (Zhao's), with an order and a signed letter of authority."""
    draft = draft_for_lin(timezone.now())
    add_evidence_to_draft(draft, a_screenshot(), kind="order", at=timezone.now())
    add_evidence_to_draft(draft, a_screenshot("委托书.png", "#112233"), kind="authority", at=timezone.now())
    return file_for_lin(draft, cast.zhao, at=timezone.now()).complaint


@pytest.fixture
def helper(case: Complaint, cast: Cast) -> Client:
    browser = Client()
    browser.force_login(cast.zhao)
    return browser


def test_a_party_learns_that_somebody_else_filed_it_and_never_who(case: Complaint, cast: Cast) -> None:
    machine = Machine(cast.key)
    shown = told(machine.get(f"/cases/{case.reference}"), 200)
    assert shown["filed_by_helper"] is True
    assert shown["authority_given"] is True
    assert [piece["kind"] for piece in shown["evidence"]] == ["order"]
    authority = case.evidence.authority().get()
    assert machine.get(f"/cases/{case.reference}/evidence/{authority.pk}").status_code == 404
    assert not Evidence.objects.visible_to(cast.platform).filter(pk=authority.pk).exists()
    everything = json.dumps([shown, told(machine.get("/events?after=0"), 200)], ensure_ascii=False)
    bodies = [bytes(each.body).decode() for each in Delivery.objects.all()]
    for secret in (*SECRETS, NAME, "child"):
        assert secret not in everything
        assert not any(secret in body for body in bodies)
        assert not any(secret in json.dumps(each.body, ensure_ascii=False) for each in Event.objects.all())


def test_a_complaint_of_ones_own_says_so(cast: Cast) -> None:
    reference = filed(at=timezone.now()).complaint.reference
    shown = told(Machine(cast.key).get(f"/cases/{reference}"), 200)
    assert (shown["filed_by_helper"], shown["authority_given"]) == (False, False)
    refused = Machine(cast.key).offer(reference, a_screenshot(), kind="authority", party="platform")
    assert refused.status_code == 400


def test_an_officer_sees_helper_relation_and_letter_and_asks_where_it_is_missing(cast: Cast, case: Complaint) -> None:
    desk = Client()
    desk.force_login(cast.chen)
    page = desk.get(f"/admin/case/{case.reference}/").content.decode()
    assert "由他人代为提交" in page
    assert "周*" in page
    assert "子女" in page
    assert HELPER not in page
    opened_page = desk.post(f"/admin/case/{case.reference}/contact/", {"reason": "reach"}).content.decode()
    assert all(secret in opened_page for secret in SECRETS)
    assert case.events.filter(kind="contact-viewed").exists()
    assert "about=authority" not in page

    other = filed_for_lin().complaint
    page = desk.get(f"/admin/case/{other.reference}/").content.decode()
    assert "about=authority" in page
    asking = desk.get(f"/admin/case/{other.reference}/act/ask/?to=consumer&about=authority")
    assert "请补一份委托书" in asking.content.decode()


def test_the_helper_finds_it_marked_and_the_buyer_who_takes_it_over_is_told_so(
    helper: Client, case: Complaint, cast: Cast
) -> None:
    assert f"帮<bdi>{NAME}</bdi>" in helper.get("/mine/").content.decode()
    Complaint.objects.update(consumer=cast.lin)
    buyer = Client()
    buyer.force_login(cast.lin)
    page = buyer.get("/mine/").content.decode()
    assert "由他人代为提交" in page
    assert f"帮<bdi>{NAME}</bdi>" not in page


def test_a_code_put_into_the_account_with_the_helpers_address_is_the_helpers(cast: Cast) -> None:
    complaint = filed_for_lin().complaint
    own = keep_password(HELPER_EMAIL, PASSWORD, language="zh")
    claim(complaint, user=own, at=timezone.now())
    assert Helper.objects.get().account == own


@pytest.mark.parametrize(
    ("chosen", "addresses"),
    [("helper", [HELPER_EMAIL]), ("buyer", [EMAIL]), ("both", [HELPER_EMAIL, EMAIL])],
)
def test_notices_go_where_it_was_chosen(cast: Cast, chosen: str, addresses: list[str]) -> None:
    filed_for_lin(at=MONDAY, told=chosen)
    telling.send_due(lambda: MONDAY, until=MONDAY.replace(minute=1))
    assert [letter.to[0] for letter in mail.outbox] == addresses
    for letter in mail.outbox:
        is_buyers = letter.to == [EMAIL]
        assert ("别人替你提交" in str(letter.body)) is is_buyers
        assert not any(secret in str(letter.body) for secret in (NAME, HELPER, HELPER_PHONE))


def test_a_helper_who_wants_no_letters_does_not_silence_the_buyer(cast: Cast) -> None:
    cast.zhao.wants_notices = False
    cast.zhao.save()
    filed_for_lin(at=MONDAY, account=cast.zhao, told="both")
    telling.send_due(lambda: MONDAY, until=MONDAY.replace(minute=1))
    assert [letter.to for letter in mail.outbox] == [[EMAIL]]
    assert "/track/" in str(mail.outbox[0].body)  # the case stands in the helper's account, not in the buyer's


def test_the_export_holds_the_helper_and_the_letter_and_deleting_erases_the_helper_alone(
    helper: Client, case: Complaint, cast: Cast
) -> None:
    response = helper.post("/account/data/", {"password": PASSWORD})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    (found,) = json.loads(archive.read("data.json"))["complaints"]
    assert found["helper"] == {
        "relation": "child",
        "told": "helper",
        "name": HELPER,
        "phone": HELPER_PHONE,
        "email": HELPER_EMAIL,
    }
    assert {piece["kind"] for piece in found["evidence"]} == {"order", "authority"}

    withdraw(case, actor=Actor.consumer(cast.zhao), at=timezone.now())
    account.delete(cast.zhao, at=timezone.now())
    assert Helper.objects.get().reveal() == {"name": "", "phone": "", "email": ""}
    assert Helper.objects.get().account is None
    contact = Contact.objects.get(complaint=case)
    assert contact.reveal()["name"] == NAME
    assert not contact.erase_at_end


def test_a_helper_who_deletes_the_account_neither_mutes_nor_erases_the_buyer(cast: Cast) -> None:
    cast.zhao.wants_notices = False
    cast.zhao.save()
    in_account = filed_for_lin(at=MONDAY, account=cast.zhao, told="both").complaint
    taken_over = filed_for_lin(at=MONDAY, account=cast.zhao, told="both").complaint
    account.release(taken_over, user=cast.zhao, at=MONDAY)
    account.claim(taken_over, user=cast.lin, at=MONDAY)
    browser = Client()
    browser.force_login(cast.zhao)
    assert "你帮别人提交的投诉里" in browser.get("/account/delete/").content.decode()
    account.delete(cast.zhao, at=MONDAY)

    for complaint in (in_account, taken_over):
        contact = Contact.objects.get(complaint=complaint)
        assert contact.reveal()["email"] == EMAIL
        assert (contact.muted_at, contact.erase_at_end) == (None, False)
        assert not any(Helper.objects.get(complaint=complaint).reveal().values())
    assert Complaint.objects.get(pk=taken_over.pk).consumer == cast.lin
    telling.send_due(lambda: MONDAY, until=MONDAY.replace(minute=1))
    assert {letter.to[0] for letter in mail.outbox} == {EMAIL}
    withdraw(Complaint.objects.get(pk=in_account.pk), actor=Actor.receipt(in_account.pk), at=MONDAY)
    assert account.erase_ended(at=MONDAY) == 0


def test_a_buyer_who_deletes_the_account_takes_the_contact_with_it_at_the_end(cast: Cast) -> None:
    complaint = filed_for_lin(at=MONDAY, told="buyer").complaint
    account.claim(complaint, user=cast.lin, at=MONDAY)
    account.delete(cast.lin, at=MONDAY)
    assert Contact.objects.get(complaint=complaint).erase_at_end


# ── Papers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_letter_of_authority_names_both_and_leaves_lines_for_what_is_unknown(client: Client, cast: Cast) -> None:
    walk(client, start="behalf", until="platform")
    early = client.get("/complaint/authority/").content.decode()
    assert NAME in early
    assert "letter__blank" in early.partition("订单号")[2].partition("</tr>")[0]
    walk(client, start="behalf")
    made = client.get("/complaint/authority.pdf").content
    for words in ("授权委托书", NAME.removesuffix("canary"), "桑蚕丝四件套", "代为提交投诉", "委托人签名"):
        assert says(made, words)
    assert not says(made, "身份证")


def test_the_letter_to_a_party_is_the_buyers_and_tells_nothing_of_the_helper(helper: Client, case: Complaint) -> None:
    text = helper.get(f"/case/{case.reference}/letter/?to=merchant").content.decode()
    sheet = text.partition('id="letter"')[2].partition("</article>")[0]
    assert NAME in sheet
    assert "由他人代为提交" in sheet
    assert case.evidence.of_dispute().get().blob.sha256 in sheet
    assert case.evidence.authority().get().blob.sha256 not in sheet
    assert not any(secret in sheet for secret in SECRETS)


def test_a_pack_names_the_agent_and_holds_the_signed_letter(helper: Client, case: Complaint) -> None:
    archive, manifest = opened(helper.get(f"/case/{case.reference}/pack/regulator/?understood=on"))
    assert {"evidence-01.png", "authority-01.png"} <= set(archive.namelist())
    assert {each["name"] for each in manifest["files"]} >= {"authority-01.png"}
    paste = archive.read("paste.txt").decode()
    assert f"投诉人：{NAME}" in paste
    assert f"代理人：{HELPER}（子女）" in paste
    assert says(archive.read("papers.pdf"), "代理人")


def test_the_case_page_says_what_the_letter_is_for_and_nobody_else_opens_it(helper: Client, case: Complaint) -> None:
    page = helper.get(f"/case/{case.reference}/").content.decode()
    assert "《市场监督管理投诉举报处理办法》第11条" in page
    assert helper.get(f"/case/{case.reference}/authority/").status_code == 200
    stranger = Client()
    for path in ("authority/", "authority.pdf"):
        assert stranger.get(f"/case/{case.reference}/{path}").status_code == 404


def test_a_case_without_a_helper_has_no_such_page_and_a_closed_one_takes_no_more(
    helper: Client, case: Complaint, cast: Cast
) -> None:
    own: Filed = filed(at=timezone.now(), consumer=cast.zhao)
    assert helper.get(f"/case/{own.complaint.reference}/authority/").status_code == 404
    withdraw(case, actor=Actor.consumer(cast.zhao), at=timezone.now())
    sent = helper.post(f"/case/{case.reference}/authority/", {"pieces": a_screenshot("新的.png", "#445566")})
    assert sent["Location"] == f"/case/{case.reference}/"
    assert case.evidence.authority().count() == 1


def test_a_letter_added_by_the_verb_asks_no_law(case: Complaint, cast: Cast) -> None:
    before = case.decisions.count()
    add_evidence(
        case,
        a_screenshot("二.png", "#778899"),
        kind="authority",
        speaker=Speaker.CONSUMER,
        actor=Actor.consumer(cast.zhao),
        at=timezone.now(),
    )
    assert case.decisions.count() == before
