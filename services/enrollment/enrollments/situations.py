"""Reads what applications are decided by, with one query and one look for keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

from chassis.store.database import Connection
from chassis.store.queries import queries
from chassis.web.reads import Work
from contracts.enrollment import EnrollmentStatus
from contracts.event import OrganizationType, Profile
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.consent.domain import read_history
from services.enrollment.consent_texts.domain import ApprovedText
from services.enrollment.consent_texts.service import approved_texts
from services.enrollment.enrollments.domain import (
    Application,
    CohortSeats,
    KnownEnrollment,
    KnownPerson,
    Situation,
    is_same_person,
)
from services.enrollment.enrollments.stated import PastDays
from services.enrollment.identity.encryption import SubjectKey
from services.enrollment.people import domain as people
from services.enrollment.people.domain import Visibility
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

MATCHING = Work("enrollments.match")


@dataclass(frozen=True, slots=True)
class IndexedApplication:
    """An application, and the digest by which the people of its document are found."""

    application: Application
    document_digest: bytes

    @property
    def locks(self) -> tuple[str, str]:
        """Names the locks of the person and of the seats."""
        return people.person_lock(self.document_digest), seat_lock(self.application.cohort_id)


@dataclass(frozen=True, slots=True)
class _SituationRow:
    """What is stored about the application at a place, and about one of the people of its document, if there is any."""

    place: int
    programme_id: UUID | None
    capacity: int
    occupied: int
    is_open: bool
    is_past: bool
    starts_on: date
    ends_on: date
    person_id: UUID | None
    counted_as: UUID
    identity: bytes
    profile: Profile
    consents: Sequence[Mapping[str, Any]] | None
    has_seat: bool
    is_visible: bool
    enrollment_id: UUID | None
    enrollment_status: EnrollmentStatus
    person_withdrew_at: datetime | None
    id_is_taken: bool
    organization_type: OrganizationType | None


async def index_applications(
    applications: Sequence[Application], resources: EnrollmentResources
) -> list[IndexedApplication]:
    """Computes what the people of the applications' documents are found by, before any lock is held."""
    digests = await resources.blind.documents([one.document for one in applications])
    return list(map(IndexedApplication, applications, digests))


async def read_situations(
    connection: Connection,
    applications: Sequence[IndexedApplication],
    resources: EnrollmentResources,
    visibility: Visibility,
) -> list[Situation]:
    """Returns what is stored about the subjects of each application, read under their locks."""
    rows = await sql.situations.all(
        connection,
        _SituationRow,
        cohort_id=[one.application.cohort_id for one in applications],
        document_digest=[one.document_digest for one in applications],
        enrollment_id=[one.application.enrollment_id for one in applications],
        organization_id=[one.application.organization_id for one in applications],
        facilitator=visibility.facilitator,
    )
    known = [row.person_id for row in rows if row.person_id]
    texts = await approved_texts(connection)
    # Callers who must not see all people would otherwise notice by the time that the document is known.
    keys = await resources.keyring.fetch(MATCHING, known) if known or not visibility.is_unlimited else {}
    return [
        _situation(list(found), keys, applications[place - 1].application, visibility, texts)
        for place, found in groupby(rows, key=attrgetter("place"))  # the query has a row for each place at least
    ]


def _situation(
    rows: Sequence[_SituationRow],
    keys: Mapping[UUID, SubjectKey],
    application: Application,
    visibility: Visibility,
    texts: Sequence[ApprovedText],
) -> Situation:
    row = rows[0]
    known = [_known_person(one, keys[one.person_id]) for one in rows if one.person_id]
    return Situation(
        cohort=_cohort_seats(row),
        people=tuple(_recognized(one, application) if visibility.is_public else one for one in known),
        id_is_taken=row.id_is_taken,
        organization_type=row.organization_type,
        asks_consent_anew=not visibility.is_unlimited,
        adds_contact=_adds_contact(application, visibility),
        consent_texts=texts,
    )


def _adds_contact(application: Application, visibility: Visibility) -> bool:
    """Tells whether the application may give a contact to somebody who is known without one.

    The staff and delegates answer for what they enter, under their names. Who enrolls themselves does not: document,
    names and birth date are known to many, and whoever gave their own number for another would read that person's
    messages.
    """
    return application.is_nominated or not visibility.is_public


def _cohort_seats(row: _SituationRow) -> CohortSeats | None:
    if row.programme_id is None:
        return None
    past = PastDays(row.starts_on, row.ends_on) if row.is_past else None
    return CohortSeats(row.programme_id, row.capacity, row.occupied, row.is_open, past)


def _recognized(known: KnownPerson, application: Application) -> KnownPerson:
    """Returns the person as visible to whoever states what agrees with them, and to nobody else."""
    return replace(known, is_visible=is_same_person(known, application))


def _known_person(row: _SituationRow, key: SubjectKey) -> KnownPerson:
    return KnownPerson(
        person_id=key.subject,
        counted_as=row.counted_as,
        identity=people.unseal(key, row.identity),
        profile=row.profile,
        consents=read_history(row.consents or []),
        enrollment=_known_enrollment(row),
        has_seat=row.has_seat,
        is_visible=row.is_visible,
    )


def _known_enrollment(row: _SituationRow) -> KnownEnrollment | None:
    if row.enrollment_id is None:
        return None
    return KnownEnrollment(row.enrollment_id, row.enrollment_status, row.person_withdrew_at)
