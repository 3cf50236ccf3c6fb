"""The law a decision was made by is kept word for word; the decision can be made again from it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import lawbooks
from complaints.models import CannotChange, DecisionRecord, LawText
from routing import decide, read_inquiry, rulebook
from routing.book import LAW
from routing.engine.canonical import canonical_json
from routing.engine.loading import load, read_folder
from tests.builders import a_complaint
from tests.cast import MONDAY, Cast


@pytest.mark.django_db
def test_a_stored_decision_is_made_again_from_its_row_byte_for_byte(cast: Cast) -> None:
    a_complaint()
    stored = DecisionRecord.objects.get()
    law = lawbooks.law_of(stored.rulebook)
    assert law is not None
    again = decide(law, read_inquiry(stored.input, law, today=MONDAY.date()))
    assert canonical_json(again.as_dict()) == canonical_json(stored.output)
    assert again.digest == stored.digest


@pytest.mark.django_db
def test_the_law_is_kept_with_the_first_decision_and_once(cast: Cast) -> None:
    a_complaint()
    a_complaint()
    kept = LawText.objects.get()
    assert (kept.digest, kept.version) == (rulebook().digest, rulebook().version)
    assert load(kept.files).digest == rulebook().digest


@pytest.mark.django_db
def test_an_earlier_law_is_found_by_its_version_and_stays_as_it_was() -> None:
    files = {**read_folder(LAW)}
    files["gates.toml"] = files["gates.toml"].replace("from = 2019-01-01", "from = 2019-01-02")
    earlier = load(files)
    kept = LawText.objects.create(
        digest=earlier.digest, version=earlier.version, ruleset=earlier.id, files=files, at=MONDAY
    )
    found = lawbooks.version_named(earlier.version)
    assert found is not None
    assert found.digest == earlier.digest
    assert [(each.version, each.is_current) for each in lawbooks.versions()] == [
        (rulebook().version, True),
        (earlier.version, False),
    ]
    assert lawbooks.version_named("2019-01-01.00000000") is None
    assert lawbooks.law_of("sha256:00") is None
    for act in (kept.save, kept.delete):
        with pytest.raises(CannotChange):
            act()


@pytest.mark.django_db(transaction=True)
def test_keeping_a_law_that_is_kept_asks_the_database_nothing(cast: Cast) -> None:
    a_complaint()
    with CaptureQueriesContext(connection) as queries:
        a_complaint()
    assert not [query for query in queries if "lawtext" in query["sql"].lower()]
