"""The decision on one application for a seat. Pure: what is stored is passed in, read under the locks."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, TypeAlias
from uuid import UUID

from chassis.runtime.rejections import Rejection
from chassis.web.texts import N_
from contracts import territory
from contracts.days import day_of
from contracts.enrollment import EnrollmentStatus, Purpose
from contracts.event import Ethnicity, MotherTongue, OrganizationType, Profile, Sex
from services.enrollment.consent.domain import (
    Agreement,
    ConsentHistory,
    GivenConsent,
    effective,
    missing_consent,
    new_consents,
    withdrawn,
    without_standing,
)
from services.enrollment.consent_texts.domain import ApprovedText, version_in_force
from services.enrollment.enrollments.comparison import contradictions
from services.enrollment.enrollments.dates import age_band, age_on, birth_date_rejection, is_plausible, moment
from services.enrollment.enrollments.seats import may_withdraw, seat_status
from services.enrollment.enrollments.stated import (
    LIST_FULL,
    ListedTraining,
    PastDays,
    Statement,
    statement_of,
    statement_rejection,
)
from services.enrollment.identity.documents import Document
from services.enrollment.identity.names import Names
from services.enrollment.people.domain import Identity, differing_contact, permitted, with_missing_contact

_NOT_STATED = "not_stated"
_KEPT_ANSWERS = ("sex", "mother_tongue", "ethnicity")
"""Fields of a profile that hardly change, so that an earlier answer stands where nobody asked again."""


class ReviewDecision(StrEnum):
    """What somebody decides who compares two people, or an application with whoever has its document."""

    SAME_PERSON = "same_person"
    OTHER_PERSON = "other_person"


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision on an application that contradicts a person of its document."""

    decision: ReviewDecision
    person_id: UUID


@dataclass(frozen=True, slots=True)
class Application:
    """A person's application for a seat in a cohort, from a form or from a row of a sheet.

    `district` is an INEI code; `enrolled_on` is None for an application that is made now. `shown_to_organization` tells
    that the person agreed that their organization reads their name, `is_nominated` that it keeps a seat for them;
    `import_id` is the import of a row. `ruling` is of an application that was to be reviewed. `listed` is what the list
    of a past cohort says; such a row applies for nothing.
    """

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
    shown_to_organization: bool = False
    import_id: UUID | None = None
    is_nominated: bool = False
    ruling: Ruling | None = None
    listed: ListedTraining | None = None

    @property
    def identity(self) -> Identity:
        """The part that identifies the person."""
        return Identity(self.document, self.names, self.birth_date, self.phone, self.email)


@dataclass(frozen=True, slots=True)
class CohortSeats:
    """A cohort's seats under its seat lock: `occupied` of `capacity` are taken or offered. `past` has the days of a
    past cohort, whose list has so many people."""

    programme_id: UUID
    capacity: int
    occupied: int
    is_open: bool
    past: PastDays | None = None


