"""Templates: words in two languages with variables that are checked, versions that stay, and use in a case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client

from accounts.models import Membership
from complaints.flow.templates import CannotKeep, retire_template, rewrite_template, write_template
from complaints.models import Actor, Template
from complaints.permissions import NotAllowed
from complaints.wordings import VARIABLES, BadWording, check, filled, short_messages
from tests.builders import a_referred_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db
WORDS = {
    "name": "补截图",
    "name_en": "A screenshot",
    "zh": "请补{goods}的截图。",
    "en": "A screenshot of {goods}, please.",
}


@pytest.fixture
def chen(cast: Cast, client: Client) -> Client:
    client.force_login(cast.chen)
    return client


def written(cast: Cast, kind: Template.Kind = Template.Kind.MESSAGE, **changes: str) -> Template:
    return write_template(kind, **{**WORDS, **changes}, actor=cast.officer, at=MONDAY)


def test_a_variable_that_does_not_exist_is_named_and_the_others_listed(chen: Client) -> None:
    told = {**WORDS, "kind": "message", "zh": "请补{good}的截图。", "en": "A brace { alone"}
    page = chen.post("/admin/templates/new/", told)
    text = page.content.decode()
    assert page.status_code == 422
    assert "没有{good}这个变量" in text
    assert "{reference}、{goods}、" in text
    assert "花括号没有配对" in text
    assert "请补{good}的截图。" in text  # what was typed is kept
    assert not Template.objects.exclude(association=None).exists()


def test_each_save_is_a_version_and_nobody_writes_over_anothers(cast: Cast, chen: Client) -> None:
    made = written(cast)
    address = f"/admin/templates/{made.pk}/edit/"
    first = {**WORDS, "zh": "请补{goods}的付款截图。", "seen": "1"}
    assert chen.post(address, first).status_code == 302
    page = chen.post(address, {**WORDS, "zh": "另外写的", "seen": "1"})
    assert page.status_code == 409
    assert "别人刚存了第2版" in page.content.decode()
    assert "另外写的" in page.content.decode()
    assert [(each.number, each.zh) for each in made.versions.all()] == [(2, first["zh"]), (1, WORDS["zh"])]
    assert "请补{goods}的截图。" in chen.get(f"/admin/templates/{made.pk}/?v=1").content.decode()
    same = {name: first[name] for name in WORDS}
    assert rewrite_template(made, seen=2, **same, actor=cast.officer, at=MONDAY) == 2  # the same words make no version
    with pytest.raises(CannotKeep):
        written(cast)


def test_only_leads_write_and_each_association_has_its_own(cast: Cast, chen: Client) -> None:
    intake = replace(cast.officer, duties=frozenset({Membership.Duty.INTAKE}))
    with pytest.raises(NotAllowed):
        write_template(Template.Kind.ASK, **WORDS, actor=intake, at=MONDAY)
    made = written(cast)
    with pytest.raises(NotAllowed):
        retire_template(made, actor=intake, at=MONDAY)
    shared = write_template(Template.Kind.ASK, **{**WORDS, "name": "全国的"}, actor=Actor.officer(cast.zhou), at=MONDAY)
    seen = Template.objects.visible_to(cast.officer)
    assert {made, shared} <= set(seen)
    assert seen.filter(association=None).count() >= 8
    assert made not in Template.objects.visible_to(Actor.officer(cast.huang))
    assert chen.get(f"/admin/templates/{shared.pk}/").status_code == 200
    assert chen.post(f"/admin/templates/{shared.pk}/edit/", {**WORDS, "seen": "1"}).status_code == 404
    Membership.objects.filter(user=cast.chen).update(duties=["intake"])
    assert chen.get("/admin/templates/").status_code == 200
    assert chen.get("/admin/templates/new/").status_code == 404
    assert "你的岗位不能做这一步" in chen.post("/admin/templates/new/", {**WORDS, "kind": "sms"}).content.decode()
    assert not Template.objects.owned_by(cast.officer).filter(kind="sms").exists()
    chen.post(f"/admin/templates/{made.pk}/retire/")
    assert Template.objects.in_use().filter(pk=made.pk).exists()
    chen.logout()
    chen.force_login(cast.huang)
    assert chen.get(f"/admin/templates/{made.pk}/").status_code == 404


def test_choosing_one_fills_the_words_of_the_act_in_the_readers_language(cast: Cast, chen: Client) -> None:
    case = a_referred_complaint()
    made, ask = written(cast), Template.objects.get(association=None, name="请商家说明并提供凭证")
    message, asking = (f"/admin/case/{case.reference}/act/{act}/" for act in ("message", "ask"))
    assert "请补桑蚕丝四件套的截图。" in chen.get(f"{message}?template={made.pk}").content.decode()
    assert "补截图" not in chen.get(asking).content.decode()  # another kind
    text = chen.get(f"{asking}?to=merchant&template={ask.pk}").content.decode()
    assert f"关于投诉{case.reference}（桑蚕丝四件套，5月20日下单），请澜岸家居旗舰店在" in text
    assert 'name="to" value="merchant"' in text
    type(case).objects.update(language="en", goods="<b>{reference}</b>")
    page = chen.get(f"{message}?template={made.pk}").content.decode()
    assert "A screenshot of &lt;b&gt;{reference}&lt;/b&gt;, please." in page  # filled once, and shown as text
    assert chen.get(f"{message}?template=99999999").status_code == 200
    assert chen.get(f"{message}?template=x&about=authority").status_code == 200


def test_a_preview_shows_only_cases_one_may_see(cast: Cast, chen: Client) -> None:
    case, sms = a_referred_complaint(), Template.objects.get(kind="sms", association=None)
    text = chen.get(f"/admin/templates/{sms.pk}/?case={case.reference.lower()}").content.decode()
    assert f"【浙江省消费者协会】投诉{case.reference}有新进展" in text
    assert "发短信要1条" in text
    chen.force_login(cast.huang)
    text = chen.get(f"/admin/templates/{sms.pk}/?case={case.reference}").content.decode()
    assert "没有找到这件投诉" in text
    assert "桑蚕丝" not in text


def test_every_standard_template_can_be_filled_and_says_both_languages() -> None:
    values = dict.fromkeys(VARIABLES, "某")
    for template in Template.objects.filter(association=None):
        for words in (template.newest.zh, template.newest.en):
            check(words)
            assert words and "{" not in filled(words, values)


def test_short_messages_are_counted_as_they_are_sent() -> None:
    counts = {
        "字" * 70: 1,
        "字" * 71: 2,
        "字" * 134: 2,
        "字" * 135: 3,
        "\U0001f600" * 35: 1,
        "\U0001f600" * 36: 2,
        "": 1,
    }
    assert {text: short_messages(text)[1] for text in counts} == counts
    with pytest.raises(BadWording):
        check("{reference.__class__}")
