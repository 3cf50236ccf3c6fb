"""The desk's search over many cases: fifty words of two to four characters, each beside a reading of every case.

``BENCH_WRITE=docs/search-figures.md`` adds the figures, and the words one by one, to that file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any, Final

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from tqdm import tqdm

from accounts.models import Organisation, User
from complaints import searching
from complaints.models import Actor, Complaint, Respondent, SearchText
from complaints.searching import found_by
from tests.bench.filling import BATCH, WORDS, Filled, fill, indexes_later, settle
from tests.bench.measuring import Figure, seconds

QUERIES: Final = 50
PAGE: Final = 25
ROUNDS: Final = 3
PROVINCES: Final = ("44", "64")  # the one with most cases, and one with few


@dataclass(frozen=True, slots=True)
class Asked:
    """A word, how many cases have it by a reading of all, and what the search found of them."""

    word: str
    there: int
    missed: int
    false: int
    times: dict[str, float]  # seconds until the first page, by who asks


def figures(cases: int) -> Iterator[Figure]:
    told: list[Figure] = []
    asked: list[Asked] = []
    for figure in _figures(cases, asked):
        told.append(figure)
        yield figure
    if "BENCH_WRITE" in os.environ:
        with Path(os.environ["BENCH_WRITE"]).open("a", encoding="utf-8") as file:
            file.write(f"\n## {connection.vendor}, {cases:,} cases, load {os.getloadavg()[0]:.1f}\n\n```\n")
            file.writelines(f"{figure.line()}\n" for figure in told)
            file.write("```\n\n")
            file.writelines(_table(asked))


def _figures(cases: int, asked: list[Asked]) -> Iterator[Figure]:
    call_command("migrate", verbosity=0)
    yield Figure(f"({connection.vendor}: {cases:,} cases stored for it)", seconds(lambda: fill(cases)), "s")
    yield Figure("the index made of them at once", seconds(index), "s")
    filled = fill(0)
    table, tree = sizes()
    yield Figure("texts, a case", table / cases, "bytes")
    yield Figure("index, a case", tree / cases, "bytes")
    whom = {"national": "", **{f"province {region}": region for region in PROVINCES}}
    actors = {name: actor_of(filled, region) for name, region in whom.items()}
    bare = median(seconds(lambda: list(_page(Complaint.objects.all()))) for _ in range(20))
    yield Figure(f"bare SELECT of {PAGE} rows", bare * 1000, "ms")
    asked += [_ask(word, there, actors) for word, there in read_all(words(cases)).items()]
    found, missed = sum(each.there for each in asked), sum(each.missed for each in asked)
    yield Figure("recall against reading every case", 100 * (found - missed) / found, "%", goal="100")
    yield Figure("false hits", sum(each.false for each in asked), "")
    for name in actors:
        times = sorted(each.times[name] * 1000 for each in asked)
        yield Figure(f"first page, {name}: p50 of {len(asked)} words", median(times), "ms", bare * 1000, "bare", "≤ 40")
        yield Figure(f"first page, {name}: p95", quantiles(times, n=20)[-1], "ms", bare * 1000, "bare")
        yield Figure(f"first page, {name}: slowest", times[-1], "ms", bare * 1000, "bare")


def words(cases: int) -> list[str]:
    """Known ones of every frequency, pieces of stories, names, and some that nobody wrote."""
    chance = Random(7)
    chosen = [word[:4] for word in WORDS]
    chosen += [word[-2:] for word in list(WORDS)[:8]]
    keys = [chance.randrange(1, cases) for _ in range(200)]
    stories = Complaint.objects.filter(pk__in=keys).order_by("pk").values_list("story", flat=True)
    for story in stories:
        runs = re.findall(r"[\u4e00-\u9fff]{4,}", story)
        run, length = chance.choice(runs), chance.choice((2, 2, 3, 4))
        start = chance.randrange(len(run) - length + 1)
        chosen += [run[start : start + length], story[-3:-1]]  # at its end stands a name
    return [*list(dict.fromkeys(chosen))[: QUERIES - 2], "魑魅", "饕餮之徒"]


def read_all(wanted: Sequence[str]) -> dict[str, set[int]]:
    """Every case read, column by column, as Python compares texts: no database searches here."""
    found: dict[str, set[int]] = {word: set() for word in wanted}
    for start in range(0, _last(), BATCH):
        for pk, parts in _read(start).items():
            for word in wanted:
                if any(word in part for part in parts):
                    found[word].add(pk)
    return found


def index() -> None:
    """As ``index_search`` does it, without the index meanwhile."""
    with indexes_later(SearchText), tqdm(total=_last(), unit="case", disable=None) as bar:
        for start in range(0, _last(), BATCH):
            cases = Complaint.objects.filter(pk__gt=start, pk__lte=start + BATCH).order_by("pk")
            names: dict[int, list[str]] = {}
            for pk, name in _names(start):
                names.setdefault(pk, []).append(name)
            rows = [searching.row_of(case, names[case.pk]) for case in cases.only(*searching.READ)]
            with transaction.atomic(), connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    into = f"COPY {SearchText._meta.db_table} (complaint_id, text, grams) FROM STDIN"
                    with cursor.copy(into) as copy:
                        for row in rows:
                            copy.write_row((row.pk, row.text, row.grams))
                else:
                    SearchText.objects.bulk_create(rows, batch_size=300)
            bar.update(len(rows))
    settle(SearchText)
    searching.settle()


def sizes() -> tuple[int, int]:
    """Bytes of the table with the texts, and of what leads to them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_table_size(%s::regclass), pg_relation_size('complaints_searchtext_grams')",
                [SearchText._meta.db_table],
            )
        else:
            cursor.execute(
                "SELECT sum(pgsize) FILTER (WHERE name = 'complaints_searchtext'),"
                " sum(pgsize) FILTER (WHERE name LIKE 'complaints_searchgrams%%') FROM dbstat"
            )
        table, tree = cursor.fetchone()
    return int(table), int(tree)


