"""A receiver for measurements, in a process of its own: ``python -m tests.bench.receiving CERTIFICATE OUT``.

It speaks TLS, prints its port, takes every notice at once, or never where the path says ``/hang``, and writes down when
each came: a line ``path seconds id`` for each, when it is told to end.
"""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
import sys
import time
from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
HANG_SECONDS = 60


async def main(certificate: str, out: str) -> None:
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            fields = dict(row.lower().split(": ", 1) for row in head.split("\r\n")[1:] if row)
            await reader.readexactly(int(fields["content-length"]))
            path = head.split(" ", 2)[1]
            seen.append(f"{path} {time.time():.6f} {fields.get('webhook-id', '-')}")
            if path.startswith("/hang"):
                await asyncio.sleep(HANG_SECONDS)
            writer.write(OK)
            await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    Path(out).write_text("\n".join(seen), "utf-8")
    os._exit(0)  # whoever still hangs is not waited for


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
