"""A kiosk's program as the API sees it, and what it sends for an honest person."""

from __future__ import annotations

import json
import uuid
from copy import deepcopy
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.credentials import mint_api_key
from accounts.models import ApiKey, Organisation
from tests.builders import EMAIL, NAME, PHONE
from tests.platform.calls import told
from tests.wizard.steps import typed

ROOT = "/api/v1/consumer"
BOTH = ("complaints:file", "complaints:follow")
COUNTER = {"way": "counter", "word": "dictated", "place": "西湖区龙井路网点", "clerk": "A-17"}


class Stand:
    """Calls with the key of one association."""

    def __init__(self, organisation: Organisation, *scopes: str, language: str = "zh-CN") -> None:
        minted = mint_api_key()
        self.key = ApiKey.objects.create(
            organisation=organisation,
            label="网点",
            public_id=minted.public_id,
            digest=minted.digest,
            scopes=list(scopes),
            created_at=timezone.now(),
        )
        self.text = minted.text
        self.client = Client(headers={"Authorization": f"Bearer {minted.text}", "Accept-Language": language})
        self.sent = 0

    def get(self, path: str, *, token: str = "") -> HttpResponse:
        return self.client.get(ROOT + path, headers={"Case-Token": token} if token else {})  # type: ignore[return-value]

    def post(self, path: str, given: Any, *, token: str = "", press: str | None = None) -> HttpResponse:
        self.sent += 1
        headers = {"Idempotency-Key": press or f"press-{self.sent}", **({"Case-Token": token} if token else {})}
        return self.client.post(  # type: ignore[return-value]
            ROOT + path, json.dumps(given), content_type="application/json", headers=headers
        )

    def offer(self, path: str, upload: SimpleUploadedFile, *, token: str = "", **fields: str) -> HttpResponse:
        headers = {"Case-Token": token} if token else {}
        return self.client.post(ROOT + path, {"file": upload, **fields}, headers=headers)  # type: ignore[return-value]

    def filing(self, **pages: dict[str, Any]) -> dict[str, Any]:
        """A whole complaint, read out and agreed to; a keyword changes fields of that page, None takes one away."""
        given = answers(**pages)
        said = told(self.post("/questions", {"answers": given}), 200)["read_out"]
        agreed = [each["code"] for each in said["sentences"]]
        return {"stand": dict(COUNTER), "answers": given, "agreed": agreed, "read_out": said["digest"]}

    def file(self, *, press: str | None = None, **pages: dict[str, Any]) -> dict[str, Any]:
        return told(self.post("/complaints", self.filing(**pages), press=press), 201)

    def open(self, filed: dict[str, Any]) -> str:
        """The token for a case just filed."""
        path = f"/complaints/{filed['reference']}/open"
        return str(told(self.post(path, {"receipt_code": filed["receipt_code"]}), 200)["token"])


def answers(**pages: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the wizard's honest person answers, in the shape of the API."""
    found = as_json({slug: fields for slug, fields in typed().items() if slug not in LEFT})
    for slug, fields in deepcopy(pages).items():
        found[slug] = {**found.get(slug, {}), **fields}
    return found


LEFT = {"evidence", "verify", "behalf", "helper", "buyer", "more"}


def as_json(pages: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The fields of posted pages as the API takes them: a day in one piece, the kinds in one list."""
    return {slug: _page(fields) for slug, fields in pages.items()}


def _page(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in fields.items():
        stem, _line, part = name.rpartition("_")
        if part == "0" and f"{stem}_1" in fields:
            year, month, day = (fields[f"{stem}_{place}"] for place in range(3))
            found[stem] = f"{year}-{month:0>2}-{day:0>2}"
        elif part in {"1", "2"} and f"{stem}_0" in fields:
            continue
        elif name.startswith("kinds-"):
            found.setdefault("kinds", []).extend(f"{name[6:]}-{code}" for code in value)
        else:
            found[name] = value
    return found


def a_tray() -> str:
    return str(uuid.uuid4())


PERSONAL = (NAME, PHONE, EMAIL)
