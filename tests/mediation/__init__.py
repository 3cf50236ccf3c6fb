"""Mediation from the first session to the last day."""
