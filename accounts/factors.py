"""Second factors of a person: codes of an app (RFC 6238), passkeys (WebAuthn), and ten codes on paper.

The package django-allauth keeps and checks them; this is the only module that knows it. Its pages, mails and sign-up
are not used.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import segno
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User

log = logging.getLogger(__name__)

Kind = Authenticator.Type
SIDES = (0, -1, 1)  # clocks of telephones are off by seconds: the step before and the one after count too
GROUP = 5  # digits of a recovery code that stand together
MOST_PASSKEYS = 10
WRONG_IN_A_ROW, CODES_REST = (
    20,
    timedelta(hours=1),
)  # whoever guesses knows the password already, from however many networks


class CodesRest(Exception):
    """So many wrong codes came in a row that for an hour not even a right one is looked at."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """One passkey as its owner sees it."""

    pk: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Which factors a person has."""

    totp: Authenticator | None
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def is_on(self) -> bool:
        return self.totp is not None or bool(self.passkeys)

    @property
    def count(self) -> int:
        return len(self.passkeys) + (self.totp is not None)


def is_on(user: User) -> bool:
    """Whether a password alone does not let this person in."""
    return bool(Authenticator.objects.filter(user=user).exclude(type=Kind.RECOVERY_CODES).exists())


def standing_of(user: User) -> Standing:
    """Everything the person's security page tells."""
    rows = list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))
    codes = next((row for row in rows if row.type == Kind.RECOVERY_CODES), None)
    return Standing(
        totp=next((row for row in rows if row.type == Kind.TOTP), None),
        passkeys=tuple(
            Passkey(row.pk, row.data["name"], row.created_at, row.last_used_at)
            for row in rows
            if row.type == Kind.WEBAUTHN
        ),
        codes_left=len(RecoveryCodes(codes).get_unused_codes()) if codes else 0,
    )


# ── Codes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def use_code(user: User, typed: str, *, at: datetime) -> bool:
    """Whether this is a code of the person's app now, or one of those on paper; each good once. Raises CodesRest."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if person.no_codes_until and at < person.no_codes_until:
        raise CodesRest
    is_right = _is_one_of(person, _tidy(typed), at)
    person.wrong_codes = 0 if is_right else person.wrong_codes + 1
    if person.wrong_codes >= WRONG_IN_A_ROW:
        log.warning("user:%s: so many wrong codes in a row that codes rest", user.pk)
        person.wrong_codes, person.no_codes_until = 0, at + CODES_REST
    person.save(update_fields=["wrong_codes", "no_codes_until"])
    return is_right


def _is_one_of(user: User, code: str, at: datetime) -> bool:
    for row in Authenticator.objects.select_for_update().filter(user=user).exclude(type=Kind.WEBAUTHN):
        if _use_step(row, code, at) if row.type == Kind.TOTP else RecoveryCodes(row).validate_code(code):
            Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)
            return True
    return False


def new_seed() -> str:
    """160 random bits in base32, as apps take it."""
    return str(generate_totp_secret())


def step_of(seed: str, typed: str, *, at: datetime) -> int | None:
    """The time step (RFC 6238) this code belongs to, of the three that count now; None for a code of none of them."""
    now = int(at.timestamp()) // app_settings.TOTP_PERIOD
    code = _tidy(typed)
    fits = (step for step in (now + side for side in SIDES) if _is_code(seed, step, code))
    return next(fits, None)


def _is_code(seed: str, step: int, code: str) -> bool:
    return constant_time_compare(format_hotp_value(hotp_value(seed, step)), code)


def _use_step(row: Authenticator, code: str, at: datetime) -> bool:
    """A step that was used, or lies before one that was, is not good again (RFC 6238, 5.2): kept in the row, because
    several processes answer."""
    step = step_of(decrypt(row.data["secret"]), code, at=at)
    if step is None or step <= row.data.get("step", 0):
        return False
    row.data["step"] = step
    row.save(update_fields=["data"])
    return True


def _tidy(typed: str) -> str:
    """Digits as people type them: with gaps, dashes, in full width."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign.isascii() and sign.isalnum())


