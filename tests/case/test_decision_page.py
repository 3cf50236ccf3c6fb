"""The decision page says each party's word with its articles, keeps every version, and takes answers."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow.clock import lapse
from complaints.flow.responses import Position, receive_response
from complaints.flow.triage import make_finding
from complaints.models import Complaint
from complaints.models.complaint import Party
from routing import explain, rulebook
from tests.builders import filed
from tests.cast import Cast


def page(client: Client, complaint: Complaint, query: str = "", prefix: str = "") -> str:
    response = client.get(f"{prefix}/case/{complaint.reference}/decision/{query}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(("prefix", "lang"), [("", "zh"), ("/en", "en")])
def test_every_party_has_its_word_its_reason_and_its_articles(
    lin: Client, complaint: Complaint, prefix: str, lang: str
) -> None:
    assert complaint.decision is not None
    told = explain(rulebook(), complaint.decision.input, complaint.decision.output, lang)  # type: ignore[arg-type]
    text = page(lin, complaint, prefix=prefix)
    for card in told.parties:
        assert card.word in text
        shown = [cited.text for reason in (*card.reasons, *card.duties) for cited in reason.binding]
        assert shown
        assert all(cited in text for cited in shown)
    for line in told.remedies:
        assert line.code == "REM" or line.name in text


def test_the_parties_are_underlined_in_the_heading_in_the_colour_of_their_verdict(
    lin: Client, complaint: Complaint
) -> None:
    text = page(lin, complaint)
    assert '<mark class="m-resp">商家</mark>' in text
    assert '<mark class="m-joint">主播</mark>' in text


def test_a_multiple_stands_beside_the_price_and_is_never_added_to_it(lin: Client, complaint: Complaint) -> None:
    text = page(lin, complaint)
    assert "¥469.00" in text
    assert "¥1,407.00" in text
    assert "¥1,876.00" not in text


def test_each_party_gets_its_own_message(lin: Client, complaint: Complaint) -> None:
    merchant, platform = page(lin, complaint, "?to=merchant"), page(lin, complaint, "?to=platform")
    assert "应由贵方负责" in merchant
    assert "真实名称、地址和有效联系方式" in platform
    assert "应由贵方负责" in page(lin, complaint, "?to=nobody")  # the first contact


def test_an_english_reader_gets_the_chinese_message_with_a_translation(lin: Client, complaint: Complaint) -> None:
    text = page(lin, complaint, prefix="/en")
    assert 'id="say-text" lang="zh-CN">您好' in text
    assert 'id="say-en"' in text


def test_room_and_shop_of_one_business_are_one_card(lin: Client, cast: Cast) -> None:
    same = filed(at=timezone.now(), consumer=cast.lin, relation={"relation": "same"}).complaint
    text = page(lin, same)
    assert text.count('<article class="card party') == 2
    assert "和商家是一家" in text


def test_an_answer_to_an_open_question_makes_a_version_that_says_what_changed(
    lin: Client, complaint: Complaint
) -> None:
    assert 'name="fact-buyer_knew_before"' in page(lin, complaint)
    response = lin.post(f"/case/{complaint.reference}/answers/", {"fact-buyer_knew_before": "no"})
    assert response.headers["Location"] == f"/case/{complaint.reference}/decision/"
    text = page(lin, complaint)
    assert "第2版" in text
    assert "和第1版相比，变了什么" in text
    assert "你补充了回答" in text


def test_not_sure_asserts_nothing_and_a_fact_that_is_not_asked_is_left_alone(lin: Client, complaint: Complaint) -> None:
    lin.post(f"/case/{complaint.reference}/answers/", {"fact-buyer_knew_before": "unsure", "fact-operator_knew": "yes"})
    complaint.refresh_from_db()
    assert complaint.decision is not None
    assert complaint.decision.number == 1
    assert not complaint.assertions.filter(fact__in=["buyer_knew_before", "operator_knew"]).exists()


def test_silence_changes_the_platforms_word_and_the_old_sentence_stands_struck_through(lin: Client, cast: Cast) -> None:
    now = timezone.now()
    complaint = filed(at=now - timedelta(days=20), consumer=cast.lin, platform={"name": "快播场"}).complaint
    first = page(lin, complaint)
    assert lapse(complaint.pk, at=now)
    text = page(lin, complaint)
    assert "到期没有答复" in text
    assert "<del>先找商家。" in text
    assert "由它先赔" in text
    assert "它没拿出证据，按举证规则判" in text

    old = page(lin, complaint, "?v=1")
    assert "已经被第2版取代" in old
    assert complaint_sentence(old) == complaint_sentence(first)
    assert lin.get(f"/case/{complaint.reference}/decision/?v=3").status_code == 404
    assert lin.get(f"/case/{complaint.reference}/decision/?v=x").status_code == 404


def complaint_sentence(text: str) -> str:
    return text[text.index('<h1 id="v">') : text.index("</h1>", text.index('<h1 id="v">'))]


def test_an_older_version_takes_no_answers(lin: Client, complaint: Complaint) -> None:
    lin.post(f"/case/{complaint.reference}/answers/", {"fact-buyer_knew_before": "no"})
    assert 'id="answer"' in page(lin, complaint)
    assert 'id="answer"' not in page(lin, complaint, "?v=1")


def test_the_seal_says_when_an_officer_found_a_fact(lin: Client, complaint: Complaint, cast: Cast) -> None:
    make_finding(
        complaint, fact="operator_knew", value=True, reason="同类投诉很多", actor=cast.officer, at=timezone.now()
    )
    text = page(lin, complaint)
    assert "人工复核" in text
    assert "协会工作人员认定了事实" in text


def test_an_answer_of_a_party_is_told_in_words(lin: Client, complaint: Complaint, cast: Cast) -> None:
    receive_response(
        complaint,
        party=Party.MERCHANT,
        position=Position.NOT_OURS,
        words="货是主播卖的。",
        claims={},
        points_to=Party.ANCHOR,
        actor=cast.platform,
        at=timezone.now(),
    )
    assert "推给主播，没有附证明" in page(lin, complaint)
    progress = lin.get(f"/case/{complaint.reference}/").content.decode()
    assert "商家答复：推给主播，没有附证明" in progress
    assert "货是主播卖的。" in progress


def test_the_paper_version_opens_every_fold_and_carries_the_digests(lin: Client, complaint: Complaint) -> None:
    text = page(lin, complaint, "?print=1")
    assert complaint.decision is not None
    assert complaint.decision.digest in text
    assert complaint.decision.rulebook in text
    assert '<details class="fold" ' not in text.replace(" open>", "").replace('<details class="fold" id', "")
    assert all(" open>" in fold for fold in text.split("<details ")[1:] if fold.startswith('class="fold"'))


def test_no_style_or_handler_stands_in_the_page(lin: Client, complaint: Complaint) -> None:
    text = page(lin, complaint)
    assert " style=" not in text
    assert " onclick=" not in text
    assert "<script>" not in text


def test_the_reasoning_names_who_said_each_fact_and_the_json_can_be_kept(lin: Client, proved: Complaint) -> None:
    text = lin.get(f"/case/{proved.reference}/trace/").content.decode()
    assert "说法一致" in text
    assert "证据1 订单" in text
    assert "M01" in text
    kept = lin.get(f"/case/{proved.reference}/decision.json")
    assert proved.decision is not None
    assert kept.json()["digest"] == proved.decision.digest
    assert kept.headers["Content-Disposition"].startswith("attachment")
