"""The calls of the kiosk: one site, one key, one language; a broken line is tried again with the same key."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import Any

TRIES = 4
SECONDS = 20


class Refused(Exception):
    """The site said no: its own sentence, and each field's."""

    def __init__(self, problem: dict[str, Any]) -> None:
        fields = [f"  {each['field']}: {each['message']}" for each in problem.get("errors", [])]
        super().__init__("\n".join([problem.get("detail", "?"), *fields]))


class Site:
    """Everything under /api/v1/consumer."""

    def __init__(self, url: str, key: str, language: str) -> None:
        self.root = url.rstrip("/") + "/api/v1/consumer"
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}

    def get(self, path: str, *, token: str = "") -> dict[str, Any]:
        return self._call(urllib.request.Request(self.root + path, headers=self._with(token)))

    def post(self, path: str, body: Any, *, press: str = "", token: str = "") -> dict[str, Any]:
        """``press`` is the Idempotency-Key: it makes trying again safe."""
        headers = {**self._with(token), "Content-Type": "application/json"}
        if press:
            headers["Idempotency-Key"] = press
        return self._call(urllib.request.Request(self.root + path, json.dumps(body).encode(), headers))

    def _with(self, token: str) -> dict[str, str]:
        return {**self.headers, **({"Case-Token": token} if token else {})}

    def _call(self, request: urllib.request.Request) -> dict[str, Any]:
        for attempt in range(TRIES):
            try:
                with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                    found: dict[str, Any] = json.load(answer)
                    return found
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    raise Refused(json.load(error)) from None
            except OSError:
                pass  # the line broke: nobody knows whether it arrived
            time.sleep(2**attempt / 4)
        raise Refused({"detail": "no answer"})
