"""The eight categories of the Guiding Opinions by their letters, as officers call them, and the ends of the flow."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.models.complaint import Party

CATEGORIES: Mapping[str, Any] = {
    "C": _("虚假宣传"),
    "D": _("产品质量"),
    "B": _("售后推拖"),
    "H": _("价格欺诈"),
    "G": _("虚假广告"),
    "F": _("食品安全"),
    "E": _("侵犯知识产权"),
    "A": _("平台失职"),
    "X": _("其他问题"),
}
NOBODY = "nobody"
ENDS: Mapping[str, Any] = {**{party.value: party.label for party in Party}, NOBODY: _("还不能定")}
"""Whom to turn to first, by the latest decision."""
