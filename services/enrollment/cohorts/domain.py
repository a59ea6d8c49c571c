"""The lock of a cohort's seats. Pure."""

from uuid import UUID


def seat_lock(cohort_id: UUID) -> str:
    """Names the lock that guards a cohort's seats and the versions of its enrollments.

    It sorts after every `person_lock`, so that a transaction that holds seats never waits for a person.
    """
    return f"seats/{cohort_id}"
