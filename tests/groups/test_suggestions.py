"""Cases that look like one matter are suggested, told in words; others are not, and what was dismissed stays away."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from django.utils import timezone

from complaints import alike
from complaints.admin import join
from complaints.flow import clusters
from complaints.models import Complaint, Respondent, Suggestion
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

SILK = (
    "主播说百分百桑蚕丝，洗了一次就起球，吊牌写的是聚酯纤维。",
    "买的真丝衬衫，直播里一直讲桑蚕丝，送去检测是聚酯纤维，客服不认。",
    "直播间说是桑蚕丝，收到一看吊牌写着聚酯纤维，要求退货被拒。",
    "桑蚕丝变成了聚酯纤维！主播下播以后谁也不理我。",
    "说好100%桑蚕丝，烧了一根线是塑料味，应该就是聚酯纤维。",
    "我妈妈冲着桑蚕丝下的单，洗标上却印着聚酯纤维。",
)
OTHERS = {
    "电饭煲": ("煮一次饭就跳闸，客服让我自己找师傅。", "内胆涂层掉了，孩子吃进去了怎么办。"),
    "宝宝米饼": ("包装上没有生产日期，孩子吃了拉肚子。", "里面有虫，卖家说是正常现象。"),
    "羊毛大衣": ("标着羊毛，店里说只有三成是羊毛。", "尺码小两号，换货要我出来回运费。"),
    "空气炸锅": ("原价是假的，前一周别家一直卖两百。", "插头发烫冒烟，差点起火。"),
    "考证班": ("交了学费老师换了三个，退费要扣八成。", "承诺包过，没过也不退。"),
    "翡翠手镯": ("鉴定证书是假的，拿去珠宝店说是玻璃。", "收到的和直播里展示的不是一只。"),
}
FILLERS = ("我等了半个月。", "打了很多电话。", "请帮帮我。", "截图都留着。", "钱不多，但是气人。", "")


def told(rng: random.Random, goods: str, story: str) -> alike.Told:
    return alike.Told(goods, rng.choice(FILLERS) + story + rng.choice(FILLERS))


def pour(rows: list[tuple[str, str, str, date]], cast: Cast) -> list[Complaint]:
    """Cases as rows, without the whole way of filing: room, goods, story, day of purchase."""
    found = Complaint.objects.bulk_create(
        Complaint(
            reference=f"ZZ-260601-{place:05d}",
            receipt_hash=f"{place:064d}",
            filed_at=MONDAY,
            room=room,
            goods=goods,
            story=story,
            purchased_on=day,
            association=cast.zhejiang,
        )
        for place, (room, goods, story, day) in enumerate(rows)
    )
    Respondent.objects.bulk_create(Respondent(complaint=each, party="platform", name="快播场") for each in found)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_planted_clusters_are_found_whole_and_unrelated_cases_are_not_drawn_in(cast: Cast, seed: int) -> None:
    rng, start = random.Random(seed), date(2026, 5, 20)
    rows: list[tuple[str, str, str, date]] = []
    planted: list[tuple[int, int]] = []
    for place in range(6):  # six clusters in six rooms, five cases each, among others of the same rooms
        for _each in range(5):
            day = start + timedelta(days=rng.randrange(7))
            goods = rng.choice(("真丝衬衫", "桑蚕丝真丝衬衫 女", "真丝 衬衫（L）"))
            written = told(rng, goods, rng.choice(SILK))
            room = rng.choice((f"小满家居{place}", f"小满家居{place}直播间"))
            planted.append((len(rows), place))
            rows.append((room, written.goods, written.story, day))
        for goods in rng.sample(list(OTHERS), 2):
            written = told(rng, goods, rng.choice(OTHERS[goods]))
            rows.append((f"小满家居{place}", written.goods, written.story, start + timedelta(days=rng.randrange(7))))
    for _each in range(40):  # every one in a room of its own, or long before
        goods = rng.choice(list(OTHERS))
        rows.append((f"别处{len(rows)}", goods, rng.choice(OTHERS[goods]), start - timedelta(days=rng.randrange(60))))
    order = rng.sample(range(len(rows)), len(rows))
    cases = pour([rows[place] for place in order], cast)
    for case in cases:
        assert clusters.look_at(case.pk, at=MONDAY)
        assert not clusters.look_at(case.pk, at=MONDAY)
    where = {cases[order.index(place)].pk: room for place, room in planted}
    suggested = {each: set(each.rows.values_list("complaint", flat=True)) for each in Suggestion.objects.all()}
    found = Counter(where.get(pk, "stray") for pks in suggested.values() for pk in pks)
    assert found["stray"] == 0, found
    assert len(suggested) == 6
    assert sum(found.values()) >= 29, found  # of thirty
    for each in suggested:
        assert "衬衫" in each.why["goods"]
        assert {"桑蚕丝", "聚酯纤维"} <= set(each.why["words"]), each.why


@pytest.mark.django_db
def test_a_dismissed_suggestion_comes_back_only_when_it_has_grown_by_a_half(cast: Cast) -> None:
    day = date(2026, 5, 20)
    cases = pour([("小满家居间", "真丝衬衫", SILK[place % 6], day) for place in range(6)], cast)
    for case in cases[:4]:
        clusters.look_at(case.pk, at=MONDAY)
    suggestion = clusters.dismiss(Suggestion.objects.get().pk, actor=cast.officer, at=MONDAY)
    assert (suggestion.state, suggestion.count_then, suggestion.answered_by) == ("dismissed", 4, cast.chen)
    for case, state in ((cases[4], "dismissed"), (cases[5], "open")):
        clusters.look_at(case.pk, at=MONDAY)
        assert Suggestion.objects.get().state == state
    assert Suggestion.objects.get().count == 6


@pytest.mark.django_db
def test_filed_cases_are_looked_at_once_and_other_associations_are_not_mixed_in(cast: Cast) -> None:
    now = timezone.now
    for region in ("33", "33", "44", "33"):
        a_complaint(at=now(), contact={"region": region})
    assert (clusters.look_for_new(now), clusters.look_for_new(now)) == (4, 0)
    suggestion = Suggestion.objects.get()
    assert (suggestion.association, suggestion.count) == (cast.zhejiang, 3)
    assert suggestion.why["by"] == "room"
    assert not Suggestion.objects.visible_to(cast.platform).exists()


@pytest.mark.django_db
def test_suggestions_whose_cases_ended_or_moved_hide_no_other_and_are_taken_away(cast: Cast) -> None:
    day = date(2026, 5, 20)
    rooms = ("大一家居间", "大二家居间", "小满家居间")
    sizes = (5, 4, 3)
    told = [(room, "真丝衬衫", SILK[n], day) for room, size in zip(rooms, sizes, strict=True) for n in range(size)]
    for case in pour(told, cast):
        clusters.look_at(case.pk, at=MONDAY)
    assert [hint.count for hint in join.hints_of(cast.officer)] == [5, 4, 3]
    ended, moved = (Complaint.objects.filter(room=room) for room in rooms[:2])
    left = moved.order_by("pk").values_list("pk", flat=True)[0]
    ended.update(state="settled", closed_at=MONDAY)
    moved.exclude(pk=left).update(association=cast.guangdong)
    assert [hint.suggestion.name for hint in join.hints_of(cast.officer, most=1)] == ["小满家居间"]
    assert (clusters.drop_empty(), clusters.drop_empty()) == (2, 0)
    assert [each.name for each in Suggestion.objects.all()] == ["小满家居间"]
