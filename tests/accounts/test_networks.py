"""What counts as one caller: who has many addresses, or many networks, has not as many tries."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Organisation
from accounts.networks import networks_around
from complaints.flow import sandbox
from complaints.flow.sandbox import TooManySandboxes
from complaints.models import Tally
from complaints.networks import FEW, SHARES, is_too_many, network_mark
from tests.cast import PASSWORD, Cast


def test_one_caller_is_an_address_of_ipv4_or_64_bits_of_ipv6() -> None:
    assert [str(each) for each in networks_around("203.0.113.77")] == ["203.0.113.77/32", "203.0.113.0/24"]
    wide = ["2001:db8:1:2ff::/64", "2001:db8:1:200::/56", "2001:db8:1::/48"]
    assert [str(each) for each in networks_around("2001:db8:1:2ff:a:b:c:d")] == wide
    assert network_mark("2001:db8:1:2::1") == network_mark("2001:db8:1:2:ffff:ffff:ffff:ffff")
    assert network_mark("2001:db8:1:2::1") != network_mark("2001:db8:1:3::1")
    assert network_mark("203.0.113.7") != network_mark("203.0.113.8")
    for odd in ("", "x", "203.0.113.256", "[::1]", "1" * 5000):
        assert (networks_around(odd), network_mark(odd)) == ([], "unknown")


def test_an_ipv4_address_in_the_clothes_of_ipv6_is_itself() -> None:
    """A socket that takes both kinds writes them so: all of IPv4 would be one caller."""
    assert network_mark("::ffff:203.0.113.7") == network_mark("203.0.113.7") != network_mark("::ffff:203.0.113.8")
    assert network_mark("fe80::1%eth0") == network_mark("fe80::2")


@pytest.mark.django_db
def test_who_has_many_networks_has_not_as_many_limits() -> None:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    ways = ((24, "203.0.113.{}"), (48, "2001:db8:0:{:x}00::1"), (56, "2001:db8:1:{:x}::1"))
    for bits, address in ways:
        taken = [not is_too_many("x", address.format(n), 2, window=hour) for n in range(80) for _time in range(2)]
        assert taken.count(True) == 2 * SHARES[bits], bits
    assert not is_too_many("x", "198.51.100.1", 2, window=hour)


@pytest.mark.django_db
def test_what_one_network_is_refused_does_not_shut_out_its_neighbours(
    client: Client,
) -> None:
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    for near, neighbour in (("203.0.113.7", "203.0.113.8"), ("2001:db8:1:2::1", "2001:db8:1:3::1")):
        assert all(is_too_many("x", near, 2, window=hour, by=100) for _time in range(20))
        assert not is_too_many("x", neighbour, 2, window=hour)
    # A size that is only announced counts for nothing where no file may have it.
    said = {"name": "a.mp4", "size": "9" * 12, "kind": "other"}
    assert "最多" in client.post("/complaint/evidence/uploads/", said).json()["problems"][0]
    assert not Tally.objects.filter(what__startswith="upload-mib").exists()


@pytest.mark.django_db
def test_places_to_practise_are_not_taken_up_by_one_that_has_many_networks(settings: Settings) -> None:
    settings.SANDBOXES_PER_NETWORK_A_DAY, now = 1, timezone.now()

    def opened(address: str) -> bool:
        try:
            sandbox.sign_up("公司", address=address, at=now)
        except TooManySandboxes:
            return False
        return True

    assert [opened(f"2001:db8::{n}:1") for n in range(1, 3)] == [True, False]  # one household
    assert [opened(f"2001:db8:0:1{n:02x}::1") for n in range(12)].count(True) == FEW[56]
    assert opened("203.0.113.7")
    assert Organisation.objects.filter(kind="sandbox").count() == 1 + FEW[56] + 1


@pytest.mark.django_db
def test_wrong_passwords_from_many_addresses_of_one_household_lock_the_door(cast: Cast, settings: Settings) -> None:
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 3
    given = {"username": "lin", "password": "wrong"}
    said = [
        Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}").post("/account/sign-in/", given).status_code for n in range(1, 6)
    ]
    assert said[0] == 200 and said[-1] == 429
    right = {"username": "lin", "password": PASSWORD}
    assert Client(REMOTE_ADDR="2001:db8:1:2:a:b:c:d").post("/account/sign-in/", right).status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").post("/account/sign-in/", right).status_code == 302
