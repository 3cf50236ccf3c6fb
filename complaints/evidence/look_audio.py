"""Look into a recording: that it is built as its kind is, and how long it is. Nothing is decoded; standard library.

Sources: ISO/IEC 11172-3 and 13818-3 (MP3 frames), ID3v2, the Xing header; RIFF/WAVE; RFC 3533, 7845 (Ogg, Opus);
RFC 4867 (AMR); RFC 9639 (FLAC).
"""

from __future__ import annotations

import struct
from typing import IO

from complaints.evidence import boxes
from complaints.evidence.finding import Found, Unsound, Work

MAX_SECONDS = 6 * 3600
MAX_CHUNKS = 10_000
TAIL = 66 << 10  # an Ogg page is never longer
PACE = 0.02  # seconds of a frame of AMR
AMR_BYTES = (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0)
AMR_WB_BYTES = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0)
# MP3, layer III: kilobits a second by the index in the frame's head, for MPEG 1 and for MPEG 2 and 2.5.
BITRATES_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
BITRATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
IN_A_ROW = 3  # frames that must follow one another before we believe that it is MP3
SEARCHED = 64 << 10  # bytes after the ID3 block in which the first frame must begin


def look(work: Work) -> Found:
    """Its length; the file has no copy. Raises Unsound."""
    kind = work.decoders[0]
    try:
        seconds = LOOKS[kind](work.file, work.size)
    except (struct.error, IndexError):  # a head that is cut off
        raise Unsound("damaged", at="head") from None
    if seconds > MAX_SECONDS:
        minutes = min(-int(-seconds // 60), 999_999)
        raise Unsound("too-long-sound", minutes=minutes, most=MAX_SECONDS // 60)
    found = Found(report={"sound": kind})
    if seconds > 0:
        found.report["seconds"] = round(seconds, 1)
    else:
        found.flag("length-unknown")
    return found


def _m4a(file: IO[bytes], size: int) -> float:
    film = boxes.read_film(file, size)
    if not any(track.handler == "soun" for track in film.tracks):
        raise Unsound("damaged", at="tracks")
    return film.seconds


def _wav(file: IO[bytes], size: int) -> float:
    at, pace = 12, 0
    for _count in range(MAX_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        name, length = struct.unpack("<4sI", head)
        if name == b"fmt ":
            form = file.read(16)
            if len(form) < 16:
                break
            pace = struct.unpack("<I", form[8:12])[0]
        if name == b"data" and pace:
            there = min(length, size - at - 8)  # a recorder that was cut off has not filled in the length
            if not there or (length not in (0, 0xFFFFFFFF) and there < length):
                raise Unsound("damaged", at="end")
            return float(there) / pace
        at += 8 + length + (length & 1)
    raise Unsound("damaged", at="data")


def _ogg(file: IO[bytes], size: int) -> float:
    file.seek(0)
    head = file.read(512)
    rate, skip = 0, 0
    if (at := head.find(b"OpusHead")) > 0:
        rate, skip = 48_000, struct.unpack_from("<H", head, at + 10)[0]
    elif (at := head.find(b"\x01vorbis")) > 0:
        rate = struct.unpack_from("<I", head, at + 12)[0]
    elif (at := head.find(b"Speex   ")) > 0:
        rate = struct.unpack_from("<I", head, at + 36)[0]
    if not rate:
        raise Unsound("damaged", at="head")
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    at = tail.rfind(b"OggS")
    granule = struct.unpack_from("<q", tail, at + 6)[0] if at >= 0 and at + 14 <= len(tail) else -1
    return float(max(0, granule - skip)) / rate


def _amr(file: IO[bytes], size: int) -> float:
    file.seek(0)
    raw = file.read(size)
    sizes, at = (AMR_WB_BYTES, 9) if raw.startswith(b"#!AMR-WB\n") else (AMR_BYTES, 6)
    frames = 0
    while at < size and frames * PACE <= MAX_SECONDS:
        if raw[at] & 0x83:  # bits that are never set
            raise Unsound("damaged", at="frame")
        at += 1 + sizes[(raw[at] >> 3) & 15]
        frames += 1
    if not frames:
        raise Unsound("damaged", at="frames")
    return frames * PACE


def _flac(file: IO[bytes], size: int) -> float:
    file.seek(4)
    head = file.read(4 + 34)
    if len(head) < 38 or head[0] & 0x7F or int.from_bytes(head[1:4]) != 34 or size < 64:
        raise Unsound("damaged", at="head")
    packed = int.from_bytes(head[14:22])
    rate, samples = packed >> 44, packed & ((1 << 36) - 1)
    if not rate:
        raise Unsound("damaged", at="head")
    return float(samples) / rate


def _mp3(file: IO[bytes], size: int) -> float:
    """From the list at its beginning where it has one (Xing), else from its size and the first frame's rate."""
    start = _after_id3(file)
    file.seek(start)
    data = file.read(SEARCHED + 8192)
    for at in range(min(SEARCHED, len(data))):
        if data[at] == 0xFF and (first := _frames_at(data, at)):
            break
    else:
        raise Unsound("damaged", at="frames")
    length, per_frame, rate, bits = first
    frame = data[at : at + max(length, 200)]
    for mark in (b"Xing", b"Info"):
        place = frame.find(mark)
        if place > 0 and frame[place + 7] & 1:
            return float(struct.unpack_from(">I", frame, place + 8)[0]) * per_frame / rate
    return float(size - start - at) / (bits * 125)


def _after_id3(file: IO[bytes]) -> int:
    file.seek(0)
    head = file.read(10)
    if not head.startswith(b"ID3") or len(head) < 10:
        return 0
    return 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])


def _frames_at(data: bytes, at: int) -> tuple[int, int, int, int] | None:
    """Whether several frames follow one another from here: bytes, samples, rate and kilobits of the first."""
    first = None
    for _count in range(IN_A_ROW):
        frame = _frame(data[at : at + 4])
        if frame is None:
            return first if first and at >= len(data) else None
        first = first or frame
        at += frame[0]
    return first


def _frame(head: bytes) -> tuple[int, int, int, int] | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version, index, pace = (head[1] >> 3) & 3, head[2] >> 4, (head[2] >> 2) & 3
    if version == 1 or index in (0, 15) or pace == 3:
        return None
    bits = (BITRATES_1 if version == 3 else BITRATES_2)[index]
    rate, samples = RATES[version][pace], 1152 if version == 3 else 576
    return samples * bits * 125 // rate + ((head[2] >> 1) & 1), samples, rate, bits


LOOKS = {"mov": _m4a, "wav": _wav, "ogg": _ogg, "amr": _amr, "flac": _flac, "mp3": _mp3}
