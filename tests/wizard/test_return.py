"""Coming back: on another device by a code, to a list that says what is left."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Draft
from complaints.web.wrong_codes import WRONG_CODES_PER_HOUR
from tests.cast import Cast
from tests.wizard.steps import send, the_draft, typed, walk

pytestmark = pytest.mark.django_db

SAVE, RESUME, TASKS = "/complaint/save/", "/resume/", "/complaint/tasks/"


def code_on(client: Client) -> str:
    found = re.search(r'id="code-plain">([0-9A-Z-]+)<', client.get(SAVE).content.decode())
    return found[1] if found else ""


def with_code(client: Client) -> str:
    send(client, "story", **typed()["story"])
    assert client.post(SAVE, {"give": "1"})["Location"] == SAVE
    return code_on(client)


def test_a_code_opens_the_draft_on_another_device_and_both_go_on(client: Client, cast: Cast) -> None:
    code = with_code(client)
    assert code_on(client) == code  # it stays there to be read again
    phone = Client()
    assert phone.post(RESUME, {"code": f" {code.lower().replace('-', ' ')} "})["Location"] == TASKS
    assert "桑蚕丝" in phone.get("/complaint/story/").content.decode()
    send(phone, "order", **typed()["order"])
    assert {"story", "order"} <= the_draft().answers.keys()
    assert "桑蚕丝" in client.get("/complaint/story/").content.decode()


def test_the_code_lies_in_no_address_and_not_in_the_clear(client: Client, cast: Cast) -> None:
    code = with_code(client)
    page = client.get(SAVE).content.decode()
    assert f"?{code}" not in page
    assert not re.search(rf'(href|action|src)="[^"]*{code}', page)
    draft = the_draft()
    assert code not in f"{draft.resume_hash} {draft.resume_sealed}"
    assert client.get(f"{RESUME}?code={code}").context["form"].is_bound is False  # only a press opens anything


def test_a_new_code_ends_the_old_one_and_either_can_be_withdrawn(client: Client, cast: Cast) -> None:
    old = with_code(client)
    client.post(SAVE, {"give": "1"})
    new = code_on(client)
    assert "没有找到" in Client().post(RESUME, {"code": old}).content.decode()
    client.post(SAVE, {"withdraw": "1"})
    assert code_on(client) == ""
    assert "没有找到" in Client().post(RESUME, {"code": new}).content.decode()


def test_filing_deleting_and_thirty_days_end_the_code(client: Client, cast: Cast) -> None:
    walk(client)
    client.post(SAVE, {"give": "1"})
    code = code_on(client)
    Draft.objects.update(touched_at=timezone.now() - timedelta(days=31))
    assert "没有找到" in Client().post(RESUME, {"code": code}).content.decode()
    Draft.objects.update(touched_at=timezone.now())
    client.post("/complaint/check/", {"declared": "on"})
    assert the_draft().filed_as
    assert "没有找到" in Client().post(RESUME, {"code": code}).content.decode()
    assert (the_draft().resume_hash, the_draft().resume_sealed) == (None, "")


def test_a_slip_of_the_finger_is_named_and_guessing_is_stopped(client: Client, cast: Cast) -> None:
    code = with_code(client)
    slip = code[:-1] + ("0" if code[-1] != "0" else "1")
    assert "少了或错了一位" in Client().post(RESUME, {"code": slip}).content.decode()
    stranger = Client()
    for _try in range(WRONG_CODES_PER_HOUR):
        assert stranger.post(RESUME, {"code": "0" * 16}).status_code == 200
    answer = stranger.post(RESUME, {"code": code})
    assert answer.status_code == 429
    assert answer["Retry-After"]


def test_a_browser_with_a_draft_of_its_own_is_asked_first(client: Client, cast: Cast) -> None:
    code = with_code(client)
    other = Client()
    send(other, "story", story="这是另外一件事，买的锅漏水，退不了。")
    page = other.post(RESUME, {"code": code}).content.decode()
    assert "这里还有另一份" in page
    assert "锅漏水" in other.get("/complaint/story/").content.decode()
    other.post(RESUME, {"code": code, "instead": "1"})
    assert "桑蚕丝" in other.get("/complaint/story/").content.decode()
    assert Draft.objects.count() == 2  # given up here, not deleted


def states(client: Client) -> dict[int, str]:
    page = client.get(TASKS).content.decode()
    return {int(number): state for number, state in re.findall(r'id="state-(\d+)"[^>]*>([^<]+)<', page)}


def test_the_list_says_what_is_done_what_is_left_and_what_must_wait(client: Client, cast: Cast) -> None:
    assert client.get(TASKS)["Location"] == "/complaint/"
    walk(client, until="shop")
    found = states(client)
    assert list(found) == list(range(1, 12))
    assert (found[1], found[2], found[3], found[4]) == ("已完成", "已完成", "没填完", "还没填")
    assert (found[6], found[11]) == ("现在还不能填", "现在还不能填")
    page = client.get(TASKS).content.decode()
    assert "11步里，2步好了" in page
    assert 'href="/complaint/shop/"' in page
    assert 'href="/complaint/check/"' not in page


def test_when_nothing_is_missing_the_list_leads_to_the_last_look(client: Client, cast: Cast) -> None:
    walk(client)
    found = states(client)
    assert {found[n] for n in (1, 2, 3, 4, 5, 6, 7, 8, 10)} == {"已完成"}
    assert (found[9], found[11]) == ("还没填", "还没填")
    assert 'href="/complaint/check/"' in client.get(TASKS).content.decode()
