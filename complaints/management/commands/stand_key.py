"""Make a key for an association's counter, kiosk or hotline; its text is printed once and kept nowhere."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Organisation
from complaints.flow.stands import SCOPES, make_stand_key

LONGEST = 365  # days


class Command(BaseCommand):
    help = "Make a key for an association's counter, kiosk or hotline (docs/kiosk.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("association", help="its name, in Chinese or English")
        parser.add_argument("--label", required=True, help="which counter or line it is for")
        parser.add_argument("--scopes", nargs="+", choices=SCOPES, default=list(SCOPES))
        parser.add_argument("--days", type=int, default=LONGEST, help=f"how long it lives, at most {LONGEST}")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Organisation.objects.named(options["association"], kind=Organisation.Kind.ASSOCIATION)
        if found is None:
            raise CommandError(f"no association is called {options['association']!r}")
        if not 1 <= options["days"] <= LONGEST:
            raise CommandError(f"--days: 1 to {LONGEST}")
        at = timezone.now()
        until = at + timedelta(days=options["days"])
        minted = make_stand_key(found, label=options["label"], scopes=options["scopes"], expires_at=until, at=at)
        self.stdout.write(minted.text)
