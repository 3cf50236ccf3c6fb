"""What a complaint keeps of the two-minute check: the pages it fills in, so that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from complaints.check import Walk
from complaints.check_asks import KIND, NONE, PROBLEM, UNSURE
from complaints.statement import PAYMENTS, STALLING, facts_from

MOST_PROBLEMS: Final = 3  # that one complaint names
RELATION_OF: Final = {"own": "same", "others": "different", UNSURE: UNSURE}
SELLER_OF: Final = {"shop": "shop", "anchor": "shop", "platform": "platform", "private": "person", UNSURE: UNSURE}
STEERER_OF: Final = {"person-anchor": "anchor", "person-shop": "shop", "person": UNSURE}
POINTED_TO: Final = {"to-anchor": "anchor", "to-platform": "platform"}

Pages = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Carried:
    """Answers by the contract of ``Draft.answers``. ``done`` are the pages that need nothing more; the others are
    begun. ``facts`` are asserted by no page: the page of the law's own questions takes them.
    """

    pages: Pages
    done: tuple[str, ...]
    facts: Mapping[str, bool]


def carried(walk: Walk) -> Carried:
    """The pages of a complaint as the answers of the check fill them in; those that another one contradicts are left to
    be asked again.
    """
    lost = {place for clash in walk.clashes for place in (clash.earlier, clash.later) if place != clash.stands}
    codes = {answer.key: answer.codes[0] for place, answer in enumerate(walk.told) if place not in lost}
    begun: dict[str, dict[str, Any]] = {**_problem(codes), **_parties(codes), **_asked(codes)}
    if codes.get("use", UNSURE) != UNSURE:
        begun["goods"] = {"use": codes["use"]}
    done = {**_how(codes), **_kinds(codes)}
    for slug, fields in list(begun.items()):
        if _is_whole(slug, fields):
            done[slug] = begun.pop(slug)
    pages = {**begun, **done}
    told = facts_from(pages)
    facts = {key: value for key, value in walk.facts.items() if told.get(key) is not value}
    return Carried(pages, tuple(done), facts)


def _problem(codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    letters = [code[0] for code in (codes.get(PROBLEM, UNSURE), codes.get("goods", UNSURE)) if _is_problem(code)]
    return {"type": {"problems": list(dict.fromkeys(letters))[:MOST_PROBLEMS]}} if letters else {}


def _kinds(codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The finer kinds: whole where each problem that was named has its kind."""
    kind, goods = codes.get(KIND, UNSURE), codes.get("goods", UNSURE)
    problem = codes.get(PROBLEM, UNSURE)
    found = [f"{problem}-{kind}"] if kind != UNSURE and _is_problem(problem) else []
    found += [goods] if _is_problem(goods) else []
    named = {kind[0] for kind in found}
    if not found or (_is_problem(problem) and problem not in named):
        return {}
    return {"detail": {"kinds": list(dict.fromkeys(found))}}


def _parties(codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if codes.get("seller") == "anchor":
        found["relation"] = {"relation": "own"}
    elif "room" in codes:
        found["relation"] = {"relation": RELATION_OF[codes["room"]]}
    if "seller" in codes:
        found["shop"] = {"seller": SELLER_OF[codes["seller"]], "shop": "", "company": ""}
    shown = {key: codes[key] for key in ("shown", "disclaimed") if key in codes}
    return {**found, "shown": shown} if shown else found


def _how(codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {"how": {"how": codes["how"]}} if "how" in codes else {}
    paid = codes.get("payment")
    if paid is not None:
        way = paid if paid in {option.code for option in PAYMENTS} and paid not in STEERER_OF else "person"
        found["payment"] = {"payment": way, "steerer": STEERER_OF.get(paid, ""), "payee": ""}
    return found


def _asked(codes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Whom the consumer turned to, and what they said: begun, since the check does not ask about everybody."""
    merchant, platform = codes.get("merchant", UNSURE), codes.get("platform", UNSURE)
    tried = [party for party, code in (("merchant", merchant), ("platform", platform)) if code not in (NONE, UNSURE)]
    found: dict[str, dict[str, Any]] = {"tried": {"tried": tried}} if tried else {}
    if merchant in POINTED_TO:
        found["replies"] = {"merchant": "passed-on", "to-merchant": POINTED_TO[merchant]}
    elif merchant in STALLING:
        found["replies"] = {"merchant": merchant}
    return found


def _is_whole(slug: str, fields: Mapping[str, Any]) -> bool:
    """Whether the page asks for nothing that the check did not."""
    if slug == "shop":
        return bool(fields["seller"] != "shop")  # a shop has a name
    return slug in {"type", "relation"} or (slug == "shown" and len(fields) == 2)


def _is_problem(code: str) -> bool:
    return code not in (UNSURE, "fine")
