"""The limits as data: what is wrong in the file is refused by name, and no number contradicts another."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from complaints.deadlines import usual_length
from routing import RulebookError, rulebook
from routing.book import LAW
from routing.engine.deadline_words import DeadlineWords
from routing.engine.deadlines import Due, Happened, Kind, Step, compute, concerned
from routing.engine.inquiry import read_inquiry
from routing.engine.limits import Limit, Owner, Since, Stop, Unit
from routing.engine.loading import load, read_folder
from routing.engine.wording import Wording

BOOK = rulebook()
FILES = read_folder(LAW)
ROOT = Path(__file__).resolve().parents[2]
PROCEDURE = ROOT / "docs" / "procedure.md"

BROKEN = [
    ('id = "claim"', '"CC 188"', '"CD 188"', "limit claim, term 1: basis: no such name 'CD'"),
    ('id = "claim"', 'since = "harm_known"', 'since = "harm_know"', "did you mean 'harm_known'"),
    ('id = "claim"', "from = 2021-01-01", "from = 2020-01-01\nuntil = 2020-12-31", "was never in force"),
    ('id = "claim"', 'interruption = ["CC 195", "SPC-Lim 12"]', "", "stand together"),
    ('id = "claim"', 'basis = ["CC 188"]', "", "a limit without a citation is no law"),
    ('id = "claim"', 'unit = "years"', 'unit = "year"', "did you mean 'years'"),
    ('id = "claim"', "length = 3", "", "a term has a length"),
    ('id = "claim"', 'says.en = "', 'says.fr = "', "the translation 'en' is missing"),
    ('id = "claim_latest"', 'caps = "claim"', 'caps = "clam"', "no such limit 'clam'"),
    ('id = "claim_latest"', 'id = "claim_latest"', 'id = "claim"', "stands twice"),
    ('id = "mediation"', 'follows = "regulator_mediation"', 'follows = "acceptance"', "no limit of its own"),
    ('id = "mediation"', "policy = true", "", "is policy"),
    ('id = "regulator_mediation"', "length = 45", "length = 0", "at least 1"),
    ('id = "regulator_mediation"', "until = 2026-04-14", "until = 2026-04-15", "two terms are in force at once"),
    ('id = "regulator_mediation"', 'pauses_for = ["testing"]', 'pauses_for = ["test"]', "did you mean 'testing'"),
    ('id = "rescind_fraud"', "length = 1", "length = 1\nextension = 1", "only what is counted in days"),
    ('id = "rescind_breach"', "concerns", "concern", "did you mean 'concerns'"),
    ('id = "durable_burden"', 'mark = "durable"', 'mark = "durabel"', "did you mean 'durable'"),
    (
        'id = "seven_day_return"',
        'unless = "no_return_class"',
        'unless = "no_return_clas"',
        "did you mean 'no_return_class'",
    ),
    ('id = "records_live"', 'basis = ["OTM 20"]', 'basis = ["OTM 20"]\nunverified = 3', "no such key 'unverified'"),
]


@pytest.mark.parametrize(("entry", "old", "new", "said"), BROKEN)
def test_a_limit_that_cannot_be_is_refused_by_file_and_reason(entry: str, old: str, new: str, said: str) -> None:
    head, found, tail = FILES["deadlines.toml"].partition(entry)
    assert found
    assert old in found + tail
    broken = {**FILES, "deadlines.toml": head + (found + tail).replace(old, new, 1)}
    with pytest.raises(RulebookError) as refused:
        load(broken)
    assert refused.value.file == "deadlines.toml"
    assert said in str(refused.value)


def test_the_rules_of_a_period_take_their_days_from_the_limits() -> None:
    changed = FILES["deadlines.toml"].replace("length = 45\n", "length = 46\n")
    assert [each.days for each in load({**FILES, "deadlines.toml": changed}).procedure.periods] == [46, 60, 60]
    assert BOOK.procedure.accept_working_days == 7
    assert BOOK.procedure.clock_stops_for == ("testing",)
    for name in ("acceptance", "mediation"):
        asked = FILES["procedure.toml"].replace(f'"regulator_{name}"', '"claim"')
        with pytest.raises(RulebookError):
            load({**FILES, "procedure.toml": asked})


def years_of(limit: str) -> int | None:
    (length,) = {term.length for term in BOOK.limits[limit].terms}
    return length


def test_what_other_files_say_of_the_same_periods_is_the_same() -> None:
    k5 = next(gate.later_than for gate in BOOK.gates if gate.id == "K5")
    assert k5 is not None
    assert k5.years == years_of("authority_complaint")
    fraud = {each.than: each.years for each in BOOK.predicates["FRAUD_YEAR_GONE"].any_later}
    assert fraud[("harm_known_date",)] == years_of("rescind_fraud")
    assert fraud[("purchase_date",)] == years_of("rescind_fraud_latest")
    assert BOOK.predicates["YEAR_GONE"].any_later[0].years == years_of("rescind_breach")
    (durable,) = (each for each in BOOK.derived_by_date if each.mark == "durable")
    assert durable.months == years_of("durable_burden")


@pytest.mark.parametrize(
    ("file", "limit", "said"),
    [
        ("templates/pages/how.html", "acceptance", "协会{n}个工作日内告诉你受不受理"),
        ("templates/pages/how.html", "mediation", "最多{n}天"),
        ("complaints/asking/forms_outcome.py", "acceptance", "协会会在{n}个工作日内告诉你受不受理"),
        ("routing/law/words.toml", "acceptance", "{n}个工作日内决定是否受理"),
    ],
)
def test_what_pages_say_in_passing_is_the_length_of_the_limit(file: str, limit: str, said: str) -> None:
    assert said.format(n=usual_length(limit)) in (ROOT / file).read_text("utf-8")


def test_the_description_of_the_procedure_names_every_limit() -> None:
    text = PROCEDURE.read_text("utf-8")
    assert [id for id in BOOK.limits if f"`{id}`" not in text] == []


def test_no_number_of_an_association_or_of_this_site_is_called_law() -> None:
    policy = {limit.id for limit in BOOK.limits.values() if limit.policy}
    assert policy == {"answer", "acceptance", "mediation"}
    for id in policy:
        note = BOOK.limits[id].note
        assert note is not None
        assert "没有法律" in note.zh
        assert "No law" in note.en


def matters(category: str | None = None, **facts: bool) -> dict[str, bool | None]:
    given = {"purchase_date": "2026-05-20", "filed_date": "2026-06-01", "facts": facts}
    given |= {"category": category} if category else {}
    return dict(concerned(BOOK, read_inquiry(given, BOOK, today=date(2026, 6, 1))))


def test_a_limit_stands_only_where_it_can_matter() -> None:
    assert matters("electronics")["durable_burden"] is True
    assert matters("clothing")["durable_burden"] is False
    assert matters()["durable_burden"] is None
    assert matters("fresh_food")["seven_day_return"] is False
    assert matters("fresh_food", voluntary_return_promise=True)["seven_day_return"] is True
    assert matters()["seven_day_return"] is True  # nobody knows of an exclusion
    assert matters()["prepaid_change_of_mind"] is False
    assert matters(prepaid_package=True)["prepaid_change_of_mind"] is True
    assert matters(body_harm=True)["product_defect"] is True
    assert matters()["product_defect"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_step_event_and_length_has_its_words(lang: str) -> None:
    words = DeadlineWords(Wording(BOOK, lang), date.isoformat)  # type: ignore[arg-type]
    day = date(2026, 9, 20)
    whole: dict[str, Any] = {"day": day, "until": day, "since": Since.FILED, "other": Since.ASKED, "stop": Stop.TESTING}
    for kind in Kind:
        for count in (1, 3):
            (sentence,) = words.steps(a_due(Step(kind, count=count, unit=Unit.DAYS, **whole)))
            assert "{" not in sentence
    for since in Since:
        assert words.event(since)
    for unit in Unit:
        assert words.length(1, unit) != words.length(2, unit)
    for owner in Owner:
        assert words.wording.say(f"limit.owner.{owner}")
    for limit in BOOK.limits.values():
        assert all(words.wording.say(f"limit.again.{since}") for since in limit.interrupted_by)


def a_due(step: Step) -> Due:
    limit: Limit = BOOK.limits["seven_day_return"]
    days = {Since.PURCHASED: date(2026, 6, 1), Since.DELIVERED: date(2026, 6, 1)}
    found = compute(limit, Happened(days), lambda day: (True, False))
    assert isinstance(found, Due)
    return Due(limit, found.term, found.start, found.last, found.likely, False, 0, None, (), (step,))
