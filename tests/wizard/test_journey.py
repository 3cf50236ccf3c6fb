"""From the first page to a decided complaint, without an account and without scripts."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from complaints.flow import drafting
from complaints.models import Assertion, Complaint, Draft, Evidence
from complaints.references import tidy_receipt_code
from complaints.web.receipts import SESSION_KEY
from tests.builders import NAME, a_photo, a_screenshot, an_order_export
from tests.cast import Cast
from tests.wizard.steps import send, the_draft, typed, walk

pytestmark = pytest.mark.django_db

DECLARED = {"declared": "on"}


def test_a_complaint_is_filed_page_by_page_with_its_decision_and_evidence(client: Client, cast: Cast) -> None:
    assert walk(client, until="evidence") == "/complaint/evidence/"
    files = {
        "file-1": a_photo(),
        "as-1": "goods",
        "file-2": a_screenshot(),
        "as-2": "order",
        "file-3": an_order_export(),
    }
    assert client.post("/complaint/evidence/", {**files, "upload": "files"})["Location"] == "/complaint/evidence/"
    shown = client.get("/complaint/evidence/").content.decode()
    assert "IMG_2201.jpg" in shown
    assert "订单.png" in shown
    assert "orders.csv" in shown
    assert client.post("/complaint/evidence/", {})["Location"] == "/complaint/contact/"
    assert client.post("/complaint/contact/", typed()["contact"])["Location"] == "/complaint/contact/verify/"
    assert client.post("/complaint/contact/verify/", {"later": "1"})["Location"] == "/complaint/check/"

    filed = client.post("/complaint/check/", DECLARED)
    complaint = Complaint.objects.get()
    assert filed["Location"] == f"/complaint/done/{complaint.reference}/"
    assert complaint.decision is not None
    assert complaint.decision.verdict("merchant") == "responsible"
    assert complaint.order_number == "260520771234567719"
    assert str(complaint.price) == "469.00"
    assert complaint.contact.reveal()["name"] == NAME
    assert "contact" not in complaint.statement
    assert complaint.association == cast.zhejiang
    assert sorted(complaint.evidence.offered().values_list("kind", flat=True)) == ["goods", "order", "order"]
    said = dict(Assertion.objects.filter(complaint=complaint, speaker="consumer").values_list("fact", "value"))
    assert said["not_as_described"]
    assert said["after_sales_stalled"]
    assert said["buyer_knew_before"] is False


def code_on(page: str) -> str:
    return page.partition('id="code-plain">')[2].partition("<")[0]


def test_the_receipt_code_is_shown_for_half_an_hour_in_the_browser_that_sent_it(client: Client, cast: Cast) -> None:
    walk(client)
    done = client.post("/complaint/check/", DECLARED)["Location"]
    code = code_on(client.get(done).content.decode())
    assert tidy_receipt_code(code)
    assert code_on(client.get(done).content.decode()) == code  # the line broke, and the page was loaded again
    assert code not in str(Draft.objects.values_list("answers", flat=True))
    assert client.session[SESSION_KEY]["complaint_id"] == Complaint.objects.get().pk
    assert Client().get(done).status_code == 404

    Draft.objects.update(touched_at=timezone.now() - timedelta(minutes=31))
    later = client.get(done).content.decode()
    assert not code_on(later)
    assert "回执码只显示半小时" in later
    assert Draft.objects.get().answers == {}
    assert Client().post("/track/", {"code": code})["Location"] == f"/case/{Complaint.objects.get().reference}/"


def test_a_code_nobody_asks_for_again_is_taken_away(client: Client, cast: Cast) -> None:
    walk(client)
    client.get(client.post("/complaint/check/", DECLARED)["Location"])
    now = timezone.now()
    assert drafting.forget_codes(at=now + timedelta(minutes=29)) == 0
    assert drafting.forget_codes(at=now + timedelta(minutes=31)) == 1
    assert Draft.objects.get().answers == {}


def test_when_the_answer_to_the_button_is_lost_pressing_again_shows_the_code(client: Client, cast: Cast) -> None:
    walk(client)
    draft = client.cookies["draft"].value
    done = client.post("/complaint/check/", DECLARED)["Location"]

    def browser() -> Client:
        """One that never got the session: the line broke before the answer came."""
        other = Client()
        other.cookies["draft"] = draft
        return other

    again = browser()
    assert again.post("/complaint/check/", DECLARED)["Location"] == done
    assert tidy_receipt_code(code_on(again.get(done).content.decode()))

    late = browser()  # the code has been seen: a form left on a shared device opens nothing any more
    assert late.get("/complaint/check/")["Location"] == done
    assert late.get(done).status_code == 404


def test_closing_the_complaint_takes_the_code_and_the_form_from_the_device(client: Client, cast: Cast) -> None:
    walk(client)
    done = client.post("/complaint/check/", DECLARED)["Location"]
    assert code_on(client.get(done).content.decode())
    client.post("/track/leave/")
    assert not client.cookies["draft"].value
    assert Draft.objects.get().answers == {}
    assert client.get(done).status_code == 404


def test_sending_twice_files_once_and_leads_to_the_same_page(client: Client, cast: Cast) -> None:
    walk(client)
    second = Client()  # the other press: another session, the same draft
    second.cookies["draft"] = client.cookies["draft"].value
    first_page = client.post("/complaint/check/", DECLARED)["Location"]
    second_page = second.post("/complaint/check/", DECLARED)["Location"]
    assert first_page == second_page
    assert Complaint.objects.count() == 1


def test_a_late_page_of_another_tab_changes_nothing_once_it_is_filed(client: Client, cast: Cast) -> None:
    walk(client)
    done = client.post("/complaint/check/", DECLARED)["Location"]
    assert send(client, "order", order_number="1", amount="1") == done
    assert Draft.objects.count() == 1
    assert send(client, "story", story="又买到一件有问题的衣服，想再投诉一次。") == "/complaint/platform/"
    assert Draft.objects.count() == 2


def test_the_whole_form_works_in_english(client: Client, cast: Cast) -> None:
    url = walk(client, prefix="/en")
    assert url == "/en/complaint/check/"
    done = client.post(url, DECLARED)["Location"]
    assert done.startswith("/en/complaint/done/")
    assert '<html lang="en"' in client.get(done).content.decode()
    assert Complaint.objects.get().language == "en"


def test_a_signed_in_consumer_owns_the_complaint(client: Client, cast: Cast) -> None:
    client.force_login(cast.lin)
    walk(client)
    done = client.post("/complaint/check/", DECLARED)["Location"]
    assert Complaint.objects.get().consumer == cast.lin
    assert client.get(done).status_code == 200


def test_the_association_is_asked_only_when_chosen(client: Client, cast: Cast) -> None:
    walk(client, remedy={"association": "now"})
    client.post("/complaint/check/", DECLARED)
    assert Complaint.objects.get().state == "referred"


def test_pages_no_answer_leads_to_are_left_out_when_filing(client: Client, cast: Cast) -> None:
    walk(client)
    send(client, "tried", tried=["nobody"])
    send(client, "type", problems=["D"])
    assert the_draft().answers["promise"]["said"] == "百分百桑蚕丝"  # kept, in case they change their mind
    client.post("/complaint/check/", DECLARED)
    complaint = Complaint.objects.get()
    assert "promise" not in complaint.statement
    assert "replies" not in complaint.statement
    assert complaint.statement["detail"]["kinds"] == ["D-different"]
    assert not Assertion.objects.filter(complaint=complaint, fact="after_sales_stalled").exists()


def test_nothing_is_written_before_the_first_page_is_sent(client: Client, cast: Cast) -> None:
    for page in ("", "story/", "evidence/", "contact/"):
        assert client.get(f"/complaint/{page}").status_code == 200
    assert Draft.objects.count() == 0
    assert "draft" not in client.cookies


def test_evidence_of_a_draft_moves_to_the_complaint(client: Client, cast: Cast) -> None:
    walk(client, until="evidence")
    client.post(
        "/complaint/evidence/", {"file-1": SimpleUploadedFile("聊天.txt", "店家：找主播".encode()), "as-1": "chat"}
    )
    client.post("/complaint/contact/", typed()["contact"])
    client.post("/complaint/check/", DECLARED)
    assert Evidence.objects.get().complaint == Complaint.objects.get()
