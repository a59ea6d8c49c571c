"""Believable events of every type, one for each state worth telling apart. The people in them do not exist."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID
from zlib import crc32

from . import enrollment, media, reporting, sessions
from .envelope import Envelope
from .event import AgeBand, Ethnicity, Event, MotherTongue, OrganizationType, Profile, Sex
from .golden import Message
from .topics import TOPICS

Fields = dict[str, Any]

LIMA = timezone(timedelta(hours=-5))
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def messages(event_type: type[Event]) -> list[Message]:
    """The type's examples as whole messages; the first is traced, the others carry no optional header."""
    return [Message.of(event, _envelope(event, version)) for version, event in enumerate(of(event_type), start=1)]


def of(event_type: type[Event]) -> Iterator[Event]:
    return (event for event in EXAMPLES if type(event) is event_type)


def _envelope(event: Event, version: int) -> Envelope:
    traced = version == 1
    types = tuple(form.type for form in event.forms())
    return Envelope(
        id=_id(crc32(event.type.encode()) << 8 | version),
        source=f"/minka/{TOPICS[event.topic].owner}",
        type=event.type,
        time=event.occurred_at.astimezone(UTC) + timedelta(seconds=1),
        subject=event.subject,
        partition_key=event.partition_key,
        version=version,
        correlation_id=str(_id(0xC000)) if traced else None,
        traceparent=TRACE if traced else None,
        sent_as=types if len(types) > 1 else None,
    )


def _id(number: int) -> UUID:
    return UUID(f"01960000-0000-7000-8000-{number:012x}")


def _at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=LIMA)


PROGRAMME_ID, COHORT_ID, MODULE_ID, ORGANIZATION_ID, PERSON_ID = (_id(number) for number in range(1, 6))
ENROLLMENT_ID, SESSION_ID, ASSET_ID, CAMPAIGN_ID, LINK_ID, PUBLICATION_ID = (_id(number) for number in range(6, 12))
FACILITATOR_ID = "facilitator-1"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

PROFILE = Profile(
    district="060101",
    sex=Sex.FEMALE,
    age_band=AgeBand.FROM_15_TO_29,
    mother_tongue=MotherTongue.QUECHUA,
    ethnicity=Ethnicity.QUECHUA,
    organization_type=OrganizationType.YOUTH,
)
RETICENT_PROFILE = Profile(
    district="060401",
    sex=Sex.NOT_STATED,
    age_band=AgeBand.NOT_STATED,
    mother_tongue=MotherTongue.NOT_STATED,
    ethnicity=Ethnicity.NOT_STATED,
    organization_type=OrganizationType.NONE,
)