@dataclass(frozen=True, slots=True)
class KnownEnrollment:
    """A person's enrollment in the application's cohort. `person_withdrew_at` is when they last withdrew themselves."""

    enrollment_id: UUID
    status: EnrollmentStatus
    person_withdrew_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody who is known by the application's document, and is counted as themselves or as another person.

    `has_seat` tells of accepted enrollments in any cohort, `is_visible` whether the caller may see the person.
    """

    person_id: UUID
    counted_as: UUID
    identity: Identity
    profile: Profile
    consents: ConsentHistory
    enrollment: KnownEnrollment | None
    has_seat: bool
    is_visible: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """What is stored about an application's subjects. `organization_type` is None if its organization is unknown.

    `people` are known by the document: several, where people were registered apart. `asks_consent_anew` tells that the
    caller needs a consent to the training in the application, whatever the person agreed to before. `adds_contact`
    tells that the application may give a contact to somebody known who has none.
    """

    cohort: CohortSeats | None
    people: tuple[KnownPerson, ...]
    id_is_taken: bool
    organization_type: OrganizationType | None
    asks_consent_anew: bool
    adds_contact: bool = True
    consent_texts: Sequence[ApprovedText] = ()


@dataclass(frozen=True, slots=True)
class Admission:
    """What is to be stored: a seat or a place in the waiting list, the new consents, and what they permit to keep.

    `enrollment_id` is the application's, or that of the withdrawn enrollment of a person who applies again; `identity`
    is what is known of the person, with a contact that was missing. `person` is
    None for somebody who is registered now; `is_apart` tells that their document is another person's already,
    `counted_as` who that is if both are one. `contact_differs` names the ways of contact that the person has otherwise
    and keeps. `statement` is what the list of a past cohort states.
    """

    enrollment_id: UUID
    programme_id: UUID
    person: KnownPerson | None
    is_apart: bool
    counted_as: UUID | None
    status: EnrollmentStatus
    at: datetime
    identity: Identity
    profile: Profile
    consents: list[GivenConsent]
    contact_differs: tuple[str, ...]
    statement: Statement | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """`new_person` tells that the person had no other accepted enrollment, so that one more person counts;
    `contact_differs` names the ways of contact that the person has otherwise and keeps."""

    outcome: ClassVar = "accepted"
    status: ClassVar = EnrollmentStatus.ACCEPTED

    enrollment_id: UUID
    person_id: UUID
    new_person: bool
    contact_differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waitlisted:
    """The cohort is full; the person moves up when a seat is given back. `contact_differs` is as in `Accepted`."""

    outcome: ClassVar = "waitlisted"
    status: ClassVar = EnrollmentStatus.WAITLISTED

    enrollment_id: UUID
    person_id: UUID
    contact_differs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AlreadyEnrolled:
    """The document was enrolled in the cohort before, or this application was answered before, and the person withdrew
    since; nothing was changed."""

    outcome: ClassVar = "already_enrolled"

    enrollment_id: UUID
    person_id: UUID
    status: EnrollmentStatus


@dataclass(frozen=True, slots=True)
class Review:
    """The document is known with clearly another name, birth date or sex, so that somebody has to compare; nothing was
    changed."""

    outcome: ClassVar = "review"

    person_id: UUID


Enrolled: TypeAlias = Accepted | Waitlisted | AlreadyEnrolled
Outcome: TypeAlias = Enrolled | Review | Rejection
Decision: TypeAlias = Admission | AlreadyEnrolled | Review | Rejection


@dataclass(frozen=True)
class Considered:
    """An application of a known person or of somebody new (None), with the situation in which it is decided, and what
    follows from them."""

    application: Application
    situation: Situation
    person: KnownPerson | None
    now: datetime

    @cached_property
    def age(self) -> int | None:
        """Completed years on the day of the enrollment; a birth date that was not stated is taken from the record."""
        known = self.person.identity.birth_date if self.person else None
        birth_date = self.application.birth_date or known
        return age_on(self.application.enrolled_on or day_of(self.now), birth_date)

    @cached_property
    def given(self) -> Sequence[GivenConsent]:
        """The application's consents, each with its instant."""
        return [self._given(one) for one in self.application.consents]

    def _given(self, one: Agreement) -> GivenConsent:
        at = moment(one.given_on or self.application.enrolled_on, self.now)
        in_force = version_in_force(self.situation.consent_texts, one.purpose, day_of(at))
        return GivenConsent(one.purpose, one.text_version or in_force, at)

    @cached_property
    def history(self) -> ConsentHistory:
        """The person's consents so far."""
        return self.person.consents if self.person else ConsentHistory()

    @cached_property
    def relied_on(self) -> ConsentHistory:
        """The part of the history that counts together with the application's own consents.

        Whoever withdrew from the cohort agrees to the training again: the consent of before does not count.
        """
        if self.withdrawn_at:
            return withdrawn(self.history, Purpose.TRAINING, self.withdrawn_at)
        anew = self.situation.asks_consent_anew
        return without_standing(self.history, Purpose.TRAINING) if anew else self.history

    @property
    def withdrawn_at(self) -> datetime | None:
        """When the person withdrew from the cohort in which they apply again."""
        return self.person.enrollment.person_withdrew_at if self.person and self.person.enrollment else None

    @cached_property
    def contact(self) -> Identity:
        """The application's identity, with the ways of contact that it may give a person who is known."""
        agreed = effective(self.given, self.history) if self.situation.adds_contact else []
        return permitted(self.application.identity, [one.purpose for one in agreed])

    @property
    def at(self) -> datetime:
        """When the person enrolls."""
        return moment(self.application.enrolled_on, self.now)

    @cached_property
    def profile(self) -> Profile:
        """The profile stated now, completed by earlier answers. The organization's type counts before the form's."""
        application = self.application
        stated = Profile(
            district=application.district,
            sex=application.sex,
            age_band=age_band(self.age),
            mother_tongue=application.mother_tongue,
            ethnicity=application.ethnicity,
            organization_type=self.situation.organization_type or application.organization_type,
        )
        return completed(stated, self.person.profile) if self.person else stated


