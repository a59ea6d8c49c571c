"""What an enrollment is after a correction, and how it is told. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.runtime.rejections import Rejection
from contracts.days import day_of
from contracts.enrollment import (
    Enrollment,
    EnrollmentAccepted,
    EnrollmentRequested,
    EnrollmentStatus,
    EnrollmentWaitlisted,
    EnrollmentWithdrawn,
    StatedTraining,
)
from contracts.event import Profile
from services.enrollment.enrollments.dates import age_band, age_on, is_plausible
from services.enrollment.enrollments.domain import ENROLLED_ON_IMPLAUSIBLE
from services.enrollment.enrollments.stated import Statement, event_of_statement


class EnrollmentCorrectionReason(StrEnum):
    """Why an enrollment is corrected."""

    MISTAKE_FOUND = "mistake_found"
    PERSON_ASKED = "person_asked"


@dataclass(frozen=True, slots=True)
class CorrectableEnrollment:
    """An enrollment with all of its instants. `accepted_at` is None for whoever never had a seat; `is_nominated` tells
    that the seat is one of the organization's."""

    enrollment_id: UUID
    person_id: UUID
    programme_id: UUID
    cohort_id: UUID
    organization_id: UUID | None
    status: EnrollmentStatus
    accepted_at: datetime | None
    profile: Profile
    shown_to_organization: bool
    recorded_at: datetime
    withdrawn_at: datetime | None
    is_nominated: bool
    stated: Statement | None

    @property
    def applied_on(self) -> date:
        """The day of the application: a sheet tells one from before it was stored."""
        return day_of(min(self.accepted_at or self.recorded_at, self.recorded_at))


def announcements(
    former: CorrectableEnrollment, corrected: CorrectableEnrollment
) -> Iterator[Enrollment | StatedTraining]:
    """Yields the events that tell the enrollment as it is right, each as of when it happened.

    A seat that was given later than was told is not there in between.
    """
    if corrected.stated:
        yield _restated(corrected, corrected.stated)
        return
    if former.accepted_at and corrected.accepted_at and former.accepted_at < corrected.accepted_at:
        yield _told(EnrollmentRequested, replace(corrected, accepted_at=None), former.accepted_at)
    if corrected.accepted_at:
        yield _told(EnrollmentAccepted, corrected, corrected.accepted_at)
    if corrected.status is EnrollmentStatus.WAITLISTED:
        yield _told(EnrollmentWaitlisted, corrected, corrected.recorded_at)
    if corrected.withdrawn_at:
        yield _told(EnrollmentWithdrawn, corrected, corrected.withdrawn_at)


def corrected_profile(stored: CorrectableEnrollment, former: Profile, corrected: Profile) -> Profile:
    """Returns the enrollment's profile with what was wrong of the person: where it says the same as was stored of them.

    The age group is that of the day of the application, by `with_age_on`.
    """
    wrong = [field for field in _CORRECTED_FIELDS if getattr(former, field) != getattr(corrected, field)]
    same = [field for field in wrong if getattr(stored.profile, field) == getattr(former, field)]
    return stored.profile.model_copy(update={field: getattr(corrected, field) for field in same})


def with_age_on(day: date, profile: Profile, birth_date: date | None) -> Profile:
    """Returns the profile with the age group of somebody born on this date."""
    return profile.model_copy(update={"age_band": age_band(age_on(day, birth_date))})


def enrolled_on_rejection(enrolled_on: date, today: date) -> Rejection | None:
    """Returns a rejection of a day on which nobody can have enrolled."""
    return None if is_plausible(enrolled_on, today) else ENROLLED_ON_IMPLAUSIBLE


def _told(event_type: type[Enrollment], one: CorrectableEnrollment, occurred_at: datetime) -> Enrollment:
    return event_type(
        occurred_at=occurred_at,
        enrollment_id=one.enrollment_id,
        person_id=one.person_id,
        programme_id=one.programme_id,
        cohort_id=one.cohort_id,
        organization_id=one.organization_id,
        status=_STATUSES[event_type],
        accepted_at=one.accepted_at,
        profile=one.profile,
    )


def _restated(one: CorrectableEnrollment, statement: Statement) -> StatedTraining:
    return event_of_statement(
        statement,
        enrollment_id=one.enrollment_id,
        status=one.status,
        accepted_at=one.accepted_at or one.recorded_at,
        person_id=one.person_id,
        programme_id=one.programme_id,
        cohort_id=one.cohort_id,
        organization_id=one.organization_id,
        profile=one.profile,
    )


_CORRECTED_FIELDS = ("district", "sex", "mother_tongue", "ethnicity", "organization_type")
_STATUSES: dict[type[Enrollment], EnrollmentStatus] = {
    EnrollmentRequested: EnrollmentStatus.REQUESTED,
    EnrollmentAccepted: EnrollmentStatus.ACCEPTED,
    EnrollmentWaitlisted: EnrollmentStatus.WAITLISTED,
    EnrollmentWithdrawn: EnrollmentStatus.WITHDRAWN,
}
