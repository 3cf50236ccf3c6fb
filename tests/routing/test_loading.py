"""A law file that cannot be understood stops the site, and says where."""

import re

import pytest

from routing import RulebookError
from routing.book import LAW
from routing.checks import law_can_be_read
from routing.engine.loading import load, read_folder
from tests.routing.worlds import BOOK

FILES = read_folder(LAW)


def with_change(file: str, entry: str, old: str, new: str) -> dict[str, str]:
    """The law files, with one change behind the line that names ``entry``."""
    head, found, tail = FILES[file].partition(entry)
    assert found
    assert old in tail, f"{file} has no {old!r} behind {entry!r}"
    return {**FILES, file: head + found + tail.replace(old, new, 1)}


A01 = ("spc-oc.toml", 'id           = "A01"')

BROKEN = [
    (*A01, "live_click_purchase and", "live_click_purchas and", "rule A01", "did you mean 'live_click_purchase'"),
    (*A01, "SW or ROOM_LIE", "SW or ROOM_LYE", "rule A01", "did you mean 'ROOM_LIE'"),
    (*A01, '"SELLER"', '"SELER"', "rule A01", "did you mean 'SELLER'"),
    (*A01, '"anchor"', '"ancor"', "rule A01", "did you mean 'anchor'"),
    (*A01, '"SPC-OC 12(1)"', '"SPC-CO 12(1)"', "rule A01", "did you mean 'SPC-OC'"),
    (
        *A01,
        'cites        = ["SPC-OC 12(1)", "O117 26", "OTM 20", "CPL-Regs 13(2)"]',
        "cites = []",
        "rule A01",
        "cites noth",
    ),
    (*A01, "deemed_seller", "deemed", "rule A01", "form: no such name 'deemed'"),
    (*A01, "2022-03-15", '"2022-03-15"', "rule A01", "must be a date"),
    (*A01, "from = 2022-03-15", "from = 2022-03-15, until = 2022-03-14", "rule A01", "ends before it begins"),
    (*A01, "reason.en", "reason.fr", "rule A01", "the translation 'en' is missing"),
    (*A01, 'excluded_when = "SELF"', 'exclude_when = "SELF"', "rule A01", "did you mean 'excluded_when'"),
    (*A01, '["B1"]', '["B2"]', "rule A01", "must stand both here and"),
    (*A01, 'level        = "L2"', 'level        = "L3"', "rule A01", "the best of its citations is L2"),
    ("predicates.toml", "[predicate.LIE]", "claim_mattered and", "ROOM_LIE and", "predicate.", "is defined by itself"),
    ("facts.toml", "[counterfeit]", "no.en", "no.de", "counterfeit", "the translation 'en' is missing"),
    ("gates.toml", "[gate.K1]", '"not personal_use"', '"SW"', "gate.K1", "asks for SW before SW is known"),
    ("words.toml", "[party.anchor]", "name.en", "nam.en", "party.anchor.name", "the translation 'en' is missing"),
    ("procedure.toml", "[[period]]", "2020-01-01", "2020-13-01", "procedure.toml", "not TOML"),
]


@pytest.mark.parametrize(("file", "entry", "old", "new", "named", "said"), BROKEN)
def test_a_broken_law_file_is_refused_by_file_and_entry(
    file: str, entry: str, old: str, new: str, named: str, said: str
) -> None:
    with pytest.raises(RulebookError) as refused:
        load(with_change(file, entry, old, new))
    assert refused.value.file == file
    assert named in str(refused.value)
    assert said in str(refused.value)


def second_version(*, first_until: str, second_from: str) -> dict[str, str]:
    text = FILES["spc-oc.toml"]
    start = text.index('[[rule]]\nid           = "A02"')
    end = text.find("[[rule]]", start + 1)
    rule = text[start : end if end > 0 else len(text)]
    ended = rule.replace("from = 2022-03-15", f"from = 2022-03-15, until = {first_until}")
    later = rule.replace("from = 2022-03-15", f"from = {second_from}")
    return {**FILES, "spc-oc.toml": text.replace(rule, ended + "\n" + later)}


def test_two_versions_of_a_rule_may_follow_each_other_and_not_overlap() -> None:
    book = load(second_version(first_until="2026-01-31", second_from="2026-02-01"))
    assert len(book.rules_named("A02")) == 2
    with pytest.raises(RulebookError, match=re.escape("rule A02")):
        load(second_version(first_until="2026-02-01", second_from="2026-02-01"))


def test_the_digest_follows_the_content_and_not_the_layout() -> None:
    relaid = {file: "# a remark\n\n" + text for file, text in FILES.items()}
    assert load(relaid).digest == BOOK.digest
    assert load(with_change("gates.toml", "[d12]", "2019-01-01", "2019-01-02")).digest != BOOK.digest


def test_the_whole_law_is_here() -> None:
    assert len({rule.id for rule in BOOK.rules if "@" not in rule.id}) == 102
    assert len(BOOK.conditions) == 155
    assert law_can_be_read(None) == []


def test_every_fact_is_used_or_is_a_sign_for_an_officer() -> None:
    """F17 and F74 stand in no condition (law.md 12, 8): every other fact decides something."""
    law = "\n".join(text for file, text in FILES.items() if file != "facts.toml")
    idle = {fact.number for fact in BOOK.conditions if not re.search(rf"\b{fact.key}\b", law)}
    assert idle <= {"F17", "F74"}
