"""The offline verifier: one file that goes into every bundle, and needs nothing but Python."""
