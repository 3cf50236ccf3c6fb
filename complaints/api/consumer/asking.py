"""What is asked, and the two-minute check: nothing here stores anything."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone, translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.api.consumer import shown
from complaints.api.consumer.doors import StandDoor
from complaints.api.consumer.serializers import CheckIn, QuestionsIn, unfit
from complaints.asking import read_out
from complaints.asking.check_words import bought_as, clashes_of
from complaints.asking.described import page_told
from complaints.asking.law import questions
from complaints.asking.sent import read
from complaints.check import Answer, Walk
from complaints.check_asks import Ask
from complaints.flow.stands import FILE
from complaints.models import Evidence
from complaints.narrative import language
from complaints.statement import PROBLEMS, REMEDIES, Answers
from routing import decide, explain, rulebook

LANGUAGES = ("zh", "en")


class CatalogueView(StandDoor):
    """Everything that has a code, in both languages: facts, problems, goods, remedies, kinds of evidence."""

    tells = {"GET": {"id": "consumerCatalogue", "does": gettext_lazy("所有有代码的东西，中英文都有")}}

    scope = FILE

    def get(self, request: Request) -> Response:
        return Response(
            {
                "facts": [
                    {"code": each.key, **_both(lambda lang, each=each: each.ask.in_(lang))}
                    for each in rulebook().conditions
                    if each.consumer_askable and not each.officer
                ],
                "problems": [
                    {
                        "code": each.letter,
                        **_both(lambda _lang, each=each: str(each.label)),
                        "kinds": [
                            {"code": f"{each.letter}-{kind.code}", **_both(lambda _lang, kind=kind: str(kind.label))}
                            for kind in each.kinds
                        ],
                    }
                    for each in PROBLEMS
                ],
                "categories": [
                    {"code": each.key, **_both(lambda lang, each=each: each.name.in_(lang))}
                    for each in rulebook().categories.values()
                ],
                "wanted": [{"code": each.code, **_both(lambda _lang, each=each: str(each.label))} for each in REMEDIES],
                "remedies": [
                    {"code": each.code, **_both(lambda lang, each=each: each.name.in_(lang))}
                    for each in rulebook().remedies.values()
                ],
                "evidence_kinds": [
                    {"code": each.value, **_both(lambda _lang, each=each: str(each.label))} for each in Evidence.Kind
                ],
            }
        )


class QuestionsView(StandDoor):
    """Which questions come next: the law's alone for a GET, the pages of the whole form for a POST."""

    tells = {
        "GET": {
            "id": "consumerLawQuestions",
            "does": gettext_lazy("按已知的事实，法律接下来问什么"),
            "query": dict.fromkeys(("yes", "no", "category", "purchased_on"), "string"),
        },
        "POST": {
            "id": "consumerQuestions",
            "does": gettext_lazy("按已有的回答，表单接下来问什么；什么都不存"),
            "takes": QuestionsIn,
            "once": False,
            "status": 200,
            "errors": {},
        },
    }

    scope = FILE
    stores_nothing = True

    def get(self, request: Request) -> Response:
        """``?yes=`` and ``?no=`` name facts, ``?category=`` and ``?purchased_on=`` the goods and the day."""
        answers = _told_in(request.query_params)
        asked = questions(answers, today=timezone.localdate(), lang=language())
        return Response(
            {"questions": [{"fact": each.fact, "question": each.question, "why": each.reason} for each in asked]}
        )

    def post(self, request: Request) -> Response:
        """The pages that these answers lead through, in their order; ``next`` is the first that needs something."""
        given = QuestionsIn(data=request.data)
        given.is_valid(raise_exception=True)
        sent = read(given.validated_data["answers"], today=timezone.localdate(), lang=language(), whole=False)
        journey = sent.journey
        pages = [page for page in journey.route if page.form]
        said = read_out.sentences(journey)
        first = next(
            (page for page in pages if page.slug not in journey.answers or not journey.is_complete(page)), None
        )
        return Response(
            {
                "pages": [page_told(journey, page) for page in pages],
                "next": first.slug if first else None,
                "errors": unfit(sent.mistakes),
                "left_out": list(sent.left_out),
                "read_out": {
                    "digest": read_out.digest_of(said),
                    "sentences": [{"code": each.code, "words": each.words} for each in said],
                },
            }
        )


class CheckView(StandDoor):
    """The two-minute check: the answers so far, the finding on them, and the next question."""

    tells = {
        "POST": {
            "id": "consumerCheck",
            "does": gettext_lazy("两分钟责任自查，什么都不存"),
            "takes": CheckIn,
            "once": False,
            "status": 200,
            "errors": {},
        }
    }

    scope = FILE
    stores_nothing = True

    def post(self, request: Request) -> Response:
        given = CheckIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = tuple(
            Answer(each["asked"], tuple(each["chosen"]), tuple(each["about"]))
            for each in given.validated_data["answers"]
        )
        try:
            walk = Walk(told, timezone.localdate(), language())
            ask = walk.ask
        except ValueError as wrong:
            words = _("这一问没有问过，或者没有这个选项：{key}。把上次答复里的ask原样答回来。").format(
                key=str(wrong)[:60]
            )
            raise ValidationError({"answers": [words]}) from None
        decision = decide(rulebook(), walk.inquiry)
        explained = explain(rulebook(), decision.input_dict(), decision.as_dict(), language())
        return Response(
            {
                "ask": _asked(ask) if ask else None,
                "left": walk.left if ask and told else None,
                "is_dangerous": walk.is_dangerous,
                "bought": bought_as(walk) if told else None,
                "clashes": [each.sentence for each in clashes_of(walk)],
                "finding": shown.finding(explained) if told else None,
            }
        )


def _told_in(query: Any) -> Answers:
    """Facts, goods and day of a query, as the pages would hold them."""
    facts = rulebook().facts
    more: dict[str, str] = {}
    for said in ("yes", "no"):
        for key in filter(None, ",".join(query.getlist(said)).split(",")):
            if key not in facts or not facts[key].consumer_askable:
                raise ValidationError({said: [_("没有这项事实：{key}。可用的见catalogue。").format(key=key[:60])]})
            more[f"fact-{key}"] = said
    category, bought = query.get("category", ""), query.get("purchased_on", "")
    if category and category not in rulebook().categories:
        raise ValidationError({"category": [_("没有这一类：{key}。可用的见catalogue。").format(key=category[:60])]})
    return {
        "more": more,
        "goods": {"category": category},
        "dates": {"purchased_on": _day(bought).isoformat()} if bought else {},
    }


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or found > timezone.localdate():
        raise ValidationError({"purchased_on": [_("日期写成2026-05-20这样，不晚于今天。")]})
    return found


def _asked(ask: Ask) -> dict[str, Any]:
    return {
        "key": ask.key,
        "question": str(ask.heading),
        "hint": str(ask.hint),
        "takes_several": ask.takes_several,
        "about": list(ask.about),
        "options": [
            {"code": each.code, "label": str(each.label), **({"hint": str(each.hint)} if each.hint else {})}
            for each in ask.options
        ],
    }


def _both(words: Any) -> dict[str, str]:
    """In both languages, whichever the reader's is."""
    found = {}
    for lang in LANGUAGES:
        with translation.override("en" if lang == "en" else "zh-hans"):
            found[lang] = words(lang)
    return found
