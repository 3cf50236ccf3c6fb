"""Keep and open evidence by digest. The original stays byte-identical under its SHA-256; others see rebuilt copies."""

import hashlib
import os
import shutil
import unicodedata
import uuid
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from complaints.evidence import quarantine, shelf, staging
from complaints.evidence.looking import NotNow
from complaints.evidence.looks import why_stranger
from complaints.evidence.named import belonging_to
from complaints.evidence.refusals import BUSY, CROWDED, NO_SPACE, Unacceptable, busy, seen_before, sentence_of
from complaints.evidence.sniff import HEAD_BYTES, RUN_OR_SHOWN, TAIL_BYTES, TEXT_SAMPLE, Kind, forbidden_ending, sniff
from complaints.evidence.strangers import Stranger
from complaints.models import Blob
from complaints.turns import is_full

CHUNK = 1 << 20
PATIENCE_SECONDS = 12.0  # how long a person waits for the look, before the worker goes on with it
DIGESTS = tuple(name for name in ("sha256", "sm3") if name in hashlib.algorithms_available)
MEBIBYTE = 1 << 20

__all__ = [  # what other rooms know by this one's name
    "BUSY",
    "CROWDED",
    "MEBIBYTE",
    "NO_SPACE",
    "Unacceptable",
    "clean_name",
    "discard",
    "discard_blob",
    "is_intact",
    "keep",
    "larger_than_anything",
    "no_room",
    "open_blob",
    "require_space",
    "require_standing",
    "size_of",
]


def keep(upload: UploadedFile, *, at: datetime) -> Blob:
    """Take a file in: bytes first, durable under their digest; then the row, quarantined; then the look, at once.

    The Blob is STORED where the look came to its end. It is QUARANTINED where nobody had time, and HELD where a person
    must look: both count as handed in, and the worker goes on with the first. The same bytes give the same Blob.

    Raises Unacceptable for what is refused. Nothing is kept then but, for a while, the digest of what the look refused:
    the same bytes are refused at once.
    """
    kind = _kind_of(upload)
    require_space(beside=upload.size or 0)
    staged = settings.FILE_UPLOAD_TEMP_DIR / f"{uuid.uuid4()}.part"
    own = staged.with_suffix(".look")
    try:
        digests = _write(upload, staged)
        known = Blob.objects.filter(sha256=digests["sha256"]).first()
        if known and known.is_refused:
            raise seen_before(known.report)
        if known and not known.is_waiting and shelf.has(known.sha256):
            return known
        staging.hold(staged, own)
        blob = quarantine.admit(staged, kind=kind, size=upload.size or 0, at=at, **digests)
        blob = quarantine.look(blob, own, patience=PATIENCE_SECONDS, at=at)
    except NotNow:
        raise Unacceptable(BUSY, busy()) from None
    except OSError as error:
        if is_full(error):
            raise no_room() from None
        raise
    finally:
        for leftover in (staged, own):
            leftover.unlink(missing_ok=True)
    if blob.is_refused:
        raise Unacceptable(blob.report["problem"], sentence_of(blob.report))
    return blob


def require_standing(blob: Blob) -> Blob:
    """The row as it is now, locked: a piece may be made of it. The caller is in a transaction.

    Raises Unacceptable where it was refused, or is gone, since it was taken in."""
    current = Blob.objects.select_for_update().filter(pk=blob.pk, erased_at=None).first()
    if current is None:
        raise Unacceptable(BUSY, busy())
    if current.is_refused:
        raise seen_before(current.report)
    return current


def open_blob(sha256: str) -> IO[bytes]:
    """The stored bytes, for reading. Raises FileNotFoundError."""
    return shelf.open_bytes(sha256)


def size_of(sha256: str) -> int:
    """Bytes of what is stored, as it was handed in. Raises FileNotFoundError."""
    with shelf.open_bytes(sha256) as source:
        return source.seek(0, os.SEEK_END)


def discard(sha256: str) -> None:
    """Remove bytes that no row names any more; none, or an empty name, does no harm. Where the shelf cannot be reached,
    or somebody is busy with them, the sweep does it later."""
    if sha256:
        quarantine.drop_unnamed(sha256)


def discard_blob(blob: Blob) -> bool:
    """Row first, then bytes; a blob that is offered anywhere stays. Returns whether it went."""
    digests = belonging_to(blob)
    try:
        Blob.objects.filter(pk=blob.pk).delete()
    except ProtectedError:
        return False
    for sha256 in digests:
        discard(sha256)
    return True


