"""Two entries become one and two again, whatever hung on them; a code and a history never lie."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.credit_codes import WrongCode, tidy_code
from complaints.flow import register, register_merging
from complaints.flow.register import CannotRegister, Stale
from complaints.models import (
    CannotChange,
    RegisterAlias,
    RegisterChange,
    RegisterEntry,
    RegisterLink,
    RegisterMerge,
    Respondent,
)
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.register.making import an_entry, code, fresh, named

Kind = RegisterEntry.Kind
pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=1)


def join(kept: RegisterEntry, gone: RegisterEntry, cast: Cast, **more: Any) -> RegisterMerge:
    versions = (fresh(kept).version, fresh(gone).version)
    told = {"choices": {}, "actor": cast.officer, "at": LATER, **more}
    return register_merging.merge(kept.pk, gone.pk, versions=versions, **told)


def everything() -> dict[str, Any]:
    """The whole register and who is in it, without versions and history."""
    fields = (*register.FIELDS, "kind", "root_id", "merged_into_id")
    return {
        "entries": list(RegisterEntry.objects.order_by("pk").values_list("pk", *fields)),
        "names": list(RegisterAlias.objects.order_by("pk").values_list("pk", "entry", "platform", "removed_at")),
        "links": list(RegisterLink.objects.order_by("pk").values_list("pk", "entry", "other", "removed_at")),
        "respondents": list(Respondent.objects.order_by("pk").values_list("pk", "entry", "entry_alias", "entry_by")),
    }


VALUES = st.fixed_dictionaries(
    {
        "name_zh": st.sampled_from(["澜岸", "澜岸家居", "小满"]),
        "name_en": st.sampled_from(["", "Lan'an"]),
        "registered_name": st.sampled_from(["", "杭州澜岸有限公司", "宁波澜岸有限公司"]),
        "licence": st.sampled_from(["", "浙1", "浙2"]),
        "region": st.sampled_from(["", "33", "3301"]),
    }
)


@given(
    values=st.lists(VALUES, min_size=4, max_size=4),
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=5),
    codes=st.booleans(),
    takes=st.sets(st.sampled_from(register.FIELDS)),
    hung=st.lists(st.integers(0, 3), max_size=4),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merging_and_undoing_all_of_it_is_as_if_nothing_was(
    cast: Cast,
    values: list[dict[str, Any]],
    pairs: list[tuple[int, int]],
    codes: bool,
    takes: set[str],
    hung: list[int],
) -> None:
    with transaction.atomic():
        entries = [
            an_entry(cast.officer, each.pop("name_zh"), Kind.COMPANY, **each, credit_code=code(n) if codes else "")
            for n, each in enumerate([dict(one) for one in values])
        ]
        case = a_complaint()
        for place, respondent in zip(hung, case.respondents.order_by("pk"), strict=False):
            Respondent.objects.filter(pk=respondent.pk).update(entry=entries[place])
        choices = dict.fromkeys(register.FIELDS, "kept") | dict.fromkeys(takes, "gone")
        undone, states = [], []
        for one, two in pairs:
            before = everything()
            try:
                undone.append(join(entries[one], entries[two], cast, choices=choices, reason="看过执照"))
            except CannotRegister:
                assert register_merging.obstacle(fresh(entries[one]), fresh(entries[two]))
                assert everything() == before
            else:
                states.append(before)
        for done, before in zip(reversed(undone), reversed(states), strict=True):
            register_merging.undo(done, actor=cast.officer, at=LATER)
            assert everything() == before
        transaction.set_rollback(True)


def test_two_codes_need_a_choice_and_a_reason(cast: Cast) -> None:
    one = an_entry(cast.officer, "甲", Kind.COMPANY, credit_code=code(1))
    two = an_entry(cast.officer, "乙", Kind.COMPANY, credit_code=code(2))
    for choices, reason in (({}, "因为"), ({"credit_code": "gone"}, " "), ({"credit_code": "x"}, "因为")):
        with pytest.raises(CannotRegister, match="代码不同"):
            join(one, two, cast, choices=choices, reason=reason)
    done = join(one, two, cast, choices={"credit_code": "gone"}, reason="甲的执照已注销")
    assert fresh(one).credit_code == code(2)
    free = an_entry(cast.officer, "丙", Kind.COMPANY, credit_code=code(1))  # nobody's now
    with pytest.raises(CannotRegister, match="丙"):
        register_merging.undo(done, actor=cast.officer, at=LATER)
    register.change(free.pk, {"credit_code": ""}, version=free.version, actor=cast.officer, at=LATER)
    register_merging.undo(done, actor=cast.officer, at=LATER)
    assert (fresh(one).credit_code, fresh(two).credit_code) == (code(1), code(2))


def test_what_cannot_be_merged_or_undone_says_why(cast: Cast) -> None:
    one, two, three = (an_entry(cast.officer, name, Kind.COMPANY) for name in ("甲", "乙", "丙"))
    shop = an_entry(cast.officer, "甲店")
    for other, words in ((one, "同一个"), (shop, "不是一类")):
        with pytest.raises(CannotRegister, match=words):
            join(one, other, cast)
    with pytest.raises(Stale):
        register_merging.merge(one.pk, two.pk, versions=(0, 0), choices={}, actor=cast.officer, at=LATER)
    inner = join(two, three, cast)
    with pytest.raises(CannotRegister, match="已经并入"):
        join(one, three, cast)  # as by a page that was opened before
    with pytest.raises(CannotRegister, match="已经并入"):
        register.change(three.pk, {"licence": "1"}, version=fresh(three).version, actor=cast.officer, at=LATER)
    outer = join(one, two, cast)
    assert fresh(three).root == fresh(two).root == one
    with pytest.raises(CannotRegister, match="先撤销"):
        register_merging.undo(inner, actor=cast.officer, at=LATER)
    register_merging.undo(outer, actor=cast.officer, at=LATER)
    with pytest.raises(CannotRegister, match="已经撤销"):
        register_merging.undo(outer, actor=cast.officer, at=LATER)
    assert (fresh(three).root, fresh(two).root) == (two, None)


def test_what_was_written_by_the_merge_and_changed_since_is_not_undone_behind_anybodys_back(cast: Cast) -> None:
    one = an_entry(cast.officer, "甲", Kind.COMPANY)
    two = an_entry(cast.officer, "乙", Kind.COMPANY, licence="浙1")
    done = join(one, two, cast)
    assert fresh(one).licence == "浙1"
    later = named(one, "甲甲", cast.officer)
    register.change(one.pk, {"licence": "浙2"}, version=fresh(one).version, actor=cast.officer, at=LATER)
    with pytest.raises(CannotRegister, match="许可证号"):
        register_merging.undo(done, actor=cast.officer, at=LATER)
    register.change(one.pk, {"licence": "浙1"}, version=fresh(one).version, actor=cast.officer, at=LATER)
    register_merging.undo(done, actor=cast.officer, at=LATER)
    assert (fresh(one).licence, fresh(two).licence) == ("", "浙1")
    assert RegisterAlias.objects.get(pk=later).entry == one  # what was added since stays where it was added


def test_names_that_are_somebody_elses_are_split_out_with_whom_they_found(cast: Cast) -> None:
    kuai = an_entry(cast.officer, "快播场", Kind.PLATFORM)
    shop = an_entry(cast.officer, "别的店", platform=kuai)
    wrong = named(shop, "澜岸家居旗舰店", cast.officer, kuai)
    case = a_complaint()
    assert case.respondents.get(party="merchant").entry == shop
    own = shop.aliases.get(text="别的店").pk
    for names in ([], [own], [wrong, 10**6]):
        with pytest.raises(CannotRegister):
            register_merging.split(shop.pk, names, version=fresh(shop).version, actor=cast.officer, at=LATER)
    made = register_merging.split(shop.pk, [wrong], version=fresh(shop).version, actor=cast.officer, at=LATER)
    assert case.respondents.get(party="merchant").entry == made
    assert a_complaint().respondents.get(party="merchant").entry == made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9133010600000001", "16位"),
        (code(1)[:-1] + "I", "第18位是“I”"),
        ("91A30106" + code(1)[8:], "第3位是“A”"),
        (code(1)[:-1] + ("1" if code(1)[-1] != "1" else "2"), f"应当是“{code(1)[-1]}”"),
        ("１", "1位"),
    ],
)
def test_a_wrong_code_is_told_what_is_wrong_with_it(text: str, says: str) -> None:
    with pytest.raises(WrongCode, match=says):
        tidy_code(text)


def test_a_right_code_is_tidied_and_belongs_to_one_company(cast: Cast) -> None:
    assert tidy_code(" 9111 0000-600037341l ") == "91110000600037341L"
    assert tidy_code("") == ""
    firm = an_entry(cast.officer, "甲", Kind.COMPANY, credit_code=code(1).lower())
    with pytest.raises(CannotRegister, match="甲"):
        an_entry(cast.officer, "乙", Kind.COMPANY, credit_code=code(1))
    an_entry(cast.officer, "甲店", credit_code=code(1))  # a shop has the code of whoever runs it
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterEntry.objects.create(kind="company", name_zh="丙", credit_code=firm.credit_code, made_at=MONDAY)


def test_the_history_keeps_old_values_and_the_database_lets_nobody_rewrite_it(cast: Cast) -> None:
    firm = an_entry(cast.officer, "甲", Kind.COMPANY)
    register.change(firm.pk, {"name_zh": "乙"}, version=firm.version, actor=cast.officer, at=LATER)
    last = firm.changes.latest("pk")
    assert (last.what, last.body, last.actor) == ("changed", {"name_zh": ["甲", "乙"]}, cast.officer.label)
    assert (last.organisation, sorted(each.text for each in firm.aliases.all())) == (cast.zhejiang, ["乙", "甲"])
    for attempt in (last.save, last.delete, RegisterChange.objects.all().delete):
        with pytest.raises(CannotChange):
            attempt()
    for statement in ("UPDATE complaints_registerchange SET what = 'x'", "DELETE FROM complaints_registerchange"):
        with pytest.raises(IntegrityError, match="only added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
