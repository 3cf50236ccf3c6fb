"""What a file is said to show carries what it shows, and nothing else."""

from typing import Any

import pytest

from complaints import timeline
from complaints.flow import arranging, drafting, showings
from complaints.flow.consumer import withdraw
from complaints.flow.facts import gather
from complaints.flow.intake import add_evidence, add_evidence_to_draft, file_complaint
from complaints.lifecycle import IllegalMove, Role
from complaints.models import Actor, CannotChange, Complaint, Draft, Evidence, Showing, Speaker
from complaints.provable import Point
from complaints.statement import filing_from
from tests.builders import a_complaint, a_draft, a_photo, a_referred_complaint, a_screenshot
from tests.cast import MONDAY, Cast

pytestmark = pytest.mark.django_db

ACTOR = Actor(Role.CONSUMER)
UNSURE = {"shown": "unsure", "disclaimed": "unsure"}
UNMARKED = ("seller_displayed", False)  # the live room named no seller
PROVED = ("purchase_proved", True)


def shown(piece: Evidence) -> dict[str, bool]:
    return showings.standing(piece)


def a_film(draft: Draft, *shows: tuple[str, bool], kind: str = "live", colour: str = "#335577") -> Evidence:
    return add_evidence_to_draft(draft, a_screenshot(colour=colour), kind=kind, at=MONDAY, shows=shows)


def filing(draft: Draft) -> Complaint:
    return file_complaint(draft, filing_from(draft.answers), consumer=None, at=MONDAY).complaint


def sources(complaint: Complaint, fact: str) -> Any:
    return gather(complaint).sources[fact]


def test_what_a_file_shows_stands_behind_the_word_it_shows() -> None:
    draft = a_draft()
    film, other = a_film(draft, UNMARKED, ("false_claim", True)), a_film(draft, UNMARKED, colour="#111111")
    order = a_film(draft, kind="order", colour="#222222")
    complaint = filing(draft)
    assert sources(complaint, "seller_displayed")["evidence"] == [film.pk, other.pk]  # several files, one fact
    assert sources(complaint, "false_claim")["evidence"] == [film.pk]  # one file, several facts
    assert sources(complaint, "purchase_proved")["evidence"] == [order.pk]  # the kind alone shows it
    assert complaint.decision and complaint.decision.sources["seller_displayed"]["evidence"] == [film.pk, other.pk]


def test_a_file_may_say_what_no_answer_said() -> None:
    draft = a_draft(shown=UNSURE)
    a_film(draft, UNMARKED)
    complaint = filing(draft)
    assert gather(complaint).facts["seller_displayed"] is False
    without = a_complaint(shown=UNSURE)
    assert "seller_displayed" not in gather(without).facts


def test_where_the_answers_changed_afterwards_the_answers_are_meant() -> None:
    draft = a_draft(shown={"shown": "yes"})
    film = a_film(draft, UNMARKED, ("counterfeit", True))  # the page on which it was said is no longer asked
    complaint = filing(draft)
    assert gather(complaint).facts.get("seller_displayed") is True
    assert "counterfeit" not in gather(complaint).sources
    assert shown(film) == {}


def test_a_file_taken_back_before_filing_takes_along_only_what_it_alone_showed() -> None:
    draft = a_draft(shown=UNSURE, order={"order_number": ""})
    first, second = a_film(draft, UNMARKED), a_film(draft, UNMARKED, colour="#111111")
    order = a_film(draft, kind="order", colour="#222222")
    drafting.remove_evidence(draft, first.pk)
    drafting.remove_evidence(draft, order.pk)
    complaint = filing(draft)
    assert sources(complaint, "seller_displayed")["evidence"] == [second.pk]
    assert "purchase_proved" not in gather(complaint).facts
    assert not Showing.objects.filter(evidence_id=first.pk).exists()


