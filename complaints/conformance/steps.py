"""All steps in their order. Only what can honestly be seen from our side of the wire is judged."""

from __future__ import annotations

from complaints.conformance.calling import CALLS
from complaints.conformance.ended import Act
from complaints.conformance.leaving import LEAVING
from complaints.conformance.sending import NOTICES

STEPS: dict[str, Act] = {**NOTICES, **CALLS, **LEAVING}
