"""The decision on one application for a seat. Pure: what is on record is passed in, read under the locks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from chassis.web.texts import N_
from contracts import territory
from contracts.days import day_of
from contracts.enrollment import EnrollmentStatus
from contracts.event import Ethnicity, MotherTongue, OrganizationType, Profile, Sex
from services.enrollment import consent, names, profile, seats
from services.enrollment.consent import Agreement, Given
from services.enrollment.days import is_plausible, moment
from services.enrollment.documents import Document
from services.enrollment.names import Names
from services.enrollment.people import Identity
from services.enrollment.refusals import Refused

OLDEST = 120
"""Years of age above which a birth date is a slip."""


@dataclass(frozen=True, slots=True)
class Application:
    """Somebody asks for a seat in a cohort, by form or by a row of a sheet. `district` is an INEI code."""

    enrollment_id: UUID
    cohort_id: UUID
    document: Document
    names: Names
    district: str
    consents: tuple[Agreement, ...]
    organization_id: UUID | None = None
    birth_date: date | None = None
    phone: str | None = None
    email: str | None = None
    sex: Sex = Sex.NOT_STATED
    mother_tongue: MotherTongue = MotherTongue.NOT_STATED
    ethnicity: Ethnicity = Ethnicity.NOT_STATED
    organization_type: OrganizationType = OrganizationType.NOT_STATED
    enrolled_on: date | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort's seats as they stand."""

    programme_id: UUID
    capacity: int
    taken: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known by this document. `has_seat` counts accepted enrollments of any cohort."""

    person_id: UUID
    identity: Identity
    profile: Profile
    consents: consent.Known
    has_seat: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """What is on record about an application. `organization_type` is that of the organization it names, if known."""

    cohort: Cohort | None
    person: Person | None
    enrollment: tuple[UUID, EnrollmentStatus] | None
    id_is_taken: bool
    organization_type: str | None


@dataclass(frozen=True, slots=True)
class Admission:
    """What to write down: a seat or a place in the waiting list, and the consents that are new."""

    programme_id: UUID
    status: EnrollmentStatus
    at: datetime
    profile: Profile
    consents: list[Given]


@dataclass(frozen=True, slots=True)
class Accepted:
    """`new_person`: they had no other accepted enrollment, so that one more person counts as enrolled."""

    enrollment_id: UUID
    person_id: UUID
    new_person: bool


@dataclass(frozen=True, slots=True)
class Waitlisted:
    """The cohort is full; they move up when a seat frees."""

    enrollment_id: UUID
    person_id: UUID


@dataclass(frozen=True, slots=True)
class AlreadyEnrolled:
    """The same document was enrolled in the same cohort before; nothing changed."""

    enrollment_id: UUID
    person_id: UUID
    status: EnrollmentStatus


@dataclass(frozen=True, slots=True)
class Review:
    """The document is known with clearly another name: somebody has to look; nothing changed."""

    person_id: UUID


Outcome: TypeAlias = Accepted | Waitlisted | AlreadyEnrolled | Review | Refused


def decide(
    application: Application, situation: Situation, now: datetime
) -> Admission | AlreadyEnrolled | Review | Refused:
    """What becomes of an application."""
    if situation.cohort is None:
        return _COHORT_UNKNOWN
    person = situation.person
    if person is not None and not names.agree(person.identity.names, application.names):
        return Review(person.person_id)
    if person is not None and situation.enrollment is not None:
        return AlreadyEnrolled(situation.enrollment[0], person.person_id, situation.enrollment[1])
    if refused := _refusal(application, situation, situation.cohort, now):
        return refused
    return _admission(application, situation, situation.cohort, now)


def identity_of(application: Application) -> Identity:
    """What of an application identifies the person and may be kept."""
    return Identity(
        application.document, application.names, application.birth_date, application.phone, application.email
    )


def _refusal(application: Application, situation: Situation, cohort: Cohort, now: datetime) -> Refused | None:
    if not cohort.is_open:
        return _COHORT_CLOSED
    if situation.id_is_taken:
        return _ID_TAKEN
    if application.organization_id and situation.organization_type is None:
        return _ORGANIZATION_UNKNOWN
    if application.district not in territory.districts():
        return _DISTRICT_UNKNOWN
    return _date_refusal(application, now) or _consent_refusal(application, situation, now)


def _date_refusal(application: Application, now: datetime) -> Refused | None:
    if not is_plausible(application.enrolled_on, now):
        return _ENROLLED_ON
    if not all(is_plausible(one.given_on, now) for one in application.consents):
        return _GIVEN_ON
    age = profile.age_on(_day(application, now), application.birth_date)
    return None if age is None or 0 <= age <= OLDEST else _BIRTH_DATE


def _consent_refusal(application: Application, situation: Situation, now: datetime) -> Refused | None:
    return consent.missing(_given(application, now), _known(situation), _age(application, situation, now))


def _admission(application: Application, situation: Situation, cohort: Cohort, now: datetime) -> Admission:
    given = consent.effective(_given(application, now), _known(situation))
    return Admission(
        programme_id=cohort.programme_id,
        status=seats.decide(cohort.capacity, cohort.taken),
        at=moment(application.enrolled_on, now),
        profile=_profile(application, situation, now),
        consents=consent.to_record(given, _known(situation)),
    )


def _profile(application: Application, situation: Situation, now: datetime) -> Profile:
    stated = Profile(
        district=application.district,
        sex=application.sex,
        age_band=profile.age_band(_age(application, situation, now)),
        mother_tongue=application.mother_tongue,
        ethnicity=application.ethnicity,
        organization_type=profile.organization_type(application.organization_type, situation.organization_type),
    )
    return profile.complete(stated, situation.person.profile if situation.person else None)


def _given(application: Application, now: datetime) -> list[Given]:
    return [
        Given(one.purpose, one.text_version, moment(one.given_on or application.enrolled_on, now))
        for one in application.consents
    ]


def _known(situation: Situation) -> consent.Known:
    return situation.person.consents if situation.person else consent.Known()


def _age(application: Application, situation: Situation, now: datetime) -> int | None:
    known = situation.person.identity.birth_date if situation.person else None
    return profile.age_on(_day(application, now), application.birth_date or known)


def _day(application: Application, now: datetime) -> date:
    return application.enrolled_on or day_of(now)


_COHORT_UNKNOWN = Refused(
    "cohort_id",
    "cohort_unknown",
    N_("There is no such cohort."),
    N_("Choose one of the cohorts on the list."),
)
_COHORT_CLOSED = Refused(
    "cohort_id",
    "cohort_closed",
    N_("This cohort takes no more enrollments."),
    N_("Choose an open cohort."),
)
_ID_TAKEN = Refused(
    "enrollment_id",
    "enrollment_id_taken",
    N_("This identifier belongs to another enrollment."),
    N_("Send a new identifier, or none."),
)
_ORGANIZATION_UNKNOWN = Refused(
    "organization_id",
    "organization_unknown",
    N_("There is no such organization."),
    N_("Register the organization first."),
)
_DISTRICT_UNKNOWN = Refused(
    "district",
    "district_unknown",
    N_("This code belongs to no district of Cajamarca."),
    N_("Check the code, and whether it is INEI's or RENIEC's."),
)
_ENROLLED_ON = Refused(
    "enrolled_on",
    "date_implausible",
    N_("The day of enrollment lies in the future or before 2022."),
    N_("Write the day on which the person enrolled."),
)
_GIVEN_ON = Refused(
    "consents",
    "consent_date_implausible",
    N_("The day of consent lies in the future or before 2022."),
    N_("Write the day on which the person consented."),
)
_BIRTH_DATE = Refused(
    "birth_date",
    "birth_date_implausible",
    N_("The date of birth cannot be right."),
    N_("Copy the date of birth from the identity document."),
)
