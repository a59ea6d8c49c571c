"""Minka is broken on purpose, and an independent ledger says whether its numbers are still right."""
