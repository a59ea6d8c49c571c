"""Pages of an organization's members: as those of a cohort, they decrypt the people whom they show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.store.database import Row
from chassis.store.queries import queries
from chassis.web.pagination import Page, fetch_page
from chassis.web.plain_texts import plain
from chassis.web.reads import Reader
from chassis.web.tables import Column
from chassis.web.views import View
from contracts.enrollment import EnrollmentStatus
from services.enrollment.people.cohort_pages import by_places
from services.enrollment.people.domain import Visibility, may_read_names
from services.enrollment.people.listed_names import found_by_words, ordered_by_name
from services.enrollment.people.service import MEMBERS_WITH_COHORT, Entry, entries_of
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class PlaceOfMember:
    """What members are sorted and filtered by. `names` is a place in the order by name.

    Names, cohort, `attended` and `has_completed` are None where the reader may not read the names.
    """

    enrollment_id: UUID
    cohort: str | None
    status: EnrollmentStatus
    accepted_at: datetime | None
    names: int | None
    attended: int | None
    has_completed: bool | None


_NAMES, *_OTHERS = MEMBERS_WITH_COHORT.columns
PLACES_OF_MEMBERS = replace(
    MEMBERS_WITH_COHORT,
    name="places_of_members",
    columns=(Column("names", _NAMES.label, "number"), *(one for one in _OTHERS if one.name in PlaceOfMember.__slots__)),
)


async def page_of_members(
    reader: Reader, resources: EnrollmentResources, organization_id: UUID, view: View, visibility: Visibility
) -> Page[Entry]:
    """Returns those who enrolled for the organization that the view asks for, or all that a file has."""
    members = await sql.members.fetch(resources.pool, organization_id=organization_id)
    readable = {row["enrollment_id"] for row in members if _is_readable(row, visibility)}
    order = await ordered_by_name(resources, organization_id) if view.sort.name == "names" else []
    order = [one for one in order if one in readable]
    found = await found_by_words(resources, organization_id, view.words, _texts(members, view, readable), readable)
    places = await fetch_page(
        resources.pool,
        sql.places_of_members,
        by_places(view, PLACES_OF_MEMBERS, order),
        PlaceOfMember,
        enrollment_ids=found,
        readable=[one in readable for one in found],
        by_name=order,
    )
    ids = [place.enrollment_id for place in places.rows]
    entries = await entries_of(reader, resources, ids, visibility, sql.entries_of_members)
    return Page(view, reader.shows(entries), places.next)


async def members_among(
    reader: Reader,
    resources: EnrollmentResources,
    organization_id: UUID,
    enrollment_ids: Iterable[UUID],
    visibility: Visibility,
) -> list[Entry]:
    """Returns those of these enrollments that are for the organization."""
    rows = await sql.members_among.fetch(
        resources.pool, organization_id=organization_id, enrollment_ids=list(enrollment_ids)
    )
    ids = [row["enrollment_id"] for row in rows]
    return await entries_of(reader, resources, ids, visibility, sql.entries_of_members)


def _is_readable(row: Row, visibility: Visibility) -> bool:
    return may_read_names(
        visibility, consents_stand=row["consents_stand"], shown_to_organization=row["shown_to_organization"]
    )


def _texts(members: Sequence[Row], view: View, readable: Collection[UUID]) -> dict[UUID, str]:
    """What is searched besides the names: the cohorts of those whom the reader may follow."""
    searched = readable if view.words else ()
    return {row["enrollment_id"]: plain(row["cohort"]) if row["enrollment_id"] in searched else "" for row in members}
