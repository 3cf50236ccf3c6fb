"""The kinds of shelf stored bytes may lie on. ``complaints.evidence.shelf`` is the door to all of them."""
