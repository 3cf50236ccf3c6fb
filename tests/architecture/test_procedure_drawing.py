"""The drawing of the procedure says what the table says."""

from pathlib import Path

from complaints.lifecycle import MOVES, Role

DRAWING = Path(__file__).resolve().parents[2] / "docs" / "procedure.md"


def test_the_drawing_shows_the_table_of_moves() -> None:
    drawn = {line.strip() for line in DRAWING.read_text("utf-8").splitlines() if "-->" in line and "[*]" not in line}
    meant = {
        f"{source} --> {move.target}: {name} ({', '.join(role for role in Role if role in move.roles)})"
        for name, move in MOVES.items()
        for source in move.sources
    }
    assert drawn == meant
