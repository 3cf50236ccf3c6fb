"""The door to the internet against real receivers: every way to hang, drip, flood or break off, over TLS."""

import resource
import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from complaints import outbound
from complaints.outbound import Blocked, Failed, Reply
from complaints.tls import usual_trust
from tests.platform import receivers
from tests.platform.receivers import NAME, Authority, Behaviour, Receiver

DEADLINE = 1.0
ENDS_BY = 2.0

OK = b"HTTP/1.1 200 OK\r\n"
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return receivers.an_authority(tmp_path_factory.mktemp("certificates"))


Caller = Callable[[Receiver], Reply]


@pytest.fixture
def call(authority: Authority, settings: Settings) -> Caller:
    """Call a receiver on this machine by a public name, with the test's own authority trusted."""

    def here(host: str, port: int, seconds: float) -> list[str]:
        assert host == NAME
        return ["127.0.0.1"]

    def post(receiver: Receiver) -> Reply:
        settings.WEBHOOK_PORTS = {receiver.port}
        headers = {"Content-Type": "application/json", "webhook-id": "msg_1"}
        return outbound.post(receiver.url, b'{"a":1}', headers, deadline=DEADLINE, find=here, trust=authority.trust)

    return post


def test_a_notice_arrives_whole_with_one_length_asking_for_no_compression(call: Caller, authority: Authority) -> None:
    with Receiver(
        receivers.answers("202 Accepted", "Retry-After: 7", body=b"thanks"), tls=authority.server
    ) as receiver:
        assert call(receiver) == Reply(202, "7", b"thanks", False)
    (message,) = receiver.messages
    assert message.line == "POST /in HTTP/1.1"
    assert message.body == b'{"a":1}'
    assert message.headers["content-length"] == "7"
    assert message.headers["host"] == f"{NAME}:{receiver.port}"
    assert "accept-encoding" not in message.headers
    assert "transfer-encoding" not in message.headers


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_an_answer_and_its_target_is_never_visited(
    status: str, call: Caller, authority: Authority, settings: Settings
) -> None:
    with Receiver(receivers.answers()) as target:
        to = receivers.answers(status, f"Location: {target.url}")
        with Receiver(to, tls=authority.server) as receiver:
            assert call(receiver).status == int(status[:3])
        time.sleep(0.1)
        assert target.connections == 0


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        pytest.param(receivers.hangs, "timeout", id="never-answers"),
        pytest.param(receivers.drips(OK, b"x"), "timeout", id="drips-one-endless-header"),
        pytest.param(receivers.drips(OK, b"x: y\r\n"), "timeout", id="drips-headers"),
        pytest.param(receivers.drips(b"", GO_ON), "timeout", id="drips-100-continue"),
        pytest.param(receivers.floods(b"", GO_ON * 99), "bad-http", id="floods-100-continue"),
        pytest.param(receivers.floods(OK, b"x: y\r\n" * 99), "bad-http", id="floods-headers"),
        pytest.param(receivers.floods(OK, b"x" * 9999), "bad-http", id="floods-one-header"),
        pytest.param(receivers.resets, "reset", id="resets"),
        pytest.param(receivers.says(b""), "reset", id="closes"),
        pytest.param(receivers.says(b"hello there\r\n"), "bad-http", id="no-http"),
        pytest.param(receivers.says(b"HTTP/1.1 abc\r\n\r\n"), "bad-http", id="no-status"),
        pytest.param(receivers.says(b"HTTP/1.1 1000 Much\r\n\r\n"), "bad-http", id="status-of-four-digits"),
        pytest.param(receivers.says(GO_ON), "reset", id="only-100-continue"),
        pytest.param(receivers.says(OK + b"x" * 99_999), "bad-http", id="one-header-too-long"),
    ],
)
def test_a_receiver_that_gives_no_answer_ends_at_the_deadline_with_a_class(
    behave: Behaviour, code: str, call: Caller, authority: Authority
) -> None:
    began = time.monotonic()
    with Receiver(behave, tls=authority.server) as receiver, pytest.raises(Failed) as failure:
        call(receiver)
    assert failure.value.code == code
    assert time.monotonic() - began < ENDS_BY


@pytest.mark.parametrize(
    ("behave", "status"),
    [
        pytest.param(receivers.drips(OK + b"Content-Length: 999999\r\n\r\n", b"x"), 200, id="drips-its-body"),
        pytest.param(receivers.drips(b"HTTP/1.1 500 No\r\n\r\n", b"x"), 500, id="drips-an-error"),
        pytest.param(receivers.floods(OK + b"\r\n", b"x" * 65536), 200, id="endless-body"),
        pytest.param(receivers.floods(CHUNKED, b"1\r\nx\r\n"), 200, id="endless-chunks"),
        pytest.param(receivers.says(CHUNKED + b"zz\r\n"), 200, id="bad-chunk"),
    ],
)
def test_complete_headers_are_an_answer_however_the_body_goes_on(
    behave: Behaviour, status: int, call: Caller, authority: Authority
) -> None:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Receiver(behave, tls=authority.server) as receiver:
        reply = call(receiver)
    assert reply.status == status
    assert reply.truncated
    assert len(reply.body) <= outbound.BODY_CAP
    assert time.monotonic() - began < ENDS_BY
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024  # KiB


