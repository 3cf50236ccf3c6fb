"""What the law files say of an instrument is checked as strictly as the rules are."""

from datetime import date

import pytest

from routing import RulebookError
from routing.engine.loading import load
from tests.routing.test_loading import with_change
from tests.routing.worlds import BOOK

MOVED = "[instrument]"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("cpl.toml", 'unverified = ["from"]', 'unverified = ["form"]', "did you mean 'from'"),
        ("cpl.toml", 'unverified = ["from"]', 'unverified = ["number"]', "there is no number to verify"),
        ("cprl.toml", 'unverified = ["from"]', "", "from is missing"),
        ("pipl.toml", 'unverified = ["from"]', 'unverified = ["replaces"]', "there is no replaces to verify"),
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
    titles = {law.id for law in BOOK.instruments.values() if "title" in law.unverified}
    assert titles == {"SPC-IC", "O122", "O123", "O124"}
    assert {law.id for law in BOOK.instruments.values() if "replaces" in law.unverified} == {"CC"}


def test_a_law_whose_first_day_nobody_knows_is_older_than_every_complaint() -> None:
    undated = {law.id: law for law in BOOK.instruments.values() if law.begins is None}
    assert undated.keys() == {"CPrL", "PatL"}
    assert all("from" in law.unverified and law.in_force.covers(date(1999, 1, 1)) for law in undated.values())


def test_where_the_complaint_rules_moved_is_told_article_by_article() -> None:
    moved = {each.was: each.now for each in BOOK.instruments["O121"].renumbers}
    assert moved["14"] == "15" and moved["15"] == "16" and moved["20"] == "22" and moved["21"] == "23"


def test_texts_that_are_no_law_are_named_apart_and_are_no_instrument() -> None:
    assert [(text.number, text.unverified) for text in BOOK.not_relied_on] == [
        ("法发〔2026〕10号", False),
        ("广电发〔2020〕78号", True),
        (None, False),
    ]
    names = {law.title.zh for law in BOOK.instruments.values()}
    assert not names & {text.title.zh for text in BOOK.not_relied_on}
