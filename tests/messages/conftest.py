"""A case in which the consumer let the shop write, and one message each way."""

import pytest
from django.utils import timezone

from complaints.flow.messages import open_thread, write
from complaints.models import Actor, Complaint, Message, Party, Side
from tests.builders import a_complaint
from tests.cast import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """Lin's, filed a moment ago; Kuailive answers for all three parties."""
    return a_complaint(at=timezone.now(), consumer=cast.lin)


@pytest.fixture
def lin(cast: Cast) -> Actor:
    return Actor.consumer(cast.lin)


@pytest.fixture
def talking(complaint: Complaint, lin: Actor) -> Complaint:
    """The same; the shop may write."""
    open_thread(complaint, party=Party.MERCHANT, actor=lin, at=timezone.now())
    complaint.refresh_from_db()
    return complaint


def say(complaint: Complaint, actor: Actor, words: str, *, to: Side = Side.MERCHANT, press: str = "") -> Message:
    """A message now; each is a press of its own unless told."""
    return write(complaint, other=to, words=words, press=press or words, actor=actor, at=timezone.now())
