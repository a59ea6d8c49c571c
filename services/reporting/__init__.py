"""Reporting: counts the events of the other services once, and publishes figures through one gate."""
