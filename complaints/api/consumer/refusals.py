"""Refusals that carry more than a sentence: what was found and allowed in each field, or an hour's wait."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import Throttled, ValidationError


class Unfit(ValidationError):
    """Fields that cannot be taken: each with its path, a sentence, what was found and what would be allowed."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__()
        self.errors = errors


class Spent(Throttled):
    """An hour's share is used up."""

    def __init__(self, seconds: int, sentence: str) -> None:
        super().__init__(seconds)
        self.sentence = sentence
