"""Two presses at the same moment make one complaint; only where the database takes several writers."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from django.db import connection

from complaints.api.consumer.following import WRONG_CODES_PER_HOUR
from complaints.models import Complaint, Event, IdempotentAnswer, TakenDown
from complaints.references import new_receipt_code
from tests.builders import a_screenshot
from tests.cast import assemble
from tests.kiosk.stand import BOTH, ROOT, Stand, a_tray
from tests.platform.calls import told
from tests.racing import together

several_writers = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")


@several_writers
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("with_files", [False, True])
def test_two_presses_at_once_make_one_complaint_and_tell_one_code(*, with_files: bool) -> None:
    stand = Stand(assemble().zhejiang, *BOTH)
    given = stand.filing()
    if with_files:
        tray = a_tray()
        piece = told(stand.offer("/uploads", a_screenshot(), kind="order", tray=tray), 201)
        given["uploads"] = {"tray": tray, "ids": [piece["id"]]}
    answers: list[Any] = []
    presses = [lambda: answers.append(stand.post("/complaints", given, press="one")) for _ in range(4)]
    assert together(*presses, refused=()) == [None] * 4
    assert [each.status_code for each in answers] == [201] * 4
    codes = {json.loads(each.content)["receipt_code"] for each in answers}
    assert len(codes) == 1
    assert Complaint.objects.count() == TakenDown.objects.count() == IdempotentAnswer.objects.count() == 1
    assert Event.objects.filter(kind="filed").count() == 1


@several_writers
@pytest.mark.django_db(transaction=True)
def test_one_tray_pressed_twice_under_two_keys_is_filed_once() -> None:
    stand = Stand(assemble().zhejiang, *BOTH)
    tray = a_tray()
    piece = told(stand.offer("/uploads", a_screenshot(), kind="order", tray=tray), 201)
    given = {**stand.filing(), "uploads": {"tray": tray, "ids": [piece["id"]]}}
    answers: list[Any] = []
    presses = [lambda: answers.append(stand.post("/complaints", given)) for _ in range(2)]
    assert together(*presses, refused=()) == [None] * 2
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert Complaint.objects.count() == 1


@several_writers
@pytest.mark.django_db(transaction=True)
def test_of_many_guesses_at_once_ten_are_looked_at() -> None:
    stand = Stand(assemble().zhejiang, *BOTH)
    path = f"/complaints/{stand.file()['reference']}/open"
    answers: list[int] = []

    def guess() -> None:
        for _time in range(3):
            answers.append(
                stand.client.post(ROOT + path, {"receipt_code": new_receipt_code()}, "application/json").status_code
            )

    assert together(*[guess] * 6, refused=()) == [None] * 6
    assert Counter(answers) == {404: WRONG_CODES_PER_HOUR, 429: 18 - WRONG_CODES_PER_HOUR}
