"""The open law pages: whole in both languages, honest about what is unchecked, true to the day and to the version."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import LawText
from complaints.templatetags.law import law_url
from routing import rulebook
from routing.book import LAW
from routing.engine.loading import load, read_folder
from routing.engine.readable import day_in_words
from routing.engine.rule_sources import begins_on_a_checked_day
from routing.engine.rulebook import Rule
from routing.engine.wording import Wording
from tests.cast import Cast

pytestmark = pytest.mark.django_db

BOOK = rulebook()
NOW = BOOK.version
PREFIX = {"zh": "", "en": "/en"}


@pytest.fixture
def anyone() -> Client:
    return Client(headers={"accept-language": "zh-CN"})


@pytest.fixture
def officer(cast: Cast) -> Client:
    client = Client(headers={"accept-language": "zh-CN"})
    client.force_login(cast.chen, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def listed(page: str) -> set[str]:
    """The rules a list leads to."""
    return set(re.findall(rf'/rules/{re.escape(NOW)}/([A-Z][^/"]+)/"', page))


def unshown(rule: Rule, lang: str) -> Iterator[str]:
    """What the public must not read on the page of the rule."""
    wording = Wording(BOOK, "zh" if lang == "zh" else "en")
    for code in rule.cites:
        marked = any(mark == code or mark.startswith(f"{code} ") for mark in rule.unverified)
        cited = wording.cited(code)
        assert cited is not None
        if marked or wording.is_unchecked(code):
            yield f"{cited.text}<"
            if cited.gist:
                yield cited.gist
    for day in (rule.in_force.start, *([rule.earlier[1]] if rule.earlier else [])):
        if not begins_on_a_checked_day(BOOK, rule, day):
            yield from (day_in_words(day, wording.lang), day.isoformat())
    if rule.officer_note:
        yield rule.officer_note.in_(wording.lang)
    if rule.note:
        yield f">{rule.note}<"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_has_its_page_and_the_public_reads_nothing_unchecked_there(anyone: Client, lang: str) -> None:
    for rule in BOOK.rules:
        page = read(anyone, f"{PREFIX[lang]}/rules/{NOW}/{rule.id}/")
        assert (rule.title.zh if lang == "zh" else rule.title.en) in page.replace("&#x27;", "'")
        assert [text for text in unshown(rule, lang) if text in page] == [], rule.id
        assert not re.search(r">\s*D[0-9]{1,2}\b", page), rule.id


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_law_has_its_page_and_unverified_details_stay_off_it(anyone: Client, lang: str) -> None:
    for law in BOOK.instruments.values():
        page = read(anyone, f"{PREFIX[lang]}/rules/law/{law.id}/")
        day = day_in_words(law.in_force.start, "zh" if lang == "zh" else "en")
        hidden = {"from": day, "number": law.number or "", "title": law.title.zh}
        for detail, value in hidden.items():
            assert not value or (value in page) is (detail not in law.unverified), (law.id, detail)
        gists = [text.zh if lang == "zh" else text.en for key, text in law.gists.items() if key in law.unchecked]
        assert [gist for gist in gists if gist in page] == []


@pytest.mark.parametrize("path", ["/rules/", "/rules/?q=指导意见", "/rules/?q=平台"])
def test_the_list_shows_only_the_points_that_somebody_has_checked(anyone: Client, path: str) -> None:
    page = read(anyone, path)
    unchecked = [act for act in BOOK.acts if Wording(BOOK, "zh").is_unchecked(f"GO {act.number}")]
    assert unchecked
    assert [act.number for act in unchecked if act.explain and act.explain.zh in page] == []
    assert "2014年3月15日" not in page


def test_texts_that_are_no_law_stand_apart_and_a_number_from_memory_is_not_shown(anyone: Client) -> None:
    page = read(anyone, "/rules/")
    assert [text.title.zh for text in BOOK.not_relied_on if text.title.zh not in page] == []
    assert "法发〔2026〕10号" in page
    assert "广电发〔2020〕78号" not in page
    assert "不作为依据的文件" not in read(anyone, "/rules/?q=退货")


def test_what_a_law_replaced_is_told_unless_it_is_from_memory(anyone: Client, officer: Client) -> None:
    assert "用到2023年4月30日" in read(anyone, "/rules/law/IAM/")
    assert "侵权责任法" not in read(anyone, "/rules/law/CC/")
    assert "侵权责任法" in read(officer, "/rules/law/CC/")


def test_officers_read_the_unverified_and_see_it_marked(officer: Client) -> None:
    page = read(officer, f"/rules/{NOW}/P12/")
    assert "LMM 11 number" in page
    assert "《指导意见》第（一）项" in page
    assert "2014年3月15日" in page
    assert page.count("没核对") >= 3
    assert "D9" in read(officer, f"/rules/{NOW}/M09/")
    law = read(officer, "/rules/law/CPL/")
    assert "2014年3月15日" in law
    assert "没核对" in law
    points = read(officer, "/rules/law/GO/")
    assert BOOK.instruments["GO"].gists["8"].zh in points
    assert "没核对，只给工作人员看" in points
    assert "有争议" in read(officer, "/rules/")


@pytest.mark.parametrize("day", ["1999-01-01", "2018-06-01", "2022-03-14", "2022-03-15", "2026-02-01"])
def test_the_law_as_of_a_day_lists_exactly_the_rules_in_force_that_day(anyone: Client, day: str) -> None:
    on = date.fromisoformat(day)
    begun = {rule.id for rule in BOOK.rules if rule.in_force.covers(on)}
    earlier = {rule.id for rule in BOOK.rules if rule.earlier and rule.earlier[1] <= on < rule.in_force.start}
    assert listed(read(anyone, f"/rules/?on={day}")) == begun | earlier


def test_a_party_is_shown_alone(anyone: Client) -> None:
    assert listed(read(anyone, "/rules/?party=platform")) == {r.id for r in BOOK.rules if r.party == "platform"}


def test_a_day_that_is_none_is_named_and_kept(anyone: Client) -> None:
    page = read(anyone, "/rules/?on=2024-02-30&q=退货")
    assert "“2024-02-30”不是日历上有的一天" in page
    assert 'value="2024-02-30"' in page
    assert "M04" in listed(page)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/rules/?q=退货", {"M03", "M04", "M32"}),
        ("/rules/?q=假货", {"M25"}),
        ("/rules/?q=虚假宣传", {"M51", "A04"}),
        ("/rules/?q=M09", {"M09"}),
        ("/en/rules/?q=fake", {"M25", "M09"}),
        ("/en/rules/?q=return", {"M04"}),
        ("/en/rules/?q=false claim", {"M51"}),
        ("/en/rules/?q=退货", {"M04"}),
    ],
)
def test_plain_words_find_the_rules_they_are_about(anyone: Client, path: str, found: set[str]) -> None:
    hits = listed(read(anyone, path))
    assert hits >= found
    assert len(hits) < len(BOOK.rules) / 2


def test_where_nothing_is_found_plain_words_are_suggested(anyone: Client) -> None:
    page = read(anyone, "/rules/?q=<b>天外来客")
    assert "没找到“&lt;b&gt;天外来客”" in page
    assert "?q=%E9%80%80%E8%B4%A7" in page


def test_a_name_leads_to_the_permalink_of_today_and_a_wrong_one_to_the_nearest(anyone: Client) -> None:
    assert anyone.get("/en/rules/A01/").headers["Location"] == f"/en/rules/{NOW}/A01/"
    assert 'href="/rules/M01/"' in read(anyone, "/rules/m01/", 404)
    assert 'href="/rules/law/SPC-OC/"' in read(anyone, "/rules/law/SPC-CO/", 404)
    assert 'href="/rules/M01/"' in read(anyone, "/rules/2020-01-01.00000000/M01/", 404)
    assert 'href="/rules/M51/"' in read(anyone, f"/rules/{NOW}/M511/", 404)
    read(anyone, "/rules/2020-01-01.00000000/", 404)


def test_a_revision_shows_where_its_articles_went(anyone: Client) -> None:
    for id in ("AUCL2019", "AUCL2025"):
        page = re.sub(r"\s+", "", read(anyone, f"/rules/law/{id}/"))
        for was, now in (("8", "9"), ("20", "25"), ("6", "7"), ("10", "11"), ("11", "12"), ("17", "22")):
            assert f'<tdclass="n">{was}</td><tdclass="n">{now}</td>' in page
    assert "72(3)" in read(anyone, "/en/rules/law/TML2019/")
    assert "/rules/law/AUCL2025/" in read(anyone, "/rules/law/AUCL2019/")


def test_a_kept_law_is_read_as_it_was_and_says_that_it_is_old(anyone: Client) -> None:
    files = read_folder(LAW)
    files["spc-oc.toml"] = files["spc-oc.toml"].replace("所以要像卖家一样负责", "所以那时也要负责")
    files["words.toml"] = files["words.toml"].replace("[clause]", "[clause_of_old]")  # phrases of the page came later
    old = load(files)
    LawText.objects.create(
        digest=old.digest, version=old.version, ruleset=old.id, files=files, at=timezone.now() - timedelta(days=9)
    )
    page = read(anyone, f"/rules/{old.version}/A01/")
    assert "所以那时也要负责" in page
    assert f"你看的是旧版本（{old.version}），现行是{NOW}" in page
    assert f'href="/rules/{NOW}/A01/"' in page
    now = read(anyone, f"/rules/{NOW}/A01/")
    assert "你看的是旧版本" not in now
    assert f'href="/rules/{old.version}/A01/"' in now
    assert old.version not in read(anyone, f"/rules/{NOW}/A02/")
    index = read(anyone, f"/rules/{old.version}/")
    changed = index[index.index('id="changed"') :]
    assert set(re.findall(rf"/rules/{re.escape(NOW)}/([A-Z][^/]+)/", changed)) == {"A01"}


def test_a_citation_leads_to_its_article(anyone: Client) -> None:
    codes = {code for rule in BOOK.rules for code in rule.cites}
    codes |= {code for excuse in BOOK.excuses for code in excuse.basis}
    laws = {law: read(anyone, f"/rules/law/{law}/") for law in BOOK.instruments}
    for cited in Wording(BOOK, "zh").cites(sorted(codes), [mark for rule in BOOK.rules for mark in rule.unverified]):
        path, _, anchor = law_url(cited.code).partition("#")
        assert f'id="{anchor}"' in laws[path.split("/")[3]], cited.code


def test_a_rule_that_reads_differently_by_day_is_read_as_of_the_day(anyone: Client) -> None:
    files = read_folder(LAW)
    text = files["spc-oc.toml"]
    start = text.index('[[rule]]\nid           = "A02"')
    end = text.index("[[rule]]", start + 1)
    ended = text[start:end].replace("from = 2022-03-15", "from = 2022-03-15, until = 2026-01-31")
    later = (
        text[start:end].replace("from = 2022-03-15", "from = 2026-02-01").replace('title.zh = "', 'title.zh = "后来：')
    )
    files["spc-oc.toml"] = text[:start] + ended + later + text[end:]
    book = load(files)
    LawText.objects.create(digest=book.digest, version=book.version, ruleset=book.id, files=files, at=timezone.now())
    assert f"/rules/{book.version}/A02/?on=2024-05-01" in read(anyone, f"/rules/{book.version}/?on=2024-05-01")
    page = read(anyone, f"/rules/{book.version}/A02/?on=2024-05-01")
    assert "<h1>后来：" not in page
    assert "?on=2026-02-01" in page
    assert "<h1>后来：" in read(anyone, f"/rules/{book.version}/A02/?on=2026-02-01")
