"""The rulebook of this site: the files of ``routing/law``, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from routing.engine.loading import load, read_folder
from routing.engine.rulebook import Rulebook

LAW = Path(__file__).parent / "law"


@cache
def rulebook() -> Rulebook:
    """The checked law of the folder. Raises RulebookError where a file is broken."""
    return load(read_folder(LAW))
