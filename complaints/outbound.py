"""The one door to the internet: HTTPS to public addresses only, no redirects, one deadline for everything.

The time-outs of HTTP libraries are for each read: a receiver that drips a byte a second holds its sender for ever.
Here every blocking call is given the time that is left of one deadline, on the plain socket and under TLS alike.
"""

import contextlib
import http.client
import io
import ipaddress
import math
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.tls import CannotLoad, OwnTls, trust_with, usual_trust

DEADLINE = 15.0  # seconds, for the whole attempt from the name look-up to the last byte read
STEP = 5.0  # seconds, at most, for the name look-up and for each connection
BODY_CAP = 16 * 1024  # bytes of the answer that are read
HEAD_CAP = 64 * 1024  # bytes of status line and headers, interim answers included
MAX_URL = 2048

# Networks that are not the public internet, or that lead back into one that is not (IPv4 inside IPv6). Neither
# ``is_private`` nor ``is_global`` of the standard library is enough: 100.100.100.200 and 64:ff9b::a00:1 pass one each.
DENIED = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # looks public; answers inside Azure
        *("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23"),
        *("2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
)

# A dotted name of the DNS in plain letters; the last label begins with a letter, so no notation of an IP address fits.
NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])\Z")
# How a receiver says that it wants a certificate of ours, or does not take the one it got (RFC 8446 section 6.2).
ASKS_WHO_WE_ARE = frozenset(
    {
        *("TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_BAD_CERTIFICATE", "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"),
        *("SSLV3_ALERT_CERTIFICATE_REVOKED", "SSLV3_ALERT_CERTIFICATE_EXPIRED", "SSLV3_ALERT_CERTIFICATE_UNKNOWN"),
        *("TLSV1_ALERT_UNKNOWN_CA", "TLSV1_ALERT_DECRYPT_ERROR"),  # the latter: a namesake of its CA signed ours
    }
)
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


class Blocked(Exception):
    """An address we do not call. ``code`` is for logs; the sentence is for the person who typed it."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence or code)
        self.code = code


class Failed(Exception):
    """No answer came. ``code`` is a class: dns, refused, reset, timeout, tls, certificate, client-certificate, own-tls,
    bad-http, unreachable.

    ``peer`` and ``tls`` are those of Reply, as far as it came.
    """

    def __init__(self, code: str, peer: str = "", tls: str = "") -> None:
        super().__init__(code)
        self.code, self.peer, self.tls = code, peer, tls


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer of a receiver: the body's beginning, and whether there was more or it broke off.

    ``peer`` is the address it came from, ``tls`` the version spoken as the library names it; both for the log.
    """

    status: int
    retry_after: str | None
    body: bytes
    truncated: bool
    peer: str = field(default="", compare=False)
    tls: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart by the one parser we use, and put together again from its parts."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """The demonstration's own receiver: plain HTTP to this machine."""
        return self.scheme == "http"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


Finder = Callable[[str, int, float], list[str]]


def check_url(url: str) -> str:
    """The URL as it will be called, for saving. Raises Blocked with a sentence that says what to change.

    Names are looked up and their addresses vetted at every attempt, not here: what they point to changes.
    """
    return str(_parse(url))


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    deadline: float = DEADLINE,
    cap: int = BODY_CAP,
    find: Finder | None = None,
    trust: ssl.SSLContext | None = None,
    own: OwnTls | None = None,
) -> Reply:
    """Send one request and read the beginning of its answer, all within ``deadline`` seconds. ``own`` holds for this
    request alone.

    Raises Blocked or Failed, nothing else. Complete headers are an answer, however the body goes on. ``find`` and
    ``trust`` replace the look-up with its vetting and the trusted certificates; only tests need them.
    """
    until = time.monotonic() + deadline
    address = _parse(url)
    find = find or (loopback_addresses if address.is_local else public_addresses)
    trusted = (lambda: trust) if trust else usual_trust
    if own is not None and not address.is_local:
        trusted = (lambda: trust_with(own)) if trust is None else trusted
    return _send(address, body, headers, find=find, trust=trusted, until=until, cap=cap)


