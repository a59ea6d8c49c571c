"""Copies of the programmes that enrollment announced."""
