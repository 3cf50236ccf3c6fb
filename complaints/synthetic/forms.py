"""A filled-in form of an invented consumer, page by page as complaints.statement reads it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from complaints.statement import Answers
from complaints.synthetic.stage import Platform
from complaints.synthetic.words import ANCHORS, GOODS, NAMES, REPLIES, ROOMS, SHOPS, TROUBLES, story_of

PHONE = "13800138000"  # the operators' test number, nobody's
TROUBLE_WEIGHTS = [trouble.weight for trouble in TROUBLES]
# How often: own room, another's, the anchor's own goods, not known.
RELATIONS, RELATION_WEIGHTS = ("same", "different", "own", "unsure"), (30, 38, 4, 28)
ORDERED, ORDERED_WEIGHTS = ("live-link", "shop-later", "jumped", "unsure"), (80, 9, 5, 6)


def answers_of(chance: Random, platform: Platform, region: str, filed_on: date) -> Answers:
    """Everything one consumer answered. The same chance gives the same form."""
    trouble = chance.choices(TROUBLES, TROUBLE_WEIGHTS)[0]
    goods, room = chance.choice(GOODS), chance.choice(ROOMS)
    bought = filed_on - timedelta(days=chance.randint(3, 45))
    came = None if trouble.kind == "B-not-delivered" else min(bought + timedelta(days=chance.randint(1, 6)), filed_on)
    paid = max(9, round(goods.price * chance.uniform(0.7, 1.4)))
    relation = chance.choices(RELATIONS, RELATION_WEIGHTS)[0]
    reply = chance.choice(REPLIES)
    pages: dict[str, dict[str, Any]] = {
        "story": {"story": story_of(goods, trouble, room, reply)},
        "platform": {"platform": str(platform.pk), "name": platform.name, "other": ""},
        "room": {"room": room, "none": False},
        "when": {"when": "date", "watched_on": bought.isoformat(), "rough": "", "part": "evening"},
        "anchor": {"anchor": chance.choice(ANCHORS), "account": "", "unknown": False},
        "shop": {"seller": "shop", "shop": chance.choice(SHOPS), "company": ""},
        "relation": {"relation": relation},
        "goods": {"goods": goods.name, "category": goods.category, "use": "own"},
        "order": {"order_number": _order_number(chance), "amount": f"{paid}.00", "none": False},
        "how": {"how": chance.choices(ORDERED, ORDERED_WEIGHTS)[0]},
        "payment": {"payment": "inside" if chance.random() < 0.95 else "person", "payee": "", "steerer": "anchor"},
        "dates": {
            "received": "yes" if came else "no",
            "purchased_on": bought.isoformat(),
            "delivered_on": came.isoformat() if came else "",
            "harm_known_on": "",
        },
        "type": {"problems": [trouble.letter]},
        "detail": {"kinds": [trouble.kind]},
        "promise": {"said": trouble.said, "where": ["live"], "got": trouble.got, "prove": "recording"},
        "more": {"fact-claim_mattered": "yes"} if trouble.letter in "CHG" and chance.random() < 0.7 else {},
        "tried": {"tried": ["merchant", "anchor", "platform"]},
        "replies": {"merchant": chance.choice(("passed-on", "refused", "stalled", "silent")), "quote-merchant": reply},
        "remedy": {
            "wanted": ["return-refund"] if came else ["refund-only"],
            "amount": f"{paid}.00",
            "loss": f"{chance.randint(10, 200)}.00" if chance.random() < 0.15 else "",
            "association": "now" if chance.random() < 0.35 else "later",
        },
        "contact": {"name": chance.choice(NAMES), "phone": PHONE, "email": "invented@example.com", "region": region},
    }
    if relation != "same":
        pages["shown"] = {
            "shown": chance.choices(("yes", "no", "unsure"), (35, 45, 20))[0],
            "disclaimed": chance.choices(("yes", "no", "unsure"), (25, 50, 25))[0],
        }
    return pages


def _order_number(chance: Random) -> str:
    return f"SX{chance.randrange(10**15, 10**16)}"
