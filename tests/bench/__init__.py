"""Speed, measured beside a reference in the same run (``make bench``). Nothing here is a test: figures never fail."""
