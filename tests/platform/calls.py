"""A platform's machine as the API sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.credentials import MintedKey

ROOT = "/api/v1"

ANSWER: dict[str, Any] = {
    "party": "platform",
    "position": "accepted_in_part",
    "words": "卖家和直播间的真实身份已经核对并提供。",
    "facts": {"seller_identity_given": True, "operator_identity_given": True},
}


class Machine:
    """Calls with one key; every answer is checked to be what it says it is."""

    def __init__(self, key: MintedKey, **headers: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {key.text}", **headers})
        self.wish = headers.get("Accept-Language", "zh-CN")
        self.sent = 0

    def get(self, path: str) -> HttpResponse:
        return self.client.get(ROOT + path)  # type: ignore[return-value]

    def answer(self, reference: str, given: Any = ANSWER, *, key: str | None = None, raw: str = "") -> HttpResponse:
        self.sent += 1
        headers = {"Idempotency-Key": key if key is not None else f"answer-{self.sent}"}
        body = raw or json.dumps(given)
        return self.client.post(  # type: ignore[return-value]
            f"{ROOT}/cases/{reference}/responses", body, content_type="application/json", headers=headers
        )

    def offer(self, reference: str, upload: SimpleUploadedFile, **fields: str) -> HttpResponse:
        return self.client.post(f"{ROOT}/cases/{reference}/evidence", {"file": upload, **fields})  # type: ignore[return-value]


def told(response: HttpResponse, status: int) -> dict[str, Any]:
    """The JSON of an answer with this status; an error has to be a problem with all its parts."""
    found: dict[str, Any] = json.loads(response.content)
    assert response.status_code == status, found
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert found["status"] == status
        assert found["title"]
        assert found["detail"]
        assert found["code"]
    return found


def fields_of(problem: Mapping[str, Any]) -> dict[str, str]:
    """Field → message of a validation problem."""
    return {each["field"]: each["message"] for each in problem["errors"]}
