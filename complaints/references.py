"""Complaint numbers one can say on the telephone, and receipt codes that open one case: both catch a typing error."""

import secrets
from datetime import date

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
HEARD_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
CHECK_PRIME = 31  # the largest prime below 32: every single wrong character and every swap changes the remainder

RECEIPT_RANDOM = 26  # 26 × 5 = 130 bits: enough to be stored under a plain keyed hash (OWASP ASVS 5.0, 6.5.2)
RECEIPT_GROUP = 4
RESUME_LENGTH = 16  # 15 random characters and one check character: 75 bits, ten tries an hour, for at most 30 days


def new_reference(day: date, *, crowded: bool = False) -> str:
    """``ZZ-YYMMDD-XXXX``: three random characters and a check character; five random ones on a crowded day.

    A number gives no rights, so it need not be secret; it must be short enough to say.
    """
    stem = f"{day:%y%m%d}" + _random(5 if crowded else 3)
    return f"ZZ-{stem[:6]}-{stem[6:]}{_check(stem)}"


def new_group_reference(day: date) -> str:
    """``G-YYMMDD-XXXXX``: four random characters and a check character. It gives no rights either."""
    stem = f"{day:%y%m%d}" + _random(4)
    return f"G-{stem[:6]}-{stem[6:]}{_check(stem)}"


def checked_reference(day: date, number: int) -> str:
    """The number of a crowded day whose five characters count ``number``; 0 to 32⁵ − 1."""
    stem = f"{day:%y%m%d}" + "".join(ALPHABET[number >> shift & 31] for shift in (20, 15, 10, 5, 0))
    return f"ZZ-{stem[:6]}-{stem[6:]}{_check(stem)}"


def tidy_reference(text: str) -> str | None:
    """A number as people type it (spaces, small letters, O for 0) in its written form, or None if it cannot be one."""
    plain = plain_reference(text)
    if not 10 <= len(plain) <= 12 or _check(plain[:-1]) != plain[-1]:
        return None
    return f"ZZ-{plain[:6]}-{plain[6:]}"


def plain_reference(text: str) -> str:
    """A number, or a piece of one, as people type it: its characters in the alphabet, without ``ZZ`` and dashes."""
    return _plain(text).removeprefix("ZZ")


def new_receipt_code() -> str:
    """28 characters in seven groups of four; the last two check the first and second half."""
    body = _random(RECEIPT_RANDOM)
    return _grouped(body + _check(body[:13]) + _check(body[13:]))


def tidy_receipt_code(text: str) -> str | None:
    """The code as stored (28 characters without dashes), or None if a character is wrong or missing."""
    plain = _plain(text)
    if len(plain) != RECEIPT_RANDOM + 2 or _check(plain[:13]) != plain[-2] or _check(plain[13:26]) != plain[-1]:
        return None
    return plain


def new_resume_code() -> str:
    """16 characters in four groups of four, for a draft on another device; the last one checks the others."""
    body = _random(RESUME_LENGTH - 1)
    return _grouped(body + _check(body))


def tidy_resume_code(text: str) -> str | None:
    """The code without dashes, or None if a character is wrong or missing."""
    plain = _plain(text)
    return plain if len(plain) == RESUME_LENGTH and _check(plain[:-1]) == plain[-1] else None


def _plain(text: str) -> str:
    return "".join(character for character in text.upper().translate(HEARD_AS) if character in ALPHABET)


def _grouped(text: str) -> str:
    return "-".join(text[start : start + RECEIPT_GROUP] for start in range(0, len(text), RECEIPT_GROUP))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _check(text: str) -> str:
    total = sum(position * ALPHABET.index(character) for position, character in enumerate(text, start=1))
    return ALPHABET[total % CHECK_PRIME]
