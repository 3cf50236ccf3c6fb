"""Keys: what each opens, from where, until when; how one is replaced; and that none is ever written down."""

from __future__ import annotations

import logging
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.credentials import MintedKey, public_id_of
from accounts.models import ApiKey, KeyChange, Membership, Organisation
from complaints.api.keys import _lies_in
from complaints.api.scopes import MayCall, scope_of
from complaints.api.urls import urlpatterns
from complaints.flow import sandbox
from complaints.flow.keys import MOST_LIVE, CannotChangeKey, make_key, revoke_key, rotate_key
from complaints.flow.sandbox_cases import invent
from complaints.models import Actor, Evidence
from complaints.scope_words import SCOPES
from tests.builders import a_complaint, a_screenshot
from tests.cast import Cast
from tests.platform.calls import ROOT, Machine, told

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def mint(cast: Cast, *scopes: str, networks: tuple[str, ...] = (), expires_at: Any = None) -> MintedKey:
    return make_key(
        cast.kuailive,
        label="客服系统",
        scopes=scopes or list(SCOPES),
        networks=networks,
        expires_at=expires_at,
        actor=cast.platform,
        at=timezone.now(),
    )


def row(minted: MintedKey) -> ApiKey:
    return ApiKey.objects.get(public_id=minted.public_id)


def send(key: MintedKey, method: str, path: str, given: Any = None, **meta: Any) -> Any:
    client = Client(headers={"Authorization": f"Bearer {key.text}", "Idempotency-Key": f"{method}{path}"[:120]})
    if method == "GET":
        return client.get(ROOT + path, **meta)
    return client.post(ROOT + path, given or {}, content_type="application/json", **meta)


def test_every_address_says_which_scope_it_needs() -> None:
    for pattern in urlpatterns:
        view = getattr(pattern.callback, "view_class", None)
        if view is None:
            continue  # the pages that lead to the documentation
        named = view.scope
        for one in named.values() if isinstance(named, dict) else [named]:
            assert one is None or one in SCOPES or MayCall not in view.permission_classes, pattern
        if named is not None:
            assert all(
                scope_of(view, verb.upper())
                for verb in ("get", "post", "patch", "put", "delete")
                if hasattr(view, verb)
            ), pattern


def test_a_scope_opens_its_addresses_and_no_other(cast: Cast) -> None:
    reference = a_complaint().reference
    wanted = {
        "/cases": "cases:read",
        f"/cases/{reference}": "cases:read",
        "/events": "events:read",
        "/keys": "keys:manage",
        "/facts": "cases:read",
    }
    for scope in SCOPES:
        key = mint(cast, scope)
        for path, needed in wanted.items():
            problem = told(send(key, "GET", path), 200 if scope == needed else 403)
            assert scope == needed or problem["code"] == "scope_missing"
        revoke_key(row(key), actor=cast.platform, at=timezone.now())
    reading = mint(cast, "cases:read")
    refused = told(send(reading, "POST", f"/cases/{reference}/responses"), 403)
    assert "cases:respond" in refused["detail"]
    english = Machine(reading, **{"Accept-Language": "en"})
    assert told(english.get("/events"), 403)["code"] == "scope_missing"
    told(send(cast.key, "GET", "/keys"), 200)  # from before there were scopes


def test_a_key_bound_to_networks_is_refused_from_elsewhere(cast: Cast) -> None:
    key = mint(cast, networks=("203.0.113.0/24", "2001:db8::/32"))
    for address, status in (
        ("203.0.113.9", 200),
        ("::ffff:203.0.113.9", 200),
        ("2001:db8::1", 200),
        ("198.51.100.1", 403),
        ("", 403),
        ("x", 403),
    ):
        found = told(send(key, "GET", "/cases", REMOTE_ADDR=address), status)
        assert status == 200 or found["code"] == "network_not_allowed"
    told(send(key, "GET", "/cases", REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR="203.0.113.9"), 403)


