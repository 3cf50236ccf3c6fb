"""The decide contract at the command line: what goes in, what comes out, what is refused."""

import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from routing import decide
from routing.console import BAD_INPUT, FAILED, run
from routing.engine.canonical import digest
from tests.routing.worlds import BOOK, an_inquiry

EXAMPLE: dict[str, Any] = {
    "id": "C-17",
    "purchase_date": "2024-05-01",
    "delivered_date": "2024-05-04",
    "harm_known_date": "2024-05-05",
    "debtor_known_date": "2024-05-05",
    "filed_date": "2024-05-10",
    "price": "469.00",
    "loss": "0.00",
    "category": "shoes_bags",
    "facts": {
        "purchase_proved": True, "live_click_purchase": True, "operator_is_seller": False, "seller_displayed": False,
        "not_as_described": True, "false_claim": True, "claim_mattered": True, "operator_knew": None,
    },
    "lapsed": ["anchor"],
}  # fmt: skip


def at_the_console(*raw: bytes | str, folder: Path | None = None, **options: Any) -> tuple[int, str, str]:
    """Exit code, standard output, standard error. One input goes in as ``-``, several as files."""
    given = [each if isinstance(each, bytes) else each.encode() for each in raw]
    files = ["-"]
    if folder is not None:
        files = [str(folder / f"{place}.json") for place in range(len(given))]
        for file, content in zip(files, given, strict=True):
            Path(file).write_bytes(content)
    out, err = io.StringIO(), io.StringIO()
    chosen = {"files": files, "json": False, "jsonl": False, "all": False, "lang": None, **options}
    code = run(chosen, stdin=io.BytesIO(given[0]), stdout=out, stderr=err, today=date(2026, 11, 20), environ={})
    return code, out.getvalue(), err.getvalue()


def test_the_example_of_the_contract_comes_out_as_it_stands_there() -> None:
    code, out, err = at_the_console(json.dumps(EXAMPLE), json=True)
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["id"] == "C-17"
    assert found["parties"]["merchant"] == {
        "verdict": "responsible", "forms": ["sole"], "grounds": ["M01"],
        "possible_grounds": ["M02", "M03", "M09", "M24", "M27", "M37", "M51"], "duties": ["M23"], "merged_into": None,
    }  # fmt: skip
    assert found["parties"]["anchor"] == {
        "verdict": "responsible", "forms": ["deemed_seller"], "grounds": ["A01"],
        "possible_grounds": ["A03", "A05", "A06"], "duties": ["A12", "A13"], "merged_into": None,
    }  # fmt: skip
    assert found["parties"]["platform"]["possible_grounds"] == ["P03", "P04", "P06", "P13", "P14"]
    assert (found["responsible"], found["first_contact"], found["others"]) == (["merchant", "anchor"], "merchant", {})
    assert found["grounds"][0]["because"] == [["purchase_proved", True], ["not_as_described", True]]
    assert found["grounds"][0]["remedies"] == ["RRR", "REF", "DMG"]
    assert found["missing"][0] == {
        "fact": "personal_use", "ask": "consumer",
        "would_change": {"anchor": "not_responsible", "platform": "not_responsible"},
    }  # fmt: skip
    assert {
        "code": "3X", "amount": "1407.00", "against": ["merchant", "anchor"], "certainty": "may_claim",
        "alternative_to": [], "citations": ["CPL 55(1)"],
    } in found["remedies"]  # fmt: skip
    assert (found["gates"], found["illegal_acts"]) == ([], [9])
    assert found["procedure"] == {
        "rules": "O20", "accept_working_days": 7, "mediation": {"days": 45, "working": True},
        "clock_stops_for": ["testing"], "routes": ["platform", "association", "regulator", "report", "court"],
    }  # fmt: skip


def test_the_digest_is_that_of_the_contract() -> None:
    found = json.loads(at_the_console(json.dumps(EXAMPLE), json=True)[1])
    known = {key: value for key, value in EXAMPLE["facts"].items() if value is not None}
    read = {**EXAMPLE, "facts": known}
    del read["id"]
    sealed = found.pop("digest")
    found.pop("id")
    assert sealed == digest({"input": read, "output": found})


