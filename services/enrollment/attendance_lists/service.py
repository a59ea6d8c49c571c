"""The people with a seat at a session, with the names that the reader may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.runtime.rejections import NOT_FOUND, RejectedError
from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus
from contracts.territory import districts
from services.enrollment.attendance_lists.domain import last_characters
from services.enrollment.people.domain import Visibility
from services.enrollment.people.service import entries_of_cohort
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session with its programme and cohort. `district` is an INEI code."""

    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    district: str
    is_cancelled: bool
    programme: str
    cohort: str

    @property
    def where(self) -> str:
        return f"{self.place}, {districts()[self.district].name}"


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody with a seat. `names` and `document`, its last characters, are None where they are not shown."""

    enrollment_id: UUID
    code: str
    names: str | None
    document: str | None


PEOPLE_TO_SIGN = Table(
    "attendance_list",
    N_("List to sign"),
    key="enrollment_id",
    order="names",
    columns=(
        Column("names", N_("Family and given names"), searched=True),
        Column("code", N_("Code"), "code", searched=True),
        Column("document", N_("Document"), "code", sortable=False),
        Column("enrollment_id", N_("Enrollment"), "identifier", shown=False),
    ),
    rows=200,
)


async def listed_session(pool: Pool, cohort_id: UUID, session_id: UUID) -> ListedSession:
    """Returns the session. Raises `RejectedError` if the cohort has none with this id."""
    session = await sql.listed_session.first(pool, ListedSession, cohort_id=cohort_id, session_id=session_id)
    if session is None:
        raise RejectedError(NOT_FOUND)
    return session


async def people_to_sign(
    reader: Reader, resources: EnrollmentResources, cohort_id: UUID, visibility: Visibility
) -> list[ListedPerson]:
    """Returns everybody with a seat in the cohort, by family name."""
    entries = await entries_of_cohort(reader, resources, cohort_id, visibility)
    seated = [entry for entry in entries if entry.status is EnrollmentStatus.ACCEPTED]
    codes = last_characters({entry.enrollment_id for entry in seated})
    reader.shows(seated)
    return [
        ListedPerson(
            enrollment_id=entry.enrollment_id,
            code=codes[entry.enrollment_id],
            names=f"{entry.identity.names.family}, {entry.identity.names.given}" if entry.identity else None,
            document=f"…{entry.identity.document.number[-3:]}" if entry.identity else None,
        )
        for entry in seated
    ]