def decide_all(
    applications: Iterable[Application], situations: Iterable[Situation], now: datetime
) -> Iterator[Decision]:
    """Decides on applications of different documents one after the other: who gets a seat leaves one less to the next.

    The situations are those before the first decision.
    """
    given = Counter[UUID]()
    for application, situation in zip(applications, situations, strict=True):
        decision = decide(application, _with_seats_given(situation, given[application.cohort_id]), now)
        if isinstance(decision, Admission) and decision.status is EnrollmentStatus.ACCEPTED:
            given[application.cohort_id] += 1
        yield decision


def decide(application: Application, situation: Situation, now: datetime) -> Decision:
    """Decides on an application. The answer to the caller is the same whether people whom they must not see exist."""
    if situation.cohort is None:
        return _COHORT_UNKNOWN
    visible = [one for one in situation.people if one.is_visible]
    application = as_ruled(as_listed(application, situation.cohort), visible)
    person = next((one for one in visible if is_same_person(one, application)), None)
    considered = Considered(application, situation, person, now)
    if visible and person is None and not is_other_person(application):
        return _rejection_of_anybody(considered, situation.cohort) or Review(visible[0].person_id)
    if person and person.enrollment and (may_withdraw(person.enrollment.status) or situation.id_is_taken):
        return AlreadyEnrolled(person.enrollment.enrollment_id, person.person_id, person.enrollment.status)
    return _rejection(considered, situation.cohort) or _admission(considered, situation.cohort)


def as_listed(application: Application, cohort: CohortSeats) -> Application:
    """Returns a row of a past cohort's list as it counts: it gives no consent, so it tells nothing sensitive, and its
    day is the cohort's first one if it tells none. Nothing else is listed."""
    if cohort.past is None or application.listed is None or application.import_id is None:
        return replace(application, listed=None) if application.listed else application
    return replace(
        application,
        consents=(),
        mother_tongue=MotherTongue.NOT_STATED,
        ethnicity=Ethnicity.NOT_STATED,
        enrolled_on=application.enrolled_on or cohort.past.starts_on,
    )


def as_ruled(application: Application, people: Sequence[KnownPerson]) -> Application:
    """Returns the application with what is known of the person whose it was decided to be, where both differ."""
    ruling = application.ruling
    if ruling is None or ruling.decision is not ReviewDecision.SAME_PERSON:
        return application
    return next((_adopting(one, application) for one in people if one.person_id == ruling.person_id), application)


def is_other_person(application: Application) -> bool:
    """Tells whether it was decided that nobody who is known by the document applies."""
    return application.ruling is not None and application.ruling.decision is ReviewDecision.OTHER_PERSON


def _adopting(person: KnownPerson, application: Application) -> Application:
    known, sex = person.identity, person.profile.sex
    return replace(
        application,
        names=known.names,
        birth_date=known.birth_date or application.birth_date,
        sex=application.sex if sex is Sex.NOT_STATED else sex,
    )


def is_same_person(known: KnownPerson, application: Application) -> bool:
    """Tells whether a person and an application of one document agree."""
    return not any(contradictions(known.identity, known.profile.sex, application.identity, application.sex))


def completed(stated: Profile, known: Profile) -> Profile:
    """Fills what was not stated, and hardly changes in a life, from what the person stated before."""
    unanswered = [field for field in _KEPT_ANSWERS if getattr(stated, field) == _NOT_STATED]
    return stated.model_copy(update={field: getattr(known, field) for field in unanswered})


def _with_seats_given(situation: Situation, given: int) -> Situation:
    cohort = situation.cohort
    return replace(situation, cohort=replace(cohort, occupied=cohort.occupied + given)) if cohort else situation


def _rejection(considered: Considered, cohort: CohortSeats) -> Rejection | None:
    if considered.situation.id_is_taken:
        return _ID_TAKEN
    if rejection := _rejection_of_anybody(considered, cohort):
        return rejection
    if considered.application.listed:
        return LIST_FULL if cohort.occupied >= cohort.capacity else None
    return missing_consent(considered.given, considered.relied_on, considered.age)


def _rejection_of_anybody(considered: Considered, cohort: CohortSeats) -> Rejection | None:
    """Returns a rejection of the application, whoever of the people of its document it is decided to be of."""
    application, situation = considered.application, considered.situation
    if not (cohort.is_open or application.listed):
        return _COHORT_CLOSED
    if cohort.past and application.listed and (rejection := statement_rejection(application.listed, cohort.past)):
        return rejection
    if application.organization_id and situation.organization_type is None:
        return _ORGANIZATION_UNKNOWN
    if application.district not in territory.districts():
        return _DISTRICT_UNKNOWN
    return _date_rejection(considered)


