"""A calendar file for one appointment (RFC 5545), in China's time; the writer is ours: it is forty lines."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
LINE = 75  # octets in a line, its end left out (RFC 5545 3.1)
ZONE = (  # one hour set for all of China, without summer time since 1991
    *("BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19910915T000000"),
    *("TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "TZNAME:CST", "END:STANDARD", "END:VTIMEZONE"),
)


def calendar_file(
    *,
    uid: str,
    summary: str,
    location: str,
    starts_at: datetime,
    ends_at: datetime,
    made_at: datetime,
    is_cancelled: bool = False,
) -> bytes:
    """One VEVENT, reminded of a day and an hour before. The same appointment gives the same bytes."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//WhoAnswers//Mediation//ZH", "METHOD:PUBLISH"),
        *ZONE,
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Asia/Shanghai:{starts_at.astimezone(CHINA):%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Asia/Shanghai:{ends_at.astimezone(CHINA):%Y%m%dT%H%M%S}",
        f"SUMMARY:{_text(summary)}",
        f"LOCATION:{_text(location)}",
        f"SEQUENCE:{1 if is_cancelled else 0}",
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        *(() if is_cancelled else (*_alarm(summary, "-P1D"), *_alarm(summary, "-PT1H"))),
        *("END:VEVENT", "END:VCALENDAR"),
    ]
    return b"".join(_folded(line) for line in lines)


def _alarm(summary: str, before: str) -> tuple[str, ...]:
    return ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_text(summary)}", f"TRIGGER:{before}", "END:VALARM")


def _text(value: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line ends escaped (3.3.11), other control characters left out."""
    for sign, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n"), ("\r", "\n"), ("\n", "\\n")):
        value = value.replace(sign, escaped)
    return "".join(sign for sign in value if sign >= " " and sign != "\x7f")


def _folded(line: str) -> bytes:
    """The line with its end; longer than 75 octets it goes on after a blank, never inside a character."""
    parts: list[bytes] = []
    part = b""
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > LINE - (1 if parts else 0):
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
