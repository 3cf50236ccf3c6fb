"""The door: verify the raw bytes, keep the notice, say 2xx at once. Work comes afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from receiver.signature import BadSignature, verify
from receiver.store import Store

MOST_BYTES = 64 * 1024


def receive(
    store: Store, secrets: Sequence[str], headers: dict[str, str], body: bytes, *, now: float
) -> tuple[HTTPStatus, dict[str, Any]]:
    """One delivery: the status to answer with, and what to say. ``headers`` by their names in small letters."""
    try:
        message_id = verify(headers, body, secrets, now=now)
        message = json.loads(body)
        kind, data = message["type"], message["data"]
    except BadSignature as reason:
        store.refuse()
        return HTTPStatus.BAD_REQUEST, {"error": str(reason)}
    except (ValueError, KeyError, TypeError):
        store.refuse()
        return HTTPStatus.BAD_REQUEST, {"error": "no notice"}
    if kind == "endpoint.verify":  # a new address shows that it expects us
        return HTTPStatus.OK, {"challenge": data["challenge"]}
    if kind == "endpoint.ping" and message.get("test") is True and data.get("answer_with") == HTTPStatus.GONE:
        return HTTPStatus.GONE, {}  # only to see what follows (docs/sandbox.md): leave it out of yours if you like
    is_new = store.take(message_id, message)
    return HTTPStatus.OK, {"taken": message_id, "twin": not is_new}


class Handler(BaseHTTPRequestHandler):
    """``POST /webhooks`` takes notices; ``GET /`` says what came."""

    store: Store
    secrets: Sequence[str]
    timeout = 10

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/webhooks":
            return self._say(HTTPStatus.NOT_FOUND, {})
        if not length.isdigit() or int(length) > MOST_BYTES:
            return self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {})
        body = self.rfile.read(int(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return self._say(*receive(self.store, self.secrets, headers, body, now=time.time()))

    def do_GET(self) -> None:
        if self.path != "/":
            return self._say(HTTPStatus.NOT_FOUND, {})
        return self._say(HTTPStatus.OK, self.store.summary())

    def log_message(self, format: str, *args: Any) -> None:
        print(time.strftime("%H:%M:%S"), self.command, self.path, args[1] if len(args) > 1 else "", flush=True)

    def _say(self, status: HTTPStatus, told: dict[str, Any]) -> None:
        data = json.dumps(told).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def serve(store: Store, secrets: Sequence[str], port: int) -> ThreadingHTTPServer:
    """A server that listens on this machine; the caller lets it run."""
    handler = type("Bound", (Handler,), {"store": store, "secrets": secrets})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)
