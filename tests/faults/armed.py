"""The settings of a site that can be killed at a point: the product's own, beside an app that wraps functions of it."""

import os
from datetime import timedelta
from typing import Any

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, LOGGING

INSTALLED_APPS += ["tests.faults.apps.Armed"]
WEBHOOK_LEASE = timedelta(seconds=float(os.environ.get("LEASE_SECONDS", "60")))
if "BUSY_SECONDS" in os.environ:  # so that a test need not wait twenty seconds for a lock
    DATABASES["default"]["OPTIONS"]["timeout"] = float(os.environ["BUSY_SECONDS"])
loggers: Any = LOGGING["loggers"]
loggers["django.request"] = {"level": "CRITICAL"}