def test_a_key_is_made_replaced_and_revoked_by_the_api_and_its_text_is_told_once(cast: Cast) -> None:
    keeper = mint(cast, "keys:manage", "cases:read")
    given = {"label": "夜间对账", "scopes": ["cases:read"], "networks": ["203.0.113.7"]}
    first = told(send(keeper, "POST", "/keys", given), 201)
    assert public_id_of(first["text"]) == first["key"]["id"]
    assert (first["key"]["scopes"], first["key"]["networks"]) == (["cases:read"], ["203.0.113.7/32"])
    again = told(send(keeper, "POST", "/keys", given), 201)
    assert again == {**first, "text": None}
    more = {"label": "x", "scopes": ["cases:respond"]}
    problem: Any = Machine(keeper).client.post(
        f"{ROOT}/keys", more, content_type="application/json", headers={"Idempotency-Key": "2"}
    )
    assert told(problem, 403)["code"] == "scope_exceeded"
    path = f"/keys/{first['key']['id']}"
    second = told(send(keeper, "POST", f"{path}/rotate", {"overlap_days": 3}), 201)
    assert second["key"]["label"] == "夜间对账"
    listed = {one["id"]: one for one in told(send(keeper, "GET", "/keys"), 200)["keys"]}
    assert listed[first["key"]["id"]]["expires_at"] < listed[second["key"]["id"]]["expires_at"]
    assert told(send(keeper, "POST", f"{path}/revoke"), 201)["key"]["revoked_at"]
    foreign = ApiKey.objects.get(public_id=cast.other_key.public_id)
    for verb in ("rotate", "revoke"):
        told(send(keeper, "POST", f"/keys/{foreign.public_id}/{verb}"), 404)
    wide = ApiKey.objects.get(public_id=cast.key.public_id)
    assert told(send(keeper, "POST", f"/keys/{wide.public_id}/rotate"), 403)["code"] == "scope_exceeded"
    noted = KeyChange.objects.filter(by=f"key:{keeper.public_id}").order_by("pk")
    assert [one.what for one in noted] == ["made", "made", "rotated", "revoked"]


def test_a_key_limited_to_networks_gives_nothing_that_is_good_elsewhere(cast: Cast) -> None:
    keeper = mint(cast, "keys:manage", "cases:read", networks=("203.0.113.0/24",))
    wide, other = mint(cast, "cases:read"), mint(cast, "cases:read", networks=("198.51.100.0/24",))
    inside = mint(cast, "cases:read", networks=("203.0.113.7",))
    at_home = {"REMOTE_ADDR": "203.0.113.9"}
    for key in (wide, other):
        refused = told(send(keeper, "POST", f"/keys/{key.public_id}/rotate", **at_home), 403)
        assert refused["code"] == "scope_exceeded"
        told(send(key, "GET", "/cases", REMOTE_ADDR="198.51.100.1"), 200)  # it goes on
    told(send(keeper, "POST", f"/keys/{inside.public_id}/rotate", **at_home), 201)
    given = {"label": "x", "scopes": ["cases:read"], "networks": ["203.0.112.0/23"]}
    assert told(send(keeper, "POST", "/keys", given, **at_home), 403)["code"] == "scope_exceeded"


@pytest.mark.parametrize(
    ("wanted", "own", "lies"),
    [
        ("203.0.113.7", ["203.0.113.0/24"], True),
        ("203.0.113.0/24", ["203.0.113.0/24"], True),
        ("203.0.113.9/24", ["203.0.113.0/24"], True),  # as it is kept: without the bits of a host
        ("203.0.112.0/23", ["203.0.113.0/24"], False),
        ("203.0.112.0/23", ["203.0.112.0/24", "203.0.113.0/24"], False),  # side by side they are not one
        ("2001:db8::/48", ["203.0.113.0/24", "2001:db8::/32"], True),
        ("::/0", ["2001:db8::/32"], False),
        ("0.0.0.0/0", ["::/0"], False),
        ("::ffff:203.0.113.7", ["203.0.113.0/24"], False),
        ("no network", ["203.0.113.0/24"], True),  # said where the key is made
    ],
)
def test_a_network_lies_in_another_or_not(wanted: str, own: list[str], lies: bool) -> None:
    assert _lies_in(wanted, [ip_network(each) for each in own]) is lies


def test_files_are_counted_for_all_keys_of_a_business_and_for_nobody_else(cast: Cast, settings: Settings) -> None:
    settings.UPLOAD_MIB_PER_KEY_AN_HOUR = 2
    reference, one, two = a_complaint().reference, Machine(mint(cast)), Machine(mint(cast))
    for number, machine, status in ((1, one, 201), (2, two, 201), (3, one, 429), (4, two, 429)):
        answer = machine.offer(reference, a_screenshot(colour=f"#33557{number}"), kind="platform")
        assert told(answer, status) and ("Retry-After" in answer.headers) is (status == 429)
    assert Evidence.objects.filter(offered_by="platform").count() == 2
    house, practising = sandbox.open_new("练手", at=timezone.now())
    invented = invent(house, "not-as-described", at=timezone.now())
    told(Machine(practising).offer(invented.reference, a_screenshot(), kind="platform"), 201)


