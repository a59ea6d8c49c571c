"""Pages of a cohort's people: names are decrypted of the page's rows alone, however many enrolled."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.store.queries import queries
from chassis.web.cursors import Position
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader
from chassis.web.tables import Column
from chassis.web.views import View
from contracts.enrollment import EnrollmentStatus
from services.enrollment.people.cohort_names import found_by_name, ordered_by_name
from services.enrollment.people.domain import Visibility
from services.enrollment.people.service import ENTRIES_WITH_ACTIONS, Entry, entry_of
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)


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
    """Returns the cohort's people that the view asks for, or all that a file has."""
    order = await _order(resources, cohort_id, view)
    found = await fetch_page(
        resources.pool,
        sql.places_in_cohort,
        _by_places(view, order),
        Place,
        cohort_id=cohort_id,
        by_name=order,
        is_searched=bool(view.words),
        sees_all=visibility.is_unlimited,
    )
    return Page(view, reader.shows(await _entries(reader, resources, found.rows, visibility)), found.next)


async def _order(resources: EnrollmentResources, cohort_id: UUID, view: View) -> Sequence[UUID]:
    """The order by name, as far as the view needs it."""
    if view.words:
        return await found_by_name(resources, cohort_id, view.words)
    return await ordered_by_name(resources, cohort_id) if view.sort.name == "names" else []


def _by_places(view: View, order: Sequence[UUID]) -> View:
    """The view with places in the order instead of names. What follows a page follows its last person, also where
    somebody enrolled meanwhile and took a place before."""
    position = view.position
    if view.sort.name == "names" and position and position.value is not None:
        position = _place_of(position, order, view.descending)
    return replace(view, table=PLACES, words=(), position=position)


def _place_of(position: Position, order: Sequence[UUID], descending: bool) -> Position:
    """The place that a page's last person has now. Somebody who is gone left their place to the next."""
    if position.key in order:
        return Position(order.index(position.key) + 1, position.key)
    place = position.value if descending else position.value - 1
    return Position(place, order[place - 1] if 0 < place <= len(order) else position.key)


async def _entries(
    reader: Reader, resources: EnrollmentResources, places: Sequence[Place], visibility: Visibility
) -> list[Entry]:
    ids = [place.enrollment_id for place in places]
    rows = {row["enrollment_id"]: row for row in await sql.entries.fetch(resources.pool, enrollment_ids=ids)}
    keys = await resources.keyring.fetch(reader, {row["person_id"] for row in rows.values()})
    return await asyncio.to_thread(
        lambda: [
            entry_of({**row, "waiting_place": place.waiting_place}, keys.get(row["person_id"]), visibility)
            for place in places
            for row in [rows[place.enrollment_id]]
        ]
    )