def _date_rejection(considered: Considered) -> Rejection | None:
    application, today = considered.application, day_of(considered.now)
    if not is_plausible(application.enrolled_on, today):
        return ENROLLED_ON_IMPLAUSIBLE
    if not all(is_plausible(one.given_on, today) for one in application.consents):
        return GIVEN_ON_IMPLAUSIBLE
    if considered.withdrawn_at and considered.at < considered.withdrawn_at:
        return _ENROLLED_BEFORE_WITHDRAWAL
    return birth_date_rejection(application.birth_date, application.enrolled_on or today)


def _admission(considered: Considered, cohort: CohortSeats) -> Admission:
    consents = new_consents(considered.given, considered.history)
    person = considered.person
    former = person.enrollment if person else None
    return Admission(
        enrollment_id=former.enrollment_id if former else considered.application.enrollment_id,
        programme_id=cohort.programme_id,
        person=person,
        is_apart=person is None and bool(considered.situation.people),
        counted_as=_counted_as(considered, cohort),
        status=_seat(considered.application, cohort),
        at=considered.at,
        identity=_identity(considered, consents),
        profile=considered.profile,
        consents=consents,
        contact_differs=differing_contact(person.identity, considered.contact) if person else (),
        statement=_statement(considered.application, cohort),
    )


def _identity(considered: Considered, consents: Sequence[GivenConsent]) -> Identity:
    """Returns what is stored of the person: what the application states of somebody new, and what is known of anybody
    else, with the contact that was missing."""
    if considered.person:
        return with_missing_contact(considered.person.identity, considered.contact)
    return permitted(considered.application.identity, [one.purpose for one in consents])


def _statement(application: Application, cohort: CohortSeats) -> Statement | None:
    if cohort.past and application.listed and application.import_id:
        return statement_of(application.listed, application.import_id, cohort.past)
    return None


def _seat(application: Application, cohort: CohortSeats) -> EnrollmentStatus:
    """A nominated person gets a seat that is kept for their organization, also in a full cohort."""
    return EnrollmentStatus.ACCEPTED if application.is_nominated else seat_status(cohort.capacity, cohort.occupied)


def _counted_as(considered: Considered, cohort: CohortSeats) -> UUID | None:
    """Returns as whom somebody is counted who is registered apart; None if that is to be compared, or nobody's to say.

    A person whose own record would refuse the application, such as one who withdrew consent since, is to be compared.
    """
    if considered.person:
        return None
    alike = (one for one in considered.situation.people if is_same_person(one, considered.application))
    accepted = (one for one in alike if not _rejection(replace(considered, person=one), cohort))
    return next((one.counted_as for one in accepted), None)


_COHORT_UNKNOWN = Rejection(
    "cohort_unknown",
    N_("There is no such cohort."),
    field="cohort_id",
    remedy=N_("Choose one of the cohorts on the list."),
)
_COHORT_CLOSED = Rejection(
    "cohort_closed",
    N_("This cohort takes no more enrollments."),
    field="cohort_id",
    remedy=N_("Choose an open cohort."),
)
_ID_TAKEN = Rejection(
    "enrollment_id_taken",
    N_("This identifier belongs to another enrollment."),
    field="enrollment_id",
    remedy=N_("Send a new identifier, or none."),
)
_ORGANIZATION_UNKNOWN = Rejection(
    "organization_unknown",
    N_("There is no such organization."),
    field="organization_id",
    remedy=N_("Register the organization first."),
)
_DISTRICT_UNKNOWN = Rejection(
    "district_unknown",
    N_("This code belongs to no district of Cajamarca."),
    field="district",
    remedy=N_("Check the code, and whether it is INEI's or RENIEC's."),
)
ENROLLED_ON_IMPLAUSIBLE = Rejection(
    "date_implausible",
    N_("The day of enrollment lies in the future or before 2022."),
    field="enrolled_on",
    remedy=N_("Write the day on which the person enrolled."),
)
_ENROLLED_BEFORE_WITHDRAWAL = Rejection(
    "withdrawn_since",
    N_("The person has withdrawn from this cohort since this day of enrollment."),
    field="enrolled_on",
    remedy=N_("If the person applies again, write the day on which they do, and their new consent."),
)
GIVEN_ON_IMPLAUSIBLE = Rejection(
    "consent_date_implausible",
    N_("The day of consent lies in the future or before 2022."),
    field="consents",
    remedy=N_("Write the day on which the person consented."),
)
