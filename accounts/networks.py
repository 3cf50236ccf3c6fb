"""Which network somebody calls from: the one place that says what counts as one caller.

An IPv4 address, or the 64 bits of IPv6 that a household or a machine is given whole: within them it may call from any
address it likes.
"""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
ONE_CALLER = {4: 32, 6: 64}  # bits of the prefix
WIDER = {4: (24,), 6: (56, 48)}  # what a provider gives out to one customer, or a hoster to one who wants many


def networks_around(address: str) -> list[Network]:
    """The network of one caller first, then the wider ones it lies in; none for what is no address. An IPv4 address
    written as IPv6, as a socket that takes both does, is the IPv4 address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return []
    found = getattr(found, "ipv4_mapped", None) or found
    widths = (ONE_CALLER[found.version], *WIDER[found.version])
    return [ipaddress.ip_network((found, bits), strict=False) for bits in widths]


def network_tried_from(request: HttpRequest) -> str | None:
    """What wrong passwords are counted by (django-axes): the first address of the caller's network."""
    around = networks_around(request.META.get("REMOTE_ADDR", ""))
    return str(around[0].network_address) if around else None
