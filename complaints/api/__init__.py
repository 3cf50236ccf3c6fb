"""DOOR for platforms' machines: /api/v1/ (docs/api.md)."""