def test_the_limits_of_a_key_hold(cast: Cast) -> None:
    at = timezone.now()
    for wrong in ({"expires_at": at + 400 * DAY}, {"expires_at": at}, {"networks": ("10.0.0.0/99",)}):
        with pytest.raises(CannotChangeKey):
            mint(cast, **wrong)
    key = row(mint(cast, expires_at=at + 10 * DAY))
    with pytest.raises(CannotChangeKey):
        rotate_key(key, overlap=31 * DAY, actor=cast.platform, at=at)
    rotate_key(key, overlap=30 * DAY, actor=cast.platform, at=at)
    key.refresh_from_db()
    assert key.expires_at == at + 10 * DAY  # never longer than it would have
    with pytest.raises(CannotChangeKey):
        rotate_key(key, overlap=DAY, actor=cast.platform, at=at)
    with pytest.raises(CannotChangeKey):
        revoke_key(key, actor=Actor.machine(cast.yunji), at=at)
    Membership.objects.create(user=cast.zhao, organisation=cast.kuailive, duties=["answering"])
    with pytest.raises(CannotChangeKey):
        revoke_key(key, actor=Actor.representative(cast.zhao, cast.kuailive), at=at)
    Membership.objects.filter(user=cast.zhao).update(duties=["engineer"])
    revoke_key(key, actor=Actor.representative(cast.zhao, cast.kuailive), at=at)
    assert key.changes.get(what="revoked").by == f"user:{cast.zhao.pk}"
    for _more in range(MOST_LIVE - ApiKey.objects.usable(at).filter(organisation=cast.kuailive).count()):
        mint(cast)
    with pytest.raises(CannotChangeKey, match="20"):
        mint(cast)


def test_a_key_to_practise_with_says_so(cast: Cast) -> None:
    practice = Organisation.objects.create(kind="sandbox", name_zh="快播场（练习）", sandbox_of=cast.kuailive)
    minted = make_key(
        practice, label="t", scopes=["cases:read"], networks=[], expires_at=None, actor=cast.platform, at=timezone.now()
    )
    assert minted.text.startswith("zz_test_")
    told(send(minted, "GET", "/cases"), 200)


def test_the_last_use_is_noted_to_the_hour(cast: Cast) -> None:
    key = mint(cast)
    told(send(key, "GET", "/cases"), 200)
    used = row(key).last_used_at
    assert used is not None and (used.minute, used.second) == (0, 0)


def test_no_wrong_use_of_a_key_opens_anything_or_leaves_it_in_a_log(
    cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    reference = a_complaint().reference
    path = f"/cases/{reference}"
    expired, revoked, bound, narrow = (
        mint(cast),
        mint(cast),
        mint(cast, networks=("192.0.2.0/24",)),
        mint(cast, "events:read"),
    )
    ApiKey.objects.filter(public_id=expired.public_id).update(expires_at=timezone.now())
    revoke_key(row(revoked), actor=cast.platform, at=timezone.now())
    tried = [
        (send(narrow, "GET", path), 403, "scope_missing"),
        (send(cast.other_key, "GET", path), 404, "not_found"),
        (send(revoked, "GET", path), 401, "bad_key"),
        (send(expired, "GET", path), 401, "bad_key"),
        (send(bound, "GET", path), 403, "network_not_allowed"),
        (Client().get(f"{ROOT}{path}?key={cast.key.text}"), 401, "bad_key"),
        (send(cast.key, "GET", f"{path}?key={cast.key.text}"), 401, "bad_key"),
        (_with_cookie(cast.key, path), 401, "not_authenticated"),
    ]
    for answer, status, code in tried:
        assert told(answer, status)["code"] == code
        assert reference not in answer.content.decode()
    keys = (expired, revoked, bound, narrow, cast.key, cast.other_key)
    written = caplog.text + "".join(capfd.readouterr())
    assert not [
        key for key in keys if key.text in written or key.text in b"".join(a.content for a, _s, _c in tried).decode()
    ]


def _with_cookie(key: MintedKey, path: str) -> Any:
    client = Client()
    client.cookies["Authorization"] = f"Bearer {key.text}"
    client.cookies["key"] = key.text
    return client.get(ROOT + path)
