"""The public pages of the figures: both languages, sorted by links, safe as files, one question to the database."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from complaints.deadlines import local_day
from complaints.exports.disarming import disarmed
from complaints.figures.counting import Answers, Counted
from complaints.figures.months import published_months
from complaints.figures.sheet import publish
from complaints.models import FigureSheet

pytestmark = pytest.mark.django_db

NAMES = {1: ("星河直播", "Galaxy Live"), 2: ("云集市", ""), 3: ("=HYPERLINK(1)", "")}


def a_month(scale: int = 1) -> Counted:
    """A month with 400 cases times ``scale``, among them small groups."""
    flow = Counter(
        {
            **{("C", "merchant"): 150 * scale, ("C", "anchor"): 60 * scale, ("C", "platform"): 5},
            **{("D", "merchant"): 100 * scale, ("B", "merchant"): 40 * scale, ("B", "nobody"): 35 * scale},
            **{("H", "merchant"): 8, ("F", "anchor"): 2},
        }
    )
    hours = Counter({(day, hour): (15 + 3 * hour) * scale for day in range(7) for hour in range(24)})
    platforms: Counter[int | None] = Counter({1: 200 * scale, 2: 90 * scale, 3: 60 * scale, 4: 4, None: 40})
    answers = {
        1: Answers(due=190, in_time=171, came=180, passed_on=20, days=[1.5] * 180),
        2: Answers(due=80, in_time=40, came=60, passed_on=30, days=[4.0] * 60),
        3: Answers(due=10, in_time=5, came=9),
    }
    return Counted(
        total=flow.total(),
        changed=44,
        rated=100,
        satisfied=71,
        heard=300,
        hearable=380,
        flow=flow,
        hours=hours,
        platforms=platforms,
        answers=Answers(due=900, in_time=747),
        of_platform=answers,
        offers={1: (40, 80), 2: (3, 9)},
    )


def publish_all(*, at: datetime | None = None, scale: int = 1) -> date:
    """Sheets of twelve months, each a little larger; the newest month."""
    at = at or timezone.now()
    months = published_months(local_day(at))
    for month in months:
        body = publish(a_month(scale), month=month, names=NAMES)
        FigureSheet.objects.create(month=month, counted_on=local_day(at), made_at=at, body=body)
    return months[-1]


def page_of(client: Client, path: str) -> str:
    reply = client.get(path)
    assert reply.status_code == 200
    return reply.content.decode()


def replies_of(page: str) -> tuple[str, str]:
    """Head and body of the table of platforms."""
    found = re.search(r'<table class="tbl tbl--cards replies">.*?<thead>(.*?)</thead>(.*?)</table>', page, re.DOTALL)
    assert found
    return found[1], found[2]


def names_in(page: str) -> list[str]:
    return [html.unescape(name) for name in re.findall(r'<th scope="row">(.*?)</th>', replies_of(page)[1])]


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_page_shows_every_figure_with_its_table(client: Client, prefix: str) -> None:
    publish_all()
    page = page_of(client, f"{prefix}/stats/")
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(figures) == 4
    for figure in figures:
        assert re.search(r"<h2[^>]*>\s*\S", figure) and "<figcaption>" in figure and "<caption" in figure
    assert [re.sub(r"<.*?>", "", value) for value in re.findall(r'<dd class="num">(.*?)</dd>', page)] == [
        *("400", "83%", "71%", "11%")
    ]
    assert '<svg class="flow"' in page and "<desc" in page
    assert ">150<" in page and ">=HYPERLINK(1)<" in page


def test_platforms_are_sorted_by_links_that_say_how(client: Client) -> None:
    publish_all()
    page = page_of(client, "/stats/")
    assert names_in(page) == ["星河直播", "云集市", "=HYPERLINK(1)"]
    heads = re.findall(r'aria-sort="(\w+)"><a href="(.*?)">(.*?)[<]', replies_of(page)[0])
    assert [(label, how) for how, _link, label in heads if how != "none"] == [("投诉数", "descending")]
    link = next(html.unescape(link) for _how, link, label in heads if label == "推给别人的比例")
    sorted_page = page_of(client, f"/stats/{link.partition('#')[0]}")
    assert names_in(sorted_page)[0] == "云集市"
    slowest_last = page_of(client, "/stats/?sort=days")
    assert names_in(slowest_last) == ["星河直播", "云集市", "=HYPERLINK(1)"]  # too few stand last
    assert names_in(page_of(client, "/stats/?sort=nonsense&dir=sideways")) == ["星河直播", "云集市", "=HYPERLINK(1)"]


def test_the_page_asks_the_database_once(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    publish_all()
    client.get("/stats/")
    with django_assert_num_queries(1):
        client.get("/stats/")
    with django_assert_num_queries(1):
        client.get("/")


def test_a_month_without_a_sheet_is_not_there(client: Client) -> None:
    assert "还没有统计过" in client.get("/stats/").content.decode()
    newest = publish_all()
    assert client.get(f"/stats/{newest:%Y-%m}/").status_code == 200
    for path in ("2019-01", "2026-13", "9999-99"):
        assert client.get(f"/stats/{path}/").status_code == 404
    assert client.post("/stats/").status_code == 405


def test_late_data_says_so(client: Client) -> None:
    publish_all(at=timezone.now() - timedelta(days=1))
    assert "数据晚了" not in client.get("/stats/").content.decode()
    FigureSheet.objects.all()._raw_delete("default")
    publish_all(at=timezone.now() - timedelta(days=3))
    assert "数据晚了" in client.get("/stats/").content.decode()


def test_the_spreadsheet_cannot_run_anything(client: Client) -> None:
    publish_all()
    reply = client.get("/stats/figures.csv")
    assert reply["Content-Type"] == "text/csv; charset=utf-8" and reply.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert rows[0] == ["month", "table", "row", "column", "value", "unit"]
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "'=HYPERLINK(1)" in {row[2] for row in rows}
    assert ["C", "platform", ""] in [[row[2], row[3], row[4]] for row in rows]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1"])
def test_whatever_begins_a_formula_is_disarmed(text: str) -> None:
    assert disarmed(text) == f"'{text}"


def test_the_file_for_machines_is_the_sheets_of_a_day(client: Client) -> None:
    newest = publish_all()
    found: dict[str, Any] = json.loads(client.get("/stats/figures.json").content)
    assert found["fewer_than_is_hidden"] == 30 and len(found["months"]) == 12
    assert found["months"][0]["month"] == f"{newest:%Y-%m}" and found["months"][0]["total"] == 400
    assert found["months"][0]["platforms"][1]["accepted"] is None  # three of nine are too few


def test_files_are_there_before_anything_was_counted(client: Client) -> None:
    assert client.get("/stats/figures.csv").status_code == 200
    assert json.loads(client.get("/stats/figures.json").content)["months"] == []


def test_the_landing_page_has_a_line_only_where_there_is_something_to_say(client: Client) -> None:
    assert "看公开数据" not in client.get("/").content.decode()
    publish_all()
    assert "上月400件投诉，79%在5个工作日内有了答复。" in client.get("/").content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_how_we_count_is_told(client: Client, prefix: str) -> None:
    assert page_of(client, f"{prefix}/stats/method/").count("<dt>") == 10
