"""Sheets of enrollments: what a file of an office says, row by row, without storing anything."""