PROGRAMME: Fields = {
    "occurred_at": _at(4, 1),
    "programme_id": PROGRAMME_ID,
    "code": "PECJA0001",
    "title": "Formación en participación ciudadana",
    "starts_on": date(2025, 4, 1),
    "ends_on": date(2025, 12, 31),
    "status": enrollment.ProgrammeStatus.PUBLISHED,
}
COPIED_PROGRAMME: Fields = PROGRAMME | {
    "programme_id": _id(25),
    "code": "PECJA0001-2026",
    "starts_on": date(2026, 4, 1),
    "ends_on": date(2026, 12, 31),
    "copied_from": PROGRAMME_ID,
}
TARGET: Fields = {
    "occurred_at": _at(4, 6),
    "target_id": _id(26),
    "indicator": "trained",
    "programme_id": PROGRAMME_ID,
    "first_month": None,
    "last_month": None,
    "province": None,
    "district": "060101",
    "dimension": "sex",
    "member": Sex.FEMALE,
    "value": 120,
    "baseline": 35,
    "baseline_source": "Informe de capacitación 2024, página 12",
    "status": enrollment.TargetStatus.IN_FORCE,
}
COHORT: Fields = {
    "occurred_at": _at(4, 2),
    "cohort_id": COHORT_ID,
    "programme_id": PROGRAMME_ID,
    "name": "Cajamarca 2025",
    "province": "0601",
    "capacity": 40,
    "starts_on": date(2025, 5, 1),
    "ends_on": date(2025, 11, 30),
}
ASSIGNMENT: Fields = {
    "assignment_id": _id(20),
    "cohort_id": COHORT_ID,
    "facilitator_id": FACILITATOR_ID,
}
CONSENT: Fields = {
    "consent_id": _id(21),
    "person_id": PERSON_ID,
    "text_version": "2025-04",
}
ENROLLMENT: Fields = {
    "enrollment_id": ENROLLMENT_ID,
    "person_id": PERSON_ID,
    "programme_id": PROGRAMME_ID,
    "cohort_id": COHORT_ID,
    "organization_id": ORGANIZATION_ID,
    "accepted_at": None,
    "profile": PROFILE,
}
PAST_COHORT_ID = _id(26)
STATED_TRAINING: Fields = {
    "person_id": PERSON_ID,
    "programme_id": PROGRAMME_ID,
    "cohort_id": PAST_COHORT_ID,
    "row": enrollment.SheetRow(import_id=_id(28), tab=1, line=9),
}
COMPLETED_IN_2023: Fields = {
    "stated_training_id": _id(27),
    "organization_id": ORGANIZATION_ID,
    "completed_on": date(2023, 6, 30),
    "profile": PROFILE,
    "occurred_at": datetime(2023, 6, 30, 12, tzinfo=LIMA),
}
ENROLLMENT_EXAMPLES: tuple[Event, ...] = (
    enrollment.ProgrammePublished(**PROGRAMME),
    enrollment.ProgrammePublished(**COPIED_PROGRAMME),
    enrollment.ProgrammeAnnounced(**PROGRAMME),
    enrollment.ProgrammeAnnounced(**COPIED_PROGRAMME),
    enrollment.ModulePublished(
        occurred_at=_at(4, 3),
        module_id=MODULE_ID,
        programme_id=PROGRAMME_ID,
        title="El Presupuesto Participativo paso a paso",
        mechanism=enrollment.Mechanism.PARTICIPATORY_BUDGET,
        hours=6,
        edition=1,
        languages=("es", "qu"),
        required_sessions=2,
        learning_outcomes=("Explica los pasos del Presupuesto Participativo.", "Prepara una idea de proyecto."),
    ),
    enrollment.TargetSet(**TARGET),
    enrollment.TargetSet(
        **TARGET
        | dict.fromkeys(("programme_id", "district", "dimension", "member", "baseline", "baseline_source"))
        | {"first_month": "2025-04", "last_month": "2025-12", "province": "0601"}
        | {"status": enrollment.TargetStatus.WITHDRAWN}
    ),
    enrollment.CohortOpened(**COHORT, status=enrollment.CohortStatus.OPEN),
    enrollment.CohortClosed(**COHORT | {"occurred_at": _at(5, 1)}, status=enrollment.CohortStatus.CLOSED),
    enrollment.CohortStated(
        **COHORT
        | {"cohort_id": PAST_COHORT_ID, "name": "Celendín 2023", "starts_on": date(2023, 3, 6)}
        | {"ends_on": date(2023, 6, 30), "occurred_at": _at(5, 2)},
        status=enrollment.CohortStatus.CLOSED,
    ),
    enrollment.FacilitatorAssigned(**ASSIGNMENT, occurred_at=_at(4, 10), active=True),
    enrollment.FacilitatorUnassigned(**ASSIGNMENT, occurred_at=_at(8, 10), active=False),
    enrollment.OrganizationRegistered(
        occurred_at=_at(4, 4),
        organization_id=ORGANIZATION_ID,
        name="Asociación juvenil de ejemplo",
        organization_type=OrganizationType.YOUTH,
        district="060101",
    ),
    enrollment.OrganizationRegistered(
        occurred_at=_at(4, 5),
        organization_id=_id(22),
        name="Ronda campesina de ejemplo",
        organization_type=OrganizationType.PEASANT_PATROL,
        district=None,
    ),
    enrollment.PersonRegistered(occurred_at=_at(4, 20), person_id=PERSON_ID, profile=PROFILE),
    enrollment.PersonRegistered(occurred_at=_at(4, 21), person_id=_id(23), profile=RETICENT_PROFILE),
    enrollment.PersonMerged(occurred_at=_at(4, 22), merge_id=_id(24), person_id=_id(23), counted_as=PERSON_ID),
    enrollment.PersonUnmerged(occurred_at=_at(4, 23), merge_id=_id(24), person_id=_id(23), counted_as=_id(23)),
    enrollment.PersonErased(occurred_at=_at(4, 24), person_id=_id(23)),
    enrollment.ConsentGiven(**CONSENT, occurred_at=_at(4, 20), purpose=enrollment.Purpose.TRAINING, given=True),
    enrollment.ConsentWithdrawn(**CONSENT, occurred_at=_at(9, 1), purpose=enrollment.Purpose.TRAINING, given=False),
    enrollment.EnrollmentRequested(**ENROLLMENT, occurred_at=_at(4, 20), status=enrollment.EnrollmentStatus.REQUESTED),
    enrollment.EnrollmentAccepted(
        **ENROLLMENT | {"accepted_at": _at(4, 21)},
        occurred_at=_at(4, 21),
        status=enrollment.EnrollmentStatus.ACCEPTED,
    ),
    enrollment.EnrollmentAccepted(
        **ENROLLMENT | {"accepted_at": _at(4, 21), "organization_id": None, "profile": RETICENT_PROFILE},
        occurred_at=_at(4, 21),
        status=enrollment.EnrollmentStatus.ACCEPTED,
    ),
    enrollment.EnrollmentWaitlisted(
        **ENROLLMENT, occurred_at=_at(4, 22), status=enrollment.EnrollmentStatus.WAITLISTED
    ),
    enrollment.EnrollmentWithdrawn(
        **ENROLLMENT | {"accepted_at": _at(4, 21)},
        occurred_at=_at(7, 1),
        status=enrollment.EnrollmentStatus.WITHDRAWN,
    ),
    enrollment.EnrollmentWithdrawn(**ENROLLMENT, occurred_at=_at(4, 25), status=enrollment.EnrollmentStatus.WITHDRAWN),
    enrollment.TrainingStated(**STATED_TRAINING, **COMPLETED_IN_2023, stands=True),
    enrollment.TrainingStated(
        **STATED_TRAINING | {"person_id": _id(23), "stated_training_id": _id(29), "organization_id": None},
        completed_on=None,
        stands=True,
        profile=RETICENT_PROFILE,
        occurred_at=datetime(2023, 3, 6, 12, tzinfo=LIMA),
    ),
    enrollment.TrainingRetracted(**STATED_TRAINING, **COMPLETED_IN_2023, stands=False),
)