def _send(
    address: Address,
    body: bytes,
    headers: Mapping[str, str],
    *,
    find: Finder,
    trust: Callable[[], ssl.SSLContext],
    until: float,
    cap: int,
) -> Reply:
    peer = tls = ""
    try:
        with contextlib.ExitStack() as stack:
            line, peer = _connect(address, find(address.host, address.port, _left(until, STEP)), until)
            stack.callback(line.close)
            if address.scheme == "https":
                line = secured = _secure(line, address.host, trust(), until)
                stack.callback(line.close)
                tls = secured.version() or ""
            reply = _exchange(_Line(line, until, HEAD_CAP + cap), address, body, headers, cap)
            return replace(reply, peer=peer, tls=tls)
    except CannotLoad as error:
        raise Failed("own-tls", peer) from error
    except (OSError, http.client.HTTPException) as error:
        raise Failed(_class_of(error), peer, tls) from error


def post_to_authority(url: str, body: bytes, headers: Mapping[str, str], *, networks: Sequence[str], cap: int) -> Reply:
    """The same to the one address that the operator has set, which may lie in a network of the operator's own: there,
    and only there, it may be called by plain HTTP and on any port. Raises Blocked or Failed, nothing else."""
    own = tuple(ipaddress.ip_network(each) for each in networks)
    until = time.monotonic() + DEADLINE
    address = _parse_authority(url) if own else _parse(url)

    def find(host: str, port: int, seconds: float) -> list[str]:
        found = _look_up(host, port, seconds)
        for ip in found:
            inside = any(ipaddress.ip_address(ip) in net for net in own)
            if address.is_local and not inside:
                raise Blocked("address")
            if not inside:
                vet(ip)
        return found

    return _send(address, body, headers, find=find, trust=usual_trust, until=until, cap=cap)


def public_addresses(host: str, port: int, seconds: float) -> list[str]:
    """Look a name up once. One bad answer among good ones blocks all: a mixed answer is a sign of rebinding."""
    found = _look_up(host, port, seconds)
    for ip in found:
        vet(ip)
    return found


def loopback_addresses(host: str, port: int, seconds: float) -> list[str]:
    """For the demonstration: this machine, and nothing but this machine."""
    found = [ip for ip in _look_up(host, port, seconds) if ipaddress.ip_address(ip).is_loopback]
    if not found:
        raise Blocked("address")
    return found


def vet(ip: str) -> None:
    """Raises Blocked for an address that is not on the public internet, or is our own."""
    address = ipaddress.ip_address(ip)
    if (
        address.is_multicast
        or not address.is_global
        or any(address in net for net in DENIED if net.version == address.version)
    ):
        raise Blocked("address")
    if _is_ours(ip, address.version):
        raise Blocked("address")


def _parse(url: str) -> Address:
    if len(url) > MAX_URL or any(not "!" <= character <= "~" or character == "\\" for character in url):
        raise Blocked("characters", _("网址太长，或者有空格、中文等不能用的字符。中文域名请写成xn--的形式。"))
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise Blocked("form", _unreadable()) from None
    if "@" in parts.netloc or "#" in url or port == 0 or parts.netloc.endswith(":"):
        raise Blocked("form", _unreadable())
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "http" and settings.WEBHOOK_ALLOW_LOCAL and host in LOCAL_NAMES:
        return Address("http", host, port or 80, target)
    if parts.scheme != "https":
        raise Blocked("scheme", _("网址要以https://开头。"))
    if (port or 443) not in settings.WEBHOOK_PORTS:
        allowed = _("、").join(str(number) for number in sorted(settings.WEBHOOK_PORTS))
        raise Blocked("port", _("这个端口不能用，能用的端口：{ports}。").format(ports=allowed))
    if not NAME.match(host) or host in _our_names():
        raise Blocked("host", _("网址里要写公网上的域名，不能写IP地址、内网名称或本站自己的域名。"))
    return Address("https", host, port or 443, target)


