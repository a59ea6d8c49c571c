"""Pages of an organization's members: they decrypt whom they show, and tell a delegate nothing of withheld names."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.web.cursors import Cursors
from chassis.web.pagination import page_of
from chassis.web.tables import Table
from chassis.web.views import View
from contracts.enrollment import EnrollmentStatus, Purpose
from services.enrollment.identity.names import Names
from services.enrollment.people.domain import EVERYBODY, Visibility
from services.enrollment.people.member_pages import page_of_members
from services.enrollment.people.service import MEMBERS, MEMBERS_WITH_COHORT, Entry
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import LOOKING, a_cohort, an_application, applies, withdraws_consent
from services.enrollment.tests.test_access import MESA, PATRIA, organizations
from services.enrollment.tests.test_rights import erased
from tests.support.sites import Site

DELEGATE = Visibility(organization_id=PATRIA)
READERS = [(EVERYBODY, MEMBERS_WITH_COHORT), (DELEGATE, MEMBERS)]
CURSORS = Cursors("a secret of thirty-two characters", "entries")
MEMBERS_OF_PATRIA = (
    ("Rosa", "Ñahuis Malca", True),
    ("Rosa", "Nuñez Malca", True),
    ("Óscar", "Álvarez Cotrina", False),
    ("Ana", "Zamora Malca", True),
    ("Elmer", "Chávez Terán", True),
)


async def an_organization(resources: EnrollmentResources) -> list[Any]:
    """Members in two cohorts, with one of another organization: one is not shown, one took the consent back, one was
    erased, two were at a session."""
    await organizations(resources)
    cohorts = [await a_cohort(resources), await a_cohort(resources, capacity=1)]
    outcomes: list[Any] = []
    for number, (given, family, is_shown) in enumerate(MEMBERS_OF_PATRIA):
        application = an_application(
            cohorts[number % 2],
            names=Names(given, family),
            organization_id=PATRIA,
            shown_to_organization=is_shown,
        )
        outcomes.append(await applies(resources, application))
    await applies(resources, an_application(cohorts[0], organization_id=MESA, shown_to_organization=True))
    await withdraws_consent(resources, outcomes[1].person_id, Purpose.TRAINING)
    await erased(resources, outcomes[4].person_id)
    for number in (0, 1):
        await resources.pool.execute(
            "INSERT INTO known_attendances (attendance_id, version, enrollment_id, state)"
            " VALUES (uuidv7(), 1, $1, 'present')",
            outcomes[number].enrollment_id,
        )
    return outcomes


def view(table: Table, order: str = "names", limit: int = 2, **changed: Any) -> View:
    return View(table, order, limit, cursors=CURSORS, **changed)


async def all_pages(resources: EnrollmentResources, asked: View, visibility: Visibility) -> list[Entry]:
    """Every page's rows, one page after the other."""
    page = await page_of_members(LOOKING, resources, PATRIA, asked, visibility)
    rows = list(page.rows)
    while page.next:
        asked = replace(asked, position=CURSORS.read(page.next))
        page = await page_of_members(LOOKING, resources, PATRIA, asked, visibility)
        rows += page.rows
    return rows


@pytest.mark.parametrize(("visibility", "table"), READERS)
async def test_pages_are_those_of_everybody_decrypted(
    resources: EnrollmentResources, visibility: Visibility, table: Table
) -> None:
    await an_organization(resources)
    everybody = (await page_of_members(LOOKING, resources, PATRIA, view(MEMBERS, limit=10), visibility)).rows
    assert len(everybody) == len(MEMBERS_OF_PATRIA)
    for order in table.orders:
        for asked in (
            {},
            {"words": ("malca",)},
            {"words": ("cohorte", "rosa")},
            {"filters": {"status": EnrollmentStatus.ACCEPTED}},
        ):
            expected = page_of(everybody, view(table, order, 10, **asked)).rows
            assert await all_pages(resources, view(table, order, **asked), visibility) == expected, (order, asked)


