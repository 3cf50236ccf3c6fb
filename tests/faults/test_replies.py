"""What a receiver may do to the line: each ends as a class of failure or an answer, and the plan goes on."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Endpoint
from complaints import outbound, webhooks
from complaints.flow import delivery as outbox
from complaints.models import Attempt, Delivery
from tests.builders import a_complaint
from tests.cast import Cast
from tests.platform import receivers
from tests.platform.receivers import Authority, Behaviour, Receiver

HEAD = b"HTTP/1.1 200 OK\r\n"


def half_closes(line: socket.socket) -> None:
    """Says nothing more, and waits."""
    line.shutdown(socket.SHUT_WR)


class Hasty(Receiver):
    """Cuts the line before anything was asked."""

    def _serve(self, line: socket.socket) -> None:
        receivers.resets(line)
        line.close()


REPLIES: list[tuple[str, Behaviour, int | None, str]] = [
    ("rst-after-request", receivers.resets, None, "reset"),
    ("half-close", half_closes, None, "reset"),
    ("closes-without-a-word", receivers.says(b""), None, "reset"),
    ("half-a-status-line", receivers.says(b"HTTP/1.1 2"), None, "bad-http"),
    ("half-the-headers", receivers.says(HEAD + b"Content-Le"), 200, ""),
    ("http-0.9", receivers.says(b"<html>hello</html>\r\n"), None, "bad-http"),
    ("bad-chunk", receivers.says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), 200, ""),
    ("only-1xx", receivers.says(b"HTTP/1.1 102 Processing\r\n\r\n"), 102, "http-102"),
    ("only-100", receivers.says(b"HTTP/1.1 100 Continue\r\n\r\n"), None, "reset"),
    ("too-short-a-body", receivers.says(HEAD + b"Content-Length: 99\r\n\r\nok"), 200, ""),
    ("too-long-a-body", receivers.says(HEAD + b"Content-Length: 1\r\n\r\nok ok"), 200, ""),
    ("no-such-length", receivers.says(HEAD + b"Content-Length: abc\r\n\r\nok"), 200, ""),
    ("negative-length", receivers.says(HEAD + b"Content-Length: -5\r\n\r\nok"), 200, ""),
    ("status-999", receivers.says(b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n"), 999, "http-999"),
    ("status-1000", receivers.says(b"HTTP/1.1 1000 Odd\r\n\r\n"), None, "bad-http"),
    ("status-0", receivers.says(b"HTTP/1.1 000 Odd\r\n\r\n"), None, "bad-http"),
    ("odd-version", receivers.says(b"HTTP/7.7 200 OK\r\n\r\n"), None, "bad-http"),
    ("nul-in-header", receivers.says(HEAD + b"x: \x00\x00\r\nContent-Length: 2\r\n\r\nok"), 200, ""),
    ("odd-retry-after", receivers.says(b"HTTP/1.1 503 No\r\nRetry-After: \xff\xfe 99e9\r\n\r\n"), 503, "http-503"),
    ("huge-retry-after", receivers.says(b"HTTP/1.1 429 No\r\nRetry-After: 9999999999999\r\n\r\n"), 429, "http-429"),
    ("body-not-utf8", receivers.says(HEAD + b"Content-Length: 4\r\n\r\n\xff\x00\xfe\x1b"), 200, ""),
]


@pytest.mark.django_db
def test_raw_replies_end_as_a_class_and_the_plan_goes_on(
    cast: Cast, authority: Authority, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F20, over TLS: whatever comes, nothing escapes the worker, and the attempt says what it was."""
    monkeypatch.setattr(outbound, "public_addresses", lambda *_: ["127.0.0.1"])
    monkeypatch.setattr(outbound, "usual_trust", lambda: authority.trust)
    a_complaint(at=timezone.now())
    Delivery.objects.exclude(type="case.opened").delete()
    one = Delivery.objects.get()
    wrong = []
    for number, (name, behave, status, error) in enumerate([*REPLIES, ("rst-at-once", receivers.hangs, None, "")]):
        kind = Hasty if name == "rst-at-once" else Receiver
        at = timezone.now() + timedelta(minutes=number)
        Delivery.objects.update(state="pending", attempts=0, next_attempt_at=at)
        with kind(behave, tls=authority.server) as receiver:
            settings.WEBHOOK_PORTS = {receiver.port}
            Endpoint.objects.update(url=receiver.url, failures_in_row=0, closed_until=None, failing_since=None)
            (claimed,) = outbox.claim(1, at=at)
            assert outbox.finish(claimed, outbox.send(claimed, at=at), at=at)
        attempt = Attempt.objects.order_by("-pk").first()
        one.refresh_from_db()
        found = (attempt.status, attempt.error)
        if name == "rst-at-once":
            assert found[0] is None and found[1] in {"reset", "tls", "unreachable"}, found
            continue
        if found != (status, error):
            wrong.append((name, *found, attempt.outcome))
        if status == 200:
            assert one.state == "done", name
        else:
            assert one.state == "pending", name
            least = at + timedelta(seconds=webhooks.BACKOFF[1] * 0.8)
            assert least <= one.next_attempt_at <= at + webhooks.LONGEST_PAUSE, name
    assert not wrong, "\n".join(map(str, wrong))
