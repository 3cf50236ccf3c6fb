"""Which addresses we call, and which never: networks, their neighbours just outside, every odd way to write one."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from complaints import outbound
from complaints.outbound import Blocked, check_url, vet


def words(text: str) -> list[str]:
    return text.split()


BAD = words("""
0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.255
169.254.0.23 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.8 192.0.0.255 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.0 192.168.255.255 192.175.48.1 198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:100.64.0.1 ::ffff:0:10.0.0.1 64:ff9b::a00:1 64:ff9b::808:808
64:ff9b:1::1 100::1 2001::1 2001:db8::1 2001:1ff:ffff::1 2002:a00:1::1 2002:808:808::1 3fff::1 3fff:fff::1 5f00::1
fc00::1 fd00::1 fdff::1 fe80::1 febf::1 fec0::1 feff::1 ff02::1 ff0e::1
""")

GOOD = words("""
1.0.0.0 1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 114.114.114.114 126.255.255.255 128.0.0.0
168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.88.98.255
192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 203.0.112.255 203.0.114.0 223.255.255.255
2001:200::1 2400:3200::1 2606:4700::1111 2a00:1450::1 3ffe::1
""")


@pytest.mark.parametrize("ip", BAD)
def test_these_addresses_are_never_called(ip: str) -> None:
    with pytest.raises(Blocked):
        vet(ip)


@pytest.mark.parametrize("ip", GOOD)
def test_their_neighbours_may_be(ip: str) -> None:
    vet(ip)


@given(st.ip_addresses(v=4, network="10.0.0.0/8"), st.sampled_from(["::ffff:", "::", "64:ff9b::", "::ffff:0:"]))
def test_no_private_address_hides_inside_a_longer_one(inner: ipaddress.IPv4Address, wrapping: str) -> None:
    sixtofour = f"2002:{inner.packed[:2].hex()}:{inner.packed[2:].hex()}::1"
    for ip in (f"{wrapping}{inner}", sixtofour):
        with pytest.raises(Blocked):
            vet(ip)


def test_this_machine_is_not_called_by_any_of_its_own_addresses() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("127.0.0.1", 9))
        mine = probe.getsockname()[0]
    assert outbound._is_ours(mine, 4)
    assert not outbound._is_ours("203.0.113.77", 4)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", "scheme"),
        ("ftp://hooks.example.com/", "scheme"),
        ("gopher://hooks.example.com/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("//hooks.example.com/", "scheme"),
        ("hooks.example.com", "scheme"),
        ("https://127.0.0.1/", "host"),
        ("https://2130706433/", "host"),
        ("https://0x7f000001/", "host"),
        ("https://0177.0.0.1/", "host"),
        ("https://127.1/", "host"),
        ("https://127.0.0.0x1/", "host"),
        ("https://[::1]/", "host"),
        ("https://[::ffff:127.0.0.1]/", "host"),
        ("https://[fe80::1%25eth0]/", "host"),
        ("https://[::1/", "form"),
        ("https://localhost/", "host"),
        ("https://localhost./", "host"),
        ("https://hooks.example.com./", "host"),
        ("https://intranet/", "host"),
        ("https://-bad.example.com/", "host"),
        ("https:///path", "host"),
        ("https://our.own.example/", "host"),
        ("https://a@hooks.example.com/", "form"),
        ("https://a:b@hooks.example.com/", "form"),
        ("https://hooks.example.com@127.0.0.1/", "form"),
        ("https://hooks.example.com/#x", "form"),
        ("https://hooks.example.com:0/", "form"),
        ("https://hooks.example.com:/", "form"),
        ("https://hooks.example.com:99999/", "form"),
        ("https://hooks.example.com:22/", "port"),
        ("https://hooks.example.com:6379/", "port"),
        ("https://hooks.example.com\\@127.0.0.1/", "characters"),
        ("https://hooks.exa\tmple.com/", "characters"),
        (" https://hooks.example.com/", "characters"),
        ("https://hooks.example.com/\r\nX: y", "characters"),
        ("https://①②⑦.0.0.1/", "characters"),
        ("https://投诉.example.com/", "characters"),
        ("https://hooks.example.com/" + "x" * 2048, "characters"),
    ],
)
def test_such_urls_are_not_saved_and_not_called(url: str, code: str, settings: Settings) -> None:
    settings.SITE_URL = "https://our.own.example"
    settings.WEBHOOK_ALLOW_LOCAL = False
    for use in (check_url, lambda one: outbound.post(one, b"", {})):
        with pytest.raises(Blocked) as refused:
            use(url)
        assert refused.value.code == code
        assert len(str(refused.value)) > 8  # a sentence for whoever typed it


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://hooks.example.com", "https://hooks.example.com/"),
        ("HTTPS://Hooks.Example.COM:443/In?a=1", "https://hooks.example.com/In?a=1"),
        ("https://hooks.example.com:8443/in", "https://hooks.example.com:8443/in"),
        ("https://xn--fiq228c.example.com/", "https://xn--fiq228c.example.com/"),
    ],
)
def test_a_good_url_is_kept_as_it_will_be_called(url: str, kept: str) -> None:
    assert check_url(url) == kept


def test_plain_http_goes_to_this_machine_only_and_only_in_the_demonstration(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_LOCAL = True
    assert check_url("http://localhost:8201/in") == "http://localhost:8201/in"
    assert check_url("http://[::1]:8201/") == "http://[::1]:8201/"
    for url in ("http://10.0.0.1:8201/", "http://hooks.example.com/", "http://127.0.0.2:8201/", "https://127.0.0.1/"):
        with pytest.raises(Blocked):
            check_url(url)
    settings.WEBHOOK_ALLOW_LOCAL = False
    with pytest.raises(Blocked):
        check_url("http://localhost:8201/in")


def test_a_name_that_leads_home_is_blocked_at_the_call_even_among_good_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def two_answers(host: str, port: int, seconds: float) -> list[str]:
        return ["8.8.8.8", "127.0.0.1"]

    monkeypatch.setattr(outbound, "_look_up", two_answers)  # the system's resolver, not ours
    with pytest.raises(Blocked) as refused:
        outbound.post("https://rebinding.example.com/", b"", {})
    assert refused.value.code == "address"
