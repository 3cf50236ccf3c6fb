"""Who should take it next: which way is open, which is closed and why, and the door that only opens once."""

from collections.abc import Sequence

from django.test import Client
from django.utils import timezone

from complaints.case_limits import limits_of
from complaints.channels import Channel, Standing, channels_of
from complaints.flow import triage
from complaints.flow.consumer import refer_to_association
from complaints.flow.terminating import Ground, terminate
from complaints.models import Actor, Complaint, Respondent
from tests.builders import filed
from tests.cast import Cast

ORDER = ["negotiate", "association", "regulator", "report", "arbitration", "court"]


def ways(complaint: Complaint) -> dict[str, Channel]:
    complaint = Complaint.objects.get(pk=complaint.pk)
    parties: Sequence[Respondent] = list(complaint.respondents.all())
    found = channels_of(complaint, parties, limits_of(complaint, parties), on=timezone.localdate())
    return {way.id: way for way in found}


def next_of(found: dict[str, Channel]) -> list[str]:
    return [way.id for way in found.values() if way.is_next]


def accepted(complaint: Complaint, cast: Cast) -> None:
    refer_to_association(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    triage.accept(complaint, actor=cast.officer, at=timezone.now())


def test_all_six_ways_stand_in_the_order_of_the_law(complaint: Complaint) -> None:
    found = ways(complaint)
    assert list(found) == ORDER
    assert found["arbitration"].standing is Standing.PERHAPS
    assert not any(way.is_closed for way in found.values())
    assert next_of(found) == ["negotiate"]  # the platform was told and still has time


def test_what_the_association_took_is_closed_to_12315_but_not_to_the_court(complaint: Complaint, cast: Cast) -> None:
    refer_to_association(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    found = ways(complaint)
    assert not found["regulator"].is_closed
    assert "先撤回" in found["regulator"].reason
    triage.accept(complaint, actor=cast.officer, at=timezone.now())
    found = ways(complaint)
    assert found["association"].standing is Standing.TAKEN
    assert found["regulator"].reason == "协会已经受理，同一件事12315不再受理。"
    assert found["regulator"].is_closed
    assert found["court"].standing is Standing.OPEN
    assert found["report"].standing is Standing.OPEN


def test_after_a_failed_mediation_the_court_comes_next(complaint: Complaint, cast: Cast) -> None:
    accepted(complaint, cast)
    terminate(complaint, ground=Ground.IMPASSE, words="谈不拢", actor=cast.officer, at=timezone.now())
    found = ways(complaint)
    assert next_of(found) == ["court"]
    assert found["regulator"].is_closed


def test_goods_for_trade_find_association_and_12315_closed_by_the_gate(cast: Cast) -> None:
    found = ways(filed(at=timezone.now(), consumer=cast.lin, goods={"use": "trade"}).complaint)
    assert {id for id, way in found.items() if way.is_closed} == {"association", "regulator"}
    assert "消费者协会和12315不受理" in found["regulator"].reason


def test_every_card_names_its_articles_its_office_and_its_last_day(lin: Client, complaint: Complaint) -> None:
    text = lin.get(f"/case/{complaint.reference}/next/").content.decode()
    for article in ("第16条第（二）项", "《仲裁法》第4条", "《市场监督管理投诉举报处理办法》第13条"):
        assert article in text
    assert "收货地的法院" in text
    assert f"/case/{complaint.reference}/days/?why=claim#claim" in text
    assert f'href="/case/{complaint.reference}/refer/"' in text
    assert f"/case/{complaint.reference}/next/" in lin.get(f"/case/{complaint.reference}/decision/").content.decode()
    assert f"/case/{complaint.reference}/next/" in lin.get(f"/case/{complaint.reference}/").content.decode()


def test_nobody_else_finds_the_page(client: Client, cast: Cast, complaint: Complaint) -> None:
    assert client.get(f"/case/{complaint.reference}/next/").status_code == 404
    client.force_login(cast.zhao)
    assert client.get(f"/case/{complaint.reference}/next/").status_code == 404
