"""Groups for the tests: cases of one room, joined by their consumers' own word."""

from datetime import datetime

from complaints.flow import groups
from complaints.models import Actor, Complaint, Group
from tests.builders import a_referred_complaint
from tests.cast import MONDAY, Cast

NAMES = ("阿一canary", "阿二canary", "阿三canary", "阿四canary")
ORDERS = ("260520771234567701", "260520771234567702", "260520771234567703", "260520771234567704")
STORIES = tuple(f"我在“小满家居间”买了桑蚕丝四件套，吊牌写着聚酯纤维。私事{n}canary" for n in range(4))
PRICES = ("469.00", "300.00", "99.99", "")


def some_cases(count: int = 3, *, at: datetime = MONDAY) -> list[Complaint]:
    """Cases of different people, each with a name, an order and a story of its own."""
    return [
        a_referred_complaint(
            at=at,
            story={"story": STORIES[place]},
            contact={"name": NAMES[place], "phone": f"1381234567{place}", "email": f"canary{place}@mail.example"},
            order={"order_number": ORDERS[place], "amount": PRICES[place], "none": False},
        )
        for place in range(count)
    ]


def own(case: Complaint) -> Actor:
    """The consumer of a case, by its receipt code."""
    return Actor.receipt(case.pk)


def a_group(cases: list[Complaint], cast: Cast, *, joins: bool = True, at: datetime = MONDAY) -> Group:
    """A group of these cases; all have joined unless told otherwise."""
    group = groups.make(
        cases, title="小满家居间：四件套", matter="直播说桑蚕丝，吊牌聚酯纤维。", actor=cast.officer, at=at
    )
    if joins:
        for case in cases:
            groups.answer(case, joins=True, actor=own(case), at=at)
    group.refresh_from_db()
    return group


def secrets_of(case: Complaint) -> set[str]:
    """What nobody else may read of a case."""
    place = ORDERS.index(case.order_number)
    return {case.reference, NAMES[place], ORDERS[place], f"私事{place}canary", f"canary{place}@mail.example"}
