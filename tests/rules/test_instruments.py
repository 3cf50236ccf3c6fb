"""What the law files say of an instrument is checked as strictly as the rules are."""

import pytest

from routing import RulebookError
from routing.engine.loading import load
from routing.engine.loading_rules import instrument_of
from tests.routing.test_loading import with_change
from tests.routing.worlds import BOOK

MOVED = "[instrument]"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("cpl.toml", 'unverified = ["from"]', 'unverified = ["form"]', "did you mean 'from'"),
        ("cpl.toml", 'unverified = ["from"]', 'unverified = ["number"]', "there is no number to verify"),
        ("aucl2025.toml", 'supersedes = ["AUCL2019"]', "supersedes = []", "supersedes must name the one law"),
        ("aucl2025.toml", 'was = "8"', 'was = "6"', "an article is moved twice"),
        ("aucl2025.toml", 'was = "8"', 'was = "Art 8"', "must be the number of an article"),
        ("aucl2025.toml", 'en = "False publicity"', 'fr = "Publicité"', "the translation 'en' is missing"),
        ("aucl2025.toml", '"AUCL2019"', '"AUCL2018"', "supersedes an unknown instrument"),
        ("aucl2025.toml", "from = 2025-10-15", "from = 2025-10-14", "which did not end before it"),
    ],
)
def test_a_slip_in_an_instrument_is_refused(file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(RulebookError, match=said):
        load(with_change(file, MOVED, old, new))


def test_every_instrument_names_who_issued_it() -> None:
    assert [law.id for law in BOOK.instruments.values() if law.issuer is None] == []


def test_a_number_that_is_not_verified_is_marked_where_law_md_marks_it() -> None:
    unverified = {law.id for law in BOOK.instruments.values() if "from" in law.unverified}
    assert unverified >= {"CPL", "PQL", "TML2019", "MinorsL", "PIPL", "FSL-Regs", "SPC-Lim", "SPC-Evid", "CPI", "APP"}
    numbers = {law.id for law in BOOK.instruments.values() if "number" in law.unverified}
    assert numbers == {"SPC-Food", "SPC-FD", "SPC-GP", "OTM"}
    assert {instrument_of("SPC-IC 1")} == {law.id for law in BOOK.instruments.values() if "title" in law.unverified}
