"""Search at the desk finds what is there, as if every case were read: any piece of a word, however it is typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random

import pytest
from django.core.management import call_command

from complaints import searching
from complaints.models import Complaint, Respondent, SearchGap, SearchText
from complaints.references import checked_reference
from complaints.searching import found_by, normal
from complaints.tasks import sweep
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

# Few enough that pieces meet by chance; with what databases take for signs, letters of two widths and two cases, marks
# that join, and characters beyond the first 65,536 of which two share a number.
LETTERS = "退款假货主播赔三ｂBb1１%_*\"'\\^(:-.é，\u200b\U00020000\U0001f600 \n"


def found(text: str) -> set[str]:
    return set(Complaint.objects.filter(found_by(text)).values_list("reference", flat=True))


def lean(number: int, *, order_number: str = "", names: Iterable[str] = (), **told: str) -> Complaint:
    """A case with nothing but what can be searched, which the index does not know yet."""
    case = Complaint.objects.create(
        reference=told.pop("reference", f"#{number}"),
        receipt_hash=f"{number:064x}",
        filed_at=MONDAY,
        purchased_on=MONDAY.date(),
        order_number=order_number,
        **{"goods": "", "story": "", "room": "", **told},
    )
    for party, name in zip(("merchant", "anchor", "platform"), names, strict=False):
        Respondent.objects.create(complaint=case, party=party, name=name)
    return case


def test_search_answers_as_if_every_case_were_read() -> None:
    chance = Random(11)

    def chosen(least: int, most: int) -> str:
        return "".join(chance.choices(LETTERS, k=chance.randint(least, most)))

    fields: dict[str, list[str]] = {}
    for number in range(120):
        story, goods, room, name = (chosen(0, 60), chosen(0, 8), chosen(0, 8), chosen(0, 6))
        case = lean(number, story=story, goods=goods, room=room, names=[name])
        searching.keep(case)
        fields[case.reference] = [normal(field) for field in (story, goods, room, name)]
    pieces = [field for all_ in fields.values() for field in all_ if field]
    asked = [chosen(1, 4) for _ in range(150)]
    for _ in range(150):
        field = chance.choice(pieces)
        start = chance.randrange(len(field))
        asked.append(field[start : start + chance.randint(1, 9)])
    hits = 0
    for text in asked:
        words = normal(text).split()
        there = {
            case
            for case, lines in fields.items()
            if words and all(any(word in line for line in lines) for word in words)
        }
        assert found(text) == there, ascii(text)
        hits += len(there)
    assert hits > 1000


def test_numbers_are_found_by_their_ends_and_however_they_are_typed() -> None:
    number, other = checked_reference(date(2026, 6, 1), 7_654_321), checked_reference(date(2026, 6, 2), 1_234_567)
    tail = number.rpartition("-")[2]
    case = lean(1, reference=number, order_number="2605-2077-1234-5677-19", story="花了4567元")
    for each in (case, lean(2, reference=other, order_number="567719260520771234")):
        searching.keep(each)
    typed = number.replace("-", " ")
    for text in ("7719", "567719", "260520771234567719", "2605-2077-1234-5677-19", "4567", number, number.lower(),
                 typed, number[3:], tail, tail[:4], tail[2:], "260601", "ＺＺ２６０６０１"):  # fmt: skip
        assert found(text) == {number}, text
    assert found("2606") == {number, other}
    for text in ("5677", "719", "2077", "0601", tail[:3], tail[1:5]):
        assert not found(text), text


def test_a_filed_case_is_found_at_once_by_those_who_may_see_it(cast: Cast) -> None:
    case = a_complaint()
    for text in ("桑", "聚酯", "小满 澜岸", "快播场", "７７１９", "百分百桑蚕丝，收到的吊牌"):
        assert found(text) == {case.reference}, text
    assert Complaint.objects.visible_to(cast.officer).filter(found_by("桑蚕")).exists()
    huang = type(cast.officer).officer(cast.huang)
    assert not Complaint.objects.visible_to(huang).filter(found_by("桑蚕")).exists()


def test_what_is_emptied_in_a_case_is_found_no_more() -> None:
    case = a_complaint()
    Complaint.objects.filter(pk=case.pk).update(story="", goods="", room="", order_number="")
    case.respondents.update(name="")
    case.refresh_from_db()
    searching.keep(case)
    assert SearchText.objects.get().text.replace("\n", "").isprintable() is False  # our signs alone are left
    assert not any(found(text) for text in ("聚酯", "桑", "小满", "7719", "澜岸"))
    assert found(case.reference) == {case.reference}


def test_cases_from_before_the_index_are_found_while_it_grows_and_after() -> None:
    cases = [lean(number, story=f"收到假货{number}", names=["橙子购"]) for number in range(5)]
    everyone = {case.reference for case in cases}
    searching.begin_anew()
    assert found("假货") == found("橙子 货") == everyone
    assert searching.fill_some(2) == 2
    assert SearchText.objects.count() == 2
    assert found("假货") == everyone
    sweep()
    assert not SearchGap.objects.exists()
    assert found("假货") == found("橙子 货") == everyone
    SearchText.objects.filter(complaint=cases[0]).update(text="", grams="{}")
    assert found("假货") == everyone - {cases[0].reference}
    call_command("index_search", again=True, batch=2, quiet=True)
    assert found("假货") == everyone


def test_nothing_typed_finds_nothing_and_odd_texts_break_nothing() -> None:
    searching.keep(lean(1, story="退款"))
    for text in ("", "\u200b", "\x00", '"', "NEAR(退 款)", "\ue201", "a" * 500):
        assert not found(text), ascii(text)
    assert found("退\ue201款\x00") == {"#1"}