def test_after_filing_a_change_is_an_event_and_takes_away_exactly_what_only_that_file_proved() -> None:
    draft = a_draft(shown=UNSURE, order={"order_number": ""})
    film, order = a_film(draft, UNMARKED, ("false_claim", True)), a_film(draft, kind="order", colour="#222222")
    complaint = filing(draft)
    before = complaint.decision
    assert before and before.verdict("anchor") == "responsible"

    assert showings.say(complaint, film.pk, [], actor=ACTOR, at=MONDAY)
    assert showings.say(complaint, order.pk, [], actor=ACTOR, at=MONDAY)
    complaint.refresh_from_db()
    known = gather(complaint)
    assert "seller_displayed" not in known.facts  # only the film said so
    assert "purchase_proved" not in known.facts  # only the order showed it
    assert known.facts["false_claim"] is True  # the consumer says so without it, too
    assert known.sources["false_claim"]["evidence"] == []
    assert complaint.decision and complaint.decision.number == before.number + 2
    assert complaint.decision.verdict("anchor") != "responsible"
    event = complaint.events.filter(kind="evidence-shows").first()
    assert event and event.body == {
        "evidence": film.pk,
        "shows": {},
        "no_longer": {"seller_displayed": False, "false_claim": True},
    }
    assert film.showings.count() == 2  # ended, and still on file
    assert timeline.first_break(complaint.events.order_by("sequence")) is None

    assert showings.say(complaint, film.pk, [UNMARKED], actor=ACTOR, at=MONDAY)
    assert sources(complaint, "seller_displayed")["evidence"] == [film.pk]
    assert showings.say(complaint, film.pk, [UNMARKED], actor=ACTOR, at=MONDAY) is False  # pressed twice
    assert complaint.events.filter(kind="evidence-shows").count() == 3


def test_of_two_files_that_show_it_one_is_enough() -> None:
    draft = a_draft(shown=UNSURE)
    first, second = a_film(draft, UNMARKED), a_film(draft, UNMARKED, colour="#111111")
    complaint = filing(draft)
    showings.say(complaint, first.pk, [], actor=ACTOR, at=MONDAY)
    assert gather(complaint).facts["seller_displayed"] is False
    assert sources(complaint, "seller_displayed")["evidence"] == [second.pk]


def test_a_piece_added_later_says_what_it_shows_and_the_law_is_read_again() -> None:
    complaint = a_complaint(shown=UNSURE)
    number = complaint.decision.number if complaint.decision else 0
    piece = add_evidence(
        complaint, a_photo(), kind="live", speaker=Speaker.CONSUMER, actor=ACTOR, at=MONDAY, shows=[UNMARKED]
    )
    complaint.refresh_from_db()
    assert complaint.decision and complaint.decision.number == number + 1
    assert complaint.decision.sources["seller_displayed"]["evidence"] == [piece.pk]
    assert complaint.events.get(kind="evidence-added").body["shows"] == {"seller_displayed": False}


def test_a_new_kind_brings_what_it_suggests_and_leaves_what_was_chosen() -> None:
    draft = a_draft()
    points = [Point("seller_displayed", False, is_said=True), Point("not_as_described", True, is_said=True)]
    piece = a_film(draft, ("claim_on_shop_page", True), UNMARKED)
    arranging.change_kind(draft, piece.pk, "order", points, at=MONDAY)
    assert shown(piece) == {"claim_on_shop_page": True, "purchase_proved": True}


def test_nothing_is_said_about_anybody_elses_file_or_in_an_ended_case(cast: Cast) -> None:
    complaint = a_referred_complaint(files=True)
    theirs = add_evidence(
        complaint, a_screenshot(colour="#101010"), kind="order", speaker=Speaker.MERCHANT, actor=ACTOR, at=MONDAY
    )
    assert shown(theirs) == {}
    with pytest.raises(Evidence.DoesNotExist):
        showings.say(complaint, theirs.pk, [PROVED], actor=ACTOR, at=MONDAY)
    own = complaint.evidence.filter(offered_by="consumer").first()
    assert own
    showings.say_in_draft(own.draft, own.pk, [], at=MONDAY)  # type: ignore[arg-type]  # an old window of the form
    assert shown(own) == {"purchase_proved": True}
    with pytest.raises(CannotChange):
        own.showings.get().save()
    withdraw(complaint, actor=ACTOR, at=MONDAY)
    with pytest.raises(IllegalMove):
        showings.say(complaint, own.pk, [], actor=ACTOR, at=MONDAY)
