"""Entries of the register, valid by default; a test names only what it is about."""

from __future__ import annotations

from typing import Any

from stdnum.cn import uscc

from complaints.flow import register
from complaints.models import Actor, RegisterEntry
from tests.cast import MONDAY

Kind = RegisterEntry.Kind


def code(number: int) -> str:
    """A valid unified social credit code, another one for each number."""
    stem = f"91330106{number:09d}"
    return stem + str(uscc.calc_check_digit(stem))


def an_entry(
    actor: Actor, name: str, kind: str = Kind.SHOP, *, platform: RegisterEntry | None = None, **given: Any
) -> RegisterEntry:
    return register.enter({"name_zh": name, **given}, kind=kind, platform=platform, actor=actor, at=MONDAY)


def fresh(entry: RegisterEntry) -> RegisterEntry:
    return RegisterEntry.objects.get(pk=entry.pk)


def named(entry: RegisterEntry, text: str, actor: Actor, platform: RegisterEntry | None = None) -> int:
    """A further name of the entry; its key."""
    version = fresh(entry).version
    return register.add_name(entry.pk, text, platform=platform, version=version, actor=actor, at=MONDAY).pk
