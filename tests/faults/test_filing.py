"""Filing, with the web server killed at every point of it: what was confirmed is there, once, under one receipt."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import pytest
from django.utils import timezone

from complaints.models import Complaint, Delivery, Event, IdempotentAnswer
from tests.builders import a_complaint
from tests.faults.house import PATIENCE, Answer, Died, House, Web, reference_in
from tests.faults.points import AFTER, ANSWER, BEFORE, COMMIT, FILE, STATEMENT

MANY = 9999


def filed_while_killed(house: House, web: Web, point: str, when: str, at_call: int) -> None:
    """Press the button, with the worker killed on the way; press again until there is an answer; and once more."""
    draft = house.draft()
    with house.inside():
        before = Complaint.objects.count()
    house.arm(point, when, at_call)
    with pytest.raises(Died):
        web.file(draft)
    assert house.went_off
    reference = web.file_until_answered(draft)
    code = web.receipt(draft, reference)
    assert web.file_until_answered(draft) == reference
    house.receipts[reference] = code
    with house.inside():
        assert Complaint.objects.count() == before + 1
        assert Event.objects.filter(complaint__reference=reference, kind="filed").count() == 1


def test_a_filing_cut_off_anywhere_is_there_once_under_one_receipt(house: House) -> None:
    """F01: SIGKILL of the worker at the request, at statements, before and after each commit, and before the answer."""
    house.settle()
    with house.web() as web:
        calls = {}
        for point in (STATEMENT, COMMIT):
            house.arm(point, BEFORE, MANY)
            web.file_until_answered(house.draft())
            calls[point] = MANY - house.disarm()
        quarter = calls[STATEMENT] // 4
        points = [
            (ANSWER, BEFORE, 1),
            (FILE, BEFORE, 1),
            *((STATEMENT, AFTER, number * quarter) for number in (1, 2, 3)),
            *((COMMIT, when, number + 1) for number in range(calls[COMMIT]) for when in (BEFORE, AFTER)),
            (FILE, AFTER, 1),
            (ANSWER, AFTER, 1),
        ]
        for point, when, at_call in points:
            filed_while_killed(house, web, point, when, at_call)
    with house.inside():
        assert Complaint.objects.count() == len(points) + 2
        assert Delivery.objects.filter(type="case.opened").count() == Complaint.objects.count()


def test_an_answer_of_a_platform_cut_off_anywhere_is_taken_once(house: House) -> None:
    """F01 at the API: the Idempotency-Key is what makes a second call the same."""
    cast = house.settle()
    with house.inside():
        references = [a_complaint(at=timezone.now()).reference for _number in range(9)]
    with house.also(NO_LIMITS="1").web() as web:

        def answer(reference: str, words: str = "") -> Answer:
            return web.answer(reference, cast.key.text, idempotency_key=f"answer-{reference}", words=words)

        assert answer(references.pop()).status == 201  # the first of a minute also begins its tally
        counted = []
        for _time in range(2):  # a minute may begin under one of them
            house.arm(COMMIT, BEFORE, MANY)
            assert answer(references.pop()).status == 201
            counted.append(MANY - house.disarm())
        points = [*((COMMIT, when, number + 1) for number in range(min(counted)) for when in (BEFORE, AFTER))]
        points += [(STATEMENT, AFTER, 20), (ANSWER, AFTER, 1)]
        for point, when, at_call in points:
            reference = references.pop()
            house.arm(point, when, at_call)
            with pytest.raises(Died):
                answer(reference)
            assert house.went_off
            again = retried(partial(answer, reference))
            assert again.status == 201
            assert answer(reference).body == again.body
            assert answer(reference, "另一个").status == 422
            with house.inside():
                told = Event.objects.filter(complaint__reference=reference, kind="answered")
                assert told.count() == 1
                assert IdempotentAnswer.objects.filter(key=f"answer-{reference}").count() == 1


def retried(call: Callable[[], Answer]) -> Answer:
    """Again until somebody answers: the server is starting its worker anew."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(Died):
            return call()
        time.sleep(0.05)
    raise AssertionError("no answer came")


def test_a_hundred_presses_at_once_make_one_complaint_and_one_answer(house: House) -> None:
    """L02, on a real server: one is done, the others are told the same; other words under the key are refused."""
    cast = house.settle()
    draft = house.draft()
    with house.inside():
        reference = a_complaint(at=timezone.now()).reference
    with house.also(NO_LIMITS="1").web() as web, ThreadPoolExecutor(100) as pool:

        def call(_number: int) -> Answer:
            return web.answer(reference, cast.key.text, idempotency_key="the-same")

        answers = list(pool.map(call, range(100)))
        assert {one.status for one in answers} == {201}
        assert len({one.body for one in answers}) == 1
        assert sum("Idempotent-Replayed" not in one.headers for one in answers) == 1
        assert web.answer(reference, cast.key.text, idempotency_key="the-same", words="另一个").status == 422
        filings = list(pool.map(lambda _number: web.file(draft), range(30)))
        (filed,) = {reference_in(one) for one in filings}
        house.receipts[filed] = web.receipt(draft, filed)
    with house.inside():
        assert Event.objects.filter(complaint__reference=reference, kind="answered").count() == 1
        assert Complaint.objects.count() == 2
