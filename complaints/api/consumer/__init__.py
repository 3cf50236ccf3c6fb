"""The API's rooms for an association's kiosks and hotlines: they file for consumers, and follow with a receipt code."""
