"""Kiosks and hotlines of associations: they file for consumers and follow with a receipt code."""
