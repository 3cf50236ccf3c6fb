"""The connected platform's place to practise: two invented cases, an address that takes, one that fails, their log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from accounts.models import Endpoint, Organisation
from complaints import webhooks
from complaints.flow import delivery, lines, noting, sandbox
from complaints.flow.sandbox_cases import invent
from complaints.flow.sandbox_events import provoke
from complaints.models import Actor, Delivery

BROKEN = "https://old-hooks.galaxy.example/whoanswers"  # such a name leads nowhere, ever
BEGAN = timedelta(hours=6)  # before the site is started
ASKED = timedelta(hours=1)  # after that
BLINK, A_WHILE = timedelta(seconds=1), timedelta(minutes=1)
MOST_TURNS = 60


def open_place(of: Organisation, *, url: str, secret: str, at: datetime) -> None:
    """Open it as it would stand after an afternoon of practice. Only while no other notice waits to be sent."""
    began = at - BEGAN
    house = sandbox.open_for(of, at=began)
    sandbox.mint_key(house, at=began)  # its text is nowhere: whoever wants to call the API asks for another
    healthy = _add(house, url, at=began)
    healthy.keep_secret(secret, at=began)  # the platform of the demonstration takes these, too
    _add(house, BROKEN, at=began)
    case = invent(house, "not-as-described", at=began)
    provoke(case, "case.response_requested", at=began + ASKED)
    _send(lambda one: _came(one, healthy), since=began, until=at)


@contextmanager
def at_rest() -> Iterator[None]:
    """Meanwhile no address to practise has its turn: what the failing one is still owed stays owed."""
    own = Endpoint.objects.filter(organisation__kind=Organisation.Kind.SANDBOX)
    own.update(state=Endpoint.State.PAUSED)
    yield
    own.update(state=Endpoint.State.ACTIVE)


def _add(house: Organisation, url: str, *, at: datetime) -> Endpoint:
    """One more address, as it stands once it has repeated its challenge."""
    line, _secret = lines.add_line(house, url=url, actor=Actor.machine(house), at=at)
    line.verified_at = at
    line.save(update_fields=["verified_at"])
    delivery.reopen_line(line, at=at)
    return Endpoint.objects.get(pk=line.pk)


def _send(came: Callable[[Delivery], noting.Sent], *, since: datetime, until: datetime) -> None:
    """Let time pass: each notice is tried when its turn has come, up to now."""
    waiting = Delivery.objects.filter(state=Delivery.State.PENDING).select_related("endpoint")
    at = since
    for _turn in range(MOST_TURNS):
        turns = [max(one.next_attempt_at, one.endpoint.closed_until or one.next_attempt_at) for one in waiting.all()]
        if not turns or (at := max(min(turns), at) + BLINK) > until:
            return
        claimed = delivery.claim(8, at=at)
        noting.finish_all([(one, came(one)) for one in claimed], at=at)
        at += BLINK if claimed else A_WHILE  # one waits for an older one of its case


def _came(one: Delivery, healthy: Endpoint) -> noting.Sent:
    """What the address answered, and how fast."""
    if one.endpoint_id == healthy.pk:
        return noting.Sent(webhooks.meaning(204, None, "", at=one.next_attempt_at), 204, duration_ms=31 + one.pk % 17)
    if one.attempts % 3 == 0:
        return noting.Sent(webhooks.meaning(None, None, "timeout", at=one.next_attempt_at), duration_ms=10_000)
    answer = b'{"error": "upstream unavailable"}'
    found = webhooks.meaning(502, None, "", at=one.next_attempt_at)
    return noting.Sent(found, 502, answer=answer, peer="203.0.113.24", tls="TLSv1.3", duration_ms=84)