def is_intact(sha256: str) -> bool:
    """Whether the stored bytes are there, and still have their digest. Raises shelf.Unavailable."""
    try:
        with shelf.open_bytes(sha256) as source:
            return _digest_of(source) == sha256
    except (FileNotFoundError, shelf.Tampered):
        return False


def clean_name(name: str) -> str:
    """The client's file name as data: no path, no control or direction characters, at most 255 bytes."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = "".join(
        character for character in name if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return kept.encode()[:255].decode(errors="ignore") or _("未命名")


def require_space(*, beside: int = 0) -> None:
    """Raises Unacceptable where the disk is nearly full, with so many bytes ``beside`` that were promised already."""
    disk = shutil.disk_usage(settings.EVIDENCE_DIR.parent)
    spared = max(settings.EVIDENCE_SPARE_MIB * MEBIBYTE, disk.total * settings.EVIDENCE_SPARE_PERCENT // 100)
    if disk.free - beside < spared:
        raise no_room()


def no_room() -> Unacceptable:
    """What to say where the disk is full: the file stays with the person, and nothing else waits for it."""
    sentence = _("我们这边存不下了，不是文件的问题。过一会儿再传；也可以先提交投诉，证据晚些再补，不影响判定。")
    return Unacceptable(NO_SPACE, sentence)


def _kind_of(upload: UploadedFile) -> Kind:
    """What it is, by its ends, its name and its size. Raises Unacceptable before anything of it is kept."""
    size = upload.size or 0
    if size == 0:
        raise Unacceptable("empty", _("这个文件是空的（0字节），换一个。"))
    head, tail, sample = _ends(upload, size)
    kind = sniff(head, tail, sample)
    if isinstance(kind, Stranger):
        raise Unacceptable("type", why_stranger(kind))
    ending = forbidden_ending(clean_name(upload.name or ""), kind)
    if ending:
        raise Unacceptable("name", _wrong_ending(ending))
    limit = min(settings.EVIDENCE_MAX_BYTES[kind.family], kind.most_bytes or size)
    if size > limit:
        raise Unacceptable("too-big", _too_big(kind, size, limit))
    return kind


def larger_than_anything(size: int, limit: int) -> str:
    """A sentence about a file that no kind may have the size of."""
    sentence = _("文件有{size}MB，最多{limit}MB。拆成几份再传。")
    return sentence.format(size=f"{size / MEBIBYTE:.1f}", limit=limit // MEBIBYTE)


def _wrong_ending(ending: str) -> str:
    if ending in RUN_OR_SHOWN:
        sentence = _(
            "名字以“.{ending}”结尾的文件不收。图片用.jpg、.png、.webp、.gif或.heic，文件用.pdf，"
            "录屏用.mp4、.mov或.webm，文字记录用.txt或.csv。"
        )
    else:
        sentence = _("里面是文字，名字却以“.{ending}”结尾，不收。文字记录存成.txt或.csv再传。")
    return sentence.format(ending=ending)


def _too_big(kind: Kind, size: int, limit: int) -> str:
    found = {"size": f"{size / MEBIBYTE:.1f}", "limit": limit // MEBIBYTE}
    if kind.family == "video":
        return _("视频有{size}MB，最多{limit}MB。只截主播说那句话的一分钟就够了。").format(**found)
    if kind.family == "audio":
        return _("录音有{size}MB，最多{limit}MB。截出要紧的一段再传。").format(**found)
    if kind.family == "pdf":
        return _("PDF有{size}MB，最多{limit}MB。拆成几份再传。").format(**found)
    if kind.family == "image":
        return _("图片有{size}MB，最多{limit}MB。截个图或压缩一下再传。").format(**found)
    return larger_than_anything(size, limit)


def _ends(upload: UploadedFile, size: int) -> tuple[bytes, bytes, bytes]:
    upload.seek(0)
    sample = upload.read(TEXT_SAMPLE)
    upload.seek(max(0, size - TAIL_BYTES))
    tail = upload.read(TAIL_BYTES)
    return sample[:HEAD_BYTES], tail, sample


def _write(upload: UploadedFile, target: Path) -> dict[str, str]:
    """Copy to a new file of ours and make it durable; its digests, counted on the way."""
    upload.seek(0)
    digests = [hashlib.new(name, usedforsecurity=False) for name in DIGESTS]
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "wb") as out:
        for chunk in upload.chunks(CHUNK):
            out.write(chunk)
            for digest in digests:
                digest.update(chunk)
        out.flush()
        os.fsync(out.fileno())
    return {digest.name: digest.hexdigest() for digest in digests}


def _digest_of(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
