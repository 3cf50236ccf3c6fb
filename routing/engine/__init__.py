"""The engine: facts and law in, an answer out. Standard library only; no Django, no clock, no settings."""
