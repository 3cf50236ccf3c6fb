"""A small platform that takes complaint notices and answers them: an example, and the demonstration's other side.

    python docs/examples/platform/server.py --port 8201 --api http://localhost:8000 --secret whsec_… --key zz_live_…

Standard library only. The order of work is what matters: verify the raw bytes, drop twins, say 2xx at once, then read
the case and answer in your own time. It stands on the reference receiver (docs/examples/receiver), which shows what is
left out here for the sake of a page to look at: the message id under a unique key, in the transaction of its effect.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import queue
import sys
import threading
import time
import urllib.parse
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from platform_page import STYLE, Notice, page

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "receiver" / "src"))

from receiver.api import Api, Refused  # the package beside this folder, from the checkout
from receiver.signature import BadSignature, verify

MOST_BYTES = 64 * 1024
SHOWN = 100  # notices kept for the page
TRIES = 5  # to reach the API before a person has to look


class Platform:
    """What came in, and the desk that answers it one by one."""

    def __init__(self, api: Api, secrets: list[str], *, auto: bool, delay: float) -> None:
        self.api, self.secrets, self.auto, self.delay = api, secrets, auto, delay
        self.notices: dict[str, Notice] = {}  # newest last
        self.lock = threading.Lock()
        self.desk: queue.SimpleQueue[Notice] = queue.SimpleQueue()
        threading.Thread(target=self._work, daemon=True).start()

    def receive(self, headers: dict[str, str], body: bytes) -> tuple[HTTPStatus, str]:
        """One delivery. Quick: whoever sends waits for no more than this."""
        now = time.strftime("%H:%M:%S")
        try:
            message_id = verify(headers, body, self.secrets, now=time.time())
        except BadSignature as reason:
            told = Notice(now, headers.get("webhook-id", "?"), "?", "", trusted=False, note=str(reason))
            self._is_new(f"refused {time.monotonic_ns()}", told)
            return HTTPStatus.BAD_REQUEST, ""
        message = json.loads(body)
        if message["type"] == "endpoint.verify":
            return HTTPStatus.OK, json.dumps({"challenge": message["data"]["challenge"]})
        notice = Notice(now, message_id, message["type"], message["data"].get("case", ""), trusted=True)
        if self._is_new(message_id, notice) and notice.type == "case.opened":
            notice.can_answer = not self.auto
            if self.auto:
                self.desk.put(notice)
        return HTTPStatus.NO_CONTENT, ""  # twins and types we do not know are accepted too

    def answer_by_hand(self, message_id: str) -> None:
        """The button on the page."""
        notice = self.notices.get(message_id)
        if notice and notice.can_answer:
            notice.can_answer = False
            self.desk.put(notice)

    def latest(self) -> list[Notice]:
        with self.lock:
            return list(self.notices.values())[::-1]

    def _is_new(self, key: str, notice: Notice) -> bool:
        """Keep a notice under its id, once; a twin is counted and otherwise dropped."""
        with self.lock:
            if key in self.notices:
                self.notices[key].twins += 1
                return False
            self.notices[key] = notice
            while len(self.notices) > SHOWN:
                del self.notices[next(iter(self.notices))]
            return True

    def _work(self) -> None:
        while True:
            notice = self.desk.get()
            time.sleep(self.delay if self.auto else 0)
            for attempt in range(1, TRIES + 1):
                try:
                    notice.decision = self._answer(notice)
                    notice.note = ""
                    break
                except Refused as refusal:
                    notice.note = str(refusal)
                    if refusal.status < 500 and refusal.status != HTTPStatus.TOO_MANY_REQUESTS:
                        break  # trying again would change nothing
                except OSError as trouble:
                    notice.note = f"{type(trouble).__name__}: {attempt}/{TRIES}"
                time.sleep(attempt)

    def _answer(self, notice: Notice) -> int:
        """Read the case, offer what we know about seller and room as a file, answer. Returns the decision's number."""
        case = self.api.case(notice.case)
        in_english = case["language"] == "en"
        sheet = self.api.offer(notice.case, "identity.txt", _identity_sheet(case).encode(), "platform")
        response = {
            "party": "platform",
            "position": "accepted_in_part",
            "words": WORDS_EN if in_english else WORDS_ZH,
            "facts": {"seller_identity_given": True, "operator_identity_given": True},
            "evidence": [sheet],
        }
        made = self.api.answer(notice.case, response, key=notice.id)
        return int(made["decision"]["number"])


