"""Every page is HTML as the standard has it."""
