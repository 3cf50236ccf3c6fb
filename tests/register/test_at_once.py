"""Two officers at the register at once: one of them wins, the other is told, nothing is half done."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from complaints.flow import register, register_matching, register_merging
from complaints.flow.register import CannotRegister, Stale
from complaints.models import Party, RegisterAlias, RegisterEntry, RegisterMerge
from tests import racing
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast
from tests.register.making import an_entry, code, fresh

Kind = RegisterEntry.Kind


together = partial(racing.together, refused=(CannotRegister,))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_merge_one_code_one_link_and_one_change(cast: Cast) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing to race for")
    one, two, three = (an_entry(cast.officer, name, Kind.COMPANY) for name in ("甲", "乙", "丙"))
    told: dict[str, Any] = {"actor": cast.officer, "at": MONDAY}

    def merge(kept: RegisterEntry, gone: RegisterEntry) -> Callable[[], Any]:
        versions = (fresh(kept).version, fresh(gone).version)
        return lambda: register_merging.merge(kept.pk, gone.pk, versions=versions, choices={}, **told)

    crossed = together(merge(one, two), merge(two, one), merge(three, two))
    assert crossed.count(None) == RegisterMerge.objects.count() == 1
    done = RegisterMerge.objects.get()
    undo = lambda: register_merging.undo(done, **told)  # noqa: E731
    assert together(undo, undo).count(None) == 1
    enter = lambda: an_entry(cast.officer, "丁", Kind.COMPANY, credit_code=code(7))  # noqa: E731
    assert together(enter, enter).count(None) == RegisterEntry.objects.filter(credit_code=code(7)).count() == 1
    version = fresh(one).version
    change = lambda: register.change(one.pk, {"licence": "浙1"}, version=version, **told)  # noqa: E731
    name = lambda: register.add_name(one.pk, "甲甲", version=version, **told)  # noqa: E731
    met = together(change, name)
    assert met.count(None) == 1 and any(isinstance(each, Stale) for each in met)
    case = a_complaint()
    link = lambda: register_matching.enter_from(  # noqa: E731
        case, party=Party.MERCHANT, kind=Kind.SHOP, was=None, **told
    )
    assert together(link, link).count(None) == 1
    assert RegisterAlias.objects.filter(text="澜岸家居旗舰店").count() == 1
