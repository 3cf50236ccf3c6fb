"""JSON as strictly as we mean it: bounded, no deeper than it needs to be, no key twice, numbers that are numbers."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 32


class StrictJSONParser(BaseParser):
    """The length was bounded before (DATA_UPLOAD_MAX_MEMORY_SIZE): the view reads the body first."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            found = json.loads(stream.read().decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
            json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair could neither be stored nor named
        except ValueError as error:
            raise ParseError(_("不是正确的JSON（UTF-8，同一个键只写一次）：{error}").format(error=error)) from None
        except RecursionError:
            raise ParseError(_too_deep()) from None
        if _depth(found) > MAX_DEPTH:
            raise ParseError(_too_deep())
        return found


def _too_deep() -> str:
    return _("JSON嵌套太深，最多{depth}层。").format(depth=MAX_DEPTH)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"duplicate key {key!r}")
        found[key] = value
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _depth(value: Any) -> int:
    """How deep lists and objects lie in each other, counted level by level."""
    depth, level = 0, [value]
    while level := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [inner for one in level for inner in (one.values() if isinstance(one, dict) else one)]
    return depth
