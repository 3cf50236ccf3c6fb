"""Whom we trust when we call somebody by TLS, and what we show of ourselves: as ever, and for one address."""

from __future__ import annotations

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache


class CannotLoad(Exception):
    """OpenSSL does not take the authority, the certificate or its key."""


@dataclass(frozen=True, slots=True)
class OwnTls:
    """What one address needs beside the usual: an authority that is trusted as well, and a certificate of ours with its
    key to show when asked. PEM; empty for none. The name is checked as ever."""

    authority: str = ""
    client: str = field(default="", repr=False)


@cache
def usual_trust() -> ssl.SSLContext:
    """What the system trusts, from TLS 1.2 on."""
    return _usual()


def _usual() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def trust_with(own: OwnTls) -> ssl.SSLContext:
    """The usual trust and what one address needs beside it; made anew each time, so no key outlives its request. Raises
    CannotLoad where OpenSSL does not take it."""
    context = _usual()
    try:
        if own.authority:
            context.load_verify_locations(cadata=own.authority)
        if own.client:
            with _in_memory(own.client) as path:
                context.load_cert_chain(path)
    except (ssl.SSLError, OSError, ValueError, TypeError) as error:  # TypeError: an authority that is not ASCII
        raise CannotLoad from error
    return context


@contextlib.contextmanager
def _in_memory(text: str) -> Iterator[str]:
    """A path that reads this text and is nobody else's: OpenSSL takes keys from files only. In memory where the system
    can, else a file that only we may read; either is gone before anything is sent."""
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("tls", os.MFD_CLOEXEC)
        with os.fdopen(handle, "wb") as held:
            held.write(text.encode())
            held.flush()
            yield f"/proc/self/fd/{handle}"
        return
    handle, path = tempfile.mkstemp()  # 0600
    try:
        with os.fdopen(handle, "wb") as held:
            held.write(text.encode())
        yield path
    finally:
        os.unlink(path)
