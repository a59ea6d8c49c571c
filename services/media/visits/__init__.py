"""Visits: one opening of a link, recorded before the visitor is redirected."""
