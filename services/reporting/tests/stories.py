"""Events for tests: a small office whose people, sessions and links are made on demand."""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from datasketches import update_theta_sketch

from chassis.messaging.deserializer import owner_of
from chassis.messaging.projections.projection import Recorded
from contracts.days import noon_of
from contracts.enrollment import (
    CohortOpened,
    CohortStatus,
    ConsentGiven,
    EnrollmentAccepted,
    EnrollmentStatus,
    EnrollmentWithdrawn,
    Mechanism,
    Merge,
    ModulePublished,
    OrganizationRegistered,
    PersonMerged,
    PersonUnmerged,
    ProgrammePublished,
    ProgrammeStatus,
    Purpose,
    SheetRow,
    StatedTraining,
    TargetStatus,
    TrainingRetracted,
    TrainingStated,
)  # fmt: skip
from contracts.envelope import Envelope
from contracts.event import AgeBand, Ethnicity, Event, MotherTongue, OrganizationType, Profile, Sex
from contracts.media import AssetKind, Channel, PublicationRecorded
from contracts.sessions import AttendanceRecorded, AttendanceState, CompletionAchieved, SessionKind
from services.reporting.facts.domain import CountableReach, CountableTarget, OrganizationCompletion

MORNING = datetime(2025, 5, 12, 14, tzinfo=UTC)
JUNE = MORNING.replace(month=6)


def an_id(number: int) -> UUID:
    """A UUIDv7 that a test can name."""
    return UUID(f"01960000-0000-7000-8000-{number:012x}")


def derived_id(base: UUID, *parts: object) -> UUID:
    """An id that follows from another one."""
    return uuid5(base, "/".join(str(part) for part in parts))


PROGRAMME, OTHER_PROGRAMME = an_id(1), an_id(2)
COHORT, OTHER_COHORT = an_id(11), an_id(12)


def a_profile(**changes: Any) -> Profile:
    """A woman of Cajamarca, 15 to 29."""
    usual = Profile(
        district="060101",
        sex=Sex.FEMALE,
        age_band=AgeBand.FROM_15_TO_29,
        mother_tongue=MotherTongue.SPANISH,
        ethnicity=Ethnicity.MESTIZO,
        organization_type=OrganizationType.YOUTH,
    )
    return usual.model_copy(update=changes)


def a_programme(programme: UUID = PROGRAMME, code: str = "PECJA0001") -> ProgrammePublished:
    return ProgrammePublished(
        occurred_at=MORNING,
        programme_id=programme,
        code=code,
        title="Participación ciudadana",
        starts_on=date(2025, 4, 1),
        ends_on=date(2025, 12, 31),
        status=ProgrammeStatus.PUBLISHED,
    )


def a_cohort(cohort: UUID = COHORT, programme: UUID = PROGRAMME, name: str = "Cajamarca 1") -> CohortOpened:
    return CohortOpened(
        occurred_at=MORNING,
        cohort_id=cohort,
        programme_id=programme,
        name=name,
        province="0601",
        capacity=200,
        starts_on=date(2025, 4, 1),
        ends_on=date(2025, 12, 31),
        status=CohortStatus.OPEN,
    )


def a_module(module: UUID, hours: int = 8) -> ModulePublished:
    return ModulePublished(
        occurred_at=MORNING,
        module_id=module,
        programme_id=PROGRAMME,
        title="El presupuesto participativo",
        mechanism=Mechanism.PARTICIPATORY_BUDGET,
        hours=hours,
        edition=1,
        languages=("es",),
    )


def a_target(**changes: Any) -> CountableTarget:
    """200 enrolled people, of all programmes and ever."""
    usual = {
        "occurred_at": MORNING, "target_id": an_id(90), "indicator": "enrolled", "value": 200,
        "status": TargetStatus.IN_FORCE,
    }  # fmt: skip
    nothing = dict.fromkeys(CountableTarget.model_fields.keys() - usual.keys())
    return CountableTarget(**nothing | usual | changes)


def a_consent(person: UUID, purpose: Purpose = Purpose.TRAINING, number: int = 0) -> ConsentGiven:
    return ConsentGiven(
        occurred_at=MORNING,
        consent_id=derived_id(person, "consent", number),
        person_id=person,
        purpose=purpose,
        text_version="1",
        given=True,
    )


def an_enrollment(
    person: UUID,
    at: datetime = MORNING,
    programme: UUID = PROGRAMME,
    cohort: UUID = COHORT,
    enrollment: UUID | None = None,
    **profile: Any,
) -> EnrollmentAccepted:
    return EnrollmentAccepted(
        occurred_at=at,
        enrollment_id=enrollment or derived_id(person, "enrollment"),
        person_id=person,
        programme_id=programme,
        cohort_id=cohort,
        organization_id=None,
        status=EnrollmentStatus.ACCEPTED,
        accepted_at=at,
        profile=a_profile(**profile),
    )


def enrolled_people(first: int, number: int, at: datetime = MORNING, **profile: Any) -> list[Event]:
    """The events of so many people, numbered from `first`."""
    people = [an_id(0x1000 + first + n) for n in range(number)]
    return [event for person in people for event in (a_consent(person), an_enrollment(person, at, **profile))]


