"""The drawings of the procedure say what the tables say."""

from pathlib import Path
from typing import Any, cast

from complaints.lifecycle import MOVES, OFFER_MOVES, Move, Role

DRAWING = Path(__file__).resolve().parents[2] / "docs" / "procedure.md"


def test_the_drawings_show_the_two_tables_of_moves() -> None:
    drawn = {line.strip() for line in DRAWING.read_text("utf-8").splitlines() if "-->" in line and "[*]" not in line}
    meant = {
        f"{source} --> {move.target}: {name} ({', '.join(role for role in Role if role in move.roles)})"
        for table in (MOVES, OFFER_MOVES)
        for name, move in cast(dict[str, Move[Any]], table).items()
        for source in move.sources
    }
    assert drawn == meant
