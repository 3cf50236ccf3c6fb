"""The documentation's commands and the example program, against a server that really runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from complaints.models import Complaint, TakenDown
from tests.builders import a_screenshot
from tests.cast import assemble
from tests.kiosk.stand import BOTH, Stand

DOCS = settings.BASE_DIR / "docs"
PROGRAM = DOCS / "examples" / "kiosk" / "kiosk.py"
TYPED = {  # what somebody types, page by page; a number is a choice
    "story": ["直播间说是百分百桑蚕丝，收到的吊牌写着聚酯纤维，店铺说拆封了不退。"],
    "platform": ["other", "快播场"],
    "room": ["小满家居间"],
    "when": ["roughly", "", "last-week"],
    "anchor": ["小满"],
    "shop": ["1", "澜岸家居旗舰店"],
    "relation": ["different"],
    "shown": ["no", "9", "no"],  # there is no ninth choice: asked again
    "goods": ["桑蚕丝四件套", "home", "own"],
    "order": ["260520771234567719", "", "469"],
    "how": ["live-link"],
    "payment": ["inside"],
    "dates": ["2026-05-20", "yes", "2026-05-24"],
    "type": ["C"],
    "detail": ["C-material"],
    "promise": ["百分百桑蚕丝", "聚酯纤维", "live"],
    "tried": ["merchant"],
    "replies": ["refused"],
    "remedy": ["return-refund", "", "", "later"],
    "contact": ["林女士", "13812345678", "", "33"],
}


@pytest.fixture
def stand(transactional_db: None) -> Stand:
    return Stand(assemble().zhejiang, *BOTH)


def test_every_command_of_the_documentation_works_in_its_order(
    stand: Stand, live_server: LiveServer, tmp_path: Path
) -> None:
    blocks = re.findall(r"^```bash\n(.*?)^```", (DOCS / "kiosk.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 7
    (tmp_path / "order.png").write_bytes(a_screenshot().read())
    own = {**os.environ, "SITE": live_server.url, "KEY": stand.text}
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)], cwd=tmp_path, env=own, capture_output=True, timeout=110
    )
    assert ran.returncode == 0, ran.stdout.decode() + ran.stderr.decode()
    complaint = Complaint.objects.get()
    assert json.loads((tmp_path / "filed.json").read_text())["reference"] == complaint.reference
    assert (tmp_path / "slip.png").read_bytes()[:4] == b"\x89PNG"
    assert complaint.evidence.count() == 1
    assert complaint.threads.get().messages.count() == 1


def test_the_program_asks_files_prints_the_slip_and_opens_it_again(stand: Stand, live_server: LiveServer) -> None:
    lines = [line for page, typed in _pages(stand) for line in _padded(page, typed)]
    place = ["--place", "大厅1号机"]
    ran = _run(stand, live_server, *place, typed=[*lines, "是", "是", "是"])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    complaint = Complaint.objects.get()
    assert complaint.reference in ran.stdout
    code = re.search(r"回执码\s+(\S{34})", ran.stdout)
    assert code, ran.stdout
    assert (TakenDown.objects.get().way, TakenDown.objects.get().word) == ("kiosk", "typed")

    again = _run(stand, live_server, "--follow", complaint.reference, typed=[code[1]])
    assert complaint.reference in again.stdout, again.stderr
    assert "投诉已提交" in again.stdout

    refused = _run(stand, live_server, *place, typed=[*lines, "是", "否"])
    assert "没有提交" in refused.stdout
    assert Complaint.objects.count() == 1


def _run(stand: Stand, site: LiveServer, *given: str, typed: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROGRAM), "--site", site.url, "--key", stand.text, *given]
    own = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, input="\n".join(typed) + "\n", capture_output=True, text=True, env=own, timeout=110)


def _pages(stand: Stand) -> list[tuple[list[str], list[str]]]:
    """The fields of each page that will be asked, and what is typed; what no page here foresees is passed over."""
    found, given = list[tuple[list[str], list[str]]](), dict[str, dict[str, object]]()
    while True:
        asked = json.loads(stand.post("/questions", {"answers": given}).content)
        if asked["next"] is None:
            return found
        page = next(each for each in asked["pages"] if each["page"] == asked["next"])
        typed = TYPED.get(page["page"], [])
        found.append(([field["name"] for field in page["fields"]], typed))
        given[page["page"]] = _as_given(page["fields"], typed)


def _as_given(fields: list[dict[str, object]], typed: list[str]) -> dict[str, object]:
    """As the program will send it."""
    values = [each for each in typed if each != "9"]
    found: dict[str, object] = {}
    for field, value in zip(fields, values, strict=False):
        options = [option["code"] for option in field.get("options", [])]  # type: ignore[attr-defined]
        if options and value and value not in options:
            value = options[int(value) - 1]
        if value:
            found[str(field["name"])] = [value] if field["type"] == "codes" else value
    return found


def _padded(fields: list[str], typed: list[str]) -> list[str]:
    """An empty line for every field that nothing is typed for."""
    return [*typed, *[""] * (len(fields) - len([each for each in typed if each != "9"]))]
