"""Officers write for each other on a case, and nobody else learns of it."""

import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from complaints import permissions, timeline
from complaints.flow import bundle_papers, erasure, notes, takeout
from complaints.flow.proving import check_case
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, CannotChange, Complaint, Delivery, Mention, Note, Notice
from tests.builders import a_referred_complaint
from tests.cast import PASSWORD, Cast
from tests.desk.conftest import SignIn

WORDS = "备注canary：先核对吊牌，再决定受不受理。"


@pytest.fixture
def case(cast: Cast) -> Complaint:
    return a_referred_complaint(at=timezone.now(), files=True, consumer=cast.lin)


@pytest.fixture
def wu(cast: Cast) -> User:
    """A colleague of Chen's."""
    user = User.objects.create_user("wuqian", password=PASSWORD, last_name="吴", first_name="倩", is_staff=True)
    user.memberships.create(organisation=cast.zhejiang, duties=[Membership.Duty.MEDIATOR])
    return user


def write(browser: Client, case: Complaint, words: str = WORDS, **given: object) -> str:
    version = Complaint.objects.get(pk=case.pk).version
    sent = {"version": version, "words": words, "key": "k", **given}
    answer = browser.post(reverse("admin:case-act", args=[case.reference, "note"]), sent, follow=True)
    return str(answer.content.decode())


@pytest.mark.django_db
def test_a_note_is_sealed_and_read_by_every_officer_who_sees_the_case(
    cast: Cast, signed_in: SignIn, case: Complaint, wu: User
) -> None:
    text = write(signed_in(cast.chen), case)
    assert "备注已记下。" in text
    assert WORDS in text
    note = Note.objects.get()
    assert WORDS not in note.sealed_words
    for reader in (wu, cast.zhou):
        page = signed_in(reader).get(reverse("admin:case", args=[case.reference]))
        assert WORDS in page.content.decode()
    assert signed_in(cast.huang).get(reverse("admin:case", args=[case.reference])).status_code == 404
    write(signed_in(cast.chen), case)  # the same press again
    assert Note.objects.count() == 1
    with pytest.raises(CannotChange):
        note.save()
    check_case(Complaint.objects.get(pk=case.pk))


@pytest.mark.django_db
def test_nobody_but_officers_learns_of_a_note(cast: Cast, signed_in: SignIn, case: Complaint, wu: User) -> None:
    note = notes.write(case, words=WORDS, mentioned=[wu], press="k", actor=cast.officer, at=timezone.now())
    notes.strike(case, note.number, actor=cast.officer, at=timezone.now())
    case.refresh_from_db()
    lin = signed_in(cast.lin)
    for name in ("case", "decision", "trace"):
        page = lin.get(reverse(f"complaints:{name}", args=[case.reference]))
        assert "canary" not in page.content.decode()
        assert "备注" not in page.content.decode(), name
    consumer, platform = Actor.consumer(cast.lin), cast.platform
    for stranger in (consumer, platform, Actor.receipt(case.pk), Actor()):
        assert not Note.objects.visible_to(stranger).exists()
        with pytest.raises(IllegalMove):
            notes.write(case, words="我也写", mentioned=[], press="x", actor=stranger, at=timezone.now())
    with takeout.pack(cast.lin, at=timezone.now()) as packed, zipfile.ZipFile(packed) as archive:
        papers = [archive.read(name) for name in archive.namelist()]
    for event in case.events.filter(kind__in=timeline.UNTOLD):
        for role in (Role.CONSUMER, Role.RESPONDENT, Role.OFFICER):  # an officer's bundle goes on, to courts
            line = bundle_papers.event_line(event, role)
            assert set(line) == {"sequence", "previous", "digest", "closed"}, role
    for paper in papers:
        assert "备注canary".encode() not in paper
        assert not any(kind.encode() in paper for kind in timeline.UNTOLD)
    called = Client(headers={"Authorization": f"Bearer {cast.key.text}"})
    told = called.get(f"/api/v1/cases/{case.reference}")
    assert told.status_code == 200
    assert "备注" not in told.content.decode()
    assert not Delivery.objects.filter(event__kind__in=timeline.UNTOLD).exists()
    assert not Notice.objects.filter(event__kind__in=timeline.UNTOLD).exists()


