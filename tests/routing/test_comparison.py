"""Two states of the law side by side, and the commands that show them."""

import os
import shutil
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from routing.book import LAW
from routing.comparison import between_days, differences
from routing.engine.loading import read_folder
from tests.routing.worlds import BOOK

FILES = read_folder(LAW)
ROOT = Path(__file__).resolve().parents[2]


def rules(*words: str) -> str:
    out = StringIO()
    call_command("rules", *words, stdout=out)
    return out.getvalue()


def with_change(file: str, old: str, new: str) -> dict[str, str]:
    assert FILES[file].count(old) >= 1
    return {**FILES, file: FILES[file].replace(old, new, 1)}


def test_layout_and_remarks_are_no_difference() -> None:
    assert differences(FILES, {file: "# a remark\n\n" + text for file, text in FILES.items()}) == []


def test_a_changed_condition_is_one_difference_with_both_readings() -> None:
    (found,) = differences(FILES, with_change("spc-oc.toml", "and (SW or ROOM_LIE)", "and SW"))
    assert (found.place, found.key) == ("spc-oc.toml rule A01 from 2022-03-15", "when")
    assert found.before.removesuffix("(SW or ROOM_LIE)") + "SW" == found.after


def test_an_entry_that_went_is_one_difference_and_so_is_a_file() -> None:
    (gone,) = differences(FILES, with_change("excuses.toml", FILES["excuses.toml"], ""))[:1]
    assert gone.after is None
    added = differences(FILES, {**FILES, "new.toml": '[instrument]\nid = "NEW"\n'})
    assert [(each.place, each.before, each.after) for each in added] == [("new.toml instrument", None, {"id": "NEW"})]


def test_a_fact_and_a_translation_are_found_where_they_stand() -> None:
    (found,) = differences(FILES, with_change("facts.toml", 'label.en = "Personal use"', 'label.en = "Own use"'))
    assert (found.place, found.key, found.after) == ("facts.toml personal_use", "label.en", "Own use")


def test_between_two_days_stands_what_began_and_what_ended() -> None:
    found = {each.place.split()[0]: each.after for each in between_days(BOOK, date(2025, 10, 14), date(2025, 10, 15))}
    assert found == {"AUCL2019": None, "AUCL2025": True}


def test_the_command_shows_folders_and_days(tmp_path: Path) -> None:
    draft = Path(shutil.copytree(LAW, tmp_path / "draft"))
    assert rules("diff", "current", str(draft)) == "no difference\n"
    (draft / "spc-oc.toml").write_text(FILES["spc-oc.toml"].replace("and (SW or ROOM_LIE)", "and SW", 1), "utf-8")
    assert "~ spc-oc.toml rule A01 from 2022-03-15\n    when\n      - live_click" in rules(
        "diff", "current", str(draft)
    )
    assert "+ O117 直播电商监督管理办法" in rules("diff", "2026-01-31", "2026-02-01")
    assert "105 rules" in rules("check", str(draft))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("diff", "2026-01-31", "current"), "two days, or two folders"),
        (("diff", "current", "nowhere"), "nowhere: found no such folder"),
        (("diff", "2026-02-30", "2026-03-01"), "no day of the calendar"),
        (("diff", "20240101", "current"), "20240101: found no such folder"),
        (("explain", "M1"), "did you mean M"),
    ],
)
def test_what_cannot_be_compared_is_said(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        rules(*words)


def test_a_broken_draft_is_named_with_its_rule_and_the_nearest_name(tmp_path: Path) -> None:
    draft = Path(shutil.copytree(LAW, tmp_path / "draft"))
    text = FILES["spc-oc.toml"].replace("live_click_purchase and not (seller", "live_click_purchas and not (seller", 1)
    (draft / "spc-oc.toml").write_text(text, "utf-8")
    with pytest.raises(CommandError, match=r"spc-oc\.toml: rule A01: .*did you mean 'live_click_purchase'\?"):
        rules("check", str(draft))


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("deep.toml", "x = " + "[" * 50_000, "deep.toml: lists or tables are nested too deeply"),
        ("gates.toml", FILES["gates.toml"].replace('"not personal_use"', f'"{"(" * 5000}"'), "more than 50 levels"),
        ("date.toml", "[instrument]\nin_force = { from = 2024-02-30 }", "in_force = { from = 2024-02-30 }"),
    ],
)
def test_a_draft_no_reader_could_follow_is_refused_by_name(tmp_path: Path, file: str, text: str, said: str) -> None:
    draft = Path(shutil.copytree(LAW, tmp_path / "draft"))
    (draft / file).write_text(text, "utf-8")
    with pytest.raises(CommandError) as refused:
        rules("check", str(draft))
    assert said in str(refused.value)


def test_a_pipe_among_the_law_files_is_not_waited_for(tmp_path: Path) -> None:
    draft = Path(shutil.copytree(LAW, tmp_path / "draft"))
    os.mkfifo(draft / "z.toml")
    with pytest.raises(CommandError, match=r"z\.toml: is no file"):
        rules("check", str(draft))


def test_decide_starts_without_the_site(tmp_path: Path) -> None:
    """No settings, no database, no applications: what it needs is the law alone."""
    file = tmp_path / "in.json"
    file.write_text('{"purchase_date": "2024-05-01", "facts": {"not_as_described": true}}', "utf-8")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "nowhere.at_all"}
    done = subprocess.run(
        [sys.executable, "manage.py", "decide", str(file), "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert '"missing"' in done.stdout
    unusable = subprocess.run([sys.executable, "manage.py", "decide"], cwd=ROOT, env=environment, capture_output=True)
    assert (unusable.returncode, unusable.stdout) == (2, b"")