SESSION: Fields = {
    "session_id": SESSION_ID,
    "programme_id": PROGRAMME_ID,
    "cohort_id": COHORT_ID,
    "module_id": MODULE_ID,
    "kind": sessions.SessionKind.TRAINING,
    "title": "El Presupuesto Participativo, primera parte",
    "district": "060101",
    "place": "Casa comunal",
    "starts_at": _at(5, 10, 15),
    "ends_at": _at(5, 10, 18),
    "required": True,
    "status": sessions.SessionStatus.SCHEDULED,
}
ATTENDANCE: Fields = {
    "attendance_id": _id(30),
    "session_id": SESSION_ID,
    "programme_id": PROGRAMME_ID,
    "cohort_id": COHORT_ID,
    "enrollment_id": ENROLLMENT_ID,
    "person_id": PERSON_ID,
    "kind": sessions.SessionKind.TRAINING,
    "session_starts_at": _at(5, 10, 15),
    "checked_in_at": _at(5, 10, 15),
    "profile": PROFILE,
}
PLAN: Fields = {
    "plan_id": _id(34),
    "programme_id": PROGRAMME_ID,
    "cohort_id": COHORT_ID,
}
COMPLETION: Fields = {
    "completion_id": _id(31),
    "enrollment_id": ENROLLMENT_ID,
    "person_id": PERSON_ID,
    "programme_id": PROGRAMME_ID,
    "cohort_id": COHORT_ID,
    "rule_version": 1,
    "planned": 10,
    "achieved_at": _at(11, 20, 18),
    "profile": PROFILE,
    "organization_id": ORGANIZATION_ID,
}
APPLIED_WITHDRAWAL: Fields = {
    "occurred_at": _at(9, 1),
    "consent_id": CONSENT["consent_id"],
    "person_id": PERSON_ID,
}
SESSIONS_EXAMPLES: tuple[Event, ...] = (
    sessions.SessionScheduled(**SESSION, occurred_at=_at(5, 2)),
    sessions.SessionScheduled(
        **SESSION | {"session_id": _id(32), "module_id": None, "kind": sessions.SessionKind.HEARING, "required": False},
        occurred_at=_at(5, 2),
    ),
    sessions.SessionRescheduled(
        **SESSION | {"starts_at": _at(5, 17, 15), "ends_at": _at(5, 17, 18)}, occurred_at=_at(5, 8)
    ),
    sessions.SessionCancelled(**SESSION | {"status": sessions.SessionStatus.CANCELLED}, occurred_at=_at(5, 9)),
    sessions.SessionHeld(**SESSION | {"status": sessions.SessionStatus.HELD}, occurred_at=_at(5, 10, 18)),
    sessions.PlanDeclaredComplete(**PLAN, occurred_at=_at(5, 3), complete=True, required_sessions=10),
    sessions.PlanReopened(**PLAN, occurred_at=_at(5, 4), complete=False, required_sessions=10),
    sessions.AttendanceRecorded(**ATTENDANCE, occurred_at=_at(5, 10, 15), state=sessions.AttendanceState.PRESENT),
    sessions.AttendanceRecorded(**ATTENDANCE, occurred_at=_at(5, 10, 15), state=sessions.AttendanceState.LATE),
    sessions.AttendanceCorrected(**ATTENDANCE, occurred_at=_at(5, 12), state=sessions.AttendanceState.ABSENT),
    sessions.CompletionRulePublished(
        occurred_at=_at(4, 15), rule_id=_id(33), programme_id=PROGRAMME_ID, rule_version=1, minimum_percent=80
    ),
    sessions.CompletionAchieved(**COMPLETION, occurred_at=_at(11, 20, 18), attended=8, achieved=True),
    sessions.CompletionRevoked(**COMPLETION, occurred_at=_at(11, 25), attended=7, achieved=False),
    sessions.WithdrawalAppliedInSessions(**APPLIED_WITHDRAWAL),
)

