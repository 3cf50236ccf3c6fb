"""A pack: papers and evidence in one ZIP, under neutral names, with digests. The same content gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.evidence import zipping
from complaints.evidence.sniff import KINDS
from complaints.models import Evidence
from complaints.turns import NoTurn, is_full, turn

SPARE_BYTES = 512 << 20
PLACES = 2  # packs that are put together at once, on one machine
WAIT_SECONDS = 2


class NotPacked(Exception):
    """No pack came out, with a sentence that says what to do."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class NoRoom(NotPacked):
    """There is no room on the disk to put it together."""

    status = HTTPStatus.INSUFFICIENT_STORAGE


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece of evidence in a pack: its number in the case, and the name of its original there."""

    number: int
    item: Evidence

    @property
    def name(self) -> str:
        """``evidence-01.png``, ``authority-01.pdf``: nothing of the name the file once had."""
        kind = KINDS.get(self.item.blob.media_type)
        what = "authority" if self.item.kind == Evidence.Kind.AUTHORITY else "evidence"
        return f"{what}-{self.number:02d}.{kind.extension if kind else 'bin'}"


def pack(papers: Mapping[str, bytes], exhibits: Sequence[Exhibit], about: Mapping[str, Any]) -> IO[bytes]:
    """Write the pack to a file without a name, read back from its start; it goes when it is closed.

    ``manifest.json`` holds ``about``, and name, size and SHA-256 of everything else. Raises NotPacked: no room, or an
    original that is no longer what it was.
    """
    with room_for(sum(exhibit.item.blob.size for exhibit in exhibits)) as out:
        with zipfile.ZipFile(out, "w") as archive:
            told = [_put(archive, name, body) for name, body in papers.items()]
            told += [_put_original(archive, exhibit) for exhibit in exhibits]
            manifest = {**about, "files": told}
            _put(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=2).encode())
        out.seek(0)
    return out


@contextmanager
def room_for(size: int) -> Iterator[IO[bytes]]:
    """A file without a name, with room for so many bytes, in one of the few places where files are put together. It
    stays open where all went well: the answer closes it. Raises NotPacked: no room, or too many at once.
    """
    if shutil.disk_usage(settings.FILE_UPLOAD_TEMP_DIR).free < size + SPARE_BYTES:
        raise NoRoom(_no_room())
    with ExitStack() as opened:
        try:
            opened.enter_context(turn("pack", places=PLACES, seconds=WAIT_SECONDS))
        except NoTurn:
            raise NotPacked(_("现在打包的人多，过一分钟再试。")) from None
        out = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115 kept open for the answer
        try:
            yield out
        except BaseException as error:
            out.close()
            if isinstance(error, OSError) and is_full(error):
                raise NoRoom(_no_room()) from None
            raise


def _no_room() -> str:
    return _("我们这边现在存不下，打不了包。过一会儿再试；证据原件都还在。")


def _put(archive: zipfile.ZipFile, name: str, body: bytes) -> dict[str, Any]:
    zipping.put(archive, name, body, method=zipfile.ZIP_DEFLATED)
    return {"name": name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}


def _put_original(archive: zipfile.ZipFile, exhibit: Exhibit) -> dict[str, Any]:
    """Pictures, films and PDF are stored as they are: they are compressed already."""
    blob = exhibit.item.blob
    try:
        zipping.put_blob(archive, exhibit.name, blob.sha256)
    except zipping.NotWhole:
        raise NotPacked(_("有一件证据的原件读不出来，这套材料没有做成。请联系我们。")) from None
    return {"name": exhibit.name, "size": blob.size, "sha256": blob.sha256}
