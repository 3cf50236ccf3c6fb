"""Lin's case with two pieces of evidence, and her browser."""

import pytest
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint
from tests.builders import filed
from tests.cast import Cast


@pytest.fixture
def complaint(cast: Cast) -> Complaint:
    """Filed a moment ago, with an order and a photo."""
    return filed(at=timezone.now(), consumer=cast.lin, files=True).complaint


@pytest.fixture
def lin(client: Client, cast: Cast) -> Client:
    """Lin's browser, signed in."""
    client.force_login(cast.lin)
    return client
