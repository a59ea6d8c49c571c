"""Pages of a cohort's people: names are decrypted of the page's rows alone, however many enrolled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.store.queries import queries
from chassis.web.cursors import Position
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.views import View
from contracts.enrollment import EnrollmentStatus
from services.enrollment.people.domain import Visibility
from services.enrollment.people.listed_names import found_by_name, ordered_by_name
from services.enrollment.people.service import ENTRIES_WITH_ACTIONS, Entry, entries_of
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
        by_places(view, PLACES, order),
        Place,
        cohort_id=cohort_id,
        by_name=order,
        is_searched=bool(view.words),
        sees_all=visibility.is_unlimited,
    )
    entries = await entries_of(reader, resources, [place.enrollment_id for place in found.rows], visibility)
    rows = [replace(one, waiting_place=place.waiting_place) for one, place in zip(entries, found.rows, strict=True)]
    return Page(view, reader.shows(rows), found.next)


async def entries_of_cohort(
    reader: Reader, resources: EnrollmentResources, cohort_id: UUID, visibility: Visibility
) -> list[Entry]:
    """Returns everybody who enrolled in the cohort, by family name."""
    view = all_rows_of(ENTRIES_WITH_ACTIONS, "names")
    return (await page_of_cohort(reader, resources, cohort_id, view, visibility)).rows


async def waiting_in_cohort(
    reader: Reader, resources: EnrollmentResources, cohort_id: UUID, visibility: Visibility
) -> list[Entry]:
    """Returns everybody who waits for a seat, in the order in which seats are given."""
    view = all_rows_of(ENTRIES_WITH_ACTIONS, "waiting_place", status=EnrollmentStatus.WAITLISTED)
    return (await page_of_cohort(reader, resources, cohort_id, view, visibility)).rows


def all_rows_of(table: Table, order: str, **filters: Any) -> View:
    """The view of all rows, as a file has them: a list that is too long for a file is refused as a whole."""
    return View(table, order, table.rows, filters, format="csv")


async def _order(resources: EnrollmentResources, cohort_id: UUID, view: View) -> Sequence[UUID]:
    """The order by name, as far as the view needs it."""
    if view.words:
        return await found_by_name(resources, cohort_id, view.words)
    return await ordered_by_name(resources, cohort_id) if view.sort.name == "names" else []


def by_places(view: View, places: Table, order: Sequence[UUID]) -> View:
    """The view of a table whose `names` are places in the order. What follows a page follows its last person, also
    where somebody enrolled meanwhile and took a place before."""
    position = view.position
    if view.sort.name == "names" and position and position.value is not None:
        position = _place_of(position, order, view.descending)
    return replace(view, table=places, words=(), position=position)


def _place_of(position: Position, order: Sequence[UUID], descending: bool) -> Position:
    """The place that a page's last person has now. Somebody who is gone left their place to the next."""
    if position.key in order:
        return Position(order.index(position.key) + 1, position.key)
    place = position.value if descending else position.value - 1
    return Position(place, order[place - 1] if 0 < place <= len(order) else position.key)
