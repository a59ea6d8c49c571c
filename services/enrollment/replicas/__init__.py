"""Copies of what sessions announced: attendance and completion of enrollments, and the calendar."""
