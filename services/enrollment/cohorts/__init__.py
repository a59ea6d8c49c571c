"""Cohorts, their seats, and who facilitates them."""
