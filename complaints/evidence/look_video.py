"""Look into a film: its list of tracks, read by ourselves; then one picture of it, where ffmpeg is. Of the checker."""

from __future__ import annotations

import io
import subprocess

from PIL import Image

from complaints.evidence import boxes, ebml
from complaints.evidence.boxes import Film
from complaints.evidence.finding import Found, Unsound, Work
from complaints.evidence.look_image import BROKEN, make_copies

MAX_SECONDS = 600
MAX_SIDE = 4096  # pixels
MOST = {"vide": 2, "soun": 2}
MAX_TRACKS = 16  # of all kinds: phones add places and times of their own
SHOWN_AT = 1.0  # seconds from the beginning: the first frame is often black
FFMPEG_SECONDS = 40
PICTURE_BYTES = 40 << 20


def look(work: Work) -> Found:
    """Length, tracks and sides; a picture of the film where its decoders name the program that makes one."""
    film = (ebml if work.decoders[0] == "matroska" else boxes).read_film(work.file, work.size)
    found = Found()
    _require_taken(film, work, found)
    pictures = [track for track in film.tracks if track.handler == "vide"]
    if pictures:
        found.width, found.height = pictures[0].width or None, pictures[0].height or None
        _poster(work, film, found)
    return found


def _require_taken(film: Film, work: Work, found: Found) -> None:
    for handler, most in MOST.items():
        tracks = sum(track.handler == handler for track in film.tracks)
        if tracks > most:
            raise Unsound("too-many-tracks", tracks=len(film.tracks))
    if len(film.tracks) > MAX_TRACKS:
        raise Unsound("too-many-tracks", tracks=len(film.tracks))
    if not any(track.handler in MOST for track in film.tracks):
        raise Unsound("damaged", at="tracks")
    if any(max(track.width, track.height) > MAX_SIDE for track in film.tracks):
        raise Unsound("side-too-large", most=MAX_SIDE)
    if film.seconds > MAX_SECONDS:
        raise Unsound("too-long", minutes=minutes(film.seconds), most=MAX_SECONDS // 60)
    found.report["tracks"] = [
        {"handler": track.handler if track.handler in MOST else "other", "codec": plain(track.codec)}
        for track in film.tracks
    ]
    if film.seconds:
        found.report["seconds"] = round(film.seconds, 1)
    else:
        found.flag("length-unknown")


def minutes(seconds: float) -> int:
    """Whole minutes, begun ones counted; no more than a number one can read."""
    return min(-int(-seconds // 60), 999_999)


def plain(codec: str) -> str:
    """A codec's name where it is one: letters, digits and few marks."""
    return codec if codec.replace("_", "").replace("/", "").replace("-", "").isalnum() and codec.isascii() else ""


def _poster(work: Work, film: Film, found: Found) -> None:
    """One frame as preview and thumb. Whatever goes wrong with it, the film is taken without."""
    frame = _frame(work, film.seconds)
    found.report["poster"] = bool(frame)
    if not frame:
        found.flag("no-poster")
        return
    try:
        with Image.open(io.BytesIO(frame), formats=["PNG"]) as picture:
            picture.load()
            make_copies(work, Found(), picture.convert("RGB"))
    except BROKEN:
        found.report["poster"] = False
        found.flag("no-poster")


def _frame(work: Work, seconds: float) -> bytes:
    """A PNG made by ffmpeg from this very file: only the format it was found to be, no other file or address."""
    if len(work.decoders) < 2:
        return b""
    demuxer, program = work.decoders[:2]
    at = min(SHOWN_AT, seconds / 2)
    work.file.seek(0)
    command = [
        *(program, "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1", "-filter_threads", "1"),
        *("-protocol_whitelist", "file,pipe", "-f", demuxer, "-ss", f"{at:.2f}", "-i", "/dev/stdin"),
        *("-map", "0:v:0", "-frames:v", "1", "-an", "-sn", "-dn", "-vf", "scale='min(2048,iw)':-2"),
        *("-f", "image2pipe", "-c:v", "png", "-threads", "1", "pipe:1"),
    ]
    try:
        done = subprocess.run(
            command, stdin=work.file, capture_output=True, timeout=FFMPEG_SECONDS, check=False, env={}
        )
    except (OSError, subprocess.TimeoutExpired):
        return b""
    return done.stdout if done.returncode == 0 and len(done.stdout) <= PICTURE_BYTES else b""
