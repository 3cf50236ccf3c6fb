"""How the house is wired: settings, addresses, doors for the web server."""
