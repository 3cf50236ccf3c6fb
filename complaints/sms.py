"""Short messages behind one interface; which sender is used is a setting (``SMS_BACKEND``)."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

LONGEST = 70  # characters of one message that holds Chinese (GSM 03.38: UCS-2)


class Sender(Protocol):
    """Whoever carries short messages. Raises OSError where one could not be handed over."""

    def send(self, phone: str, text: str) -> None: ...


class FileSender:
    """Puts each message into a file of ``SMS_DIR`` (owner only) instead of sending it: the default."""

    def send(self, phone: str, text: str) -> None:
        folder = Path(settings.SMS_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{uuid.uuid4().hex}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"to": phone, "text": text}, ensure_ascii=False), "utf-8")


def send(phone: str, text: str) -> None:
    """Hand one message to the sender of the settings. Raises OSError, and ValueError for a text too long for one."""
    if len(text) > LONGEST:
        raise ValueError(f"{len(text)} characters; one message holds {LONGEST}")
    sender: Sender = import_string(settings.SMS_BACKEND)()
    sender.send(phone, text)
