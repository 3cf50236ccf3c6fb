"""Invented complaints in any number: whole cases made in memory by the rules of the house, written in large pieces."""
