"""What the consumer asks for, and what the law gives: the lines of every paper and page that name sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from complaints.letters import money
from complaints.models import Complaint
from complaints.statement import REMEDIES, Option
from routing import Explanation


def wanted_of(complaint: Complaint) -> list[Option]:
    """What the consumer asks for; "let me be advised" asks for nothing yet."""
    codes = complaint.statement.get("remedy", {}).get("wanted", [])
    return [option for option in REMEDIES if option.code in codes and option.code != "advise"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A line of what can be claimed. Sums are never added up: a multiple stands beside the price, not on top of it."""

    name: str
    certainty: str
    against: str
    amount: str
    alternative_to: tuple[str, ...]


def claims_of(explanation: Explanation) -> list[Claim]:
    """Sums first; what has no fixed sum after them. A report brings no money and stands elsewhere."""
    lines = sorted((line for line in explanation.remedies if line.code != "REM"), key=lambda line: not line.amount)
    return [
        Claim(
            name=line.name,
            certainty=line.certainty,
            against=_against(line.against),
            amount=money(line.amount) if line.amount else "",
            alternative_to=line.alternative_to,
        )
        for line in lines
    ]


def _against(names: Sequence[str]) -> str:
    return _("向{parties}").format(parties=_("、").join(names)) if names else ""
