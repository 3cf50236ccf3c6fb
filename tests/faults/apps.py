"""The app that makes a process killable: it wraps what is there, once everything is loaded."""

from django.apps import AppConfig

from tests.faults import points


class Armed(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self) -> None:
        points.install()
