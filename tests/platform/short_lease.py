"""The settings of a site whose leases end soon, so that a test need not wait for them."""

from datetime import timedelta

from config.settings import *  # noqa: F403

WEBHOOK_LEASE = timedelta(seconds=3)
