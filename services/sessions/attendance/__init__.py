"""Attendance: rosters, scans, the attendances that scans lead to, and their corrections."""
