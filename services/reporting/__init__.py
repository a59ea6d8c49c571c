"""Reporting: what the other services said, counted once, and published through one gate."""
