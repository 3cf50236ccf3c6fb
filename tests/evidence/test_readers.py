"""The readers of films, recordings, texts and tables: what they tell is so, and no bytes make them fall over."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import wave

import pytest

from complaints.evidence import look_audio, look_pdf, look_table, look_text, look_video
from complaints.evidence.finding import Found, Unsound, Work
from complaints.evidence.sniff import HEAD_BYTES, KINDS, TAIL_BYTES, TEXT_SAMPLE, Kind, sniff
from tests.corpus import films, papers, tables
from tests.corpus.films import box

LOOKS = {
    "video": look_video.look,
    "audio": look_audio.look,
    "pdf": look_pdf.look,
    "table": look_table.look,
    "text": look_text.look,
}


def a_wave(seconds: int = 3) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16_000 * seconds))
    return out.getvalue()


def an_mp3(frames: int = 115) -> bytes:
    """MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes and 26 ms a frame, after an ID3 block."""
    return b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def an_ogg() -> bytes:
    def page(granule: int, content: bytes) -> bytes:
        return b"OggS\x00\x00" + struct.pack("<qIII", granule, 1, 0, 0) + bytes([1, len(content)]) + content

    head = b"OpusHead\x01\x01" + struct.pack("<HIhB", 312, 48_000, 0, 0)
    return page(0, head) + page(48_000 * 3 + 312, bytes(50))


def an_amr() -> bytes:
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * 150


def a_flac() -> bytes:
    info = (
        struct.pack(">HH", 4096, 4096) + bytes(6) + ((44_100 << 44) | (15 << 36) | 44_100 * 3).to_bytes(8) + bytes(16)
    )
    return b"fLaC" + b"\x80" + len(info).to_bytes(3) + info + bytes(100)


def an_m4a() -> bytes:
    return films.a_film(seconds=3, brand=b"M4A ").replace(b"vide", b"soun")


def a_webm() -> bytes:
    """Header, one track, a cluster that begins at three seconds; lengths are not said, as when recorded live."""
    header = b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm"
    track = b"\xae\x8c\x83\x81\x01\xe0\x87\xb0\x82\x01\x40\xba\x81\xf0"
    tracks = b"\x16\x54\xae\x6b" + bytes([0x80 | len(track)]) + track
    cluster = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff\xe7\x82\x0b\xb8"
    return header + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + tracks + cluster


def kind_of(content: bytes) -> Kind:
    kind = sniff(content[:HEAD_BYTES], content[-TAIL_BYTES:], content[:TEXT_SAMPLE])
    assert isinstance(kind, Kind), kind
    return kind


def looked_into(content: bytes, kind: Kind, tmp: str) -> Found:
    return LOOKS[kind.family](Work(io.BytesIO(content), len(content), list(kind.decoders), tmp))


SOUNDS = {
    "audio/wav": a_wave,
    "audio/mpeg": an_mp3,
    "audio/ogg": an_ogg,
    "audio/amr": an_amr,
    "audio/flac": a_flac,
    "audio/mp4": an_m4a,
    "video/webm": a_webm,
}


@pytest.mark.parametrize("media_type", SOUNDS)
def test_a_recording_of_three_seconds_is_one(media_type: str) -> None:
    content = SOUNDS[media_type]()
    kind = kind_of(content)
    assert kind.media_type == media_type
    assert looked_into(content, kind, "").report["seconds"] == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize(
    "make",
    [*SOUNDS.values(), films.a_film, tables.a_workbook, papers.with_hidden_script, tables.mixed],
    ids=lambda make: make.__name__,
)
def test_no_change_of_bytes_makes_a_reader_fall_over(make: object, tmp_path: object) -> None:
    """A reader that raises anything else ends its process as a crash, and a person has to look at a broken file."""
    assert callable(make)
    content = make()
    kind, chance = kind_of(content), random.Random(7)
    for _round in range(60):
        changed = bytearray(content)
        for _byte in range(chance.choice((1, 2, 8))):
            changed[chance.randrange(min(len(changed), 700))] = chance.randrange(256)
        del changed[chance.choice((len(changed), chance.randrange(1, len(changed)))) :]
        with contextlib.suppress(Unsound):
            looked_into(bytes(changed), kind, f"{tmp_path}/copy")


def test_every_kind_fits_into_its_column() -> None:
    assert max(map(len, KINDS)) <= 128  # SQLite would not say


def test_a_film_whose_pictures_lie_elsewhere_is_told_by_any_of_its_boxes() -> None:
    for name in (b"rmra", b"cmov"):
        film = films.a_film() + box(name, bytes(8))
        with pytest.raises(Unsound, match="outside-reference"):
            looked_into(film, kind_of(film), "")
