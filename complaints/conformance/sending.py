"""Notices, right and wrong ones: what each step sends, and which answer is right."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

from complaints import webhooks
from complaints.conformance.bench import STRANGER, Bench, Came, ed25519_of
from complaints.conformance.ended import Act, Ended, Result, refuse, take

TOO_OLD = 310  # seconds: a receiver takes what is at most 300 away from its own clock


def _signed(bench: Bench) -> Ended:
    return take(bench.give("signed"))


def _again(bench: Bench) -> Ended:
    """The very same id and bytes; only the time of the attempt is new."""
    body = bench.body(twin=True)
    first = bench.give("again", body)
    return take(bench.give("again", body)) if first.took else take(first)


def _at_once(bench: Bench) -> Ended:
    body = bench.body()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _each: bench.give("at-once", body), range(2)))
    return take(next((came for came in both if not came.took), both[0]))


def _forged(bench: Bench) -> Ended:
    body = bench.body()
    headers = bench.headers("forged", body)
    wrong = base64.b64encode(b"\x00" * 32).decode()
    return refuse(bench.post(body, {**headers, "webhook-signature": f"v1,{wrong}"}))


def _changed(bench: Bench) -> Ended:
    """Signed, and then one value is another: a signature over parsed and rewritten JSON would not notice spaces."""
    body = bench.body()
    headers = bench.headers("changed", body)
    return refuse(bench.post(body.replace(b'"negotiating"', b'"settled"'), headers))


def _spaced(bench: Bench) -> Ended:
    """Signed, and then a space is added: the JSON means the same, the bytes do not."""
    body = bench.body()
    headers = bench.headers("spaced", body)
    return refuse(bench.post(body.replace(b'"data":', b'"data": '), headers))


def _old_secret(bench: Bench) -> Ended:
    """As after a rotation, once the overlap is over: a good signature by a secret that counts no more."""
    return refuse(bench.give("old-secret", signing=[STRANGER]))


def _without(name: str) -> Act:
    def act(bench: Bench) -> Ended:
        body = bench.body()
        headers = bench.headers(f"without-{name}", body)
        headers.pop(name)
        return refuse(bench.post(body, headers))

    return act


def _too_old(bench: Bench) -> Ended:
    return refuse(bench.give("too-old", ago=TOO_OLD))


def _too_new(bench: Bench) -> Ended:
    return refuse(bench.give("too-new", ago=-TOO_OLD))


def _rotation(bench: Bench) -> Ended:
    """Two signatures: the receiver still has the old secret, which signs in the second place."""
    return take(bench.give("rotation", signing=[STRANGER, bench.signing[0]]))


def _unknown_version(bench: Bench) -> Ended:
    body = bench.body()
    headers = bench.headers("unknown-version", body)
    headers["webhook-signature"] = f"v9,{base64.b64encode(b'x' * 32).decode()} {headers['webhook-signature']}"
    return take(bench.post(body, headers))


def _ed25519(bench: Bench) -> Ended:
    """Only where the address has such a key: signed with it alone, as a receiver that pins it would check it."""
    if not bench.signing_key:
        return Ended(Result.SKIPPED, Came(None, 0, "not-on"))
    body = bench.body()
    headers = bench.headers("ed25519", body)
    signature = ed25519_of(bench.signing_key, headers["webhook-id"], headers["webhook-timestamp"], body)
    return take(bench.post(body, {**headers, "webhook-signature": signature}))


def _unknown_type(bench: Bench) -> Ended:
    return take(bench.give("unknown-type", bench.body("case.something_new")))


def _unknown_field(bench: Bench) -> Ended:
    return take(bench.give("unknown-field", bench.body(something_new={"inside": [1, 2, None]})))


def _late(bench: Bench) -> Ended:
    """An earlier version of the case, after a later one: to be taken, and to change nothing."""
    later = bench.give("late-2", bench.body(version=bench.version))
    return take(bench.give("late-1", bench.body(version=max(1, bench.version - 1)))) if later.took else take(later)


def _big(bench: Bench) -> Ended:
    room = webhooks.MAX_BODY_BYTES - len(bench.body(filling=""))
    return take(bench.give("big", bench.body(filling="x" * room)))


def _words(bench: Bench) -> Ended:
    return take(bench.give("words", bench.body(words="桑蚕丝四件套 ＋ “运费险” 🧵 \u2028 ½")))


def _not_json(bench: Bench) -> Ended:
    """Rightly signed, and no JSON: whatever it answers, it must not fall over."""
    came = bench.give("not-json", b"\xff\xfe not json")
    sound = came.status is not None and came.status < 500
    return Ended(Result.PASSED if sound else Result.FAILED, came)


def _still_there(bench: Bench) -> Ended:
    """After all that was odd, an ordinary one."""
    return take(bench.give("still-there"))


NOTICES: dict[str, Act] = {
    "signed": _signed,
    "forged": _forged,
    "changed": _changed,
    "spaced": _spaced,
    "old-secret": _old_secret,
    "without-signature": _without("webhook-signature"),
    "without-id": _without("webhook-id"),
    "without-timestamp": _without("webhook-timestamp"),
    "too-old": _too_old,
    "too-new": _too_new,
    "rotation": _rotation,
    "unknown-version": _unknown_version,
    "ed25519": _ed25519,
    "again": _again,
    "at-once": _at_once,
    "late": _late,
    "unknown-type": _unknown_type,
    "unknown-field": _unknown_field,
    "big": _big,
    "words": _words,
    "not-json": _not_json,
    "still-there": _still_there,
}
