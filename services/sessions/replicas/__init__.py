"""Copies of what enrollment announced: programmes, modules, cohorts, assignments and enrollments."""
