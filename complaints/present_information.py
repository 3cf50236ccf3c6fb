"""Whether somebody answers only because an identity is not known: "on present information" (law.md 4.3, B2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from complaints.narrative import party_name
from routing import rulebook

IDENTITY_GIVEN = frozenset({"seller_identity_given", "operator_identity_given", "advertiser_identity_given"})


def on_present_information(output: Mapping[str, Any]) -> dict[str, list[str]]:
    """Party → its held grounds that fall as soon as the identity is given after all."""
    burdens = [each for each in rulebook().burdens.values() if IDENTITY_GIVEN & set(each.reads)]
    rests = frozenset(name for each in burdens for name in each.rules)
    held = {party: [id for id in found["grounds"] if id in rests] for party, found in output["parties"].items()}
    return {party: grounds for party, grounds in held.items() if grounds}


def present_words(output: Mapping[str, Any]) -> dict[str, str]:
    """The same as a sentence for each party, in the reader's language."""
    told = _("依目前掌握的信息：{party}没有给出真实、联系得上的身份，才由它来答。以后给了，会重新判定。")
    return {party: told.format(party=party_name(party, start=True)) for party in on_present_information(output)}
