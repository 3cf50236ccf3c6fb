"""Whoever reads on what a decision rests finds one line of ours on every article it names."""

from collections.abc import Iterator

import pytest

from routing.engine.facts import Text
from routing.engine.loading_rules import instrument_of
from tests.routing.worlds import BOOK

# M07 cites it among others; the law pack never says what this article itself provides.
WITHOUT = {"CC 590"}

LONGEST = {"zh": 70, "en": 200}


def cited() -> Iterator[str]:
    """Every article that anything in the law rests on."""
    for rule in BOOK.rules:
        yield from rule.cites
    for remedy in BOOK.remedies.values():
        yield from (code for code, _when in remedy.cites)
    for excuse in BOOK.excuses:
        yield from excuse.basis
    for limit in BOOK.limits.values():
        yield from limit.cites
    for burden in BOOK.burdens.values():
        yield from (code.strip() for code in burden.basis.split(";"))


def gist_of(code: str) -> Text | None:
    return BOOK.instruments[instrument_of(code)].gists.get(code.rpartition(" ")[2])


def test_every_cited_article_has_a_line_of_ours_but_for_those_nobody_could_write() -> None:
    assert {code for code in cited() if gist_of(code) is None} == WITHOUT


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_line_on_an_article_is_one_line(lang: str) -> None:
    lines = {f"{law.id} {article}": text for law in BOOK.instruments.values() for article, text in law.gists.items()}
    said = {code: text.zh if lang == "zh" else text.en for code, text in lines.items()}
    assert {code: len(line) for code, line in said.items() if len(line) > LONGEST[lang]} == {}
    assert [code for code, line in said.items() if "\n" in line or line.endswith(("。", "."))] == []
