"""The pages of an ended case."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from complaints.flow.consumer import withdraw
from complaints.lifecycle import State
from complaints.models import Actor, Complaint, Feedback
from tests.cast import Cast


def test_an_ended_case_offers_to_rate_it_and_to_open_it_again(lin: Client, complaint: Complaint, cast: Cast) -> None:
    case = f"/case/{complaint.reference}/"
    assert "打个分" not in lin.get(case).content.decode()
    assert lin.get(f"{case}feedback/", follow=True).redirect_chain == [(case, 302)]
    assert lin.get(f"{case}reopen/", follow=True).redirect_chain == [(case, 302)]
    withdraw(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    shown = lin.get(case).content.decode()
    assert "打个分" in shown and "重新打开" in shown

    assert "选一个分" in lin.post(f"{case}feedback/").content.decode()
    assert "最多200字" in lin.post(f"{case}feedback/", {"score": "4", "words": "长" * 201}).content.decode()
    lin.post(f"{case}feedback/", {"score": "4", "words": "判定说得清楚"})
    assert Feedback.objects.get().score == 4
    again = lin.get(f"{case}feedback/").content.decode()
    assert "判定说得清楚" in again and "打过分了" in again

    assert "选一下为什么" in lin.post(f"{case}reopen/").content.decode()
    shown = lin.post(f"{case}reopen/", {"reason": "pressed"}, follow=True).content.decode()
    assert "投诉重新打开了" in shown
    complaint.refresh_from_db()
    assert complaint.state == State.NEGOTIATING


def test_after_a_month_a_case_stays_closed(lin: Client, complaint: Complaint, cast: Cast) -> None:
    case = f"/case/{complaint.reference}/"
    withdraw(complaint, actor=Actor.consumer(cast.lin), at=timezone.now() - timedelta(days=31))
    assert "重新打开" not in lin.get(case).content.decode()
    assert "超过30天" in lin.post(f"{case}reopen/", {"reason": "mistake"}, follow=True).content.decode()


def test_nobody_else_rates_or_opens_a_case_again(guest: Client, complaint: Complaint, cast: Cast) -> None:
    withdraw(complaint, actor=Actor.consumer(cast.lin), at=timezone.now())
    guest.force_login(cast.zhao)
    given = {"reason": "mistake", "score": "1"}
    for page in ("feedback", "reopen"):
        assert guest.post(f"/case/{complaint.reference}/{page}/", given).status_code == 404
    complaint.refresh_from_db()
    assert complaint.state == State.WITHDRAWN
