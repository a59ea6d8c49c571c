"""Copies of what sessions announced about enrollments: attendance and completion."""
