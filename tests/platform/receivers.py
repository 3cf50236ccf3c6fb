"""Real receivers in the test's own process: good and bad ones, over plain sockets or TLS; they keep what came."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

NAME = "hooks.platform.example"
ROOTS = "authority.pem"  # in the folder of an authority: what other processes trust by SSL_CERT_FILE
DRIP_SECONDS = 0.05

Behaviour = Callable[[socket.socket], None]


@dataclass(frozen=True, slots=True)
class Message:
    """A request as it came over the wire."""

    line: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Listens on this machine as long as its block runs; every request gets the same behaviour."""

    def __init__(self, behave: Behaviour, *, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.behave, self.tls = behave, tls
        self.messages: list[Message] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = int(self._listener.getsockname()[1])
        self._open = True

    @property
    def url(self) -> str:
        return f"https://{NAME}:{self.port}/in" if self.tls else f"http://127.0.0.1:{self.port}/in"

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._open = False
        self._listener.shutdown(socket.SHUT_RDWR)  # closing alone would not wake the thread that accepts
        self._listener.close()

    def _accept(self) -> None:
        while self._open:
            try:
                line, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        line.settimeout(20)
        with contextlib.suppress(OSError, ValueError), contextlib.ExitStack() as stack:
            stack.callback(line.close)
            if self.tls:
                line = self.tls.wrap_socket(line, server_side=True)
                stack.callback(line.close)
            self.messages.append(read_request(line))
            self.behave(line)


def read_request(line: socket.socket) -> Message:
    """One request with a Content-Length. Raises ValueError when the line closes before it is whole."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += received(line)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in rest)}
    while len(body) < int(headers["content-length"]):
        body += received(line)
    return Message(first, headers, body)


def received(line: socket.socket) -> bytes:
    data = line.recv(65536)
    if not data:
        raise ValueError("closed")
    return data


# ── Behaviours ───────────────────────────────────────────────────────────────────────────────────────────────────────


def answers(status: str = "200 OK", *headers: str, body: bytes = b"ok") -> Behaviour:
    """A whole, ordinary answer."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]).encode()
    return lambda line: line.sendall(head + body)


def says(raw: bytes) -> Behaviour:
    """These bytes, then the line is closed."""
    return lambda line: line.sendall(raw)


def drips(start: bytes, drop: bytes) -> Behaviour:
    """A beginning, then a drop at a time, without end."""

    def behave(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(drop)
            time.sleep(DRIP_SECONDS)

    return behave


def floods(start: bytes, block: bytes) -> Behaviour:
    """A beginning, then as much as the line takes, without end."""

    def behave(line: socket.socket) -> None:
        line.sendall(start)
        while True:
            line.sendall(block)

    return behave


def hangs(line: socket.socket) -> None:
    """Takes the request and never says a word."""
    with contextlib.suppress(TimeoutError):
        received(line)


def resets(line: socket.socket) -> None:
    """Cuts the line with a RST."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


# ── Certificates ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of the test's own: what a sender trusts, and how a receiver shows itself."""

    trust: ssl.SSLContext
    server: ssl.SSLContext
    expired: ssl.SSLContext
    wrong_name: ssl.SSLContext
    pem: str = ""
    issue: Callable[..., Issued] = field(default=lambda *_given: Issued("", ""))

    def asking(self, folder: Path) -> ssl.SSLContext:
        """As ``server``, for whoever shows a certificate of this authority."""
        own = folder / "asking.pem"
        issued = self.issue(NAME, server=True)
        own.write_text(issued.key + issued.certificate, encoding="ascii")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(own)
        context.load_verify_locations(cadata=self.pem)
        context.verify_mode = ssl.CERT_REQUIRED
        return context


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its key, PEM."""

    certificate: str
    key: str


def an_authority(folder: Path) -> Authority:
    now = datetime.now(UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named("Test Authority")
    own = _certificate(subject, subject, key.public_key(), now)
    own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    authority = own.sign(key, hashes.SHA256())
    pem = authority.public_bytes(serialization.Encoding.PEM).decode()
    (folder / ROOTS).write_text(pem, encoding="ascii")

    def server(name: str, at: datetime) -> ssl.SSLContext:
        own_key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_named(name), subject, own_key.public_key(), at)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        path = folder / f"{name}-{at:%Y}.pem"
        path.write_bytes(
            own_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def issue(name: str, *, server: bool = False, at: datetime = now) -> Issued:
        own_key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(_named(name), subject, own_key.public_key(), at)
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        made = made.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        if server:
            made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        return Issued(
            made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode(),
            own_key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode(),
        )

    return Authority(
        pem=pem,
        issue=issue,
        trust=ssl.create_default_context(cadata=pem),
        server=server(NAME, now),
        expired=server(NAME, now - timedelta(days=800)),
        wrong_name=server("other.example", now),
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=30))
    )
