"""A stand-in for clamd: a real server on a real socket that speaks INSTREAM, and finds only what a test has put in.

What it cannot show: ClamAV's own speed, its database, and how it behaves under load.
"""

from __future__ import annotations

import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # put together at run time only
Says = Callable[[bytes], bytes]


class Line(socketserver.BaseRequestHandler):
    says: Says
    most = 1 << 30

    def handle(self) -> None:
        word = b""
        while not word.endswith(b"\0"):
            word += self.request.recv(1)
        assert word == b"zINSTREAM\0"
        heard = b""
        while size := struct.unpack("!I", self._exactly(4))[0]:
            heard += self._exactly(size)
            if len(heard) > self.most:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.request.sendall(type(self).says(heard))

    def _exactly(self, size: int) -> bytes:
        heard = b""
        while len(heard) < size:
            part = self.request.recv(size - len(heard))
            if not part:
                raise ConnectionError
            heard += part
        return heard


def honest(heard: bytes) -> bytes:
    return b"stream: Eicar-Signature FOUND\0" if EICAR in heard else b"stream: OK\0"


def limited(heard: bytes) -> bytes:
    return b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"


def drips(heard: bytes) -> bytes:
    time.sleep(5)
    return b"stream: OK\0"


@contextmanager
def scanner(place: Path | None = None, *, says: Says = honest, most: int = 1 << 30) -> Iterator[str]:
    """The value of CLAMD_URL: a Unix socket at ``place``, else a port of this machine."""
    handler = type("Handler", (Line,), {"says": staticmethod(says), "most": most})
    server: socketserver.BaseServer
    if place:
        server = socketserver.ThreadingUnixStreamServer(str(place), handler)
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"unix:{place}" if place else f"tcp://127.0.0.1:{server.server_address[1]}"  # type: ignore[index]
    finally:
        server.shutdown()
        server.server_close()
