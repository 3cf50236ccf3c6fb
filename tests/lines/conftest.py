"""Addresses of platforms, and receivers on this machine that are allowed for the length of a test."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Endpoint, Membership, User
from complaints.models import Actor
from tests.cast import MONDAY, PASSWORD, Cast
from tests.platform.receivers import Behaviour, Receiver

MakeMember = Callable[..., Actor]


@pytest.fixture(autouse=True)
def local_receivers(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_LOCAL = True


@pytest.fixture
def engineer(cast: Cast) -> Actor:
    return member(cast, "weihu", Membership.Part.ENGINEER)


def member(cast: Cast, name: str, *parts: Membership.Part) -> Actor:
    """Somebody of Kuailive."""
    user = User.objects.create_user(name, password=PASSWORD)
    Membership.objects.create(user=user, organisation=cast.kuailive, duties=list(parts))
    return Actor.representative(user, cast.kuailive)


def answering_challenges(receiver: Receiver, *, spoil: Callable[[str], str] = str) -> Behaviour:
    """Repeats the challenge of the last message that came, or what ``spoil`` makes of it; says ok to anything else."""

    def behave(line: socket.socket) -> None:
        challenge = json.loads(receiver.messages[-1].body)["data"].get("challenge", "")
        body = spoil(challenge).encode() if challenge else b"ok"
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return behave


def listening(*, spoil: Callable[[str], str] = str) -> Receiver:
    """A receiver that knows how to verify."""
    made = Receiver(lambda line: None)
    made.behave = answering_challenges(made, spoil=spoil)
    return made


def a_line(cast: Cast, url: str = "https://two.kuailive.example/in", **given: object) -> Endpoint:
    """A second address of Kuailive, in use."""
    made = Endpoint.objects.create(organisation=cast.kuailive, url=url, created_at=MONDAY, **given)
    made.keep_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", at=timezone.now())
    return made