def _parse_authority(url: str) -> Address:
    """An address of the operator's own: HTTP or HTTPS, any port, also by number."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        raise Blocked("form", _unreadable()) from None
    return Address(
        parts.scheme, parts.hostname or "", port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    )


def _unreadable() -> str:
    return _("网址写得不完整，或者带有账号、密码、“#”或空的端口。请写成https://域名/路径的形式。")


def _our_names() -> set[str]:
    return {urlsplit(settings.SITE_URL).hostname or "", *(name.lstrip(".").lower() for name in settings.ALLOWED_HOSTS)}


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    """All addresses of a name. In a thread of its own: the system's resolver knows no deadline of ours."""
    answer: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError):
            found = []
        answer.put(list(dict.fromkeys(found)))

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except queue.Empty:
        found = []
    if not found:
        raise Failed("dns")
    return found


def _is_ours(ip: str, version: int) -> bool:
    """Whether the address is this machine's: it would then also be the one we call from. No packet is sent."""
    family = socket.AF_INET if version == 4 else socket.AF_INET6
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((ip, 9))
        return bool(probe.getsockname()[0] == ip)
    return False


def _connect(address: Address, ips: list[str], until: float) -> tuple[socket.socket, str]:
    """Connect to one of the vetted addresses, never to the name again; says which. Raises Blocked where somebody else
    answers than who was called."""
    trouble: OSError = TimeoutError()
    for ip in ips:
        line = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
        try:
            # Head and body leave in two writes: the second would wait up to 40 ms for the first to be acknowledged.
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.settimeout(_left(until, STEP))
            line.connect((ip, address.port))
        except OSError as error:
            line.close()
            trouble = error
            continue
        if ipaddress.ip_address(line.getpeername()[0].partition("%")[0]) != ipaddress.ip_address(ip):
            line.close()
            raise Blocked("peer")
        return line, ip
    raise trouble


def _secure(line: socket.socket, host: str, trust: ssl.SSLContext, until: float) -> ssl.SSLSocket:
    """TLS over a connected socket, with the certificate checked against the name."""
    wrapped = trust.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
    try:
        wrapped.settimeout(_left(until))
        wrapped.do_handshake()
    except BaseException:
        wrapped.close()  # wrapping took the plain socket over: closing that one would do nothing
        raise
    return wrapped


def _left(until: float, most: float = math.inf) -> float:
    """Seconds until the deadline, at most ``most``. Raises TimeoutError when it has passed."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, most)


class _Line(io.RawIOBase):
    """A connected socket whose every read and write gets only the time that is left, and no more bytes than allowed.

    It offers http.client the three things that it asks of a socket: ``sendall``, ``makefile`` and ``close``.
    """

    def __init__(self, line: socket.socket, until: float, allowance: int) -> None:
        self._line, self._until, self._allowance = line, until, allowance

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        self._line.settimeout(_left(self._until))
        got = self._line.recv_into(buffer)
        self._allowance -= got
        if self._allowance < 0:
            raise http.client.HTTPException("too much")
        return got

    def sendall(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._line.settimeout(_left(self._until))
            rest = rest[self._line.send(rest) :]

    def makefile(self, *_args: Any) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Nothing: whoever opened the socket closes it."""


def _exchange(line: _Line, address: Address, body: bytes, headers: Mapping[str, str], cap: int) -> Reply:
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.sock = line
    connection.putrequest("POST", address.target, skip_host=True, skip_accept_encoding=True)
    whole = {"Host": address.authority, **headers, "Content-Length": str(len(body)), "Connection": "close"}
    for name, value in whole.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    data, broken = b"", False
    try:
        data = answer.read(cap + 1)  # never without a number; what the sender compressed stays compressed
    except (OSError, http.client.HTTPException):
        broken = True
    return Reply(answer.status, answer.getheader("Retry-After"), data[:cap], broken or len(data) > cap)


def _class_of(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "timeout"
        case ssl.SSLCertVerificationError():
            return "certificate"
        case ConnectionRefusedError():
            return "refused"
        case ConnectionResetError() | BrokenPipeError() | ssl.SSLEOFError():
            return "reset"
        case ssl.SSLError() if str(error.reason) in ASKS_WHO_WE_ARE:
            return "client-certificate"
        case ssl.SSLError():
            return "tls"
        case http.client.HTTPException():
            return "bad-http"
    return "unreachable"
