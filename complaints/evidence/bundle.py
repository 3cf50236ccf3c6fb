"""A bundle as bytes: evidence with everything that proves it, in one ZIP that is the same whenever it is made.

Each member's SHA-256 stands in ``manifest.json``, and the manifest is signed. Papers come from flow.bundle_papers.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from complaints.evidence import signing, zipping
from complaints.evidence.sniff import KINDS
from complaints.lifecycle import Role
from complaints.models import Actor, Evidence
from routing.engine.canonical import canonical_json

FORMAT = "whoanswers-bundle/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.json.sig"
VERIFIER = Path(__file__).parent / "verifier" / "verify.py"
SPARE_BYTES = 8 << 20  # for the papers


@dataclass(frozen=True, slots=True)
class Copy:
    """What of a piece goes into a bundle: which variant, and the stored bytes."""

    variant: str  # original, masked
    sha256: str
    size: int
    extension: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A piece as it stands in a bundle: its number in the case, and what the reader is entitled to, if anything."""

    number: int
    item: Evidence
    copy: Copy | None

    @property
    def name(self) -> str:
        """``originals/01.png``: nothing of the name the file once had. Empty where nothing of it is here."""
        if self.copy is None:
            return ""
        folder = "originals" if self.copy.variant == "original" else "masked"
        what = "authority-" if self.item.kind == Evidence.Kind.AUTHORITY else ""
        return f"{folder}/{what}{self.number:02d}.{self.copy.extension}"


def entitled(piece: Evidence, actor: Actor) -> Copy | None:
    """What this reader may take of a piece: the consumer their own originals, an officer all of them, a party nothing
    yet. Only what was found sound."""
    if not piece.blob.may_be_opened:
        return None
    is_own = actor.role == Role.CONSUMER and piece.offered_by == Role.CONSUMER
    if not is_own and actor.role != Role.OFFICER:
        return None
    kind = KINDS.get(piece.blob.media_type)
    return Copy("original", piece.blob.sha256, piece.blob.size, kind.extension if kind else "bin")


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
    held = {each.name: each.copy for each in exhibits if each.copy}
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