WORDS_ZH = "已核对店铺和直播间运营者的主体信息，随附登记信息；已督促商家联系消费者。平台愿意按规定协助退换。"
WORDS_EN = (
    "We have checked who runs the shop and the live room; their registration is attached. We have urged the shop to "
    "contact the buyer, and we will help with the return as the rules provide."
)


def _identity_sheet(case: dict[str, Any]) -> str:
    """The registration of shop and room, as a platform has it on file (invented)."""
    names = {one["party"]: one["name"] or "—" for one in case["respondents"]}
    return "\n".join(
        [
            f"投诉编号 Case: {case['reference']}",
            f"店铺 Shop: {names['merchant']}；主体 Company: 示例市澜岸家居用品有限公司（演示数据 invented）",
            f"直播间 Room: {names['anchor']}；运营者 Operator: 示例市小满文化传播有限公司（演示数据 invented）",
            "地址 Address: 示例省示例市示例路1号    电话 Telephone: 000-00000000",
            "",
        ]
    )


class Handler(BaseHTTPRequestHandler):
    """POST /webhooks takes notices; GET / shows them."""

    platform: Platform
    server_version = "XingheLive"

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if self.path == "/webhooks":
            headers = {name.lower(): value for name, value in self.headers.items()}
            return self._say(*self.platform.receive(headers, body))
        if self.path.startswith("/answer") and self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin":
            given = urllib.parse.parse_qs(body.decode())
            self.platform.answer_by_hand(given.get("id", [""])[0])
            return self._say(HTTPStatus.SEE_OTHER, location=f"/?lang={self._language()}")
        return self._say(HTTPStatus.NOT_FOUND)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            return self._say(HTTPStatus.OK, page(self.platform.latest(), self._language()), "text/html; charset=utf-8")
        if path == "/style.css":
            return self._say(HTTPStatus.OK, STYLE, "text/css; charset=utf-8")
        return self._say(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:
        print(time.strftime("%H:%M:%S"), self.command, self.path, args[1] if len(args) > 1 else "", flush=True)

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        return self.rfile.read(int(length)) if length.isdigit() and int(length) <= MOST_BYTES else None

    def _language(self) -> str:
        asked = urllib.parse.parse_qs(self.path.partition("?")[2]).get("lang", [""])[0]
        wanted = asked or self.headers.get("Accept-Language", "zh")[:2].lower()
        return "zh" if wanted == "zh" else "en"

    def _say(self, status: HTTPStatus, text: str = "", media_type: str = "text/plain", location: str = "") -> None:
        data = text.encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        if status != HTTPStatus.NO_CONTENT:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    parser = argparse.ArgumentParser(description="A platform that takes complaint notices and answers them.")
    parser.add_argument("--port", type=int, default=8201)
    parser.add_argument("--api", default="http://localhost:8000", help="the address of the site")
    parser.add_argument("--secret", action="append", help="whsec_…; twice while you rotate (or PLATFORM_SECRET)")
    parser.add_argument("--key", default=os.environ.get("PLATFORM_KEY", ""), help="zz_live_… (or PLATFORM_KEY)")
    parser.add_argument("--answer", choices=["auto", "manual"], default="auto")
    parser.add_argument("--delay", type=float, default=3, help="seconds before an automatic answer")
    given = parser.parse_args()
    secrets = given.secret or os.environ.get("PLATFORM_SECRET", "").split()
    if not secrets or not given.key:
        parser.error("--secret and --key are needed (or PLATFORM_SECRET and PLATFORM_KEY)")

    api = Api(given.api, given.key)
    Handler.platform = Platform(api, secrets, auto=given.answer == "auto", delay=given.delay)
    with ThreadingHTTPServer(("127.0.0.1", given.port), Handler) as server:
        print(f"http://localhost:{given.port}/", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
