"""Scanning people's cards at the door of a session, one after the other."""