def test_what_was_compressed_is_not_unpacked(call: Caller, authority: Authority) -> None:
    with Receiver(
        receivers.answers("200 OK", "Content-Encoding: gzip", body=b"\x1f\x8b..."), tls=authority.server
    ) as one:
        assert call(one).body == b"\x1f\x8b..."


def test_a_certificate_must_be_trusted_in_date_and_made_for_the_name(call: Caller, authority: Authority) -> None:
    for server in (authority.expired, authority.wrong_name):
        with Receiver(receivers.answers(), tls=server) as receiver, pytest.raises(Failed, match="certificate"):
            call(receiver)
        assert receiver.messages == []


def test_a_certificate_of_an_authority_nobody_knows_is_refused(authority: Authority, settings: Settings) -> None:
    with Receiver(receivers.answers(), tls=authority.server) as receiver:
        settings.WEBHOOK_PORTS = {receiver.port}
        with pytest.raises(Failed, match="certificate"):
            outbound.post(receiver.url, b"", {}, find=lambda *_: ["127.0.0.1"])
    assert receiver.messages == []


def test_a_receiver_that_speaks_no_tls_or_drips_it_is_given_up_on(authority: Authority, settings: Settings) -> None:
    for behave in (receivers.says(b"HTTP/1.1 200 OK\r\n\r\n"), receivers.drips(b"\x16\x03\x03\x40\x00", b"\x02")):
        with PlainTalker(behave) as receiver:
            settings.WEBHOOK_PORTS = {receiver.port}
            began = time.monotonic()
            with pytest.raises(Failed) as failure:
                outbound.post(
                    f"https://{NAME}:{receiver.port}/", b"", {}, deadline=DEADLINE, find=lambda *_: ["127.0.0.1"]
                )
            assert failure.value.code in {"tls", "timeout"}
            assert time.monotonic() - began < ENDS_BY


def test_old_tls_is_not_spoken() -> None:
    assert usual_trust().minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_closed_port_is_refused_and_an_unknown_name_has_no_address(settings: Settings) -> None:
    with Receiver(receivers.answers()) as gone:
        url = gone.url
    with pytest.raises(Failed, match="refused"):
        outbound.post(url, b"", {}, deadline=DEADLINE)
    with pytest.raises(Failed, match="dns"):
        outbound.post("https://no-such-name.invalid/", b"", {}, deadline=DEADLINE)


def test_a_look_up_that_hangs_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_args: object, **_kwargs: object) -> list[object]:
        time.sleep(3)
        return []

    monkeypatch.setattr("socket.getaddrinfo", slow)
    began = time.monotonic()
    with pytest.raises(Failed, match="dns"):
        outbound.post("https://slow.example.com/", b"", {}, deadline=0.5)
    assert time.monotonic() - began < 1


def test_proxies_and_passwords_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login somebody password secret", "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with Receiver(receivers.answers()) as proxy, Receiver(receivers.answers()) as receiver:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert outbound.post(receiver.url, b"", {}).status == 200
    assert proxy.connections == 0
    assert "authorization" not in receiver.messages[0].headers


def test_a_name_is_looked_up_once_and_what_it_points_to_afterwards_is_never_called(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    asked: list[str] = []

    def turns_home(host: str, port: int, **_kinds: object) -> list[tuple[object, ...]]:
        asked.append(host)
        ip = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    monkeypatch.setattr("socket.getaddrinfo", turns_home)  # the system's resolver, not ours
    with Receiver(receivers.answers()) as home:
        settings.WEBHOOK_PORTS = {home.port}
        with pytest.raises(Failed):
            outbound.post(f"https://{NAME}:{home.port}/", b"", {}, deadline=0.4)
        with pytest.raises(Blocked):
            outbound.post(f"https://{NAME}:{home.port}/", b"", {}, deadline=0.4)
    assert (asked, home.connections) == ([NAME, NAME], 0)


def test_an_inner_address_answers_the_same_whether_somebody_listens_there_or_not(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr(outbound, "_look_up", lambda *_: ["127.0.0.1"])
    with Receiver(receivers.answers()) as gone:
        pass
    with Receiver(receivers.answers()) as listening:
        settings.WEBHOOK_PORTS = {listening.port, gone.port}
        for port in (listening.port, gone.port):
            with pytest.raises(Blocked) as refused:
                outbound.post(f"https://{NAME}:{port}/", b"", {})
            assert (refused.value.code, str(refused.value)) == ("address", "address")
    assert listening.connections == 0


def test_the_log_says_who_answered_and_in_which_tls(call: Caller, authority: Authority) -> None:
    with Receiver(receivers.answers(), tls=authority.server) as receiver:
        reply = call(receiver)
    assert (reply.peer, reply.tls) == ("127.0.0.1", "TLSv1.3")
    with Receiver(receivers.resets, tls=authority.server) as receiver, pytest.raises(Failed) as failure:
        call(receiver)
    assert failure.value.peer == "127.0.0.1"


def test_an_address_that_only_claims_to_be_this_machine_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "_look_up", lambda *_: ["10.0.0.1"])  # a hosts file that lies about localhost
    with pytest.raises(Blocked):
        outbound.post("http://localhost:8201/", b"", {})


class PlainTalker(Receiver):
    """Talks at once, without TLS and without waiting for a request."""

    def _serve(self, line: socket.socket) -> None:
        with line:
            try:
                self.behave(line)
                line.recv(65536)
            except OSError:
                return
