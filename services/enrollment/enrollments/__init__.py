"""Enrollments: giving a seat or a place in the waiting list, and taking it back."""
