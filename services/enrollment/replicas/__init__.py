"""Copies of what sessions announced, attendance, completion and the calendar, and of withdrawals that took effect."""
