"""DOOR: the association's desk. Pages parse, call one verb of complaints.flow, and show."""