@pytest.mark.django_db
def test_who_is_mentioned_finds_it_and_opening_the_case_reads_it(
    cast: Cast, signed_in: SignIn, case: Complaint, wu: User
) -> None:
    ann = User.objects.create_user("ann", is_staff=True)
    ann.memberships.create(organisation=cast.zhejiang, duties=[Membership.Duty.INTAKE])
    said = write(
        signed_in(cast.zhou), case, "＠吴倩 请看证据2；@Ann 也看看；mail@annabelle.example 和 @没有这人 不算。"
    )
    assert "会提醒ann、吴倩。" in said or "会提醒吴倩、ann。" in said
    assert {mention.user for mention in Mention.objects.all()} == {wu, ann}
    browser = signed_in(wu)
    page = browser.get(reverse("admin:queue")).content.decode()
    assert f'href="{reverse("admin:mentions")}"' in page
    assert notes.unread(Actor.officer(wu)) == 1
    assert "请看证据2" in browser.get(reverse("admin:mentions")).content.decode()
    browser.get(reverse("admin:case", args=[case.reference]))
    assert notes.unread(Actor.officer(wu)) == 0

    write(signed_in(cast.chen), case, "再看一眼。", mentioned=[wu.pk], key="k2")
    theirs = Mention.objects.get(user=ann)
    mine = Mention.objects.get(user=wu, read_at=None)
    browser.post(reverse("admin:mentions-read"), {"mention": [mine.pk, theirs.pk, "x", "9" * 30]})
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.read_at
    assert theirs.read_at is None  # another's is not mine to settle


@pytest.mark.django_db
def test_who_cannot_see_the_case_cannot_be_mentioned(cast: Cast, case: Complaint, wu: User) -> None:
    at = timezone.now()
    for blind in (cast.huang, cast.lin):
        with pytest.raises(notes.CannotNote, match="看不到这件投诉"):
            notes.write(case, words=WORDS, mentioned=[wu, blind], press="k", actor=cast.officer, at=at)
    administrator = User.objects.create_user("guan", is_staff=True)
    administrator.memberships.create(organisation=cast.zhejiang, duties=[Membership.Duty.ADMINISTRATOR])
    assert set(notes.colleagues(case, cast.officer)) == {wu}
    assert not Note.objects.exists()


@pytest.mark.django_db
def test_only_its_author_strikes_a_note_and_it_stays_to_be_read(
    cast: Cast, signed_in: SignIn, case: Complaint, wu: User
) -> None:
    chen = signed_in(cast.chen)
    write(chen, case, mentioned=[wu.pk])
    address = reverse("admin:case-note-strike", args=[case.reference, 1])
    answer = signed_in(wu).post(address, follow=True)
    assert "只有写的人能划掉" in answer.content.decode()
    assert Note.objects.get().struck_at is None
    assert chen.get(address).status_code == 302  # an address that only takes a form
    assert f"<del>{WORDS}</del>" in chen.post(address, follow=True).content.decode()
    chen.post(address)
    assert case.events.filter(kind="note-struck").count() == 1
    assert notes.unread(Actor.officer(wu)) == 0  # what was taken back asks nobody
    assert chen.post(reverse("admin:case-note-strike", args=[case.reference, 9])).status_code == 404


@pytest.mark.django_db
def test_an_auditor_reads_notes_and_writes_none(cast: Cast, signed_in: SignIn, case: Complaint) -> None:
    write(signed_in(cast.chen), case)
    Membership.objects.filter(user=cast.chen).update(duties=[Membership.Duty.AUDITOR])
    browser = signed_in(cast.chen)
    page = browser.get(reverse("admin:case", args=[case.reference])).content.decode()
    assert WORDS in page
    assert "你的岗位是查看，这里什么都不能改。" in page
    assert reverse("admin:case-act", args=[case.reference, "note"]) not in page
    auditor = replace(cast.officer, duties=frozenset({"auditor"}))
    with pytest.raises(permissions.NotAllowed, match="要由"):
        notes.write(case, words=WORDS, mentioned=[], press="n", actor=auditor, at=timezone.now())
    with pytest.raises(permissions.NotAllowed):
        notes.strike(case, 1, actor=auditor, at=timezone.now())
    assert Note.objects.filter(struck_at=None).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["", "   \n", "字" * (notes.LONGEST + 1)])
def test_what_is_no_note_is_refused_and_what_was_typed_is_kept(
    cast: Cast, signed_in: SignIn, case: Complaint, words: str
) -> None:
    text = write(signed_in(cast.chen), case, words)
    assert not Note.objects.exists()
    assert "error" in text
    assert words.strip() in text


@pytest.mark.django_db
def test_with_the_evidence_of_a_case_the_words_of_its_notes_go(cast: Cast, signed_in: SignIn, case: Complaint) -> None:
    at = timezone.now()
    notes.write(case, words=WORDS, mentioned=[], press="k", actor=cast.officer, at=at)
    bare = a_referred_complaint(at=at)  # no evidence at all
    notes.write(bare, words=WORDS, mentioned=[], press="k", actor=cast.officer, at=at)
    Complaint.objects.filter(pk__in=(case.pk, bare.pk)).update(
        state="withdrawn", closed_at=at - timedelta(days=365 * 9)
    )
    erasure.erase_due(at=at)
    assert [note.words for note in Note.objects.all()] == ["", ""]
    page = signed_in(cast.chen).get(reverse("admin:case", args=[case.reference])).content.decode()
    assert "内容已随证据一起删除。" in page
    check_case(Complaint.objects.get(pk=case.pk))
