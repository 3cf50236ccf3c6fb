"""Two windows, an expired session, a press on Back: nobody's words are overwritten, lost or sent twice."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from complaints.models import Complaint, Evidence
from tests.builders import a_screenshot
from tests.cast import Cast
from tests.wizard.steps import the_draft, typed, walk

pytestmark = pytest.mark.django_db

STORY = "/complaint/story/"
CHOOSE = "/complaint/story/choose/"
SILK = "我在“小满家居间”买了桑蚕丝四件套，收到的吊牌写着聚酯纤维。"
OURS, THEIRS = SILK + "主播不理我。", SILK + "店铺让我找主播。"
JSON = {"accept": "application/json"}


class Window:
    """One window of a browser: it sends with a page what the page had in it."""

    def __init__(self, client: Client, url: str = STORY) -> None:
        self.client, self.url = client, url
        self.seen = carried(client.get(url).content.decode())

    def send(self, story: str, **headers: Any) -> Any:
        return self.client.post(self.url, {"story": story, "seen": self.seen}, **headers)


def carried(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return found[1]


def kept() -> str:
    return str(the_draft().answers["story"]["story"])


def test_what_two_windows_say_differently_is_both_shown_and_the_one_chosen_is_kept(client: Client, cast: Cast) -> None:
    Window(client).send(SILK)
    one, other = Window(client), Window(client)
    assert one.send(OURS)["Location"] == "/complaint/platform/"
    assert other.send(THEIRS)["Location"] == CHOOSE
    assert kept() == OURS
    assert client.get(STORY)["Location"] == CHOOSE  # coming back later asks again

    page = client.get(CHOOSE).content.decode()
    assert OURS in page
    assert THEIRS in page
    assert client.post(CHOOSE, {"take": "later", "seen": carried(page)})["Location"] == "/complaint/platform/"
    assert kept() == THEIRS
    assert the_draft().aside == {}
    assert one.send(OURS + "又改了")["Location"] == CHOOSE  # a window that saw neither is not trusted either


def test_the_one_stored_first_may_be_kept_too(client: Client, cast: Cast) -> None:
    one, other = Window(client), Window(client)  # both opened before anything was kept
    one.send(OURS)
    other.send(THEIRS)
    page = client.get(CHOOSE).content.decode()
    client.post(CHOOSE, {"take": "kept", "seen": carried(page)})
    assert kept() == OURS
    assert the_draft().done == ["story"]
    assert client.get(CHOOSE)["Location"] == STORY


def test_a_choice_between_texts_that_changed_meanwhile_is_asked_again(client: Client, cast: Cast) -> None:
    one, other = Window(client), Window(client)
    one.send(OURS)
    other.send(THEIRS)
    seen = carried(client.get(CHOOSE).content.decode())
    other.send(THEIRS + "还拉黑了我。")
    assert client.post(CHOOSE, {"take": "kept", "seen": seen})["Location"] == CHOOSE
    assert "还拉黑了我" in client.get(CHOOSE).content.decode()


def test_saving_while_typing_puts_aside_and_says_so(client: Client, cast: Cast) -> None:
    one, other = Window(client), Window(client)
    one.send(OURS)
    said = other.send(THEIRS, headers=JSON).json()["saved"]
    assert "另一个窗口也改过" in said
    assert kept() == OURS
    assert the_draft().aside["story"]["story"] == THEIRS


def test_what_is_not_chosen_yet_cannot_be_filed(client: Client, cast: Cast) -> None:
    window = Window(client)
    walk(client)
    window.send(THEIRS)
    client.post("/complaint/check/", {"declared": "on"})
    assert Complaint.objects.count() == 0
    assert f"{STORY}?from=check" in client.get("/complaint/check/").content.decode()
    assert client.get(f"{STORY}?from=check")["Location"] == f"{CHOOSE}?from=check"
    page = client.get(f"{CHOOSE}?from=check").content.decode()
    answer = client.post(f"{CHOOSE}?from=check", {"take": "kept", "seen": carried(page)})
    assert answer["Location"] == "/complaint/check/"
    client.post("/complaint/check/", {"declared": "on"})
    assert Complaint.objects.count() == 1


def test_one_window_goes_on_writing_whatever_the_line_and_the_back_button_do(client: Client, cast: Cast) -> None:
    window = Window(client)
    window.send("我在直播", headers=JSON)  # the answer to this may have been lost
    window.send(SILK, headers=JSON)
    assert window.send(OURS)["Location"] == "/complaint/platform/"
    assert window.send(THEIRS)["Location"] == "/complaint/platform/"  # Back, as the browser kept the page, and again
    assert kept() == THEIRS


def test_the_same_words_from_two_windows_are_no_question(client: Client, cast: Cast) -> None:
    one, other = Window(client), Window(client)
    one.send(OURS)
    assert other.send(OURS)["Location"] == "/complaint/platform/"


def test_a_session_that_ran_out_at_the_evidence_costs_nothing(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    token = _token(client, STORY)
    for slug in ("story", "platform", "room"):
        client.post(f"/complaint/{slug}/", {**typed()[slug], "csrfmiddlewaretoken": token})
    client.cookies.pop(settings.SESSION_COOKIE_NAME, None)
    answer = client.post("/complaint/evidence/", {"file-1": a_screenshot(), "csrfmiddlewaretoken": token})
    assert answer["Location"] == "/complaint/contact/"
    assert Evidence.objects.get().draft == the_draft()
    assert the_draft().answers.keys() >= {"story", "platform", "room"}


def test_a_token_that_ran_out_at_the_evidence_leaves_the_draft_as_it_was(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.post(STORY, {"story": SILK, "csrfmiddlewaretoken": _token(client, STORY)})
    client.cookies.pop(settings.CSRF_COOKIE_NAME)
    answer = client.post("/complaint/evidence/", {"file-1": a_screenshot()})
    assert answer.status_code == 419
    assert kept() == SILK
    token = _token(client, "/complaint/evidence/")
    client.post("/complaint/evidence/", {"file-1": a_screenshot(), "csrfmiddlewaretoken": token})
    assert Evidence.objects.get().draft == the_draft()


def _token(client: Client, url: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found[1]
