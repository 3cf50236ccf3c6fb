"""What operators and developers are told must be so: settings, test lanes, audit."""

import re
from pathlib import Path

import pytest

from tests import audit, lanes

ROOT = Path(__file__).resolve().parents[2]
REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


def report(folder: Path, *, tests: int, failures: int = 0, errors: int = 0, skipped: int = 0) -> Path:
    path = folder / "report.xml"
    path.write_text(REPORT.format(tests, failures, errors, skipped))
    return path


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    read = set(re.findall(r"""env\.\w+\(\s*["'](\w+)["']""", (ROOT / "config" / "settings.py").read_text("utf-8")))
    documented = set(re.findall(r"^#?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert read == documented


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split()
    assert set(phony) == set(re.findall(r"^([a-z0-9-]+):.*## \S", text, re.MULTILINE))


def test_a_lane_counts_as_pytest_did(tmp_path: Path) -> None:
    counted = lanes._counted("sqlite", report(tmp_path, tests=9, failures=1, errors=2, skipped=3), code=1)
    assert (counted.passed, counted.failed, counted.skipped) == (3, 3, 3)


@pytest.mark.parametrize(("tests", "code"), [(0, 5), (4, 2), (4, 3)])
def test_a_lane_without_tests_or_with_a_broken_end_has_failed(tmp_path: Path, tests: int, code: int) -> None:
    assert lanes._counted("sqlite", report(tmp_path, tests=tests), code=code).failed == 1


def test_a_lane_that_left_no_report_has_failed(tmp_path: Path) -> None:
    assert lanes._counted("sqlite", tmp_path / "none.xml", code=0).failed == 1


def test_the_last_line_sums_all_lanes_and_names_those_left_out() -> None:
    table = lanes._table([lanes.Outcome("sqlite", 5, 0, 1, 2.0), lanes.Outcome("redis", left_out="no server")])
    assert "left out: no server" in table
    assert table.splitlines()[-1] == "5 passed, 0 failed, 1 skipped"


def test_an_audit_that_asked_nobody_is_no_clean_one(capsys: pytest.CaptureFixture[str]) -> None:
    sound: dict[str, object] = {"name": "a", "version": "1", "vulns": []}
    unknown: dict[str, object] = {"name": "b", "skip_reason": "not found"}
    weak: dict[str, object] = {"name": "c", "version": "2", "vulns": [{"id": "CVE-1"}]}
    assert audit._tell([sound]) == 0
    assert audit._tell([]) == audit._tell([unknown]) == audit._tell([sound, unknown]) == audit.NOT_AUDITED
    assert "Not audited" in capsys.readouterr().out
    assert audit._tell([sound, weak]) == audit.WEAK
