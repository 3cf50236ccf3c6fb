"""From where a call comes, as it may be counted: never the address itself."""

from __future__ import annotations

import ipaddress

from accounts.sealing import keyed_hash


def network_mark(address: str) -> str:
    """A network as a keyed hash: one IPv4 address, or the 64-bit prefix an IPv6 household has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    bits = 64 if found.version == 6 else 32
    return keyed_hash(str(ipaddress.ip_network((found, bits), strict=False)))