ASSET: Fields = {
    "asset_id": ASSET_ID,
    "kind": media.AssetKind.REEL,
    "title": "¿Qué es el Presupuesto Participativo?",
    "language": "es",
    "content_sha256": SHA256,
}
PUBLICATION: Fields = {
    "occurred_at": _at(6, 1),
    "publication_id": PUBLICATION_ID,
    "asset_id": ASSET_ID,
    "campaign_id": CAMPAIGN_ID,
    "programme_id": PROGRAMME_ID,
    "kind": media.AssetKind.REEL,
    "channel": media.Channel.FACEBOOK,
    "url": "https://facebook.example/reel/1",
    "content_sha256": SHA256,
    "district": "060101",
}
CAMPAIGN: Fields = {
    "campaign_id": CAMPAIGN_ID,
    "programme_id": PROGRAMME_ID,
    "name": "Tu voz cuenta",
    "objective": "Dar a conocer la convocatoria de la segunda cohorte",
    "starts_on": date(2025, 6, 1),
}
UNPLACED: Fields = {"campaign_id": None, "programme_id": None, "district": None}
LINK: Fields = {
    "occurred_at": _at(6, 1),
    "link_id": LINK_ID,
    "code": "k7m2p9",
    "target_url": "https://minka.example/",
    "asset_id": ASSET_ID,
    "campaign_id": CAMPAIGN_ID,
    "programme_id": PROGRAMME_ID,
    "channel": media.Channel.NOTICE_BOARD,
    "district": "060101",
}
FIGURE: Fields = {
    "occurred_at": _at(7, 1),
    "figure_id": _id(40),
    "publication_id": PUBLICATION_ID,
    "channel": media.Channel.FACEBOOK,
    "period_start": date(2025, 6, 1),
    "period_end": date(2025, 6, 30),
}
REACH: Fields = {
    "occurred_at": _at(6, 3, 0),
    "reach_id": _id(41),
    "link_id": LINK_ID,
    "campaign_id": CAMPAIGN_ID,
    "programme_id": PROGRAMME_ID,
    "channel": media.Channel.NOTICE_BOARD,
    "district": "060101",
    "day": date(2025, 6, 2),
    "people_visits": 4,
    "bot_visits": 1,
    "preview_visits": 2,
    "people_sketch": "AgMDAAAazJMDAAAAAAAAAIS+w7UYG04A+NlhZPL4DxWWzot+gFq1Yg==",
    "suspected_visits": 3,
}
MEDIA_EXAMPLES: tuple[Event, ...] = (
    media.AssetPublished(**ASSET, occurred_at=_at(5, 30), status=media.AssetStatus.PUBLISHED),
    media.AssetWithdrawn(**ASSET, occurred_at=_at(8, 30), status=media.AssetStatus.WITHDRAWN),
    media.PublicationRecorded(**PUBLICATION, active=True),
    media.PublicationRecorded(**PUBLICATION | UNPLACED, active=True),
    media.PublicationWithdrawn(**PUBLICATION, active=False),
    media.CampaignStarted(**CAMPAIGN, occurred_at=_at(6, 1), ends_on=date(2025, 6, 30)),
    media.CampaignStarted(**CAMPAIGN | {"programme_id": None}, occurred_at=_at(6, 1), ends_on=None),
    media.CampaignEnded(**CAMPAIGN, occurred_at=_at(6, 30), ends_on=date(2025, 6, 30)),
    media.LinkCreated(**LINK),
    media.LinkCreated(**LINK | UNPLACED | {"asset_id": None}),
    media.PlatformReachRecorded(**FIGURE, reach=1840, impressions=2600, grade=media.EvidenceGrade.PLATFORM_ESTIMATED),
    media.PlatformReachRecorded(**FIGURE, reach=None, impressions=None, grade=media.EvidenceGrade.DECLARED),
    media.ReachMeasured(**REACH),
    media.ReachMeasured(**REACH | UNPLACED),
    *(
        media.VisitRecorded(
            occurred_at=_at(6, 2),
            visit_id=_id(0x50 + number),
            link_id=LINK_ID,
            visitor_class=visitor_class,
            visitor_digest=f"{number:032x}",
            address_digest=f"{number + 0xA0:032x}",
        )
        for number, visitor_class in enumerate(media.VisitorClass)
    ),
)

CELL: Fields = {
    "occurred_at": _at(5, 1),
    "indicator": "enrolled",
    "definition_version": 1,
    "unit": "people",
    "scope": "all",
    "dimension": "district",
}
REPORTING_EXAMPLES: tuple[Event, ...] = (
    *(
        reporting.OutcomePublished(
            **CELL,
            cell_id=f"enrolled/all/district/{member}",
            sequence=sequence,
            member=member,
            value=value,
            status=status,
        )
        for sequence, (member, value, status) in enumerate(
            (
                ("060101", 214, reporting.CellStatus.PUBLISHED),
                ("060104", None, reporting.CellStatus.SUPPRESSED),
                ("060401", None, reporting.CellStatus.NO_DATA),
            ),
            start=1,
        )
    ),
    reporting.WithdrawalAppliedInReporting(**APPLIED_WITHDRAWAL),
)

EXAMPLES: tuple[Event, ...] = (
    *ENROLLMENT_EXAMPLES,
    *SESSIONS_EXAMPLES,
    *MEDIA_EXAMPLES,
    *REPORTING_EXAMPLES,
)
