"""From where a call comes, as it may be counted: never the address itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accounts.networks import networks_around
from accounts.sealing import keyed_hash
from complaints.models import Tally

# How many times what one network may, all networks of a wider one may together. Far above what people do: a mobile
# provider has thousands behind one of these, and gives each telephone 64 bits of its own.
SHARES = {24: 8, 56: 4, 48: 64}
FEW = {24: 8, 56: 4, 48: 8}  # where somebody with many networks would take up places of others


def network_mark(address: str) -> str:
    """The network of one caller (accounts.networks) as a keyed hash."""
    around = networks_around(address)
    return keyed_hash(str(around[0])) if around else "unknown"


def is_too_many(
    what: str, address: str, most: int, *, window: datetime, by: int = 1, shares: Mapping[int, int] = SHARES
) -> bool:
    """Count what the network of this address does, and what the wider ones do that it lies in. True where that is more
    than ``most`` for it, or more than their share for one of them: who has many networks has not as many limits.

    What is refused to a network is not counted for the wider ones: else it would use up the share of its neighbours.
    """
    counters = {f"{what}:{network_mark(address)}": most}
    for wider in networks_around(address)[1:]:
        counters[f"{what}:{keyed_hash(str(wider))}"] = most * shares[wider.prefixlen]
    return any(Tally.objects.count_up(name, window=window, by=by) > limit for name, limit in counters.items())
