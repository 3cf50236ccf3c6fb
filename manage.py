#!/usr/bin/env python
"""The commands of the site. ``decide`` needs the law and nothing else of it, so it starts without the site."""

import os
import sys

from routing.console import main as decide
from routing.console import understands


def main() -> None:
    """Hand over to Django, but for ``decide``: loading the whole site would take three times as long as deciding."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["decide"] and understands(sys.argv[2:]):
        sys.exit(decide(sys.argv[2:]))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
