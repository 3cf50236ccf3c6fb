"""A folder of this machine as a shelf."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from complaints.evidence.shelves.shape import DIGEST, Item, place

NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
READ_ONLY = 0o400


class Disk:
    """Files of one folder, read-only, each under its digest. The staging folder lies on the same file system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, staged: Path, sha256: str) -> None:
        target = self._ready(staged, sha256)
        try:
            os.link(staged, target)  # unlike a rename it never covers what is there
        except FileExistsError:
            os.utime(target)
        except FileNotFoundError:
            if not target.exists():  # else another put of the same staged file has just finished
                raise
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            if not target.exists():
                os.replace(staged, target)
        _sync(target.parent)
        staged.unlink(missing_ok=True)

    def replace(self, staged: Path, sha256: str) -> None:
        target = self._ready(staged, sha256)
        os.replace(staged, target)
        _sync(target.parent)

    def open(self, sha256: str) -> IO[bytes]:
        return self.path_of(sha256).open("rb")

    def find(self, sha256: str) -> Item | None:
        try:
            found = self.path_of(sha256).stat()
        except FileNotFoundError:
            return None
        return Item(sha256, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def take_away(self, sha256: str) -> None:
        self.path_of(sha256).unlink(missing_ok=True)

    def items(self, after: str = "") -> Iterator[Item]:
        for first in _names(self.folder, after[:2]):
            behind = after[2:4] if first == after[:2] else ""
            for second in _names(self.folder / first, behind):
                for name in _names(self.folder / first / second, ""):
                    if name > after and DIGEST.fullmatch(name) and (item := self.find(name)):
                        yield item

    def stands(self) -> bool:
        folder = self.folder if self.folder.exists() else self.folder.parent  # the first file makes it
        return os.access(folder, os.R_OK | os.W_OK | os.X_OK)

    def path_of(self, sha256: str) -> Path:
        """Where the bytes with this digest lie, whether or not they do."""
        return self.folder / place(sha256)

    def _ready(self, staged: Path, sha256: str) -> Path:
        """The place for it, in a folder that is there to stay; the file itself is on the disk, and read-only."""
        target = self.path_of(sha256)
        for folder in (target.parent.parent.parent, target.parent.parent, target.parent):
            if not folder.exists():
                folder.mkdir(parents=True, exist_ok=True)
                _sync(folder.parent)
        _sync(staged)
        staged.chmod(READ_ONLY)
        return target


def _names(folder: Path, since: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name >= since)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
