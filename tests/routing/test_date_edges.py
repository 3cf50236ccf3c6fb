"""The six days on which the law turned under livestream shopping: what changes overnight, and nothing else.

Each test decides one dispute twice, on the day before and on the day, and names all that differs
(law.md 0, 2, 4.1, 4.11).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from routing import Decision, Party, Status, decide
from routing.engine.grounds import Ground
from tests.routing.worlds import BOOK, an_inquiry

LIVE_MEASURES = date(2021, 5, 25)
INTERPRETATION = date(2022, 3, 15)
REGULATIONS = date(2024, 7, 1)
COMPETITION_LAW = date(2025, 10, 15)
LIVE_COMMERCE = date(2026, 2, 1)
COMPLAINT_RULES = date(2026, 4, 15)

BEGINS = (Status.NOT_IN_FORCE, Status.HELD)
BEGINS_UNUSED = (Status.NOT_IN_FORCE, Status.NOT_HELD)
SETTLED = (Status.POSSIBLE, Status.HELD)


def facts(*so: str, not_so: tuple[str, ...] = ()) -> dict[str, bool]:
    """A buyer with an order, in the live room, and what else is known."""
    bought = ("personal_use", "purchase_proved", "live_click_purchase")
    return dict.fromkeys((*bought, *so), True) | dict.fromkeys(not_so, False)


@dataclass(frozen=True)
class Turn:
    """One dispute decided on the day before and on the day."""

    before: Decision
    after: Decision

    @property
    def moved(self) -> dict[str, tuple[Status, Status]]:
        """Every ground whose status is another."""
        then, now = grounds(self.before), grounds(self.after)
        assert then.keys() == now.keys()
        return {
            name: (then[name].status, now[name].status) for name in then if then[name].status is not now[name].status
        }

    @property
    def gone(self) -> dict[str, tuple[str, ...]]:
        """The articles that are cited no more, by the grounds held or possible on both days."""
        return _missing_from(self.after, self.before)

    @property
    def added(self) -> dict[str, tuple[str, ...]]:
        """The articles that are cited for the first time, by the grounds held or possible on both days."""
        return _missing_from(self.before, self.after)

    @property
    def rest_differs_in(self) -> set[str]:
        """The keys of the answer, apart from grounds and digest, that are not the same once citations are put aside."""
        then, now = bare(self.before), bare(self.after)
        return {key for key in then if then[key] != now[key]}


def turn(day: date, known: dict[str, bool], *, by: str = "purchase_date", **given: Any) -> Turn:
    """``by`` is the date that moves; the other stays. Unless told otherwise all are filed in June 2026."""
    usual = {"purchase_date": "2021-01-01", "filed_date": "2026-06-01", "price": "469.00", **given}
    before, after = (
        decide(BOOK, an_inquiry(**{**usual, by: each.isoformat()}, facts=known), every_ground=True)
        for each in (day - timedelta(days=1), day)
    )
    return Turn(before, after)


def grounds(decision: Decision) -> dict[str, Ground]:
    """Every ground by its name; the presenter's, which share theirs with the room's, as ``A05@presenter``."""
    return {
        f"{ground.rule.name}@presenter" if ground.party is Party.PRESENTER else ground.rule.name: ground
        for ground in (*decision.grounds, *decision.unlisted)
    }


def bare(decision: Decision) -> dict[str, Any]:
    """The answer without what is compared ground by ground."""
    answer = {key: value for key, value in decision.as_dict().items() if key not in ("grounds", "digest")}
    answer["remedies"] = [{**claim, "citations": []} for claim in answer["remedies"]]
    return answer


def _missing_from(one: Decision, other: Decision) -> dict[str, tuple[str, ...]]:
    there, here = grounds(one), grounds(other)
    found = {
        name: tuple(cite for cite in here[name].citations if cite not in there[name].citations)
        for name in here
        if here[name].is_listed and there[name].is_listed
    }
    return {name: cites for name, cites in found.items() if cites}


# ---- 25 May 2021: the Live Marketing Measures


def test_the_first_measures_for_live_rooms_bring_three_duties_and_nobody_who_pays() -> None:
    known = facts("below_standard", "jumped_to_other_platform", "stalled_by_operator")
    night = turn(LIVE_MEASURES, known, lapsed=["anchor"])
    assert night.moved == {"A12": BEGINS, "A19": BEGINS, "P20": BEGINS}
    assert grounds(night.after)["P20"].citations == ("LMM 15",)
    assert night.before.responsible == night.after.responsible


def test_where_liability_stood_already_the_first_measures_are_cited_and_change_nothing() -> None:
    known = facts(
        "false_claim", "life_health_goods", "operator_knew",
        "platform_sold_traffic", "promotion_was_ad", "claim_in_promotion",
    )  # fmt: skip
    night = turn(LIVE_MEASURES, known)
    assert night.moved == dict.fromkeys(("A12", "A19", "P20"), BEGINS_UNUSED)
    assert (night.gone, night.added) == ({}, {"A03": ("LMM 18",), "P12": ("LMM 11",)})
    assert grounds(night.after)["P12"].unverified == ("LMM 11 number",)
    assert night.rest_differs_in == set()


# ---- 15 March 2022: the interpretation on online consumption, which has no transition clause (D12)


@pytest.mark.parametrize(
    ("known", "settled"),
    [
        (
            facts(
                "below_standard", "gift_or_prize_item", "account_transferred", "operator_knew", "unfair_term",
                "platform_looks_self_run", "operator_identity_requested",
                not_so=("operator_is_seller", "seller_displayed", "operator_identity_given"),
            ),
            {
                "M16": "SPC-OC 8", "M20": "SPC-OC 6", "A01": "SPC-OC 12(1)", "A03": "SPC-OC 17", "P02": "SPC-OC 4(2)",
                "P04": "SPC-OC 14", "P22": "SPC-OC 1(2)",
            },
        ),
        (
            facts("below_standard", "seller_displayed", "operator_disclaimed_sale", "room_found_seller"),
            {"A02": "SPC-OC 12(2)"},
        ),
        (facts("below_standard", "steered_off_platform", "steered_by_seller_staff"), {"M18": "SPC-OC 5"}),
        (facts("operator_is_seller", "presenter_is_seller_staff", "price_trick"), {"M19": "SPC-OC 11"}),
    ],
    ids=["room and shop apart", "marked room", "steered by staff", "own shop"],
)  # fmt: skip
def test_what_the_2022_interpretation_alone_supports_goes_from_possible_to_held(
    known: dict[str, bool], settled: dict[str, str]
) -> None:
    night = turn(INTERPRETATION, known)
    assert night.moved == {**dict.fromkeys(settled, SETTLED), "M28": BEGINS_UNUSED}
    for name, cite in settled.items():
        assert grounds(night.before)[name].notes == ("D12",) and grounds(night.after)[name].notes == ()
        assert cite in night.added[name]
    assert night.gone == {}
    assert {cite.split()[0] for cites in night.added.values() for cite in cites} == {"SPC-OC"}


def test_what_rests_on_other_law_too_is_held_on_either_side_of_the_2022_interpretation() -> None:
    known = facts(
        "food", "below_standard", "gift_or_prize_item", "platform_looks_self_run", "platform_knew",
        "presenter_works_for_operator", not_so=("platform_acted", "platform_checked_licence"),
    )  # fmt: skip
    night = turn(INTERPRETATION, known)
    assert night.moved == {"M28": BEGINS_UNUSED}
    assert night.gone == {}
    joined = {"M16": "SPC-OC 8", "P02": "SPC-OC 4(2)", "A15": "SPC-OC 11", "P06": "SPC-OC 16", "P09": "SPC-OC 15"}
    for name, cite in joined.items():
        assert grounds(night.before)[name].holds and grounds(night.after)[name].holds
        assert night.added[name] == (cite,)


def test_a_trader_posing_as_a_private_seller_had_no_rule_of_its_own_before_the_2022_interpretation() -> None:
    night = turn(INTERPRETATION, facts("below_standard", "secondhand_platform", "pattern_of_trade"))
    assert night.moved == {"M28": BEGINS}
    assert night.before.responsible == night.after.responsible


# ---- 1 July 2024: the Implementing Regulations


def test_bought_from_1_july_2024_the_platform_owes_the_data_that_it_is_asked_for() -> None:
    known = facts(
        "counterfeit", "claim_on_shop_page", "unfair_term", "return_in_7_days", "goods_intact",
        "seller_identity_requested", not_so=("seller_displayed",),
    )  # fmt: skip
    night = turn(REGULATIONS, known)
    assert night.moved == {"P17": BEGINS}
    assert grounds(night.after)["P17"].citations == ("CPL-Regs 14(2)", "CPL-Regs 50(1)", "RET7 24", "ECL 61")
    assert night.gone == {}
    assert night.added == {
        "M02": ("CPL-Regs 12",), "M04": ("CPL-Regs 19",), "M09": ("CPL-Regs 49",), "M22": ("CPL-Regs 17",),
        "M23": ("CPL-Regs 13",), "A01": ("CPL-Regs 13(2)",), "A13": ("CPL-Regs 13(2)",),
    }  # fmt: skip
    assert night.before.responsible == night.after.responsible


def test_filed_from_1_july_2024_mediation_ends_after_sixty_days_and_no_longer_after_45_working_days() -> None:
    night = turn(REGULATIONS, facts("below_standard"), by="filed_date", purchase_date="2024-05-01")
    assert night.before.procedure.mediation == (45, True)
    assert night.after.procedure.mediation == (60, False)
    assert (night.before.procedure.rules, night.after.procedure.rules) == ("O20", "O20")
    assert (night.moved, night.gone, night.added) == ({}, {}, {})
    assert night.rest_differs_in == {"procedure"}


# ---- 15 October 2025: the Anti-Unfair Competition Law, renumbered


def test_on_15_october_2025_the_competition_law_changes_its_numbers_and_no_answer() -> None:
    known = facts("prize_trick", "faked_data", "claim_mattered", "operator_took_part_in_faking")
    night = turn(COMPETITION_LAW, known)
    assert night.moved == {}
    assert night.gone == {"M29": ("AUCL2019 10",), "A11": ("AUCL2019 8(2)",)}
    assert night.added == {"M29": ("AUCL2025 11",), "A11": ("AUCL2025 9(2)",)}
    assert night.rest_differs_in == set()


# ---- 1 February 2026: the Livestream E-commerce Measures

READ_WHETHER_IT_IS_AN_AD = {"M24", "A05", "A05@presenter", "A06", "A21", "A22", "N01"}
SIGNS = ("promoter_paid", "published_clip", "presenter_endorsed_personally", "presenter_influential")


@pytest.mark.parametrize(
    ("signs", "before", "after"),
    [
        ({"promoter_paid"}, Status.POSSIBLE, Status.HELD),
        ({"published_clip"}, Status.POSSIBLE, Status.HELD),
        ({"presenter_endorsed_personally", "presenter_influential"}, Status.POSSIBLE, Status.HELD),
        ({"presenter_endorsed_personally"}, Status.POSSIBLE, Status.NOT_HELD),
        ({"presenter_endorsed_personally", "promoter_paid"}, Status.HELD, Status.HELD),
        ({"presenter_influential"}, Status.NOT_HELD, Status.NOT_HELD),
        (set(), Status.NOT_HELD, Status.NOT_HELD),
    ],
    ids=["paid", "clip", "known face", "unknown face", "paid and in person", "known face that only shows", "no sign"],
)
def test_whether_live_talk_is_an_ad_is_no_longer_doubtful_from_february_2026(
    signs: set[str], before: Status, after: Status
) -> None:
    known = facts(
        "false_claim", "claim_mattered", "operator_knew_claim_false", *signs,
        not_so=(
            "operator_is_seller", "presenter_is_seller_staff", "life_health_goods",
            *(each for each in SIGNS if each not in signs),
        ),
    )  # fmt: skip
    night = turn(LIVE_COMMERCE, known)
    for name in ("M24", "A05"):
        assert (grounds(night.before)[name].status, grounds(night.after)[name].status) == (before, after)
    assert night.moved.keys() <= READ_WHETHER_IT_IS_AN_AD | {"A16", "A23", "P21"}
    assert (13 in night.before.illegal_acts, 13 in night.after.illegal_acts) == (
        before is Status.HELD,
        after is Status.HELD,
    )


def test_the_live_commerce_measures_bring_three_duties_and_nobody_who_pays() -> None:
    known = facts(
        "below_standard", "ai_persona_hidden", "room_sanctioned", "after_sales_stalled",
        not_so=("operator_is_seller",),
    )  # fmt: skip
    night = turn(LIVE_COMMERCE, known)
    assert night.moved == {"A16": BEGINS, "A23": BEGINS, "P21": BEGINS}
    assert night.before.responsible == night.after.responsible


def test_where_liability_stood_already_the_live_commerce_measures_are_cited_and_change_nothing() -> None:
    known = facts(
        "below_standard", "goods_banned", "faked_data", "claim_mattered", "operator_took_part_in_faking",
        "operator_knew", "platform_knew", "presenter_works_for_operator", "jumped_to_other_platform",
        "seller_identity_requested", "operator_identity_requested",
        not_so=("operator_is_seller", "seller_displayed", "platform_acted", "operator_identity_given"),
    )  # fmt: skip
    night = turn(LIVE_COMMERCE, known, lapsed=["anchor", "platform"])
    assert night.moved == dict.fromkeys(("A16", "A23", "P21"), BEGINS_UNUSED)
    assert night.gone == {}
    assert night.added == {
        "M31": ("O117 33", "O117 61"), "A01": ("O117 26",), "A03": ("O117 27",), "A11": ("O117 34",),
        "A12": ("O117 27", "O117 28", "O117 45"), "A13": ("O117 26",), "A15": ("O117 63",),
        "P04": ("O117 8", "O117 18"), "P06": ("O117 13", "O117 19", "O117 20"),
        "P17": ("O117 18", "O117 55"), "P18": ("O117 16",), "P20": ("O117 24",),
    }  # fmt: skip
    assert night.rest_differs_in == set()


# ---- 15 April 2026: the complaint rules, by the day of filing


@pytest.mark.parametrize(
    "known",
    [
        facts("below_standard"),
        facts("below_standard", "dispute_accepted"),
        dict.fromkeys(("purchase_proved", "below_standard"), True) | {"personal_use": False},
    ],
    ids=["a consumer", "accepted elsewhere", "a company"],
)
def test_filed_from_15_april_2026_the_new_complaint_rules_take_the_place_of_the_interim_ones(
    known: dict[str, bool],
) -> None:
    night = turn(COMPLAINT_RULES, known, by="filed_date", purchase_date="2026-03-01")
    old, new = night.before.procedure, night.after.procedure
    assert (old.rules, new.rules) == ("O20", "O121")
    assert (old.mediation, new.mediation) == ((60, False), (60, False))
    assert (old.accept_working_days, old.clock_stops_for, old.routes) == (
        new.accept_working_days,
        new.clock_stops_for,
        new.routes,
    )
    assert (night.moved, night.gone, night.added) == ({}, {}, {})
    assert night.rest_differs_in == {"procedure"}


# ---- each day turns what it governs, and only that

KNOWN = facts(
    "below_standard", "false_claim", "promoter_paid", "prize_trick", "operator_knew", "stalled_by_operator",
    "platform_looks_self_run", "seller_identity_requested",
)  # fmt: skip


@pytest.mark.parametrize(
    "day", [LIVE_MEASURES, INTERPRETATION, COMPETITION_LAW, LIVE_COMMERCE], ids=lambda day: day.isoformat()
)
def test_a_day_that_turns_by_purchase_does_not_turn_by_filing(day: date) -> None:
    night = turn(day, KNOWN, by="filed_date")
    assert (night.moved, night.gone, night.added, night.rest_differs_in) == ({}, {}, {}, set())


def test_the_day_the_complaint_rules_changed_does_not_turn_by_purchase() -> None:
    night = turn(COMPLAINT_RULES, KNOWN)
    assert (night.moved, night.gone, night.added, night.rest_differs_in) == ({}, {}, {}, set())
