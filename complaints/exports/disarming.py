"""What a spreadsheet would run as a formula, made text (OWASP, "CSV Injection")."""

from __future__ import annotations

import unicodedata
from typing import Any

FORMULA = frozenset("=+-@")
BREAKS = frozenset("\t\r\n")  # a cell that begins with one may be split, and then begins anew
UNSEEN = frozenset({"Cf", "Cc", "Zs", "Zl", "Zp", "Mn"})


def disarmed(value: Any) -> Any:
    """A text that begins like a formula, also full-width or behind what nobody sees, stands behind an apostrophe.
    Numbers stay numbers; None is empty."""
    if isinstance(value, str) and _is_armed(value):
        return f"'{value}"
    return "" if value is None else value


def _is_armed(text: str) -> bool:
    for sign in text:
        if sign in BREAKS:
            return True
        if unicodedata.category(sign) not in UNSEEN:
            return unicodedata.normalize("NFKC", sign)[:1] in FORMULA
    return False
