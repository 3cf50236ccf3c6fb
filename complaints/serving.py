"""Stored bytes on their way out: the one place that sets the headers which keep a browser from believing them."""

from typing import IO

from django.http import FileResponse, Http404

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
