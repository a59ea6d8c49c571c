"""Pages of a cohort's people, sorted without decrypting everybody, and the same as if everybody had been decrypted."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from chassis.store.identifiers import new_id
from chassis.web.cursors import Cursors
from chassis.web.pagination import page_of
from chassis.web.views import View
from contracts.enrollment import EnrollmentStatus, Purpose
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.kept_names import MOST_LISTS, KeptNames, ListedNames
from services.enrollment.identity.names import Names
from services.enrollment.people import domain
from services.enrollment.people.cohort_pages import entries_of_cohort, page_of_cohort
from services.enrollment.people.domain import EVERYBODY, Identity, Visibility
from services.enrollment.people.service import ENTRIES_WITH_ACTIONS, Entry
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    LOOKING,
    NOW,
    a_cohort,
    an_application,
    applies,
    withdraws,
    withdraws_consent,
)
from services.enrollment.tests.test_rights import erased, finished, rectified
from tests.support.sites import Site
from tests.support.waiting import wait_until

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


ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"filters": {"status": EnrollmentStatus.ACCEPTED}},
    {"words": ("malca",)},
    {"words": ("UÑE", "ros")},
    {"words": ("nunez",), "filters": {"status": EnrollmentStatus.WAITLISTED}},
    {"words": ("nobody",)},
)


@pytest.mark.parametrize("visibility", [EVERYBODY, FACILITATOR])
@pytest.mark.parametrize("asked", ASKED)
async def test_pages_are_those_of_everybody_decrypted(
    resources: EnrollmentResources, visibility: Visibility, asked: dict[str, Any]
) -> None:
    cohort = await a_full_cohort(resources)
    everybody = await entries_of_cohort(LOOKING, resources, cohort, visibility)
    for order in ENTRIES_WITH_ACTIONS.orders:
        expected = page_of(everybody, view(order, len(PEOPLE), **asked)).rows
        assert await all_pages(resources, cohort, view(order, **asked), visibility) == expected, order


@pytest.mark.parametrize("asked", [{}, {"words": ("malca",)}, {"words": ("malca",), "order": "status"}])
async def test_a_page_decrypts_those_whom_it_shows(
    resources: EnrollmentResources, decrypted: list[UUID], asked: dict[str, Any]
) -> None:
    cohort = await a_full_cohort(resources)
    await all_pages(resources, cohort, view())
    decrypted.clear()
    page = await page_of_cohort(LOOKING, resources, cohort, view(**asked), EVERYBODY)
    assert decrypted == [one.person_id for one in page.rows] and len(page.rows) == 2


async def test_the_page_that_closes_a_cohort_decrypts_those_who_wait(
    site: Site[EnrollmentResources], decrypted: list[UUID]
) -> None:
    cohort = await a_cohort(site.resources, capacity=6)
    outcomes = await enrolled(site.resources, cohort, PEOPLE)
    decrypted.clear()
    async with site.browser("coordinator") as coordinator:
        page = await coordinator.get(f"/cohorts/{cohort}/close", headers={"Accept": "text/html"})
    assert decrypted == [one.person_id for one in outcomes[6:]]
    assert page.text.index("Chávez Terán") < page.text.index("de la Cruz Terán")


async def test_the_loop_goes_on_while_names_are_decrypted(
    resources: EnrollmentResources, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = await a_cohort(resources)
    await enrolled(resources, cohort, PEOPLE[:1])
    is_called, is_free = threading.Event(), threading.Event()

    def waits(*of: Any) -> Identity:
        is_called.set()
        assert is_free.wait(20), "nothing else ran on the loop"
        return unseal(*of)

    unseal = domain.unseal
    monkeypatch.setattr(domain, "unseal", waits)
    for order in ("names", "status"):
        is_called.clear()
        is_free.clear()
        reading = asyncio.create_task(page_of_cohort(LOOKING, resources, cohort, view(order), EVERYBODY))
        await wait_until(is_called.is_set)
        is_free.set()
        assert len((await reading).rows) == 1


async def test_a_file_has_everybody_whom_a_search_finds(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    await enrolled(resources, cohort, PEOPLE)
    page = await page_of_cohort(LOOKING, resources, cohort, view(words=("malca",), format="csv"), EVERYBODY)
    assert [one.identity.names.given for one in page.rows if one.identity] == ["Óscar", "Rosa", "Rosa"]


async def test_a_consent_that_is_given_again_shows_the_name_again(resources: EnrollmentResources) -> None:
    application = an_application(await a_cohort(resources))
    first = await applies(resources, application)
    assert isinstance(first, Accepted)
    await withdraws_consent(resources, first.person_id, Purpose.TRAINING)
    before = await all_pages(resources, application.cohort_id, view(), FACILITATOR)
    await applies(resources, replace(application, enrollment_id=new_id()), NOW + timedelta(days=7))
    after = await all_pages(resources, application.cohort_id, view(words=("quispe",)), FACILITATOR)
    assert [one.is_withheld for one in (*before, *after)] == [True, False]


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


@pytest.mark.parametrize("order", ["names", "-names"])
async def test_somebody_who_is_erased_between_two_pages_moves_nobody_else(
    resources: EnrollmentResources, order: str
) -> None:
    cohort = await a_cohort(resources)
    await enrolled(resources, cohort, PEOPLE)
    before = await all_pages(resources, cohort, view(order))
    first = await page_of_cohort(LOOKING, resources, cohort, view(order), EVERYBODY)
    await erased(resources, first.rows[-1].person_id)
    following = view(order, len(PEOPLE), position=CURSORS.read(first.next or ""))
    rest = await page_of_cohort(LOOKING, resources, cohort, following, EVERYBODY)
    assert [one for one in rest.rows if one.identity] == before[2:]


async def test_a_corrected_name_has_its_place_at_once(resources: EnrollmentResources, decrypted: list[UUID]) -> None:
    cohort = await a_cohort(resources)
    outcomes = await enrolled(resources, cohort, PEOPLE)
    await all_pages(resources, cohort, view())
    corrected = outcomes[3].person_id
    await rectified(resources, corrected, family_names="Abanto Abanto")
    decrypted.clear()
    page = await page_of_cohort(LOOKING, resources, cohort, view(limit=1), EVERYBODY)
    assert page.rows[0].person_id == corrected
    assert decrypted == [corrected, corrected], "once for the order and once to be shown"


async def test_a_search_finds_a_corrected_name_and_no_former_one(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    outcomes = await enrolled(resources, cohort, PEOPLE)
    assert len(await all_pages(resources, cohort, view(words=("zamora",)))) == 1
    await rectified(resources, outcomes[3].person_id, family_names="Abanto Abanto")
    assert await all_pages(resources, cohort, view(words=("zamora",))) == []
    assert len(await all_pages(resources, cohort, view(words=("abanto",)))) == 1


async def test_an_erased_person_is_found_no_more_and_nothing_kept_can_be_read(resources: EnrollmentResources) -> None:
    cohort, other = await a_cohort(resources), await a_cohort(resources)
    outcomes = await enrolled(resources, cohort, PEOPLE)
    await enrolled(resources, other, PEOPLE[:1])
    for one in (cohort, other):
        await all_pages(resources, one, view())
    kept, of_other = resources.kept_names.of(cohort), resources.kept_names.of(other)
    await erased(resources, outcomes[3].person_id)
    assert await all_pages(resources, cohort, view(words=("zamora",))) == []
    await finished(resources)
    key = await resources.keyring.key_of_kept_names()
    for names in (kept, of_other):
        assert names
        with pytest.raises(InvalidTag):
            names.open(key)
    assert len(await all_pages(resources, other, view(words=("malca",)))) == 1


async def test_names_are_kept_encrypted_and_of_few_cohorts(resources: EnrollmentResources) -> None:
    cohort = await a_full_cohort(resources)
    await all_pages(resources, cohort, view())
    names = resources.kept_names.of(cohort)
    assert names and "malca" not in str(names).casefold()
    kept, cohorts = KeptNames(), [UUID(int=number) for number in range(MOST_LISTS + 1)]
    for one in cohorts:
        kept.keep(one, ListedNames(1, [one], b""))
    assert [kept.of(one) is None for one in cohorts] == [True, *(False for _ in cohorts[1:])]
