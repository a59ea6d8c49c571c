"""Bulk import: an office's sheet becomes enrollments, row by row."""
