"""Look into a picture: count its parts, decode it once, make copies from bare pixels. Of the checker's process."""

from __future__ import annotations

import contextlib
import importlib
import io
import math
import re
import warnings
from datetime import datetime
from typing import Any

import PIL
from PIL import Image, ImageCms, WebPImagePlugin

from complaints.evidence.finding import PREVIEW, THUMB, TILE_HEIGHT, TILE_WIDTH, Found, Unsound, Work
from complaints.evidence.structure import MAX_PIXELS, count, require_size

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)  # the default only warns up to twice the limit

ORIENTATION = 0x0112
TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
EXIF, GPS = 0x8769, 0x8825  # pointers to the blocks of the camera and of the place
TAKEN_AT = (0x9003, 0x9004, 0x0132)  # DateTimeOriginal, DateTimeDigitized, DateTime
SOFTWARE = 0x0131
DEEP = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I", "F"})
BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, RuntimeError)
HEIF = "HEIF"
# Known to Pillow by this import; else it would load all forty of its formats before it writes one.
WRITTEN = WebPImagePlugin.WebPImageFile.format
HEIF_SINCE = (1, 3, 0)  # earlier ones read past their memory: CVE-2026-28231


def look(work: Work) -> Found:
    """Copies of one picture: its first frame, upright, in sRGB, without anything that is not a pixel."""
    found = Found(report={"tools": {"pillow": PIL.__version__}})
    count(work.file, work.size, found)
    if HEIF in work.decoders and not _can_heif(found):
        found.flag("no-preview")
        return found
    try:
        with Image.open(work.file, formats=work.decoders) as picture:
            require_size(*picture.size)
            found.report["format"] = str(picture.format)
            _describe(picture, found)
            upright = _upright(picture, found)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Unsound("too-large") from None
    except BROKEN as error:
        raise Unsound("damaged", held=HEIF in work.decoders, error=type(error).__name__) from None
    make_copies(work, found, upright)
    return found


def make_copies(work: Work, found: Found, picture: Image.Image) -> None:
    """Tiles where it is long, preview, thumb; each a new picture from bare pixels, so that nothing else comes along."""
    if _is_long(picture):
        for tile in _tiles(picture):
            work.page(found, bare(tile))
    # Made small first, which keeps memory down.
    picture.thumbnail((PREVIEW, TILE_HEIGHT))
    small = bare(picture)
    work.copy(small, ".preview", within=(PREVIEW, TILE_HEIGHT))
    small.thumbnail((THUMB, THUMB))
    work.copy(small, ".thumb", within=(THUMB, THUMB))


def bare(picture: Image.Image) -> Image.Image:
    """The same pixels in a picture that never was a file."""
    return Image.frombytes("RGB", picture.size, picture.tobytes())


def _is_long(picture: Image.Image) -> bool:
    return picture.height * min(picture.width, TILE_WIDTH) > TILE_HEIGHT * picture.width


def _tiles(picture: Image.Image) -> list[Image.Image]:
    """From the top, at full width (or TILE_WIDTH), each at most TILE_HEIGHT high; none overlaps another."""
    scale = min(1.0, TILE_WIDTH / picture.width)
    step = math.floor(TILE_HEIGHT / scale)  # rows of the picture in one tile
    tiles = []
    for top in range(0, picture.height, step):
        tile = picture.crop((0, top, picture.width, min(top + step, picture.height)))
        if scale < 1:
            tile = tile.resize((TILE_WIDTH, max(1, round(tile.height * scale))), Image.Resampling.LANCZOS)
        tiles.append(tile)
    return tiles


def _upright(picture: Image.Image, found: Found) -> Image.Image:
    """The first frame, decoded, in sRGB, turned as the camera says. Sets the sides."""
    picture.seek(0)
    picture.load()
    turn = TURNS.get(_orientation(picture))
    flat = _on_white(_in_srgb(_eight_bits(picture), found))
    turned = flat.transpose(turn) if turn is not None else flat
    found.width, found.height = turned.size
    return turned


def _orientation(picture: Image.Image) -> object:
    with contextlib.suppress(*BROKEN):
        return picture.getexif().get(ORIENTATION)
    return None


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Deep grey brought down to what a screen shows: Pillow alone would cut it off at white."""
    if picture.mode not in DEEP:
        return picture
    whole = picture.convert("I")
    _darkest, brightest = whole.getextrema()
    shift = 256 if isinstance(brightest, (int, float)) and brightest > 255 else 1
    return whole.point(lambda value: value / shift).convert("L")


def _on_white(picture: Image.Image) -> Image.Image:
    """Without see-through places: on white, as a screen shows it."""
    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        veil = clear.getchannel("A")
        if veil.getextrema() == (255, 255):
            return clear.convert("RGB")
        flat = Image.new("RGB", clear.size, "white")
        flat.paste(clear, mask=veil)
        return flat
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _in_srgb(picture: Image.Image, found: Found) -> Image.Image:
    """The colours as the file's own profile means them; a profile that is broken is passed over, and said."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if picture.mode in {"RGB", "CMYK", "L"} and "sRGB" not in ImageCms.getProfileDescription(source):
            turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return turned or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        found.flag("profile-ignored")
    return picture


def _describe(picture: Image.Image, found: Found) -> None:
    """From the camera's notes only: when, with which program, and whether a place is in them; never which place."""
    with contextlib.suppress(*BROKEN):
        exif = picture.getexif()
        camera: dict[int, Any] = exif.get_ifd(EXIF)
        if exif.get_ifd(GPS):
            found.report["has_gps"] = True
            found.flag("place-inside")
        for tag in TAKEN_AT:
            if taken := _moment(camera.get(tag) or exif.get(tag)):
                found.report["taken_at"] = taken
                break
        if software := _plain(exif.get(SOFTWARE)):
            found.report["software"] = software


def _moment(value: object) -> str:
    """An EXIF time as 2026-05-20T20:31:00 (of the camera's clock, no zone); empty where it is none."""
    day, _space, clock = str(value).strip("\x00 ").partition(" ")
    try:
        return datetime.fromisoformat(f"{day.replace(':', '-')}T{clock}").isoformat()  # strptime costs 15 ms to begin
    except ValueError:
        return ""


def _plain(value: object) -> str:
    """A program's name and version: letters, digits and a few marks, at most 40; anything else is not one."""
    text = str(value or "").strip("\x00 ")
    return text if re.fullmatch(r"[\w .,:()+/-]{1,40}", text) else ""


def _can_heif(found: Found) -> bool:
    """Whether a decoder for HEIC is installed that may be used; then Pillow knows it."""
    try:
        pillow_heif = importlib.import_module("pillow_heif")  # an extra: most machines lack it
    except ImportError:
        return False
    version = tuple(int(part) for part in pillow_heif.__version__.split(".")[:3] if part.isdigit())
    if version < HEIF_SINCE:
        return False
    pillow_heif.register_heif_opener()
    found.report["tools"]["pillow-heif"] = pillow_heif.__version__
    return True
