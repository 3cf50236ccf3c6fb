"""Keep and open evidence by digest. The original stays byte-identical under its SHA-256; others see rebuilt copies."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.evidence import shelf
from complaints.evidence.sniff import HEAD_BYTES, RUN_OR_SHOWN, TAIL_BYTES, TEXT_SAMPLE, Kind, forbidden_ending, sniff
from complaints.models import Blob, MaskedCopy
from complaints.turns import NoTurn, is_full, turn

CHUNK = 1 << 20
CHECK_SECONDS = 30
SLOTS = 2  # pictures that are looked into at once, on one machine
SLOT_SECONDS = 20  # how long one waits for its turn
MIN_FREE_BYTES = 512 << 20
MEBIBYTE = 1 << 20
NO_SPACE, BUSY, CROWDED = "no-space", "busy", "crowded"


class Unacceptable(Exception):
    """A file we do not take, with a sentence that says what was found, what is allowed and what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code

    @property
    def is_ours(self) -> bool:
        """Whether it is no fault of the file: the same may be sent again later."""
        return self.code in {NO_SPACE, BUSY, CROWDED}


@dataclass(frozen=True, slots=True)
class _Look:
    kind: Kind
    size: int
    sha256: str


def keep(upload: UploadedFile, *, at: datetime) -> Blob:
    """Take a file in: hash, look inside, rebuild copies, store. Bytes are durable before the row exists.

    The same bytes give the same Blob. Raises Unacceptable; nothing is kept then.
    """
    require_space()
    look = _look(upload)
    known = Blob.objects.filter(sha256=look.sha256).first()
    if known and shelf.has(look.sha256):
        return known

    staged = settings.FILE_UPLOAD_TEMP_DIR / f"{uuid.uuid4()}.part"
    copies = [staged.with_suffix(".copy.preview"), staged.with_suffix(".copy.thumb")]
    try:
        _write(upload, staged)
        found = _check(staged, look.kind)
        names = {copy.suffix[1:]: _store(copy, _digest(copy)) for copy in copies if copy.exists()}
        _store(staged, look.sha256)
    except OSError as error:
        if is_full(error):
            raise no_room() from None
        raise
    finally:
        for leftover in (staged, *copies):
            leftover.unlink(missing_ok=True)
    blob, _created = Blob.objects.get_or_create(
        sha256=look.sha256,
        defaults={"size": look.size, "media_type": look.kind.media_type, "kept_at": at, **found, **names},
    )
    return blob


def open_blob(sha256: str) -> IO[bytes]:
    """The stored bytes, for reading. Raises FileNotFoundError."""
    return shelf.open_bytes(sha256)


def discard(sha256: str) -> None:
    """Remove bytes that no row names any more; none, or an empty name, does no harm."""
    is_named = Blob.objects.filter(Q(sha256=sha256) | Q(preview=sha256) | Q(thumb=sha256)).exists()
    if sha256 and not is_named and not MaskedCopy.objects.filter(sha256=sha256).exists():
        shelf.take_away(sha256)


def is_intact(sha256: str) -> bool:
    """Whether the stored bytes are there, and still have their digest."""
    try:
        with shelf.open_bytes(sha256) as source:
            return _digest_of(source) == sha256
    except FileNotFoundError:
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
    if shutil.disk_usage(settings.EVIDENCE_DIR.parent).free - beside < MIN_FREE_BYTES:
        raise no_room()


def no_room() -> Unacceptable:
    """What to say where the disk is full: the file stays with the person, and nothing else waits for it."""
    sentence = _("我们这边存不下了，不是文件的问题。过一会儿再传；也可以先提交投诉，证据晚些再补，不影响判定。")
    return Unacceptable(NO_SPACE, sentence)


def _look(upload: UploadedFile) -> _Look:
    size = upload.size or 0
    if size == 0:
        raise Unacceptable("empty", _("这个文件是空的（0字节），换一个。"))
    head, tail, sample = _ends(upload, size)
    kind = sniff(head, tail, sample)
    if kind is None:
        raise Unacceptable(
            "type", _("这种文件打不开。请用图片（JPG、PNG、WebP、GIF）、PDF、MP4或文字记录（TXT、CSV）。")
        )
    ending = forbidden_ending(clean_name(upload.name or ""), kind)
    if ending:
        raise Unacceptable("name", _wrong_ending(ending))
    limit = settings.EVIDENCE_MAX_BYTES[kind.family]
    if size > limit:
        raise Unacceptable("too-big", _too_big(kind, size, limit))
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks(CHUNK):
        digest.update(chunk)
    return _Look(kind, size, digest.hexdigest())


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


def _write(upload: UploadedFile, target: Path) -> None:
    """Copy to a new file of ours and make it durable."""
    upload.seek(0)
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(handle, "wb") as out:
        for chunk in upload.chunks(CHUNK):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())


def _check(staged: Path, kind: Kind) -> dict[str, int]:
    """Decode in a separate process. A crash, a time-out and a refusal all mean: not taken."""
    if not kind.pillow:
        return {}
    command = [
        sys.executable,
        "-m",
        "complaints.evidence.checker",
        ",".join(kind.pillow),
        str(staged.with_suffix(".copy")),
    ]
    try:
        with turn("slot", places=SLOTS, seconds=SLOT_SECONDS), staged.open("rb") as source:
            done = subprocess.run(
                command, stdin=source, capture_output=True, timeout=CHECK_SECONDS, cwd=settings.BASE_DIR, check=False
            )
    except NoTurn:
        raise Unacceptable(BUSY, _("现在传文件的人多，这个没传上。过一分钟再传，别的都在。")) from None
    except subprocess.TimeoutExpired:
        raise Unacceptable("damaged", _damaged()) from None
    found = json.loads(done.stdout) if done.stdout else {}
    if done.returncode != 0:
        if found.get("problem") == "too-large":
            raise Unacceptable("too-large", _("图片尺寸太大（最多5000万像素）。截个图再传。"))
        raise Unacceptable("damaged", _damaged())
    return {"width": found["width"], "height": found["height"]}


def _damaged() -> str:
    return _("这张图片打不开，可能没有传完整或已损坏。重新截图或换一张。")


def _store(source: Path, sha256: str) -> str:
    shelf.put(source, sha256)
    return sha256


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return _digest_of(source)


def _digest_of(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
