"""``manage.py remove_factors NAME``: for somebody who lost telephone and recovery codes, where no operator gets in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management.base import BaseCommand, CommandError

from accounts import factors
from accounts.models import User
from accounts.names import name_meant


class Command(BaseCommand):
    help = "Take all second factors off an account; its sessions end, and it is on record."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name or the address the person signs in with")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        person = User.objects.filter(username=name_meant(name)).first()
        if person is None:
            raise CommandError("No account of this name.")
        count = factors.remove_all(person)
        # Whoever has a shell has no account: the entry stands under the person's own.
        LogEntry.objects.log_actions(
            person.pk, [person], CHANGE, change_message="second factors removed by command", single_object=True
        )
        self.stdout.write(f"{count} removed. The person signs in with the password alone and should set up a new one.")