def test_label_nulls_and_repeats_are_no_part_of_the_digest() -> None:
    plain = an_inquiry(facts={"counterfeit": True}, lapsed=["anchor", "merchant"])
    dressed = an_inquiry(
        id="X", price=None, facts={"counterfeit": True, "food": None}, lapsed=["merchant", "anchor"] * 2
    )
    assert decide(BOOK, plain).digest == decide(BOOK, dressed).digest


def test_the_other_grounds_are_added_and_leave_the_digest_alone() -> None:
    some, every = (json.loads(at_the_console(json.dumps(EXAMPLE), json=True, all=all_)[1]) for all_ in (False, True))
    assert len(every["grounds"]) == 105 > len(some["grounds"])
    assert some["digest"] == every["digest"]
    statuses = {ground["id"]: ground["status"] for ground in every["grounds"]}
    assert (statuses["P17"], statuses["M34"], statuses["P06"]) == ("not_in_force", "not_in_force", "possible")


def test_several_files_come_out_a_line_each_in_their_order(tmp_path: Path) -> None:
    inputs = [json.dumps({**EXAMPLE, "id": label}) for label in ("b", "a", "c")]
    code, out, _ = at_the_console(*inputs, folder=tmp_path, jsonl=True)
    assert code == 0
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["b", "a", "c"]


def test_one_bad_file_is_enough(tmp_path: Path) -> None:
    code, out, err = at_the_console(json.dumps(EXAMPLE), "{}", folder=tmp_path, jsonl=True)
    assert (code, out) == (BAD_INPUT, "")
    assert err.startswith(f"{tmp_path / '1.json'}: purchase_date: ")


def test_the_table_speaks_both_languages() -> None:
    chinese = at_the_console(json.dumps(EXAMPLE))[1]
    english = at_the_console(json.dumps(EXAMPLE), lang="en")[1]
    assert "先找商家。也可以找主播。" in chinese
    assert "《网络消费司法解释（一）》第12条第1款" in chinese
    assert "Start with the merchant. Or choose the anchor." in english
    assert "¥1407.00" in english


DAY = '"purchase_date": "2024-05-01"'

BAD = [
    ("", "no JSON"),
    ("[]", "no object"),
    ('"x"', "no object"),
    ("{", "no JSON"),
    (b"\xff\xfe", "not UTF-8"),
    ("[" * 100_000, "levels"),
    ("{" + DAY + ', "price": NaN}', "input: found NaN; allowed: numbers that JSON knows\n"),
    ("{" + DAY + ", " + DAY + "}", "purchase_date: found the key twice; allowed: each key once\n"),
    ("{" + DAY + ', "facts": {"food": true, "food": false}}', "food: found the key twice"),
    ("{}", "purchase_date: found nothing"),
    ('{"purchase_date": "2024-02-30"}', "a day of the calendar"),
    ('{"purchase_date": "20240501"}', "YYYY-MM-DD"),
    ('{"purchase_date": 20240501}', "found the number 20240501"),
    ("{" + DAY + ', "price": 469.0}', "price: found the number 469.0"),
    ("{" + DAY + ', "price": "-1.00"}', "not negative"),
    ("{" + DAY + ', "loss": "1.005"}', "at most two places"),
    ("{" + DAY + ', "price": "１２"}', "price"),
    ("{" + DAY + ', "price": ' + "9" * 5000 + "}", "input: found a number of thousands of digits"),
    ("{" + DAY + ', "category": "shoes"}', "did you mean shoes_bags?"),
    ("{" + DAY + ', "facts": []}', "facts: found a list"),
    ("{" + DAY + ', "facts": {"live_click": true}}', "did you mean live_click_purchase?"),
    ("{" + DAY + ', "facts": {"F54": true}}', "did you mean counterfeit?"),
    ("{" + DAY + ', "facts": {"food": "yes"}}', 'facts.food: found "yes"; allowed: true, false or null'),
    ("{" + DAY + ', "facts": {"food": 1}}', "facts.food: found the number 1"),
    ("{" + DAY + ', "facts": {"identity_requested": true}}', "seller_identity_requested, operator_identity_requested"),
    ("{" + DAY + ', "facts": {"delivered_date": true}}', "at the top level"),
    ("{" + DAY + ', "lapsed": ["presenter"]}', "a list of merchant, anchor, platform"),
    ("{" + DAY + ', "lapsed": "anchor"}', "lapsed: found"),
    ("{" + DAY + ', "prise": "1"}', "did you mean price?"),
    ("{" + DAY + ', "id": 17}', "id: found the number 17"),
    ("{" + DAY + ', "id": "\\ud800"}', "id: found"),
    ("{" + DAY + ', "a\\nb": 1}', "a b: found an unknown key"),
]


