"""A decision as a table a person can read in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from unicodedata import east_asian_width

from routing.engine.cards import PartyCard, Reason
from routing.engine.decisions import Decision
from routing.engine.explanations import Explanation, MissingFact, RemedyLine, explain
from routing.engine.facts import Language
from routing.engine.grounds import Ground
from routing.engine.rulebook import Rulebook

HEADINGS: Final[dict[Language, dict[str, str]]] = {
    "zh": {
        "others": "背后的人",
        "remedies": "可以要求什么",
        "missing": "还差什么",
        "gates": "要留意",
        "acts": "可以举报",
        "unlisted": "其余各条",
        "procedure": "程序",
        "digest": "摘要",
        "held": "●",
        "open": "○ 可能",
        "duty": "· 要做到",
        "burden": "（对方没拿出证据）",
        "against": "向{names}",
        "comma": "、",
        "instead": "或{name}",
        "asked": "问{who}",
        "you": "买家",
        "more": "另有{n}件事，弄清了理由会更清楚，三方的结论暂时不变",
        "apart": "；",
        "days": "{n}天",
        "working": "{n}个工作日",
    },
    "en": {
        "others": "Behind them",
        "remedies": "What can be claimed",
        "missing": "What is missing",
        "gates": "Mind",
        "acts": "May be reported",
        "unlisted": "The other grounds",
        "procedure": "Procedure",
        "digest": "digest",
        "held": "●",
        "open": "○ may",
        "duty": "· duty",
        "burden": " (it gave no proof)",
        "against": "from {names}",
        "comma": ", ",
        "instead": "or {name}",
        "asked": "asked of {who}",
        "you": "the buyer",
        "more": "{n} more facts would make the reasons clearer; the three findings stay for now",
        "apart": "; ",
        "days": "{n} days",
        "working": "{n} working days",
    },
}
"""The words of the table itself; all that is law comes from the law files."""


def table(rulebook: Rulebook, decision: Decision, lang: Language) -> str:
    """The whole answer: verdicts with their grounds and articles, what is missing, what can be claimed, the course."""
    explanation = explain(rulebook, decision.input_dict(), decision.as_dict(), lang)
    return "\n".join(_lines(rulebook, decision, explanation, lang)) + "\n"


def _lines(rulebook: Rulebook, decision: Decision, explanation: Explanation, lang: Language) -> Iterator[str]:
    words = HEADINGS[lang]
    label = "" if decision.inquiry.id is None else f"{decision.inquiry.id}  "
    yield f"{label}{explanation.verdict}"
    yield ""
    for card in explanation.parties:
        yield from _card(card, words)
    if explanation.others:
        yield from _section(words["others"], (line for card in explanation.others for line in _card(card, words)))
    yield from _section(words["remedies"], _columns(_remedy(line, words) for line in explanation.remedies))
    yield from _section(words["missing"], _missing(rulebook, explanation.missing, lang))
    yield from _section(words["gates"], explanation.gates)
    yield from _section(words["acts"], explanation.acts)
    yield from _section(words["unlisted"], (_unlisted(rulebook, ground, lang) for ground in decision.unlisted))
    yield from _section(words["procedure"], [_course(rulebook, decision, lang)])
    yield f"{words['digest']}  {decision.digest}"


def _remedy(line: RemedyLine, words: dict[str, str]) -> tuple[str, ...]:
    return (
        line.name,
        "" if line.amount is None else f"¥{line.amount}",
        line.certainty,
        words["against"].format(names=words["comma"].join(line.against)),
        words["comma"].join(words["instead"].format(name=name) for name in line.alternative_to),
    )


def _missing(rulebook: Rulebook, missing: Sequence[MissingFact], lang: Language) -> Iterator[str]:
    """The facts that would change a verdict, one a line; of the others only how many there are."""
    words = HEADINGS[lang]
    names = {"consumer": words["you"], "association": rulebook.words["route.association.name"].in_(lang)}
    decisive = [fact for fact in missing if fact.answer is not None]
    for fact in decisive:
        who = names.get(fact.ask) or rulebook.words[f"party.{fact.ask}.short"].in_(lang)
        yield f"{fact.question}  [{words['asked'].format(who=who)}]  {(' ' if lang == 'en' else '').join(fact.effects)}"
    if len(missing) > len(decisive):
        yield words["more"].format(n=len(missing) - len(decisive))


def _card(card: PartyCard, words: dict[str, str]) -> Iterator[str]:
    yield f"{card.name}  【{card.word}】  {card.sub}"
    for reason in card.reasons:
        yield from _reason(words["held"], reason, words)
    for reason in card.open:
        yield from _reason(words["open"], reason, words)
    for reason in card.duties:
        yield from _reason(words["duty"], reason, words)
    yield ""


def _reason(mark: str, reason: Reason, words: dict[str, str]) -> Iterator[str]:
    burden = words["burden"] if reason.by_burden else ""
    yield f"  {mark} {reason.ground} {reason.title}{burden}"
    cited = [each.text for each in (*reason.binding, *reason.supervisory)]
    if cited:
        yield "      " + words["apart"].join(cited)


def _unlisted(rulebook: Rulebook, ground: Ground, lang: Language) -> str:
    status = rulebook.words[f"status.{ground.status.value}.name"].in_(lang)
    return f"{ground.rule.id}  {ground.rule.title.in_(lang)}  {status}"


def _course(rulebook: Rulebook, decision: Decision, lang: Language) -> str:
    course, words = decision.procedure, HEADINGS[lang]
    routes = " → ".join(rulebook.words[f"route.{route}.name"].in_(lang) for route in course.routes)
    if course.mediation is None:
        return routes
    days, working = course.mediation
    return f"{course.rules}  {words['working' if working else 'days'].format(n=days)}  {routes}"


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    told = list(lines)
    if told:
        yield heading
        yield from (f"  {line}" if line else "" for line in told)
        if told[-1]:
            yield ""


def _columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows set in columns; a Chinese character is two places wide."""
    told = [tuple(row) for row in rows]
    widths = [max(map(_width, column)) for column in zip(*told, strict=True)]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in told
    ]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
