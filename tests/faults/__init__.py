"""Faults: real processes, really killed, cut off and starved; after each test the invariants hold (invariants.py)."""
