"""Events of enrollment: programmes and their content, cohorts, organizations, people (pseudonymous), consent, seats."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from .event import Day, Event, Instant, Month, OrganizationType, Part, Profile


class Mechanism(StrEnum):
    """The participation mechanism a module teaches."""

    REGIONAL_COORDINATION_COUNCIL = "regional_coordination_council"
    PARTICIPATORY_BUDGET = "participatory_budget"
    PUBLIC_HEARINGS = "public_hearings"
    GENERAL = "general"


class ProgrammeStatus(StrEnum):
    PUBLISHED = "published"


class CohortStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class TargetStatus(StrEnum):
    IN_FORCE = "in_force"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    """What a consent is for (Ley 29733: one consent per purpose)."""

    TRAINING = "training"
    IMAGE = "image"
    CONTACT = "contact"
    GUARDIAN = "guardian"


class EnrollmentStatus(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    WITHDRAWN = "withdrawn"


class EnrollmentEvent(Event):
    """An event on `enrollment.events`."""

    topic: ClassVar[str] = "enrollment.events"


class Programme(EnrollmentEvent):
    """A training programme's full state."""

    subject_field: ClassVar[str] = "programme_id"
    key_field: ClassVar[str] = "programme_id"

    programme_id: UUID
    code: str = Field(description="The office's own code, such as PECJA0001.")
    title: str
    starts_on: date
    ends_on: date
    status: ProgrammeStatus
    copied_from: UUID | None = Field(None, description="The programme whose modules and rule of completion it has.")


class ProgrammePublished(Programme):
    """A programme was published, or what describes it was corrected."""

    type: ClassVar[str] = "minka.enrollment.ProgrammePublished.v1"


class ProgrammeAnnounced(Programme):
    """The same on a topic that nobody's data is on, for services that need programmes only."""

    type: ClassVar[str] = "minka.enrollment.ProgrammeAnnounced.v1"
    topic: ClassVar[str] = "enrollment.programmes"


class ModulePublished(EnrollmentEvent):
    """A module of a programme was published, or what describes it was corrected, with what it teaches."""

    type: ClassVar[str] = "minka.enrollment.ModulePublished.v1"
    subject_field: ClassVar[str] = "module_id"
    key_field: ClassVar[str] = "module_id"

    module_id: UUID
    programme_id: UUID
    title: str
    mechanism: Mechanism
    hours: int = Field(gt=0, description="Taught hours.")
    edition: int = Field(gt=0, description="Edition of the content; grows when the content is revised.")
    languages: tuple[str, ...] = Field(description="ISO 639 codes of the languages it is taught in.")
    required_sessions: int = Field(1, ge=0, description="Required sessions that a cohort's plan has of it, at least.")
    learning_outcomes: tuple[str, ...] = Field((), description="What somebody can do who was taught it, one by one.")


class TargetSet(EnrollmentEvent):
    """A target of an indicator was set, corrected or withdrawn.

    Null narrows nothing: no programme is all of them together, no months are all there are, no place is all of
    Cajamarca, and no dimension is everybody.
    """

    type: ClassVar[str] = "minka.enrollment.TargetSet.v1"
    subject_field: ClassVar[str] = "target_id"
    key_field: ClassVar[str] = "target_id"

    target_id: UUID
    indicator: str = Field(description="The indicator's id, as in the reference of the indicators.")
    programme_id: UUID | None
    first_month: Month | None
    last_month: Month | None = Field(description="Included.")
    province: str | None = Field(pattern=r"^06\d{2}$", description="INEI code of the province.")
    district: str | None = Field(pattern=r"^06\d{4}$", description="INEI code of the district.")
    dimension: str | None = Field(description="What the group is a member of, such as `sex`.")
    member: str | None = Field(description="The group, such as `female`.")
    value: int = Field(gt=0, description="What is to be reached.")
    baseline: int | None = Field(ge=0, description="What it was before, by the source.")
    baseline_source: str | None = Field(description="Where the baseline stands, such as a report and its page.")
    status: TargetStatus


class Cohort(EnrollmentEvent):
    """A cohort's full state."""

    subject_field: ClassVar[str] = "cohort_id"
    key_field: ClassVar[str] = "cohort_id"

    cohort_id: UUID
    programme_id: UUID
    name: str
    province: str = Field(pattern=r"^06\d{2}$", description="INEI code of the province.")
    capacity: int = Field(gt=0, description="Seats.")
    starts_on: date
    ends_on: date
    status: CohortStatus


class CohortOpened(Cohort):
    """A cohort takes enrollments."""

    type: ClassVar[str] = "minka.enrollment.CohortOpened.v1"


class CohortClosed(Cohort):
    """A cohort takes no more enrollments."""

    type: ClassVar[str] = "minka.enrollment.CohortClosed.v1"


class CohortStated(Cohort):
    """A past cohort, which was trained before this system: it is known from a list, and never takes enrollments."""

    type: ClassVar[str] = "minka.enrollment.CohortStated.v1"


class Assignment(EnrollmentEvent):
    """The facilitator of a cohort; `facilitator_id` is the subject the issuer signs them in with."""

    subject_field: ClassVar[str] = "assignment_id"
    key_field: ClassVar[str] = "cohort_id"

    assignment_id: UUID
    cohort_id: UUID
    facilitator_id: str
    active: bool


class FacilitatorAssigned(Assignment):
    """A facilitator was given a cohort."""

    type: ClassVar[str] = "minka.enrollment.FacilitatorAssigned.v1"


