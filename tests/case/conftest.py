"""A case filed today, and browsers that may or may not see it."""

import pytest
from django.test import Client
from django.utils import timezone

from complaints.flow.intake import Filed
from complaints.models import Complaint
from tests.builders import filed
from tests.cast import Cast


@pytest.fixture
def case(cast: Cast) -> Filed:
    """Lin's complaint against three parties, filed a moment ago with her account."""
    return filed(at=timezone.now(), consumer=cast.lin)


@pytest.fixture
def complaint(case: Filed) -> Complaint:
    return case.complaint


@pytest.fixture
def proved(cast: Cast) -> Complaint:
    """The same with an order and a photo."""
    return filed(at=timezone.now(), consumer=cast.lin, files=True).complaint


@pytest.fixture
def lin(client: Client, cast: Cast) -> Client:
    """Lin's browser, signed in."""
    client.force_login(cast.lin)
    return client


@pytest.fixture
def guest() -> Client:
    """A browser nobody is signed in with."""
    return Client()
