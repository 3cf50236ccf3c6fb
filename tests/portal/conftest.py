"""A case sent to a shop, the code an officer lets it in with, and its browser."""

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow.inviting import invite
from complaints.models import Complaint, Party
from tests.builders import a_referred_complaint
from tests.cast import Cast


def code_for(complaint: Complaint, cast: Cast, party: Party = Party.MERCHANT) -> str:
    return invite(complaint, party=party, actor=cast.officer, at=timezone.now())


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    return a_referred_complaint(at=timezone.now(), files=True)


@pytest.fixture
def shop(complaint: Complaint, cast: Cast) -> Client:
    """The shop's browser, behind the entrance."""
    browser = Client()
    assert browser.post("/r/", {"code": code_for(complaint, cast)}).status_code == 302
    return browser
