"""JSON read without good will: what two readers could read differently is refused."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from routing.engine.errors import BadInput, Problem

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of one input. A real one has about 5,000."""

DEEPEST: Final = 20
"""Levels of lists and objects. A real one has two."""


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object that the bytes spell. Raises BadInput for anything else, and for a key that stands twice,
    for NaN and infinities, and for what is too large or too deep to be an inquiry.
    """
    if len(raw) > LARGEST:
        raise _refused(f"{len(raw)} bytes", f"at most {LARGEST} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise _refused(f"a byte that is not UTF-8 at place {problem.start}", "JSON in UTF-8") from None
    if _depth(text) > DEEPEST:
        raise _refused(f"more than {DEEPEST} levels", f"at most {DEEPEST} levels of lists and objects")
    try:
        value = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        found = f"no JSON: {problem.msg} in line {problem.lineno}, column {problem.colno}"
        raise _refused(found, "one JSON object") from None
    except BadInput:
        raise
    except ValueError:
        raise _refused("a number of thousands of digits", "numbers a person could have written") from None
    if not isinstance(value, dict):
        raise _refused("JSON that is no object", "one JSON object")
    return value


def _refused(found: str, allowed: str) -> BadInput:
    return BadInput([Problem("input", found, allowed)])


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise BadInput([Problem(key[:120], "the key twice", "each key once")])
        found[key] = value
    return found


def _no_number(name: str) -> NoReturn:
    raise _refused(name, "numbers that JSON knows")


def _depth(text: str) -> int:
    """How deep brackets nest outside strings; measured before parsing, so that no input can exhaust the stack."""
    deepest = level = 0
    in_string = escaped = False
    for char in text:
        if in_string:
            if escaped:
                escaped = False
            elif char == "\\":
                escaped = True
            elif char == '"':
                in_string = False
        elif char == '"':
            in_string = True
        elif char in "[{":
            level += 1
            deepest = max(deepest, level)
        elif char in "]}":
            level -= 1
    return deepest