def withdrawn(enrollment: EnrollmentAccepted) -> EnrollmentWithdrawn:
    """The same enrollment, given back."""
    return EnrollmentWithdrawn.model_validate({**enrollment.model_dump(), "status": EnrollmentStatus.WITHDRAWN})


def a_merge(person: UUID, counted_as: UUID) -> Merge:
    """A person counted as somebody else, or by themselves again."""
    event = PersonUnmerged if counted_as == person else PersonMerged
    return event(occurred_at=MORNING, merge_id=derived_id(person, "merge"), person_id=person, counted_as=counted_as)


def an_attendance(
    person: UUID,
    session: UUID,
    at: datetime = MORNING,
    state: AttendanceState = AttendanceState.PRESENT,
    attendance: UUID | None = None,
    **changes: Any,
) -> AttendanceRecorded:
    usual = AttendanceRecorded(
        occurred_at=at,
        attendance_id=attendance or derived_id(person, session),
        session_id=session,
        programme_id=PROGRAMME,
        cohort_id=COHORT,
        enrollment_id=derived_id(person, "enrollment"),
        person_id=person,
        kind=SessionKind.TRAINING,
        session_starts_at=at,
        state=state,
        checked_in_at=at,
        profile=a_profile(),
    )
    return usual.model_copy(update=changes)


def an_organization(organization: UUID, district: str | None = "060101") -> OrganizationRegistered:
    return OrganizationRegistered(
        occurred_at=MORNING,
        organization_id=organization,
        name="Red de Jóvenes",
        organization_type=OrganizationType.YOUTH,
        district=district,
    )


def a_completion(
    person: UUID,
    at: datetime = MORNING,
    programme: UUID = PROGRAMME,
    organization: UUID | None = None,
    **profile: Any,
) -> CompletionAchieved:
    return CompletionAchieved(
        occurred_at=at,
        completion_id=derived_id(person, "completion"),
        enrollment_id=derived_id(person, "enrollment"),
        person_id=person,
        programme_id=programme,
        cohort_id=COHORT,
        rule_version=1,
        attended=8,
        planned=10,
        achieved=True,
        achieved_at=at,
        profile=a_profile(**profile),
        organization_id=organization,
    )


def of_organization(completion: CompletionAchieved) -> OrganizationCompletion:
    """What the completion says of the organization."""
    return OrganizationCompletion.model_validate_json(completion.model_dump_json())


def a_stated_training(
    person: UUID, completed_on: date | None = date(2023, 6, 30), *, stands: bool = True, cohort: UUID = OTHER_COHORT,
    **profile: Any,
) -> StatedTraining:  # fmt: skip
    """What the list of a past cohort states."""
    return (TrainingStated if stands else TrainingRetracted)(
        occurred_at=noon_of(completed_on or date(2023, 3, 6)),
        stated_training_id=derived_id(person, "stated", cohort),
        person_id=person,
        programme_id=OTHER_PROGRAMME,
        cohort_id=cohort,
        organization_id=None,
        completed_on=completed_on,
        stands=stands,
        row=SheetRow(import_id=an_id(0x60), tab=1, line=2),
        profile=a_profile(**profile),
    )


def a_publication(publication: UUID, asset: UUID, at: datetime = MORNING, **changes: Any) -> PublicationRecorded:
    usual = PublicationRecorded(
        occurred_at=at,
        publication_id=publication,
        asset_id=asset,
        campaign_id=None,
        programme_id=PROGRAMME,
        kind=AssetKind.REEL,
        channel=Channel.FACEBOOK,
        url="https://example.org/reel",
        content_sha256="0" * 64,
        district=None,
        active=True,
    )
    return usual.model_copy(update=changes)


def a_sketch(visitors: Iterable[object]) -> str:
    """The sketch that media would publish of these visitors."""
    sketch = update_theta_sketch(12)
    for visitor in visitors:
        sketch.update(str(visitor))
    return base64.b64encode(sketch.compact().serialize()).decode()


def a_day_of_reach(number: int, day: date, visitors: Sequence[object], **changes: Any) -> CountableReach:
    usual = CountableReach(
        occurred_at=MORNING,
        reach_id=an_id(0x5000 + number),
        link_id=an_id(0x4000 + number),
        campaign_id=None,
        programme_id=PROGRAMME,
        channel=Channel.FACEBOOK,
        district=None,
        day=day,
        people_visits=len(visitors),
        bot_visits=3,
        preview_visits=2,
        people_sketch=a_sketch(visitors),
    )
    return usual.model_copy(update=changes)


def recorded(event: Event, version: int = 1, offset: int = 0) -> Recorded:
    """The event as it stands in the log."""
    envelope = Envelope(
        id=derived_id(UUID(event.subject), version),
        source=f"/minka/{owner_of(event.topic)}",
        type=event.type,
        time=event.occurred_at + timedelta(seconds=version),
        subject=event.subject,
        partition_key=event.partition_key,
        version=version,
    )
    return Recorded(envelope, event, event.model_dump_json(), event.topic, 0, offset)
