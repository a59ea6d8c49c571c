"""Pages of a cohort's people: names are decrypted of the page's rows alone, however many enrolled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.store.queries import queries
from chassis.web.cursors import Position
from chassis.web.pagination import Page, fetch_page, page_of
from chassis.web.plain_texts import sortable
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column
from chassis.web.views import View
from contracts.enrollment import EnrollmentStatus
from services.enrollment.people.domain import Visibility
from services.enrollment.people.service import (
    ENTRIES_WITH_ACTIONS,
    Entry,
    entries_of_cohort,
    entry_of,
    stored_identities,
    written_names,
)
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

SORTING = Work("people.sort_by_name")


@dataclass(frozen=True, slots=True)
class Place:
    """What the lists of a cohort are sorted and filtered by. `names` is a place in the order by name."""

    enrollment_id: UUID
    names: int | None
    status: EnrollmentStatus
    accepted_at: datetime | None
    waiting_place: int | None
    offered_until: datetime | None


_NAMES, *_OTHERS = ENTRIES_WITH_ACTIONS.columns
PLACES = replace(
    ENTRIES_WITH_ACTIONS,
    name="places_in_cohort",
    columns=(Column("names", _NAMES.label, "number"), *(one for one in _OTHERS if one.name in Place.__slots__)),
)


async def page_of_cohort(
    reader: Reader, resources: EnrollmentResources, cohort_id: UUID, view: View, visibility: Visibility
) -> Page[Entry]:
    """Returns the cohort's people that the view asks for. A search and a file read the names of all of them."""
    if view.words or view.format:
        page = page_of(await entries_of_cohort(reader, resources, cohort_id, visibility), view)
    else:
        page = await _page_of_ids(reader, resources, cohort_id, view, visibility)
    reader.shows(page.rows)
    return page


async def _page_of_ids(
    reader: Reader, resources: EnrollmentResources, cohort_id: UUID, view: View, visibility: Visibility
) -> Page[Entry]:
    order = await _order_by_name(resources, cohort_id) if view.sort.name == "names" else []
    found = await fetch_page(
        resources.pool,
        sql.places_in_cohort,
        _by_places(view, order),
        Place,
        cohort_id=cohort_id,
        by_name=order,
        sees_all=visibility.is_unlimited,
    )
    return Page(view, await _entries(reader, resources, found.rows, visibility), found.next)


async def _entries(
    reader: Reader, resources: EnrollmentResources, places: Sequence[Place], visibility: Visibility
) -> list[Entry]:
    ids = [place.enrollment_id for place in places]
    rows = {row["enrollment_id"]: row for row in await sql.entries.fetch(resources.pool, enrollment_ids=ids)}
    keys = await resources.keyring.fetch(reader, {row["person_id"] for row in rows.values()})
    return [
        entry_of({**row, "waiting_place": place.waiting_place}, keys.get(row["person_id"]), visibility)
        for place in places
        for row in [rows[place.enrollment_id]]
    ]


def _by_places(view: View, order: Sequence[UUID]) -> View:
    """The view with places in the order instead of names. What follows a page follows its last person, also where
    somebody enrolled meanwhile and took a place before."""
    position = view.position
    if view.sort.name == "names" and position and position.value is not None:
        position = Position(order.index(position.key) + 1 if position.key in order else None, position.key)
    return replace(view, table=PLACES, position=position)


async def _order_by_name(resources: EnrollmentResources, cohort_id: UUID) -> Sequence[UUID]:
    version = await sql.version_of_names.value(resources.pool, cohort_id=cohort_id)
    order = resources.name_orders.of(cohort_id, version)
    if order is None:
        order = await _sorted_by_name(resources, cohort_id)
        resources.name_orders.keep(cohort_id, version, order)
    return order


async def _sorted_by_name(resources: EnrollmentResources, cohort_id: UUID) -> Sequence[UUID]:
    rows = await sql.people_of_cohort.fetch(resources.pool, cohort_id=cohort_id)
    identities = await stored_identities(SORTING, resources.pool, resources, [row["person_id"] for row in rows])
    named = (
        (sortable(written_names(identities[row["person_id"]])), row["enrollment_id"])
        for row in rows
        if row["person_id"] in identities
    )
    return [enrollment_id for _names, enrollment_id in sorted(named)]
