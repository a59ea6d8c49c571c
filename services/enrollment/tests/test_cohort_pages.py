"""Pages of a cohort's people, sorted without decrypting everybody, and the same as if everybody had been decrypted."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.web.cursors import Cursors
from chassis.web.pagination import page_of
from chassis.web.views import View
from contracts.enrollment import EnrollmentStatus, Purpose
from services.enrollment.identity.name_orders import MOST_COHORTS, NameOrders
from services.enrollment.identity.names import Names
from services.enrollment.people.cohort_pages import page_of_cohort
from services.enrollment.people.domain import EVERYBODY, Visibility
from services.enrollment.people.service import ENTRIES_WITH_ACTIONS, Entry, entries_of_cohort
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    LOOKING,
    a_cohort,
    an_application,
    applies,
    withdraws,
    withdraws_consent,
)
from services.enrollment.tests.test_rights import erased, rectified

FACILITATOR = Visibility(facilitator="facilitator-0601")
PEOPLE = (
    ("Rosa", "Ñahuis Malca"),
    ("Rosa", "Nuñez Malca"),
    ("Óscar", "Álvarez Cotrina"),
    ("Ana", "Zamora Díaz"),
    ("Ana", "Alvarez Cotrina"),
    ("Óscar", "Núñez Malca"),
    ("Elmer", "Chávez Terán"),
    ("Elmer", "de la Cruz Terán"),
)
CURSORS = Cursors("a secret of thirty-two characters", "entries")


async def enrolled(resources: EnrollmentResources, cohort: UUID, names: Sequence[tuple[str, str]]) -> list[Any]:
    """The outcomes of these people, in the order in which they enrolled."""
    return [await applies(resources, an_application(cohort, names=Names(given, family))) for given, family in names]


async def a_full_cohort(resources: EnrollmentResources) -> UUID:
    """Two wait, one withdrew, one took the consent back, and one was erased."""
    cohort = await a_cohort(resources, capacity=6)
    outcomes = await enrolled(resources, cohort, PEOPLE)
    await withdraws(resources, outcomes[3].enrollment_id)
    await withdraws_consent(resources, outcomes[1].person_id, Purpose.TRAINING)
    await erased(resources, outcomes[4].person_id)
    return cohort


def view(order: str = "names", limit: int = 2, **changed: Any) -> View:
    return View(ENTRIES_WITH_ACTIONS, order, limit, cursors=CURSORS, **changed)


async def all_pages(
    resources: EnrollmentResources, cohort: UUID, asked: View, visibility: Visibility = EVERYBODY
) -> list[Entry]:
    """Every page's rows, one page after the other."""
    page = await page_of_cohort(LOOKING, resources, cohort, asked, visibility)
    rows = list(page.rows)
    while page.next:
        following = replace(asked, position=CURSORS.read(page.next))
        page = await page_of_cohort(LOOKING, resources, cohort, following, visibility)
        rows += page.rows
    return rows


@pytest.mark.parametrize("visibility", [EVERYBODY, FACILITATOR])
@pytest.mark.parametrize("filters", [{}, {"status": EnrollmentStatus.ACCEPTED}])
async def test_pages_are_those_of_everybody_decrypted(
    resources: EnrollmentResources, visibility: Visibility, filters: dict[str, Any]
) -> None:
    cohort = await a_full_cohort(resources)
    everybody = await entries_of_cohort(LOOKING, resources, cohort, visibility)
    for order in ENTRIES_WITH_ACTIONS.orders:
        expected = page_of(everybody, view(order, len(PEOPLE), filters=filters)).rows
        assert await all_pages(resources, cohort, view(order, filters=filters), visibility) == expected, order


async def test_names_are_sorted_as_spanish_sorts_them(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    await enrolled(resources, cohort, [("Ana", "Ñahuis"), ("Ana", "Nuñez"), ("Óscar", "Álvarez"), ("Ana", "Zamora")])
    rows = await all_pages(resources, cohort, view())
    assert [one.identity.names.family for one in rows if one.identity] == ["Álvarez", "Nuñez", "Ñahuis", "Zamora"]


async def test_somebody_who_enrolls_between_two_pages_moves_nobody(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    await enrolled(resources, cohort, PEOPLE)
    before = await all_pages(resources, cohort, view())
    first = await page_of_cohort(LOOKING, resources, cohort, view(), EVERYBODY)
    await enrolled(resources, cohort, [("Ana", "Abanto Abanto"), ("Rosa", "Abanto Abanto")])
    following = view(limit=len(PEOPLE), position=CURSORS.read(first.next or ""))
    rest = await page_of_cohort(LOOKING, resources, cohort, following, EVERYBODY)
    assert [*first.rows, *rest.rows] == before


async def test_a_corrected_name_has_its_place_at_once(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    outcomes = await enrolled(resources, cohort, PEOPLE)
    await all_pages(resources, cohort, view())
    await rectified(resources, outcomes[3].person_id, family_names="Abanto Abanto")
    assert (await all_pages(resources, cohort, view()))[0].person_id == outcomes[3].person_id


async def test_an_order_is_kept_without_names_and_of_few_cohorts(resources: EnrollmentResources) -> None:
    cohort = await a_full_cohort(resources)
    await all_pages(resources, cohort, view())
    assert "Malca" not in str(vars(resources.name_orders))
    orders, version = NameOrders(), Decimal(1)
    cohorts = [UUID(int=number) for number in range(MOST_COHORTS + 1)]
    for one in cohorts:
        orders.keep(one, version, [one])
    assert [orders.of(one, version) for one in cohorts] == [None, *([one] for one in cohorts[1:])]