@pytest.mark.parametrize(("raw", "said"), BAD)
def test_bad_input_says_where_what_and_what_is_allowed(raw: bytes | str, said: str) -> None:
    code, out, err = at_the_console(raw, json=True)
    assert (code, out) == (BAD_INPUT, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_every_problem_is_told_at_once() -> None:
    _, _, err = at_the_console('{"price": "x", "category": "y", "facts": {"z": 1}, "lapsed": [3], "w": 0}')
    assert [line.split(":")[0] for line in err.splitlines()] == [
        "w", "purchase_date", "price", "category", "facts.z", "lapsed",
    ]  # fmt: skip


def test_of_very_many_problems_the_first_are_told_and_how_many_there_are() -> None:
    facts = ", ".join(f'"no_{number}": true' for number in range(100))
    code, out, err = at_the_console("{" + DAY + ', "facts": {' + facts + "}}")
    lines = err.splitlines()
    assert (code, out, len(lines), lines[-1]) == (BAD_INPUT, "", 21, "and 80 more")


def test_a_file_name_that_is_no_text_is_named_with_its_bytes(tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_text("{" + DAY + "}", "utf-8")
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable.encode(), b"manage.py", b"decide", os.fsencode(tmp_path) + b"/\xff.json", bytes(good)]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (BAD_INPUT, b"")
    assert b"\\udcff.json: input: found No such file" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_a_closed_input_and_a_full_output_are_told_in_one_line(tmp_path: Path) -> None:
    good = tmp_path / "good.json"
    good.write_text("{" + DAY + "}", "utf-8")
    root = Path(__file__).resolve().parents[2]
    closed = subprocess.run(f"{sys.executable} manage.py decide - <&-", shell=True, cwd=root, capture_output=True)
    assert (closed.returncode, closed.stderr.count(b"\n")) == (BAD_INPUT, 1)
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full:
            command = [sys.executable, "manage.py", "decide", str(good), "--json"]
            done = subprocess.run(command, cwd=root, stdout=full, stderr=subprocess.PIPE, check=False)
        assert (done.returncode, done.stderr) == (FAILED, b"output: No space left on device\n")


def test_what_is_too_large_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "bytes" in at_the_console(b" " * (10 * 1024 * 1024 + 1))[2]
    out, err = io.StringIO(), io.StringIO()
    options = {"files": [str(tmp_path / "none.json")], "json": True, "jsonl": False, "all": False, "lang": None}
    assert run(options, stdin=io.BytesIO(), stdout=out, stderr=err, today=date.today()) == BAD_INPUT
    assert "No such file" in err.getvalue()


def test_the_day_of_filing_is_today_where_none_is_given() -> None:
    given = {key: value for key, value in EXAMPLE.items() if key != "filed_date"}
    assert json.loads(at_the_console(json.dumps(given), json=True)[1])["procedure"]["rules"] == "O121"


def test_the_same_inquiry_gives_the_same_digest_in_every_process(tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps(EXAMPLE), "utf-8")
    script = (
        "import json, sys, datetime, routing as r; b = r.rulebook();"
        "print(r.decide(b, r.read_inquiry(json.load(open(sys.argv[1])), b, today=datetime.date.max)).digest)"
    )
    root = Path(__file__).resolve().parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, str(file)],
            env={**os.environ, "PYTHONHASHSEED": seed}, cwd=root, capture_output=True, text=True, check=True,
        ).stdout.strip()
        for seed in ("0", "1", "4242")
    }  # fmt: skip
    here = json.loads(at_the_console(json.dumps(EXAMPLE), json=True)[1])["digest"]
    assert digests == {here}
