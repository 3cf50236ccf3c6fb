"""A reference receiver for complaint notices: verify, keep once, fetch, answer, reconcile."""
