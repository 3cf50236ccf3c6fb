"""Where a case belongs: divisions that end at a province, the two rules, transfers, and who keeps out of a case."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts import divisions
from accounts.divisions import NoDivision, children, find, full_name, in_address, path, read
from accounts.models import Membership, Organisation, User
from accounts.region_choices import choices, flat, offered
from accounts.regions import PROVINCES
from complaints.admin.acts import ACTS
from complaints.competence import By, Known, Missing, competent
from complaints.flow import agreements, recusing, reminding, sessions, transferring, triage, whereabouts
from complaints.flow.consumer import withdraw
from complaints.flow.triage import CannotAct
from complaints.lifecycle import IllegalMove
from complaints.models import Actor, Complaint, Evidence, Notice, Offer, Party, Recusal, Reminder, Session, Transfer
from complaints.permissions import NotAllowed
from complaints.timeline import first_break
from tests.builders import a_complaint, a_referred_complaint
from tests.cast import MONDAY, PASSWORD, Cast
from tests.desk.conftest import SignIn
from tests.desk.test_who_sees_what import pages_about, posts_about

TODAY = date(2026, 11, 22)
WHY = Transfer.Reason.SELLER
LATER = MONDAY + timedelta(hours=2)


# ── Divisions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_division_lies_in_a_province_and_stands_in_what_stands() -> None:
    table = divisions._table()
    assert len(table) > 6500
    for each in table:
        way = path(each.code)
        assert way[-1].code == each.code and not way[0].parent and way[0].prefix in PROVINCES
        assert all(below.parent == above.code for above, below in pairwise(way))
        assert each.since is None or each.until is None or each.since <= each.until
        if each.until is None and each.parent:
            above = find(each.parent, on=TODAY)
            assert above is not None and above.until is None
    standing = [each for each in table if each.stands(TODAY)]
    assert len({each.code for each in standing}) == len(standing) == 3214
    assert {each.prefix for each in children("", on=TODAY)} == set(PROVINCES)
    assert all(each.name("en").isascii() or "ü" in each.name("en") for each in standing if len(each.prefix) == 4)


def test_a_code_is_read_as_people_write_it_and_what_is_wrong_is_said() -> None:
    assert read("33", on=TODAY).name_zh == "浙江省"
    assert read("330000", on=TODAY).prefix == "33"
    assert read(" 330100 ", on=TODAY).prefix == "3301"
    for code, name in {"330113": "临平区", "330114": "钱塘区", "653228": "和康县", "653229": "和安县"}.items():
        assert read(code, on=TODAY).name_zh == name
    for wrong, said in {"3": "2位、4位或6位", "33a1": "33a1", "99": "没有99", "330103": "2021"}.items():
        with pytest.raises(NoDivision, match=said):
            read(wrong, on=TODAY)
    assert read("330103", on=date(2019, 6, 1)).name_zh == "下城区"
    assert full_name("330110", "zh") == "浙江省杭州市余杭区"
    assert full_name("3301", "en") == "Hangzhou, Zhejiang"
    assert full_name("110105", "zh") == "北京市朝阳区"
    assert full_name("nowhere", "zh") == "nowhere"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("浙江省杭州市余杭区文一西路969号", "330110"),
        ("杭州余杭区文一西路", "330110"),
        ("浙江 义乌市", "330782"),
        ("北京朝阳区", "110105"),
        ("吉林市船营区", "220204"),
        ("广东省", "44"),
        ("朝阳区", None),  # Beijing has one, Changchun has one
        ("火星", None),
    ],
)
def test_an_address_names_the_deepest_place_it_surely_names(typed: str, code: str | None) -> None:
    found = in_address(typed, on=TODAY)
    assert (found and found.prefix) == code


@pytest.mark.django_db
def test_the_association_is_the_one_with_the_longest_code_that_begins_the_place(cast: Cast) -> None:
    city, county = (
        Organisation.objects.create(kind="association", name_zh=name, region=code)
        for name, code in (("杭州市消费者协会", "3301"), ("余杭区消费者协会", "330110"))
    )
    for region in ("33", "3301", "330110", "330106", "3302", "44", "54", ""):
        codes = {each.region: each for each in (cast.zhejiang, cast.guangdong, cast.national, city, county)}
        longest = max((code for code in codes if region.startswith(code)), key=len)
        assert Organisation.objects.association_for(region) == codes[longest]
    house = Organisation(kind="platform", name_zh="星河", seat="330100")
    house.full_clean()
    assert house.seat == "3301"
    with pytest.raises(ValidationError, match="下城区"):
        Organisation(kind="association", name_zh="旧区", region="330103").full_clean()


@pytest.mark.django_db
def test_a_consumer_is_asked_for_the_city_only_where_it_decides(cast: Cast) -> None:
    assert [each for each in choices("zh", on=TODAY) if isinstance(each[1], list)] == []
    city = Organisation.objects.create(kind="association", name_zh="杭州市消费者协会", region="3301")
    Organisation.objects.create(kind="association", name_zh="昆山市消费者协会", region="320583")
    now = choices("zh", on=TODAY)
    opened = dict(each for each in now if isinstance(each[1], list))
    assert set(opened) == {"浙江省", "江苏省"}
    assert ("3301", "杭州市") in opened["浙江省"] and ("330110", "杭州市余杭区") not in opened["浙江省"]
    assert opened["浙江省"][-1] == ("33", "浙江省其他地方，或者不清楚")
    assert ("320583", "苏州市昆山市") in opened["江苏省"] and ("3205", "苏州市其他区县") in opened["江苏省"]
    codes = [code for code, _label in flat(now)]
    assert len(codes) == len(set(codes)) and set(PROVINCES) <= set(codes)
    assert [offered(code, now) for code in ("33", "330110", "44", "4401", "", "99")] == [
        "33",
        "3301",
        "44",
        "44",
        "",
        "",
    ]
    assert a_complaint(contact={"region": "3301"}).association == city


# ── The two rules ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_complaints_follow_the_shown_address_or_the_platforms_home_and_reports_the_trade() -> None:
    after, before = date(2026, 4, 15), date(2026, 4, 14)
    for shown in ("3301", ""):
        for unreachable in (True, False):
            for home in ("4401", ""):
                for trade in ("3205", ""):
                    found = competent(Known(shown, unreachable, home, trade), on=after)
                    places = {(each.by, each.region) for each in found.complaint.places}
                    assert ((By.SHOWN, "3301") in places) == (bool(shown) and not unreachable)
                    assert ((By.HOME, "4401") in places) == bool(home)
                    assert (Missing.SHOWN in found.complaint.missing) == (not shown)
                    assert (Missing.HOME in found.complaint.missing) == (not home)
                    assert [each.region for each in found.report.places] == ([trade] if trade else [])
    assert (found.complaint.article, found.report.article, found.first) == ("O121 13", "O121 31", "O121 14")
    old = competent(Known(), on=before)
    assert (old.complaint.article, old.report.article, old.first) == ("O20 12", "", "O20 13")


@pytest.mark.django_db
def test_an_officer_notes_where_the_seller_is_and_the_panel_says_where_to_go(cast: Cast, signed_in: SignIn) -> None:
    Organisation.objects.filter(pk=cast.kuailive.pk).update(seat="440106")
    case = a_complaint(consumer=cast.lin)
    chen, address = signed_in(cast.chen), reverse("admin:case", args=[case.reference])
    assert "不知道平台上公示的地址" in chen.get(address).content.decode()
    act = reverse("admin:case-act", args=[case.reference, "places"])
    wrong = chen.post(act, {"version": case.version, "shown": "朝阳区", "actual": "330103"})
    assert wrong.status_code == 422 and "没认出“朝阳区”" in wrong.content.decode()
    given = {"version": case.version, "shown": "浙江省杭州市余杭区", "actual": "320500"}
    assert chen.post(act, given).status_code == 302
    page = chen.get(address).content.decode()
    for words in ("浙江省杭州市余杭区", "广东省广州市天河区", "江苏省苏州市"):
        assert words in page
    lins = signed_in(cast.lin).get(reverse("complaints:next", args=[case.reference])).content.decode()
    for words in ("本件是浙江省杭州市余杭区（平台上公示的地址）", "本件是江苏省苏州市（卖家实际经营的地方）"):
        assert words in lins
    case.refresh_from_db()
    assert case.events.last().body == {"shown": "330110", "unreachable": False, "actual": "3205"}
    auditor = replace(cast.officer, duties=frozenset({"auditor"}))
    with pytest.raises(NotAllowed):
        whereabouts.note_places(case, shown="", is_unreachable=False, actual="", actor=auditor, at=LATER)


# ── A transfer ───────────────────────────────────────────────────────────────────────────────────────────────────────


def sees(user: User, case: Complaint) -> bool:
    return Complaint.objects.visible_to(Actor.officer(user)).filter(pk=case.pk).exists()


def give(case: Complaint, to: Organisation, giver: User) -> Transfer:
    return transferring.propose(case, to=to, reason=WHY, words="卖家在那边", actor=Actor.officer(giver), at=LATER)


@pytest.mark.django_db
def test_a_transfer_changes_hands_only_when_it_is_accepted(cast: Cast, signed_in: SignIn) -> None:
    case = a_referred_complaint(consumer=cast.lin)
    triage.assign(case, to=cast.chen, actor=cast.officer, at=MONDAY)
    due = Complaint.objects.get(pk=case.pk).due_on
    chen, huang = signed_in(cast.chen), signed_in(cast.huang)
    act = reverse("admin:case-act", args=[case.reference, "transfer"])
    version = Complaint.objects.get(pk=case.pk).version
    given = {"version": version, "to": cast.guangdong.pk, "reason": "seller", "words": "店铺和仓库都在广州"}
    assert chen.post(act, given).status_code == 302
    found = Transfer.objects.get()
    assert sees(cast.chen, case) and not sees(cast.huang, case)
    listed = huang.get(reverse("admin:transfers")).content.decode()
    assert case.reference in listed
    address = reverse("admin:transfer", args=[found.pk])
    about = huang.get(address).content.decode()
    assert "店铺和仓库都在广州" in about and case.story not in about and "138****5678" not in about
    assert chen.get(address).status_code == 404  # it is not for the one who gives to answer
    assert huang.post(address, {"answer": "no"}).status_code == 422
    assert huang.post(address, {"answer": "yes"}).status_code == 302
    case.refresh_from_db()
    assert (case.association, case.officer, case.due_on) == (cast.guangdong, None, due)
    assert sees(cast.huang, case) and not sees(cast.chen, case) and sees(cast.zhou, case)
    for page in pages_about(case):
        assert chen.get(page).status_code == 404
    gone = chen.get(reverse("admin:transfers")).content.decode()
    assert case.reference in gone and case.goods not in gone
    assert Notice.objects.filter(kind=Notice.Kind.MOVED, contact__complaint=case).exists()
    assert [event.kind for event in case.events.all() if event.kind.startswith("transfer")] == [
        "transfer-proposed",
        "transfer-accepted",
    ]
    told = signed_in(cast.lin).get(reverse("complaints:case", args=[case.reference])).content.decode()
    assert "投诉转给了广东省消费者委员会" in told
    assert huang.post(address, {"answer": "yes"}).status_code == 404  # twice


@pytest.mark.django_db
def test_appointments_of_the_first_association_end_and_reminders_pass_on(cast: Cast, signed_in: SignIn) -> None:
    case = a_referred_complaint(consumer=cast.lin)
    triage.accept(case, actor=cast.officer, at=MONDAY)
    soon = timezone.now() + timedelta(days=3)
    told: dict[str, Any] = {"minutes": 60, "how": Session.How.PLACE, "where": "杭州", "parties": ["merchant"]}
    meeting = sessions.call_session(case, starts_at=soon, **told, actor=cast.officer, at=timezone.now())
    paper = agreements.draw_up(
        case, party=Party.MERCHANT, kind=Offer.Kind.OTHER, payer="", amount=None, pay_by=soon.date(), duties="换货",
        otherwise="", actor=cast.officer, at=timezone.now(),
    )  # fmt: skip
    reminding.remind_officers(at=MONDAY + timedelta(days=58))
    reminder = Reminder.objects.get()
    assert reminder.to == cast.chen
    found = give(case, cast.guangdong, cast.chen)
    page = signed_in(cast.huang).get(reverse("admin:transfer", args=[found.pk])).content.decode()
    assert "接收就取消的调解会" in page and "第1版，还在等确认" in page and "杭州" not in page
    transferring.accept(found, actor=Actor.officer(cast.huang), at=timezone.now())
    meeting.refresh_from_db()
    paper.refresh_from_db()
    reminder.refresh_from_db()
    assert (meeting.state, paper.state) == ("cancelled", "ended")
    assert reminder.to_id is None
    ended = case.events.filter(kind__in=["session-cancelled", "agreement-ended"])
    assert [each.body["because"] for each in ended] == ["transferred"] * 2
    assert reminder in Reminder.objects.visible_to(Actor.officer(cast.huang))
    assert reminder not in Reminder.objects.visible_to(Actor.officer(cast.chen))


@pytest.mark.django_db
def test_what_a_transfer_may_become_and_who_may_make_it_so(cast: Cast) -> None:
    """State × act × actor: what is not listed is refused and changes nothing."""
    chen, huang, zhou = (Actor.officer(each) for each in (cast.chen, cast.huang, cast.zhou))
    mediator = replace(huang, duties=frozenset({"mediator"}))
    acts: dict[str, Callable[[Transfer, Actor], Transfer]] = {
        "accept": lambda each, who: transferring.accept(each, actor=who, at=LATER),
        "return": lambda each, who: transferring.send_back(each, answer="不在这里", actor=who, at=LATER),
        "take-back": lambda each, who: transferring.take_back(each.complaint, actor=who, at=LATER),
    }
    after = {"accept": "accepted", "return": "returned", "take-back": "withdrawn"}
    allowed = {("accept", huang), ("return", huang), ("take-back", chen)}
    allowed |= {(act, zhou) for act in acts}
    for act, do in acts.items():
        for who in (chen, huang, zhou, mediator, Actor()):
            case = a_complaint()
            found = give(case, cast.guangdong, cast.chen)
            before = Complaint.objects.get(pk=case.pk).version
            if (act, who) in allowed:
                assert do(found, who).state == after[act]
                for again in acts:
                    with pytest.raises((CannotAct, IllegalMove)):
                        acts[again](found, zhou)
            else:
                with pytest.raises((CannotAct, IllegalMove)):
                    do(found, who)
                found.refresh_from_db()
                assert (found.state, Complaint.objects.get(pk=case.pk).version) == ("proposed", before)


@pytest.mark.django_db
def test_a_transfer_that_makes_no_sense_is_refused_with_a_sentence(cast: Cast) -> None:
    case = a_complaint(consumer=cast.lin)
    empty = Organisation.objects.create(kind="association", name_zh="江苏省消费者权益保护委员会", region="32")
    for to in (cast.zhejiang, cast.kuailive, empty):
        with pytest.raises(CannotAct):
            give(case, to, cast.chen)
    with pytest.raises(CannotAct):
        give(case, cast.guangdong, cast.huang)  # not theirs to give
    found = give(case, cast.guangdong, cast.chen)
    with pytest.raises(CannotAct, match="等它答复"):
        give(case, cast.national, cast.chen)  # a second lead, a moment later
    withdraw(case, actor=Actor.consumer(cast.lin), at=LATER)
    found.refresh_from_db()
    assert found.state == "ended"
    with pytest.raises(CannotAct):
        transferring.accept(found, actor=Actor.officer(cast.huang), at=LATER)
    with pytest.raises(IllegalMove):
        give(case, cast.guangdong, cast.chen)


@pytest.mark.django_db
def test_the_third_transfer_goes_to_the_national_association_and_that_one_gives_at_once(cast: Cast) -> None:
    case = a_complaint()
    for giver, taker, to in (
        (cast.chen, cast.huang, cast.guangdong),
        (cast.huang, cast.chen, cast.zhejiang),
    ):
        transferring.accept(give(case, to, giver), actor=Actor.officer(taker), at=LATER)
    with pytest.raises(CannotAct, match="全国性的协会"):
        give(case, cast.guangdong, cast.chen)
    case.refresh_from_db()
    assert transferring.able_to_take(case, cast.officer) == [cast.national]
    transferring.accept(give(case, cast.national, cast.chen), actor=Actor.officer(cast.zhou), at=LATER)
    assert give(case, cast.guangdong, cast.zhou).state == "accepted"
    case.refresh_from_db()
    assert case.association == cast.guangdong


# ── Keeping out ──────────────────────────────────────────────────────────────────────────────────────────────────────


def a_colleague(cast: Cast, name: str = "wu", duty: str = "lead") -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    Membership.objects.create(user=user, organisation=cast.zhejiang, duties=[duty])
    return user


@pytest.mark.django_db
def test_who_keeps_out_of_a_case_finds_every_door_of_it_shut(cast: Cast, signed_in: SignIn) -> None:
    case, other = a_referred_complaint(files=True), a_referred_complaint()
    wu = a_colleague(cast)
    triage.assign(case, to=cast.chen, actor=cast.officer, at=MONDAY)
    case.refresh_from_db()
    chen = signed_in(cast.chen)
    piece = case.evidence.first()
    picture = reverse("complaints:evidence-bytes", args=[piece.pk, "original"])
    assert chen.get(picture).status_code == 200
    case.refresh_from_db()
    act = reverse("admin:case-act", args=[case.reference, "recuse"])
    left = chen.post(act, {"version": case.version, "reason": "kin", "words": ""})
    assert (left.status_code, left["Location"]) == (302, reverse("admin:queue"))
    case.refresh_from_db()
    assert case.officer is None
    events = case.events.count()
    page = chen.get(reverse("admin:queue") + "?view=every")
    assert {row.case for row in page.context["rows"]} == {other}
    assert chen.get(reverse("admin:queue"), {"q": case.reference}, follow=True).context["rows"] == []
    for address in (*pages_about(case), picture):
        assert chen.get(address).status_code == 404, address
    for address, given in posts_about(case):
        assert chen.post(address, given).status_code == 404, address
    assert not Evidence.objects.visible_to(Actor.officer(cast.chen)).filter(complaint=case).exists()
    case.refresh_from_db()
    assert case.events.count() == events
    with pytest.raises(IllegalMove, match="回避"):
        triage.assign(case, to=cast.chen, actor=Actor.officer(wu), at=LATER)
    colleague = signed_in(wu)
    form = colleague.get(reverse("admin:case-act", args=[case.reference, "assign"])).content.decode()
    assert f'value="{cast.chen.pk}"' not in form
    told = colleague.get(reverse("admin:case", args=[case.reference])).content.decode()
    assert "和一方是亲属或者关系密切" in told
    given = {"case": [case.reference], "to": str(cast.chen.pk)}
    refused = colleague.post(reverse("admin:queue-assign"), given, follow=True).content.decode()
    assert "回避" in refused
    found = Transfer.objects.create(
        **{"complaint": case, "number": 9, "from_association": cast.guangdong, "to_association": cast.zhejiang},
        **{"reason": WHY, "words": "x", "made_by": cast.huang, "made_at": MONDAY},
    )
    assert chen.get(reverse("admin:transfer", args=[found.pk])).status_code == 404
    assert sees(cast.chen, other) and sees(wu, case) and sees(cast.zhou, case)


@pytest.mark.django_db
def test_nobody_lifts_their_own_recusal_and_only_a_lead_makes_or_lifts_anothers(cast: Cast) -> None:
    case = a_complaint()
    wu, li = a_colleague(cast), a_colleague(cast, "li", "intake")
    chen = cast.officer

    def out(user: User, actor: Actor, words: str = "是店主的亲戚") -> Recusal:
        return recusing.recuse(case, user=user, reason=Recusal.Reason.KIN, words=words, actor=actor, at=LATER)

    for user, actor, words in (
        (cast.chen, Actor.officer(li), "x"),  # not a lead
        (wu, chen, " "),  # no reason
        (cast.huang, chen, "x"),  # of another association
        (cast.chen, Actor.officer(cast.huang), "x"),  # who does not see the case
        (cast.lin, chen, "x"),
    ):
        with pytest.raises((CannotAct, NotAllowed)):
            out(user, actor, words)
    out(li, Actor.officer(li), "")
    out(cast.chen, Actor.officer(wu))
    with pytest.raises(CannotAct):
        out(cast.chen, Actor.officer(wu))
    for user, actor in ((cast.chen, chen), (cast.chen, Actor.officer(li)), (li, chen)):
        with pytest.raises((CannotAct, NotAllowed)):
            recusing.lift(case, user=user, because="查清了，没有关系", actor=actor, at=LATER)
    assert not sees(cast.chen, case) and not sees(li, case)
    recusing.lift(case, user=cast.chen, because="查清了，没有关系", actor=Actor.officer(wu), at=LATER)
    assert sees(cast.chen, case)
    with pytest.raises(CannotAct):
        recusing.lift(case, user=cast.chen, because="再来一次", actor=Actor.officer(wu), at=LATER)
    out(cast.chen, chen, "")  # again, since something came up: the first row stays as it was told
    assert Recusal.objects.filter(user=cast.chen).count() == 2
    # The national lead may keep out one of those who work on it, and lift it.
    recusing.recuse(
        case, user=wu, reason=Recusal.Reason.STAKE, words="有往来", actor=Actor.officer(cast.zhou), at=LATER
    )
    recusing.lift(case, user=wu, because="没有往来", actor=Actor.officer(cast.zhou), at=LATER)


@pytest.mark.django_db
def test_every_new_act_asks_for_its_right(cast: Cast, signed_in: SignIn) -> None:
    case = a_complaint()
    li = a_colleague(cast, "li", "intake")
    page = signed_in(li).get(reverse("admin:case", args=[case.reference]))
    offered = {act.name for act, _does in page.context["told_acts"]}
    assert {"places", "recuse"} <= offered
    assert not {"transfer", "transfer-back", "recuse-other", "lift-recusal"} & offered
    for name in ("transfer", "recuse-other"):
        assert name in ACTS
    given = {"version": case.version, "to": cast.guangdong.pk, "reason": "seller", "words": "x"}
    refused = signed_in(li).post(reverse("admin:case-act", args=[case.reference, "transfer"]), given)
    assert refused.status_code == 409 and not Transfer.objects.exists()


# ── At once ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_transfer_and_nobody_in_charge_who_keeps_out(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing to race for")
    case, wu = a_referred_complaint(), a_colleague(cast)

    def each(do: Callable[[], object]) -> str:
        try:
            do()
        except (CannotAct, IllegalMove) as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    def at_once(*acts: Callable[[], object]) -> list[str]:
        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(each, acts))

    said = at_once(lambda: give(case, cast.guangdong, cast.chen), lambda: give(case, cast.national, wu))
    assert sorted(map(bool, said)) == [False, True]
    found = Transfer.objects.get()
    taker = Actor.officer(cast.huang if found.to_association == cast.guangdong else cast.zhou)
    said = at_once(
        lambda: transferring.accept(found, actor=taker, at=LATER),
        lambda: transferring.take_back(case, actor=cast.officer, at=LATER),
    )
    assert sorted(map(bool, said)) == [False, True]
    case.refresh_from_db()
    found.refresh_from_db()
    assert (case.association == found.to_association) == (found.state == "accepted")
    other = a_referred_complaint()
    at_once(
        lambda: triage.assign(other, to=cast.chen, actor=Actor.officer(wu), at=LATER),
        lambda: recusing.recuse(
            other, user=cast.chen, reason=Recusal.Reason.KIN, words="", actor=cast.officer, at=LATER
        ),
    )
    other.refresh_from_db()
    assert other.officer is None
    for one in (case, other):
        assert first_break(one.events.order_by("sequence"), expected=one.version) is None
