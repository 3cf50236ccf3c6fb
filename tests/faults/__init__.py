"""Faults: real processes, really killed, cut off and starved; after each the invariants hold (tests/faults/invariants)."""
