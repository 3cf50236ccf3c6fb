"""Officers at the desk, signed in a moment ago."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.browsers import browser_of

SignIn = Callable[[User], Client]


@pytest.fixture
def signed_in() -> SignIn:
    """A browser of this person's own."""

    def sign_in(user: User) -> Client:
        return browser_of(user)

    return sign_in