class FacilitatorUnassigned(Assignment):
    """A facilitator no longer has a cohort."""

    type: ClassVar[str] = "minka.enrollment.FacilitatorUnassigned.v1"


class OrganizationRegistered(EnrollmentEvent):
    """An organization of civil society."""

    type: ClassVar[str] = "minka.enrollment.OrganizationRegistered.v1"
    subject_field: ClassVar[str] = "organization_id"
    key_field: ClassVar[str] = "organization_id"

    organization_id: UUID
    name: str
    organization_type: OrganizationType
    district: str | None = Field(pattern=r"^06\d{4}$", description="INEI code of its seat's district, if any.")


class PersonRegistered(EnrollmentEvent):
    """A person became known, by a pseudonymous id."""

    type: ClassVar[str] = "minka.enrollment.PersonRegistered.v1"
    subject_field: ClassVar[str] = "person_id"
    key_field: ClassVar[str] = "person_id"

    person_id: UUID
    profile: Profile


class Merge(EnrollmentEvent):
    """As whom a person is counted. A person has one merge for life, by whatever versions it was made and taken back."""

    subject_field: ClassVar[str] = "merge_id"
    key_field: ClassVar[str] = "person_id"

    merge_id: UUID
    person_id: UUID = Field(description="The person who is counted as somebody else, or as themselves again.")
    counted_as: UUID = Field(description="The person in the end, never one who is counted as a third.")


class PersonMerged(Merge):
    """Two records turned out to be one person; every id stays what it is."""

    type: ClassVar[str] = "minka.enrollment.PersonMerged.v1"


class PersonUnmerged(Merge):
    """A person turned out to be somebody else after all, and is counted by themselves again."""

    type: ClassVar[str] = "minka.enrollment.PersonUnmerged.v1"


class PersonErased(EnrollmentEvent):
    """What identifies a person was erased. The pseudonym stays, so that what was counted stays counted.

    Whoever holds more of the person than this catalogue says, such as an address to write to, deletes it now.
    """

    type: ClassVar[str] = "minka.enrollment.PersonErased.v1"
    subject_field: ClassVar[str] = "person_id"
    key_field: ClassVar[str] = "person_id"

    person_id: UUID


class Consent(EnrollmentEvent):
    """A person's consent for one purpose."""

    subject_field: ClassVar[str] = "consent_id"
    key_field: ClassVar[str] = "person_id"

    consent_id: UUID
    person_id: UUID
    purpose: Purpose
    text_version: str = Field(description="Version of the text that was agreed to.")
    given: bool


class ConsentGiven(Consent):
    """A person agreed to one purpose."""

    type: ClassVar[str] = "minka.enrollment.ConsentGiven.v1"


class ConsentWithdrawn(Consent):
    """A person took an agreement back."""

    type: ClassVar[str] = "minka.enrollment.ConsentWithdrawn.v1"


class Enrollment(EnrollmentEvent):
    """An enrollment's full state."""

    subject_field: ClassVar[str] = "enrollment_id"
    key_field: ClassVar[str] = "person_id"

    enrollment_id: UUID
    person_id: UUID
    programme_id: UUID
    cohort_id: UUID
    organization_id: UUID | None
    status: EnrollmentStatus
    accepted_at: Instant | None = Field(
        description="When the seat was given; kept after a withdrawal, until a new application."
    )
    profile: Profile


class EnrollmentRequested(Enrollment):
    """A person asked for a seat; nothing is decided yet."""

    type: ClassVar[str] = "minka.enrollment.EnrollmentRequested.v1"


class EnrollmentAccepted(Enrollment):
    """A person was given a seat, the first time or again after a withdrawal."""

    type: ClassVar[str] = "minka.enrollment.EnrollmentAccepted.v1"


class EnrollmentWaitlisted(Enrollment):
    """The cohort was full, and the person waits for a seat, maybe again after a withdrawal."""

    type: ClassVar[str] = "minka.enrollment.EnrollmentWaitlisted.v1"


class EnrollmentWithdrawn(Enrollment):
    """A person gave the seat, or the place in the waiting list, back. Who applies again has the same enrollment."""

    type: ClassVar[str] = "minka.enrollment.EnrollmentWithdrawn.v1"


class SheetRow(Part):
    """Where a statement stands: a row of a sheet that was imported."""

    import_id: UUID
    tab: int = Field(ge=1, description="The tab of the file, counted from 1.")
    line: int = Field(ge=1, description="The line of the tab, counted from 1.")


class StatedTraining(EnrollmentEvent):
    """What the list of a past cohort states of a person: full state. Nobody observed it here.

    It is neither an enrollment nor a completion: whoever counts those does not count this with them. It happened at
    noon of the day of completion, or, of somebody who did not complete, of the first day.
    """

    subject_field: ClassVar[str] = "stated_training_id"
    key_field: ClassVar[str] = "person_id"

    stated_training_id: UUID
    person_id: UUID
    programme_id: UUID
    cohort_id: UUID
    organization_id: UUID | None
    completed_on: Day | None = Field(description="The day on which the training was completed, if it was.")
    stands: bool = Field(description="Whether the statement was not taken back.")
    row: SheetRow
    profile: Profile


class TrainingStated(StatedTraining):
    """A list states that a person was trained in a past cohort, or what it states was corrected."""

    type: ClassVar[str] = "minka.enrollment.TrainingStated.v1"


class TrainingRetracted(StatedTraining):
    """A statement was taken back, as if it had never been made: it happened when the statement says."""

    type: ClassVar[str] = "minka.enrollment.TrainingRetracted.v1"
