"""Accounts made with an e-mail address: under which name they stand, and the link that lets one set a password.

The address itself is kept sealed. The name is made of its keyed hash: lists, logs and lock-outs hold no address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from accounts.models import User
from accounts.sealing import VERSION, CannotUnseal, keyed_hash, seal, unseal

LINK_LASTS = timedelta(hours=2)
OWNER, MOVE = "account:password", "account:address"


def name_for(typed: str) -> str:
    """The name of the account for what somebody types: an address becomes its hash, a name stays as it is."""
    return f"u-{keyed_hash(f'account:{typed.strip().lower()}')[:32]}" if "@" in typed else typed


def name_meant(typed: str) -> str:
    """As ``name_for``, for signing in: operators once made names that hold an @, and such a name is itself."""
    return typed if "@" in typed and User.objects.filter(username=typed).exists() else name_for(typed)


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Under which name tries to sign in are counted (AXES_USERNAME_CALLABLE)."""
    return name_meant(str((credentials or {}).get("username") or request.POST.get("username", "")))


def link_token(email: str, *, at: datetime) -> str:
    """What the link in a letter carries: sealed, so the address cannot be read from it; good once and for two hours."""
    sealed = seal(json.dumps([email, at.isoformat(), _stamp(email)]), owner=OWNER)
    return sealed.removeprefix(f"{VERSION}.").rstrip("=")


def address_of(token: str, *, at: datetime) -> str | None:
    """The address a link was sent to; None for one that is too old, used, altered, or of an account shut down."""
    try:
        email, made_at, stamp = json.loads(unseal(_whole(token), owner=OWNER))
    except CannotUnseal:
        return None
    is_fresh = datetime.fromisoformat(made_at) <= at < datetime.fromisoformat(made_at) + LINK_LASTS
    return email if is_fresh and stamp and stamp == _stamp(email) else None


def keep_password(email: str, password: str, *, language: str) -> User:
    """Set the password of the account with this address; make the account where there is none."""
    user, _made = User.objects.get_or_create(username=name_for(email), defaults={"language": language})
    if not user.sealed_email:
        user.sealed_email = seal(email, owner=_owner(user))
    user.set_password(password)
    user.save(update_fields=["sealed_email", "password"])
    return user


class AddressTaken(Exception):
    """Another account has this address already."""


def move_token(user: User, email: str, *, at: datetime) -> str:
    """What the link to a new address carries; good once and for two hours."""
    sealed = seal(json.dumps([user.pk, email, at.isoformat(), _person_stamp(user)]), owner=MOVE)
    return sealed.removeprefix(f"{VERSION}.").rstrip("=")


def move_of(token: str, *, at: datetime) -> tuple[User, str] | None:
    """Whose account a link moves, and to which address; None for one that is too old, used, altered, or shut down."""
    try:
        pk, email, made_at, stamp = json.loads(unseal(_whole(token), owner=MOVE))
    except CannotUnseal:
        return None
    user = User.objects.filter(pk=pk, is_active=True).exclude(sealed_email="").first()
    is_fresh = datetime.fromisoformat(made_at) <= at < datetime.fromisoformat(made_at) + LINK_LASTS
    return (user, email) if user and is_fresh and stamp == _person_stamp(user) else None


def move(user: User, email: str) -> str:
    """Put the account under another address; every session ends. Returns the address before. Raises AddressTaken."""
    before = email_of(user)
    user.username = name_for(email)
    user.sealed_email = seal(email, owner=_owner(user))
    try:
        with transaction.atomic():
            user.save(update_fields=["username", "sealed_email"])
    except IntegrityError:
        raise AddressTaken from None
    user.end_sessions()
    return before


def email_of(user: User) -> str:
    """The address in plain, or nothing."""
    return unseal(user.sealed_email, owner=_owner(user)) if user.sealed_email else ""


def masked(email: str) -> str:
    """``c***@mail.example``"""
    return f"{email[:1]}***@{email.rpartition('@')[2]}" if email else ""


def _stamp(email: str) -> str:
    """Changes when the password does, so that a link works once; empty for an account that was shut down, and for one
    that has a desk: nobody comes to a desk through a mailbox."""
    user = User.objects.filter(username=name_for(email)).first()
    if user is None:
        return "new"
    return keyed_hash(f"stamp:{user.password}")[:16] if user.is_active and not user.is_staff else ""


def _person_stamp(user: User) -> str:
    """Changes with password and address."""
    return keyed_hash(f"move:{user.password}:{user.username}")[:16]


def _whole(token: str) -> str:
    return f"{VERSION}.{token}{'=' * (-len(token) % 4)}"


def _owner(user: User) -> str:
    return f"user:{user.username}"
