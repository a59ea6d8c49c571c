"""Programmes and the modules they teach."""
