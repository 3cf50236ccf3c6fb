"""A bundle as bytes: evidence with everything that proves it, in one ZIP that is the same whenever it is made.

Each member's SHA-256 stands in ``manifest.json``, and the manifest is signed. Papers come from flow.bundle_papers.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from complaints.evidence import signing, vault, zipping
from complaints.evidence.entitled import Copy as Seen
from complaints.evidence.entitled import seen_by
from complaints.evidence.sniff import KINDS
from complaints.models import Evidence
from routing.engine.canonical import canonical_json

FORMAT = "whoanswers-bundle/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
VERIFIER = Path(__file__).parent / "verifier" / "verify.py"
SPARE_BYTES = 8 << 20  # for the papers


@dataclass(frozen=True, slots=True)
class Copy:
    """A stored file that goes into a bundle for a piece: which variant it is, and its bytes."""

    variant: str  # original, masked
    sha256: str
    size: int
    extension: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece as it stands in a bundle: its number in the case, and what the reader is entitled to, if anything."""

    number: int
    item: Evidence
    copies: tuple[Copy, ...]

    @property
    def variant(self) -> str:
        """What the reader gets of it; empty for nothing."""
        return self.copies[0].variant if self.copies else ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the original, where the reader may know it (see Entitled.digest_of)."""
        blob = self.item.blob
        return blob.sha256 if (self.variant == "original" or not blob.is_text) and not blob.erased_at else ""

    @property
    def files(self) -> dict[str, Copy]:
        """``originals/01.png``, or ``masked/01-1.webp``, ``masked/01-2.webp``: nothing of the file's own name."""
        what = "authority-" if self.item.kind == Evidence.Kind.AUTHORITY else ""
        if self.variant == "original":
            return {f"originals/{what}{self.number:02d}.{copy.extension}": copy for copy in self.copies}
        return {
            f"masked/{what}{self.number:02d}-{sheet}.{copy.extension}": copy
            for sheet, copy in enumerate(self.copies, 1)
        }


def entitled(piece: Evidence, own: Collection[str]) -> tuple[Copy, ...]:
    """What a reader who stands for these sides may take of a piece: originals of their own, and those that were
    released to them; of the other side's the covered copies. Only what was found sound."""
    seen = seen_by(piece, own)
    original = piece.blob.sha256 if seen.copy == Seen.OWN and piece.blob.may_be_opened else seen.original
    if original:
        kind = KINDS.get(piece.blob.media_type)
        return (Copy("original", original, piece.blob.size, kind.extension if kind else "bin"),)
    covered = [*((sha256, "webp") for sha256 in seen.sheets), *([(seen.text, "txt")] if seen.text else [])]
    return tuple(Copy("masked", sha256, vault.size_of(sha256), extension) for sha256, extension in covered)


def write(
    out: IO[bytes],
    about: Mapping[str, Any],
    papers: Mapping[str, bytes],
    exhibits: Sequence[Exhibit],
    *,
    tick: Callable[[int], None] = lambda _bytes: None,
) -> None:
    """Write the ZIP: members stored, in the order of their names, signed manifest last. Raises zipping.NotWhole where
    a stored file is not what it was."""
    held = {name: copy for each in exhibits for name, copy in each.files.items()}
    files = [
        *({"name": name, "size": len(body), "sha256": _sha256(body)} for name, body in papers.items()),
        *({"name": name, "size": copy.size, "sha256": copy.sha256} for name, copy in held.items()),
    ]
    told = {**about, "format": FORMAT, "files": sorted(files, key=lambda file: str(file["name"]))}
    manifest = canonical_json({**told, "public_key": signing.public_key()})
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted({*papers, *held}):
            if copy := held.get(name):
                zipping.put_blob(archive, name, copy.sha256, tick=tick)
            else:
                zipping.put(archive, name, papers[name])
        zipping.put(archive, MANIFEST, manifest)
        zipping.put(archive, SIGNATURE, f"{signing.sign(manifest)}\n".encode())


def verifier() -> bytes:
    """The program that goes into every bundle."""
    return VERIFIER.read_bytes()


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