@transaction.atomic
def add_totp(user: User, seed: str, *, step: int) -> None:
    """Keep the seed of the person's app in place of any before it; the code it was proved with is spent."""
    Authenticator.objects.filter(user=user, type=Kind.TOTP).delete()
    row = TOTP.activate(user, seed).instance
    row.data["step"] = step
    row.save(update_fields=["data"])
    log.info("user:%s set up an authenticator app", user.pk)


def address_of(user: User, seed: str) -> str:
    """``otpauth://totp/…``, as apps read it from a picture."""
    adapter = get_adapter()
    issuer = adapter.get_totp_issuer()
    label = quote(f"{issuer}:{adapter.get_totp_label(user)}")
    return f"otpauth://totp/{label}?{urlencode({'secret': seed, 'issuer': issuer}, quote_via=quote)}"


def picture_of(address: str, *, title: str) -> SafeString:
    """The same as a QR picture, inline: fetched from nowhere, stored nowhere. ``title`` must be ours."""
    drawn = segno.make(address, error="m").svg_inline(
        omitsize=True, border=2, dark="#171E26", light="#fff", title=title
    )
    return mark_safe(drawn)  # drawn by segno; the text is in it as squares only


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Ten fresh codes for paper, in groups; those of before are worth nothing any more."""
    User.objects.select_for_update().get(pk=user.pk)
    Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
    codes = RecoveryCodes.activate(user).generate_codes()
    log.info("user:%s got new recovery codes", user.pk)
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


# ── Passkeys ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask_new_passkey(user: User) -> dict[str, Any]:
    """What the browser needs to make one. Only keys that are found by themselves and ask for a PIN or a finger."""
    return dict(webauthn.begin_registration(user, passwordless=True))


def add_passkey(user: User, credential: Mapping[str, Any], *, name: str) -> bool:
    """Keep what the browser made. False where it does not answer what was asked."""
    try:
        webauthn.parse_registration_response(credential)
        made = webauthn.complete_registration(dict(credential))
    except (ValidationError, ValueError, TypeError, KeyError):
        return False
    if not made.is_user_verified():
        return False
    webauthn.WebAuthn.add(user, name, dict(credential))
    log.info("user:%s set up a passkey", user.pk)
    return True


def ask_passkey(user: User | None) -> dict[str, Any]:
    """What the browser needs to show one: one of this person's, or whichever is in it."""
    return dict(webauthn.begin_authentication(user))


def use_passkey(credential: Mapping[str, Any], *, user: User | None, at: datetime) -> User | None:
    """Whose passkey this is, if it answers what was asked and belongs to ``user`` (None: to who may enter)."""
    try:
        webauthn.parse_authentication_response(credential)
        person = user or webauthn.extract_user_from_response(dict(credential))
        row = webauthn.complete_authentication(person, dict(credential))
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return None
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)
    return person if isinstance(person, User) and person.is_active else None


# ── Taking away ──────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def remove(user: User, pk: int) -> bool:
    """Take one factor away; with the last one the codes on paper go too. False if there is none such."""
    found, _rows = Authenticator.objects.filter(user=user, pk=pk).exclude(type=Kind.RECOVERY_CODES).delete()
    log.info("user:%s took a factor away: %s", user.pk, bool(found))
    if found and not is_on(user):
        Authenticator.objects.filter(user=user).delete()
    return bool(found)


@transaction.atomic
def remove_all(user: User) -> int:
    """Take every factor of a person away, for one who lost telephone and paper; their sessions end. Returns how
    many factors there were."""
    count = standing_of(user).count
    Authenticator.objects.filter(user=user).delete()
    user.end_sessions()
    log.info("all factors of user:%s were taken away", user.pk)
    return count
