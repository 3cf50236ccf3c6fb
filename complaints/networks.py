"""From where a call comes, as it may be counted: never the address itself."""

from __future__ import annotations

from datetime import datetime

from accounts.networks import networks_around
from accounts.sealing import keyed_hash
from complaints.models import Tally

# How many times what one network may, all networks of a wider one may together. Far above what people do: a mobile
# provider has thousands behind one of these.
SHARES = {24: 8, 56: 4, 48: 8}


def network_mark(address: str) -> str:
    """The network of one caller (accounts.networks) as a keyed hash."""
    around = networks_around(address)
    return keyed_hash(str(around[0])) if around else "unknown"


def is_too_many(what: str, address: str, most: int, *, window: datetime, by: int = 1) -> bool:
    """Count what the network of this address does, and what the wider ones do that it lies in. True where that is more
    than ``most`` for it, or more than their share for one of them: who has many networks has not as many limits."""
    counters = {f"{what}:{network_mark(address)}": most}
    for wider in networks_around(address)[1:]:
        counters[f"{what}:{keyed_hash(str(wider))}"] = most * SHARES[wider.prefixlen]
    sums = [(Tally.objects.count_up(name, window=window, by=by), limit) for name, limit in counters.items()]
    return any(count > limit for count, limit in sums)
