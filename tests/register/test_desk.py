"""The register at the desk: who may, what is shown, and that nothing of one association's cases reaches another."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from complaints.admin import register_record
from complaints.admin.register_words import WORDS
from complaints.flow import register, register_matching, register_merging, register_parts
from complaints.models import Party, RegisterChange, RegisterContact, RegisterEntry, RegisterLink, Respondent
from complaints.permissions import NotAllowed
from tests.builders import NAME, PHONE, a_complaint
from tests.cast import MONDAY, PASSWORD, Cast
from tests.desk.conftest import SignIn
from tests.register.making import an_entry, code, fresh, named

Kind = RegisterEntry.Kind
pytestmark = pytest.mark.django_db
SHOP = "澜岸家居旗舰店"


def at(name: str, *args: object) -> str:
    return reverse(f"admin:{name}", args=args)


def text_of(browser: Client, address: str, status: int = 200) -> str:
    page = browser.get(address)
    assert page.status_code == status, address
    return page.content.decode()


def of_duty(cast: Cast, duty: str) -> User:
    user = User.objects.create_user(duty, password=PASSWORD, is_staff=True)
    Membership.objects.create(user=user, organisation=cast.zhejiang, duties=[duty])
    return user


def test_an_auditor_reads_all_and_changes_nothing_and_nobody_else_sees_anything(cast: Cast, signed_in: SignIn) -> None:
    shop, other = an_entry(cast.officer, SHOP), an_entry(cast.officer, "乙店")
    done = register_merging.merge(
        shop.pk,
        an_entry(cast.officer, "丙店").pk,
        versions=(fresh(shop).version, 1),
        choices={},
        actor=cast.officer,
        at=MONDAY,
    )
    case = a_complaint()
    reading = [at("register"), at("register-entry", shop.pk)]
    changing = [
        *(at("register-new"), at("register-change", shop.pk), at("register-add", shop.pk, "name")),
        *(at("register-remove", shop.pk), at("register-reach", shop.pk), at("case-register", case.reference, "anchor")),
    ]
    leading = [
        at("register-merge", shop.pk) + f"?with={other.pk}",
        at("register-undo", shop.pk, done.pk),
        at("register-split", shop.pk),
    ]
    before = (RegisterChange.objects.count(), Respondent.objects.filter(entry__isnull=False).count())
    auditor, mediator = signed_in(of_duty(cast, "auditor")), signed_in(of_duty(cast, "mediator"))
    for address in reading:
        assert "register-new" not in text_of(auditor, address)
        assert auditor.get(address).status_code == mediator.get(address).status_code == 200
        for stranger in (signed_in(cast.lin), signed_in(of_stranger())):
            assert stranger.get(address).status_code == 404
    for address in (*changing, *leading):
        assert auditor.post(address, {"version": "1", "kept": "1", "gone": "1"}).status_code == 404, address
    for address in leading:
        assert mediator.post(address, {"kept": "1", "gone": "1", "version": "1"}).status_code == 404, address
    assert (RegisterChange.objects.count(), Respondent.objects.filter(entry__isnull=False).count()) == before
    cannot = replace(cast.officer, duties=frozenset({"intake"}))
    for verb in (
        lambda: an_entry(cannot, "丁"),
        lambda: register.change(shop.pk, {}, version=1, actor=cannot, at=MONDAY),
        lambda: register_matching.link(case, party=Party.ANCHOR, entry=shop, was=None, actor=cannot, at=MONDAY),
        lambda: register_merging.undo(done, actor=replace(cannot, duties=frozenset({"mediator"})), at=MONDAY),
    ):
        with pytest.raises(NotAllowed):
            verb()


def of_stranger() -> User:
    """An administrator looks after people, and reads no cases and no register."""
    user = User.objects.create_user(f"admin{User.objects.count()}", password=PASSWORD, is_staff=True)
    association = Membership.objects.filter(organisation__kind="association").first()
    assert association
    Membership.objects.create(user=user, organisation=association.organisation, duties=["administrator"])
    return user


def test_two_associations_share_the_register_and_see_their_own_cases_only(cast: Cast, signed_in: SignIn) -> None:
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM)
    shop, firm = an_entry(cast.officer, SHOP, platform=kuai), an_entry(cast.officer, "澜岸", Kind.COMPANY)
    here, there = a_complaint(), a_complaint(contact={"region": "44"}, goods={"goods": "别处的货"})
    register_parts.add_link(
        shop.pk,
        firm,
        kind=RegisterLink.Kind.BELONGS,
        source=RegisterLink.Source.CASE,
        complaint=here,
        version=fresh(shop).version,
        actor=cast.officer,
        at=MONDAY,
    )
    chen, huang = (text_of(signed_in(one), at("register-entry", shop.pk)) for one in (cast.chen, cast.huang))
    assert here.reference in chen and there.reference not in chen and "别处的货" not in chen
    assert there.reference in huang and here.reference not in huang and here.goods not in huang
    assert "2次" in chen and "2次" in huang  # totals are everybody's
    for page in (chen, huang, text_of(signed_in(cast.huang), at("register"))):
        assert NAME not in page and PHONE not in page
    assert signed_in(cast.huang).get(at("case-register", here.reference, "merchant")).status_code == 404
    given = {"kind": "belongs", "other": str(firm.pk), "source": "case", "complaint": here.reference}
    told = {"version": fresh(shop).version, **given}  # with a case of others, which does not exist
    refused = signed_in(cast.huang).post(at("register-add", shop.pk, "link"), told)
    assert (refused.status_code, RegisterLink.objects.count()) == (422, 1)


def test_an_officer_enters_finds_changes_and_is_told_what_is_wrong(cast: Cast, signed_in: SignIn) -> None:
    chen = signed_in(cast.chen)
    assert "还没有登记" in text_of(chen, at("register"))
    wrong = chen.post(at("register-new"), {"version": 0, "kind": "company", "name_zh": "澜岸", "credit_code": "9133"})
    assert (wrong.status_code, RegisterEntry.objects.count()) == (422, 0)
    assert "现在有4位" in wrong.content.decode() and 'value="澜岸"' in wrong.content.decode()
    no_place = chen.post(at("register-new"), {"version": 0, "kind": "shop", "name_zh": "澜岸"})
    assert (no_place.status_code, RegisterEntry.objects.count()) == (422, 0)
    values = {"version": 0, "kind": "company", "name_zh": "澜岸", "registered_name": "杭州澜岸家居有限公司"}
    chen.post(at("register-new"), {**values, "credit_code": code(1)})
    firm = RegisterEntry.objects.get()
    for wanted in ("岸家", code(1).lower(), str(firm.pk), "杭州 澜岸"):
        assert f"/respondents/{firm.pk}/" in text_of(chen, f"{at('register')}?q={wanted}"), wanted
    for wanted in ("?q=小满", "?q=%25", "?kind=shop", "?view=twins"):
        assert f"/respondents/{firm.pk}/" not in text_of(chen, at("register") + wanted), wanted
    page = chen.post(at("register-change", firm.pk), {**values, "version": 0, "licence": "浙1"})  # a stale page
    assert page.status_code == 409 and 'value="浙1"' in page.content.decode() and not fresh(firm).licence
    chen.post(at("register-change", firm.pk), {**values, "version": fresh(firm).version, "licence": "浙1"})
    assert fresh(firm).licence == "浙1"
    chen.post(at("register-add", firm.pk, "name"), {"version": fresh(firm).version, "text": "澜岸股份"})
    alias = firm.aliases.get(text="澜岸股份")
    taken = {"what": "name", "part": alias.pk}
    chen.post(at("register-remove", firm.pk), {**taken, "version": 0})
    assert firm.aliases.get(pk=alias.pk).removed_at is None
    chen.post(at("register-remove", firm.pk), {**taken, "version": fresh(firm).version})
    assert firm.aliases.get(pk=alias.pk).removed_at
    assert {each.what for each in firm.changes.all()} <= set(WORDS)


def test_a_persons_contact_is_sealed_covered_and_shown_for_a_reason_on_record(cast: Cast, signed_in: SignIn) -> None:
    firm, chen = an_entry(cast.officer, "澜岸", Kind.COMPANY), signed_in(cast.chen)
    given = {"version": fresh(firm).version, "label": "法务", "who": "方女士", "address": "13900001234"}
    chen.post(at("register-add", firm.pk, "contact"), given)
    contact = RegisterContact.objects.get()
    assert "13900001234" not in contact.sealed and contact.is_personal
    page = text_of(chen, at("register-entry", firm.pk))
    assert "139****1234" in page and "13900001234" not in page and "方女士" not in page
    reach = at("register-reach", firm.pk)
    assert chen.post(reach, {"contact": contact.pk}).status_code == 422
    shown = chen.post(reach, {"contact": contact.pk, "reason": "verify"})
    assert "13900001234" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    last = firm.changes.latest("pk")
    assert (last.what, last.body["reason"], last.actor) == ("contact-viewed", "verify", cast.officer.label)
    assert "13900001234" not in str(list(RegisterChange.objects.values_list("body", flat=True)))


def test_a_lead_sees_what_a_merge_brings_does_it_and_takes_it_back(cast: Cast, signed_in: SignIn) -> None:
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM)
    one = an_entry(cast.officer, SHOP, platform=kuai)
    two = an_entry(cast.officer, "澜岸家居官方店", platform=kuai, licence="浙1")
    a_complaint()
    chen = signed_in(cast.chen)
    assert "可能登记了两次" in text_of(chen, at("register-entry", two.pk))
    assert f"/respondents/{one.pk}/" in text_of(chen, at("register") + "?view=twins")
    merge = at("register-merge", two.pk)
    assert chen.get(merge, {"other": SHOP})["Location"] == f"{merge}?with={one.pk}"
    preview = text_of(chen, f"{merge}?with={one.pk}")
    assert "带来1个，加上原有的0个" in preview and SHOP in preview
    stale = {"kept": fresh(two).version - 1, "gone": fresh(one).version}
    assert chen.post(f"{merge}?with={one.pk}", stale).status_code == 409
    chen.post(f"{merge}?with={one.pk}", {"kept": fresh(two).version, "gone": fresh(one).version, "name_zh": "gone"})
    assert (fresh(one).root, fresh(two).name_zh) == (two, SHOP)
    assert chen.get(at("register-entry", one.pk))["Location"] == at("register-entry", two.pk)  # old numbers lead on
    page = text_of(chen, at("register-entry", two.pk))
    assert "1次" in page and "撤销合并" in page
    assert a_complaint().respondents.get(party="merchant").entry == one  # by a name that hangs there; counted here
    undo = at("register-undo", two.pk, two.merges.get().pk)
    assert "2个被投诉方" in text_of(chen, undo)
    assert chen.post(undo).status_code == 302
    assert (fresh(one).root, fresh(two).name_zh) == (None, "澜岸家居官方店")
    assert chen.post(undo).status_code == 409


def test_the_panel_of_a_case_leads_to_who_it_is(cast: Cast, signed_in: SignIn) -> None:
    case, chen = a_complaint(), signed_in(cast.chen)
    address = at("case-register", case.reference, "merchant")
    assert "还没有对应" in text_of(chen, at("case", case.reference))
    assert chen.post(address, {"entry": "new-platform", "was": ""}).status_code == 409  # a shop is none
    chen.post(address, {"entry": "new-shop", "was": ""})
    made = RegisterEntry.objects.get()
    assert chen.post(address, {"entry": "new-shop", "was": ""}).status_code == 409  # the same button once more
    assert f"/respondents/{made.pk}/" in text_of(chen, at("case", case.reference))
    chen.post(address, {"entry": "none", "was": made.pk})
    assert case.respondents.get(party="merchant").entry is None
    assert "名称一样" in text_of(chen, address)
    assert f'value="{made.pk}"' in text_of(chen, f"{address}?q={made.pk}")


def test_a_record_counts_and_speaks_of_shares_only_where_there_are_enough(cast: Cast) -> None:
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM, organisation_id=cast.kuailive.pk)
    first, second = a_complaint(), a_complaint()
    Respondent.objects.filter(complaint=first, party="platform").update(answered_at=MONDAY.replace(day=3))
    Respondent.objects.filter(complaint=second, party="platform").update(lapsed_at=MONDAY.replace(day=20))
    told = {figure.label: figure.value for figure in register_record.record_of(kuai)}
    assert (told["按期答复"], told["一直没有答复"], told["从通知到答复"]) == ("2次里1次", "2次里1次", "2天")
    assert register_record._of(19, 20) == "20次里19次 · 95%"
    assert register_record._of(0, 0) == "—"
    assert named(kuai, "快播", cast.officer)
