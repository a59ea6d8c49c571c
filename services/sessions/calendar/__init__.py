"""The calendar: which sessions are planned, moved, cancelled and held."""
