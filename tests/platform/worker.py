"""What a test asks of a process of its own: ``python -m tests.platform.worker assemble|file|work|answers|show``."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

import django
from django.utils import timezone


def main(verb: str, *words: str) -> None:
    django.setup()
    # What follows needs Django's applications, so it is imported now.
    from accounts.models import Endpoint
    from complaints import tasks
    from complaints.models import Assertion, Attempt, Delivery, Heartbeat
    from tests.builders import a_complaint
    from tests.cast import assemble

    match verb:
        case "assemble":
            cast = assemble()
            Endpoint.objects.update(url=words[0])
            print(cast.secret, cast.key.text)
        case "file":
            print(a_complaint(at=timezone.now()).reference)
        case "work":
            until = timezone.now() + timedelta(seconds=float(words[0]))
            while timezone.now() < until and Delivery.objects.exclude(state="done").exists():
                tasks.deliver()
                time.sleep(0.2)
        case "answers":
            said = Assertion.objects.filter(complaint__reference=words[0], speaker="platform", evidence__isnull=False)
            print(*said.order_by("pk").values_list("fact", flat=True))
        case "show":
            beat = Heartbeat.objects.first()
            found = {
                "states": list(Delivery.objects.order_by("pk").values_list("state", flat=True)),
                "outcomes": list(Attempt.objects.order_by("pk").values_list("outcome", flat=True)),
                "ids": list(Delivery.objects.order_by("pk").values_list("message_id", flat=True)),
                "beat": beat.at.isoformat() if beat else None,
            }
            print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
