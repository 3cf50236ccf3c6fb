"""Browsers of people who are signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.signing_in import PROVED


def browser_of(user: User) -> Client:
    """Signed in a moment ago with the password; no second factor was shown."""
    browser = Client()
    browser.force_login(user)
    proved(browser, at=timezone.now())
    return browser


def proved(browser: Client, *, at: datetime) -> None:
    """Its person last showed then that it is them."""
    session = browser.session
    session[PROVED] = at.isoformat()
    session.save()


def long_ago(browser: Client) -> None:
    """So long ago that it does not count any more."""
    proved(browser, at=timezone.now() - timedelta(minutes=6))
