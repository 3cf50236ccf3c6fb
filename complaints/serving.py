"""Stored bytes on their way out: the one place that sets the headers which keep a browser from believing them."""

import re
from collections.abc import Iterator
from typing import IO

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from complaints.evidence import vault

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
}


def hand_over(source: IO[bytes], name: str, *, media_type: str = "application/zip") -> FileResponse:
    """A file that was made for its reader, as a download under this name."""
    return FileResponse(source, as_attachment=True, filename=name, content_type=media_type, headers=HEADERS)


def send(sha256: str, *, media_type: str, disposition: str) -> FileResponse:
    """The bytes with this digest as an answer. Raises Http404 where there are none; the gate was passed before."""
    try:
        source = vault.open_blob(sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(source, content_type=media_type)
    response["Content-Disposition"] = disposition
    for name, value in HEADERS.items():
        response[name] = value
    return response


PART = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
STEP = 256 << 10  # bytes


def stream(sha256: str, *, media_type: str, part: str) -> HttpResponseBase:
    """A recording for a player, which asks for parts of it (RFC 9110 section 14: one range; ``part`` is the Range
    header). Raises Http404 where there are none; the gate was passed, and the viewing entered, before."""
    try:
        source = vault.open_blob(sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    size = source.seek(0, 2)
    asked = PART.fullmatch(part.strip())
    first, last = _ends(asked[1], asked[2], size) if asked and (asked[1] or asked[2]) else (0, size - 1)
    if first >= size or first > last:
        source.close()
        return _armed(HttpResponse(status=416), {"Content-Range": f"bytes */{size}"})
    source.seek(first)
    response = StreamingHttpResponse(_bytes(source, last - first + 1), content_type=media_type)
    response.status_code = 206 if asked else 200
    told = {"Content-Length": str(last - first + 1), "Content-Disposition": "inline", "Accept-Ranges": "bytes"}
    if asked:
        told["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _armed(response, told)


def _ends(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and the last byte that is meant; ``-500`` are the last five hundred."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _bytes(source: IO[bytes], count: int) -> Iterator[bytes]:
    with source:
        while count > 0 and (found := source.read(min(STEP, count))):
            count -= len(found)
            yield found


def _armed(response: HttpResponseBase, told: dict[str, str]) -> HttpResponseBase:
    for name, value in {**HEADERS, **told}.items():
        response[name] = value
    return response
