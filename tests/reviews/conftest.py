"""A case and officers who may decide on it: two in Zhejiang, so that one can confirm what the other proposes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Membership, User
from complaints.flow import overrides
from complaints.models import Actor, Complaint, Override, Party
from tests.builders import a_complaint
from tests.cast import PASSWORD, Cast

WORDS = "录屏里主播多次说这是自家工厂的货，下单页没有标明别的卖家。"
CITED = "CPL 44(1)"
Decide = Callable[..., Override]


@pytest.fixture
def case(cast: Cast) -> Complaint:
    return a_complaint(consumer=cast.lin, at=timezone.now())


@pytest.fixture
def wu(cast: Cast) -> User:
    """Chen's colleague."""
    user = User.objects.create_user("wu", password=PASSWORD, is_staff=True)
    Membership.objects.create(user=user, organisation=cast.zhejiang, duties=["lead"])
    return user


@pytest.fixture
def decide(cast: Cast) -> Decide:
    """Chen overrides; a test names only what it is about."""

    def override(complaint: Complaint, party: str, outcome: str, **changes: Any) -> Override:
        given: dict[str, Any] = {
            **{"reason": Override.Reason.MISAPPLIED, "words": WORDS, "citation": CITED},
            **{"actor": Actor.officer(cast.chen), "at": timezone.now(), **changes},
        }
        return overrides.override(complaint, party=Party(party), outcome=Override.Outcome(outcome), **given)

    return override