def actor_of(filled: Filled, region: str) -> Actor:
    person = User.objects.get(pk=filled.officers[region][0])
    assert Organisation.objects.get(pk=filled.associations[region]).region == region
    return Actor.officer(person)


def _ask(word: str, there: set[int], actors: dict[str, Actor]) -> Asked:
    found = set(Complaint.objects.filter(found_by(word)).values_list("pk", flat=True))
    cache.clear()  # the first one pays for the statistics
    times = {}
    for name, actor in actors.items():
        page = partial(lambda actor: list(_page(Complaint.objects.visible_to(actor).filter(found_by(word)))), actor)
        times[name] = median(seconds(page) for _ in range(ROUNDS))
    return Asked(word, len(there), len(there - found), len(found - there), times)


def _page(cases: Any) -> Any:
    return cases.defer("statement").order_by("-pk")[:PAGE]


def _last() -> int:
    return Complaint.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _names(start: int) -> Any:
    parties = Respondent.objects.filter(complaint__gt=start, complaint__lte=start + BATCH)
    return parties.order_by("pk").values_list("complaint", "name")


def _read(start: int) -> dict[int, list[str]]:
    cases = Complaint.objects.filter(pk__gt=start, pk__lte=start + BATCH)
    found = {pk: parts for pk, *parts in cases.values_list("pk", "story", "goods", "room")}
    for pk, name in _names(start):
        found[pk].append(name)
    return found


def _table(asked: Sequence[Asked]) -> Iterator[str]:
    names = list(asked[0].times)
    yield f"| word | cases that have it | missed | false | {' | '.join(f'{name}, ms' for name in names)} |\n"
    yield f"|---|--:|--:|--:|{'--:|' * len(names)}\n"
    for each in sorted(asked, key=lambda one: -one.there):
        times = " | ".join(f"{each.times[name] * 1000:.1f}" for name in names)
        yield f"| {each.word} | {each.there:,} | {each.missed} | {each.false} | {times} |\n"
