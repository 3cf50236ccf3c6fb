"""One gate decides who sees what."""

import pytest

from complaints.models import Actor, Complaint, Evidence
from tests.builders import a_complaint
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_everyone_sees_their_own_and_nothing_else(cast: Cast) -> None:
    lins = a_complaint(consumer=cast.lin, files=True)
    southern = a_complaint(contact={"region": "44"}, platform={"name": "云集市"})

    def sees(actor: Actor) -> set[Complaint]:
        return set(Complaint.objects.visible_to(actor))

    assert sees(Actor()) == set()
    assert sees(Actor.consumer(cast.lin)) == {lins}
    assert sees(Actor.consumer(cast.zhao)) == set()
    assert sees(Actor.receipt(southern.pk)) == {southern}
    assert sees(Actor.officer(cast.chen)) == {lins}
    assert sees(Actor.officer(cast.huang)) == {southern}
    assert sees(Actor.officer(cast.zhou)) == {lins, southern}
    assert sees(Actor.officer(cast.lin)) == set()  # calling oneself an officer makes nobody one
    assert sees(Actor.machine(cast.kuailive)) == {lins}
    assert sees(Actor.machine(cast.yunji)) == set()  # not connected, so it was never asked


def test_evidence_is_seen_with_its_case(cast: Cast) -> None:
    a_complaint(consumer=cast.lin, files=True)
    assert Evidence.objects.visible_to(Actor.consumer(cast.lin)).count() == 2
    assert not Evidence.objects.visible_to(Actor.officer(cast.huang)).exists()
    assert not Evidence.objects.visible_to(Actor()).exists()


def test_a_place_without_its_own_association_goes_to_the_national_one(cast: Cast) -> None:
    assert a_complaint(contact={"region": "54"}).association == cast.national
