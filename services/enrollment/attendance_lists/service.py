"""The people with a seat at a session, with the names that the reader may see."""

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.runtime.rejections import NOT_FOUND, RejectedError
from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts.territory import districts
from services.enrollment.attendance_lists.domain import code_length, code_of
from services.enrollment.people.cohort_pages import all_rows_of, by_places
from services.enrollment.people.domain import Visibility
from services.enrollment.people.listed_names import found_by_words, ordered_by_name
from services.enrollment.people.service import Entry, entries_of, written_names
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


@dataclass(frozen=True, slots=True)
class PlaceToSign:
    """What the list is sorted by. `names` is a place in the order by name; None where they are not shown."""

    enrollment_id: UUID
    code: str
    names: int | None


_NAMES, _CODE, _DOCUMENT, _ENROLLMENT = PEOPLE_TO_SIGN.columns
PLACES_TO_SIGN = replace(
    PEOPLE_TO_SIGN, name="places_to_sign", columns=(Column("names", _NAMES.label, "number"), _CODE, _ENROLLMENT)
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
    view = all_rows_of(PEOPLE_TO_SIGN, "names")
    return (await page_to_sign(reader, resources, cohort_id, view, visibility)).rows


async def page_to_sign(
    reader: Reader, resources: EnrollmentResources, cohort_id: UUID, view: View, visibility: Visibility
) -> Page[ListedPerson]:
    """Returns those of them that the view asks for. Nobody else's name is decrypted."""
    seated, withheld = await _seated(resources.pool, cohort_id, visibility)
    length = code_length(seated)
    order = await ordered_by_name(resources, cohort_id) if view.sort.name == "names" else []
    order = [one for one in order if one not in withheld]
    found = None
    if view.words:
        texts = {one: code_of(one, length).lower() for one in seated}
        found = await found_by_words(resources, cohort_id, view.words, texts, seated - withheld)
    places = await fetch_page(
        resources.pool,
        sql.places_to_sign,
        by_places(view, PLACES_TO_SIGN, order),
        PlaceToSign,
        cohort_id=cohort_id,
        code_length=length,
        by_name=order,
        found=found,
    )
    ids = [place.enrollment_id for place in places.rows]
    entries = reader.shows(await entries_of(reader, resources, ids, visibility))
    return Page(view, [_listed(entry, code_of(entry.enrollment_id, length)) for entry in entries], places.next)


async def _seated(pool: Pool, cohort_id: UUID, visibility: Visibility) -> tuple[Set[UUID], Set[UUID]]:
    """Everybody with a seat, and those of them whose names the reader may not read."""
    row = await sql.seated.fetch_row(pool, cohort_id=cohort_id, sees_all=visibility.is_unlimited)
    return (set(row["seated"] or ()), set(row["withheld"] or ())) if row else (set(), set())


def _listed(entry: Entry, code: str) -> ListedPerson:
    identity = entry.identity
    return ListedPerson(
        enrollment_id=entry.enrollment_id,
        code=code,
        names=written_names(identity) if identity else None,
        document=f"…{identity.document.number[-3:]}" if identity else None,
    )