@pytest.mark.parametrize("words", [(), ("malca",)])
async def test_a_page_decrypts_those_whom_it_shows(
    resources: EnrollmentResources, decrypted: list[UUID], words: tuple[str, ...]
) -> None:
    await an_organization(resources)
    await all_pages(resources, view(MEMBERS), DELEGATE)
    decrypted.clear()
    page = await page_of_members(LOOKING, resources, PATRIA, view(MEMBERS, words=words), DELEGATE)
    assert decrypted == [one.person_id for one in page.rows] and len(page.rows) == 2


async def test_a_delegate_finds_nobody_by_a_name_that_is_not_shown(resources: EnrollmentResources) -> None:
    await an_organization(resources)
    for words, found in (("malca", 2), ("nunez", 0), ("alvarez", 0)):
        assert len(await all_pages(resources, view(MEMBERS, words=(words,)), DELEGATE)) == found, words


async def test_trained_organizations_are_listed_as_their_figure_counts_them(site: Site[EnrollmentResources]) -> None:
    """For the coordination and auditors: of a delegate's only member the answer would be a completion."""
    outcomes = await an_organization(site.resources)
    for number, achieved in ((0, True), (2, False)):
        await site.resources.pool.execute(
            "INSERT INTO known_completions (completion_id, version, enrollment_id, achieved)"
            " VALUES (uuidv7(), 1, $1, $2)",
            outcomes[number].enrollment_id,
            achieved,
        )
    told, pages = {}, {}
    for reader in ("coordinator", "auditor", "delegate-patria-c"):
        async with site.browser(reader) as browser:
            listed = (await browser.get("/api/organizations")).json()["organizations"]
            told[reader] = {one["organization_id"]: one["is_trained"] for one in listed}
            pages[reader] = (await browser.get("/organizations", headers={"Accept": "text/html"})).text
    assert told["coordinator"] == told["auditor"] == {str(PATRIA): True, str(MESA): False}
    assert told["delegate-patria-c"] == {str(PATRIA): None}
    assert ["Formada" in page for page in pages.values()] == [True, True, False]
    assert [f'/organizations/{PATRIA}"' in page for page in pages.values()] == [True, False, True]
    assert [f"/organizations/{PATRIA}/completions" in page for page in pages.values()] == [True, True, False]
    assert [f"/organizations/{MESA}/completions" in page for page in pages.values()] == [False] * 3


async def test_a_trained_organization_is_followed_to_its_completions(site: Site[EnrollmentResources]) -> None:
    """They name nobody, and reading them leaves an entry; one that was taken back is not among them."""
    outcomes = await an_organization(site.resources)
    counted, revoked = uuid4(), uuid4()
    for number, completion_id in ((0, counted), (1, revoked)):
        await site.resources.pool.execute(
            "INSERT INTO known_completions (completion_id, version, enrollment_id, achieved) VALUES ($1, 1, $2, $3)",
            completion_id,
            outcomes[number].enrollment_id,
            completion_id == counted,
        )
    async with site.browser("auditor") as auditor:
        listed = (await auditor.get(f"/api/organizations/{PATRIA}/completions")).json()["completions"]
        page = (await auditor.get(f"/organizations/{PATRIA}/completions", headers={"Accept": "text/html"})).text
        unknown = await auditor.get(f"/organizations/{uuid4()}/completions")
    people = await site.resources.pool.fetch("SELECT people FROM audit_trail WHERE kind = 'read'")

    [completion] = listed
    assert (completion["completion_id"], completion["enrollment_id"]) == (
        str(counted),
        str(outcomes[0].enrollment_id),
    )
    assert str(counted) in page and f"/sessions/cohorts/{completion['cohort_id']}" in page
    assert str(revoked) not in page and "Malca" not in page and "identity" not in completion
    assert unknown.status_code == 404
    assert [row["people"] for row in people] == [[outcomes[0].person_id]] * 2
