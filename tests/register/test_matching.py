"""A respondent is found in the register by itself only where nothing else can be meant."""

from typing import Any

import pytest

from complaints.flow import register_matching, register_parts
from complaints.flow.register import CannotRegister, Stale
from complaints.models import Complaint, Party, RegisterEntry, Respondent
from complaints.register_names import block, core, normal
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.register.making import an_entry, code, fresh, named

Kind = RegisterEntry.Kind
pytestmark = pytest.mark.django_db
SHOP = "澜岸家居旗舰店"


def of(complaint: Complaint, party: str) -> Respondent:
    return Respondent.objects.get(complaint=complaint, party=party)


def suggested(complaint: Complaint, party: str) -> list[register_matching.Suggestion]:
    return register_matching.suggestions(of(complaint, party), register_matching.platform_of(complaint))


def test_names_are_the_same_however_they_are_written() -> None:
    assert normal(" 澜岸 家居・旗舰店！") == normal("澜岸家居旗舰店") != normal("澜岸家居")
    assert normal("ＬＡＮ-an Home") == "lananhome"
    assert normal("…！") == normal("ﷺ" * 60) == ""
    assert core("官方 小满家居直播间") == core("小满家居官方") == "小满家居"
    assert core("旗舰店") == "旗舰店"  # nothing else would be left
    assert block("小满家居直播间") == "小满"


def test_the_same_name_on_the_same_platform_is_found_and_on_another_never(cast: Cast) -> None:
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM, organisation_id=cast.kuailive.pk)
    yun = an_entry(cast.officer, "云集市", Kind.PLATFORM)
    shop = an_entry(cast.officer, "澜岸 家居旗舰店", platform=kuai)
    an_entry(cast.officer, SHOP, platform=yun)
    here = a_complaint(shop={"shop": "澜岸家居（旗舰店）"})
    assert (of(here, "merchant").entry, of(here, "platform").entry) == (shop, kuai)
    assert of(here, "merchant").name == "澜岸家居（旗舰店）"  # as it was typed
    assert of(here, "merchant").entry_by == "system"
    nowhere = a_complaint(platform={"platform": "other", "name": "", "other": "别家"})
    assert of(nowhere, "merchant").entry is of(nowhere, "platform").entry is None
    like = a_complaint(shop={"shop": "澜岸家居"})  # the same but for what only says that it is a shop
    assert of(like, "merchant").entry is None
    wrong = a_complaint(anchor={"anchor": SHOP})  # a shop is no presenter
    assert of(wrong, "anchor").entry is None


def test_a_name_two_go_by_is_left_to_an_officer_and_a_registered_name_needs_no_platform(cast: Cast) -> None:
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM)
    one, two = an_entry(cast.officer, SHOP, platform=kuai), an_entry(cast.officer, "乙店", platform=kuai)
    named(two, SHOP, cast.officer, kuai)
    case = a_complaint()
    assert of(case, "merchant").entry is None
    assert [(told.entry, told.score) for told in suggested(case, "merchant")] == [
        (one, 100),
        (two, 100),
    ]
    firm = an_entry(cast.officer, "澜岸", Kind.COMPANY, registered_name="杭州澜岸家居有限公司")
    filed = a_complaint(
        platform={"platform": "other", "other": "别家"}, shop={"shop": "", "company": "杭州澜岸家居有限公司"}
    )
    assert of(filed, "merchant").entry == firm
    plain = a_complaint(platform={"platform": "other", "other": "别家"}, shop={"shop": "", "company": "澜岸"})
    assert of(plain, "merchant").entry is None  # the short name of a company is anybody's


def test_suggestions_say_why_and_begin_with_the_likeliest(cast: Cast) -> None:
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM)
    yun = an_entry(cast.officer, "云集市", Kind.PLATFORM)
    same = an_entry(cast.officer, "澜岸家居官方", platform=kuai)
    far = an_entry(cast.officer, "澜岸家居专营店", platform=yun)
    like = an_entry(cast.officer, "澜岸家居馆", platform=kuai)
    an_entry(cast.officer, "澜沧茶业", platform=kuai)
    told = suggested(a_complaint(), "merchant")
    assert [each.entry for each in told] == [same, like, far]
    assert "旗舰店" in told[0].why and "另一个平台" in told[2].why
    room = an_entry(cast.officer, "别的名字", Kind.ROOM, platform=kuai)
    register_parts.add_account(room.pk, "88231", platform=kuai, version=room.version, actor=cast.officer, at=MONDAY)
    (account,) = suggested(a_complaint(), "anchor")
    assert (account.entry, "88231" in account.why) == (room, True)


def test_an_officer_links_unlinks_and_enters_and_the_case_itself_does_not_move(cast: Cast) -> None:
    case = a_complaint()
    before = (case.state, case.decision_id, case.verdicts, of(case, "merchant").name)
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM)
    given: dict[str, Any] = {"party": Party.MERCHANT, "actor": cast.officer, "at": MONDAY}
    with pytest.raises(CannotRegister, match="不能对应"):
        register_matching.link(case, entry=kuai, was=None, **given)
    register_matching.link(case, **{**given, "party": Party.PLATFORM}, entry=kuai, was=None)
    made = register_matching.enter_from(case, kind=Kind.SHOP, was=None, **given).entry
    assert made and (made.name_zh, made.aliases.get().platform) == (SHOP, kuai)
    with pytest.raises(Stale):
        register_matching.enter_from(case, kind=Kind.SHOP, was=None, **given)
    assert RegisterEntry.objects.filter(name_zh=SHOP).count() == 1
    assert of(a_complaint(), "merchant").entry == made  # the next one finds it by itself
    with pytest.raises(Stale):
        register_matching.link(case, entry=None, was=None, **given)
    register_matching.link(case, entry=None, was=made.pk, **given)
    case.refresh_from_db()
    assert (case.state, case.decision_id, case.verdicts, of(case, "merchant").name) == before
    assert [event.kind for event in case.events.order_by("-sequence")[:3]] == ["party-registered"] * 3
    assert of(case, "merchant").entry is None and fresh(made).root is None
    assert code(1) != code(2)
