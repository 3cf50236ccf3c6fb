"""What a look into a file finds, and the copies it makes. Of the checker's process: nothing of Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

PREVIEW = 2048  # pixels of the longer side
TILE_WIDTH, TILE_HEIGHT = 1440, 4096  # of a page, or of a tile of a long picture: as wide as it can be read on a phone
THUMB = 320


class Unsound(Exception):
    """The file is not taken, or (``held``) a person must look: a code of ours, and figures for the sentence."""

    def __init__(self, problem: str, *, held: bool = False, **figures: Any) -> None:
        super().__init__(problem)
        self.problem, self.held, self.figures = problem, held, figures


@dataclass(slots=True)
class Found:
    """What the look prints. ``pages`` are named by the ending of their file; ``report`` holds codes and figures."""

    width: int | None = None  # pixels, upright
    height: int | None = None
    pages: list[dict[str, Any]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)

    def flag(self, code: str) -> None:
        if code not in self.flags:
            self.flags.append(code)


@dataclass(frozen=True, slots=True)
class Work:
    """What a look is given: the file, which decoders may open it, and where its copies go."""

    file: IO[bytes]  # a regular file, so that one can seek in it
    size: int  # bytes
    decoders: list[str]
    target: str

    def copy(self, picture: Image.Image, ending: str, *, within: tuple[int, int]) -> tuple[int, int]:
        """Write a copy no larger than ``within``, as WebP, under TARGET and the ending. Returns its sides in pixels."""
        if picture.width > within[0] or picture.height > within[1]:
            picture = picture.copy()
            picture.thumbnail(within)
        picture.save(f"{self.target}{ending}", format="WEBP", quality=80, method=2)
        return picture.size

    def page(self, found: Found, picture: Image.Image) -> None:
        """Write the next page or tile and note it."""
        ending = f".page-{len(found.pages) + 1}"
        width, height = self.copy(picture, ending, within=(TILE_WIDTH, TILE_HEIGHT))
        found.pages.append({"file": ending, "width": width, "height": height})
