"""A draft law is rehearsed over the stored cases by processes of its own, and changes nothing."""

import json
import multiprocessing
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from complaints.models import Complaint, DecisionRecord
from complaints.processes import begin_reading
from complaints.rehearsal import rehearse
from routing.book import LAW
from tests.builders import a_complaint
from tests.cast import Cast
from tests.law import writing

Publish = Callable[[], Path | None]

NAMED = {"shown": {"shown": "yes", "disclaimed": "no"}}


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The law of today, in a folder of its own."""
    return Path(shutil.copytree(LAW, tmp_path / "draft"))


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Lets other processes see what is in the database: one in memory is copied into a file first, which is told."""

    def publish() -> Path | None:
        if connection.vendor != "sqlite":
            return None
        file = tmp_path / "copy.sqlite3"
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
        monkeypatch.setitem(connection.settings_dict, "NAME", str(file))
        return file

    return publish


def content_of(file: Path | None) -> list[str]:
    """Every row of the copy; nothing where the processes saw the database itself."""
    if file is None:
        return []
    with closing(sqlite3.connect(file)) as copy:
        return list(copy.iterdump())


def amend(draft: Path, file: str, old: str, new: str) -> None:
    text = (draft / file).read_text("utf-8")
    assert text.count(old) == 1
    (draft / file).write_text(text.replace(old, new), "utf-8")


def rehearsed(draft: Path, *options: str) -> str:
    out = StringIO()
    call_command("rehearse", "--law", str(draft), "--workers", "2", "--quiet", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_draft_says_whose_verdict_moves_and_by_which_ground(cast: Cast, draft: Path, published: Publish) -> None:
    moved = a_complaint(**NAMED)
    a_complaint()
    published()
    marking = "not (seller_displayed and operator_disclaimed_sale)"
    amend(draft, "spc-oc.toml", f"live_click_purchase and {marking} and (SW", "live_click_purchase and not seller_displayed and (SW")  # fmt: skip  # noqa: E501

    found = json.loads(rehearsed(draft, "--json"))
    assert (found["cases"], found["moved"], found["unreadable"]) == (2, 1, {})
    (move,) = found["moves"]
    assert (move["party"], move["before"], move["after"]) == ("anchor", "responsible", "possible")
    assert move["examples"] == [moved.reference]
    assert "-A01 held" in move["grounds"]
    assert "anchor: responsible → possible  in 1" in rehearsed(draft)


@pytest.mark.django_db(transaction=True)
def test_the_law_of_today_moves_nothing_and_stores_nothing(cast: Cast, published: Publish) -> None:
    a_complaint()
    file = published()
    before = list(DecisionRecord.objects.values()), content_of(file)
    assert "1 cases decided again; verdicts move in 0." in rehearsed(LAW)
    assert (list(DecisionRecord.objects.values()), content_of(file)) == before


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_what_a_rehearsing_process_would_write(cast: Cast, published: Publish) -> None:
    a_complaint()
    published()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context, begin_reading, (connection.settings_dict,)) as pool:
        assert pool.submit(writing.count).result() == 1
        refusal = pool.submit(writing.rename).exception()
    assert isinstance(refusal, DatabaseError)
    assert "read" in str(refusal)
    assert Complaint.objects.get().goods != writing.NAME


@pytest.mark.django_db(transaction=True)
def test_a_case_the_draft_cannot_read_is_counted_and_named(cast: Cast, draft: Path, published: Publish) -> None:
    a_complaint()
    published()
    for file in draft.glob("*.toml"):
        text = file.read_text("utf-8")
        file.write_text(text.replace("not_as_described", "not_as_it_was_described"), "utf-8")
    found = json.loads(rehearsed(draft, "--json"))
    assert found["moved"] == 0
    ((problem, count),) = found["unreadable"].items()
    assert count == 1
    assert problem.startswith("facts.not_as_described: found an unknown fact")


@pytest.mark.django_db
def test_a_broken_draft_is_named_before_anything_starts(draft: Path) -> None:
    amend(draft, "gates.toml", "[d12]", "[d13]")
    with pytest.raises(CommandError, match=r"gates\.toml"):
        rehearsed(draft)
    with pytest.raises(CommandError, match="no such folder"):
        rehearsed(draft / "none")


@pytest.mark.django_db
def test_no_cases_are_no_work(draft: Path) -> None:
    assert list(rehearse(draft, workers=1)) == []
