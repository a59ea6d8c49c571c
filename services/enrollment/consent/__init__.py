"""Consent: what a person agreed to, for which purpose, and until when."""
