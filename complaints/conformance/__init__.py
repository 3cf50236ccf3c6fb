"""Putting a receiver to the test: some twenty steps against one verified address, and the report of a run."""
