"""The reach of each role. tests/security/test_nobody_reads_beyond_their_reach.py asks every route about it."""

from dataclasses import replace
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from chassis.store.identifiers import new_id
from chassis.web.auth.principal import Principal
from chassis.web.views import first_rows
from services.enrollment.cohorts.assignments import assign_facilitator, unassign_facilitator
from services.enrollment.cohorts.commands import AssignFacilitator
from services.enrollment.cohorts.domain import assignment_locks
from services.enrollment.enrollments.domain import Accepted, AlreadyEnrolled, Application, Review
from services.enrollment.identity.names import Names
from services.enrollment.organizations.service import ORGANIZATIONS, list_organizations
from services.enrollment.people.domain import EVERYBODY, Visibility, may_read_names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.comparisons import OPEN_REVIEWS, open_reviews
from services.enrollment.reviews.domain import ReviewKind
from services.enrollment.tests.stories import LOOKING, a_cohort, an_application, applies, seats, unit_of_work, withdraws
from services.enrollment.tests.test_access import organizations
from services.enrollment.tests.test_pages import sends
from services.enrollment.visibility import facilitator_of, organization_of, visibility_of, visibility_of_members
from tests.support.sites import Site

READER = "facilitator-0602"
"""Has a cohort of their own, and another one for a while, or never."""


async def assigned(resources: EnrollmentResources, cohort: UUID) -> None:
    async with unit_of_work(resources, *assignment_locks(cohort)) as unit:
        await assign_facilitator(unit, AssignFacilitator(facilitator_id=READER), cohort)


async def taken_off(resources: EnrollmentResources, cohort: UUID) -> None:
    async with unit_of_work(resources, *assignment_locks(cohort)) as unit:
        await unassign_facilitator(unit, READER, cohort)


async def never_assigned(_resources: EnrollmentResources, _cohort: UUID) -> None:
    pass


async def assigned_and_taken_off(resources: EnrollmentResources, cohort: UUID) -> None:
    await assigned(resources, cohort)
    await taken_off(resources, cohort)


@pytest.mark.parametrize(
    ("happened", "outcome"), [(assigned, Review), (never_assigned, Accepted), (assigned_and_taken_off, Accepted)]
)
async def test_another_name_for_a_known_document_is_told_only_while_the_facilitator_sees_the_person(
    resources: EnrollmentResources, happened: Any, outcome: type
) -> None:
    own, cohort = await a_cohort(resources, facilitator=READER), await a_cohort(resources)
    known = an_application(cohort)
    for application in (known, an_application(own)):
        assert isinstance(await applies(resources, application), Accepted)
    await happened(resources, cohort)

    guess = an_application(own, document=known.document, names=Names("Juan", "Cotrina"))
    told = await applies(resources, guess, visibility=Visibility(facilitator=READER))

    assert isinstance(told, outcome)


async def test_the_list_names_those_who_have_the_cohort(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await assigned_and_taken_off(site.resources, cohort)
    async with site.browser("coordinator") as coordinator:
        (listed,) = (await coordinator.get("/api/cohorts")).json()["cohorts"]
    assert listed["facilitators"] == ["facilitator-0601"]


async def test_a_form_enrolls_into_the_cohort_of_its_address_whatever_it_names(
    site: Site[EnrollmentResources],
) -> None:
    own, other = await a_cohort(site.resources, facilitator=READER), await a_cohort(site.resources)
    form = {
        "cohort_id": str(other),
        "document.type": "dni",
        "document.number": an_application(own).document.number,
        "given_names": "Rosa",
        "family_names": "Quispe",
        "district.scheme": "inei",
        "district.code": "060101",
        "consents": "training",
    }
    async with site.browser(READER) as reader:
        answer = await sends(reader, f"/cohorts/{own}/enroll", form)
    assert answer.status_code == 303
    assert [row["cohort_id"] for row in await site.resources.pool.fetch("SELECT cohort_id FROM enrollments")] == [own]


async def someone_and_apart(resources: EnrollmentResources, apart: Names) -> tuple[Application, Application]:
    """The applications of somebody, and of the same document in a cohort of a facilitator who does not see them."""
    first = an_application(await a_cohort(resources))
    again = an_application(await a_cohort(resources, facilitator=READER), document=first.document, names=apart)
    for application, visibility in ((first, EVERYBODY), (again, Visibility(facilitator=READER))):
        assert isinstance(await applies(resources, application, visibility=visibility), Accepted)
    return first, again


async def test_of_two_records_of_a_person_the_one_in_the_cohort_is_taken(resources: EnrollmentResources) -> None:
    _first, apart = await someone_and_apart(resources, Names("Rosa", "Quispe"))

    again = await applies(resources, replace(apart, enrollment_id=new_id()))

    assert isinstance(again, AlreadyEnrolled)
    assert again.enrollment_id == apart.enrollment_id
    assert await seats(resources, apart.cohort_id) == {"accepted": 1}


async def test_people_are_compared_while_the_one_registered_apart_takes_part(resources: EnrollmentResources) -> None:
    _first, apart = await someone_and_apart(resources, Names("Juan", "Cotrina"))
    [open_review] = (await open_reviews(LOOKING, resources, first_rows(OPEN_REVIEWS))).rows
    assert open_review.kind is ReviewKind.SAME_DOCUMENT

    await withdraws(resources, apart.enrollment_id)

    assert (await open_reviews(LOOKING, resources, first_rows(OPEN_REVIEWS))).rows == []


async def test_only_the_coordination_is_shown_who_is_to_be_compared(site: Site[EnrollmentResources]) -> None:
    await someone_and_apart(site.resources, Names("Juan", "Cotrina"))
    for person, is_shown in (("coordinator", True), (READER, False), ("facilitator-0601", False)):
        async with site.browser(person, Accept="text/html") as browser:
            page = (await browser.get("/reviews")).text
        assert ("Quispe" in page) == is_shown, person


async def test_lists_show_three_characters_of_a_document(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    application = an_application(cohort)
    await applies(site.resources, application)
    async with site.browser("facilitator-0601", Accept="text/html") as facilitator:
        saved = (await facilitator.get(f"/cohorts/{cohort}?format=csv")).text
    assert f'"…{application.document.number[5:]}"' in saved


async def test_a_delegate_of_no_organization_lists_none(resources: EnrollmentResources) -> None:
    await organizations(resources)
    nobody = Principal("somebody", frozenset({"delegate"}), "", None)
    listed = await list_organizations(resources.pool, first_rows(ORGANIZATIONS), organization_of(nobody))
    assert listed.rows == []
    assert not visibility_of_members(nobody).is_unlimited


ROLES = ("coordinator", "facilitator", "delegate", "auditor", "communications")


def test_who_sees_whom() -> None:
    """Whatever roles somebody has together: all is seen by the coordination, names by it and by facilitators."""
    organization = new_id()
    for chosen in product((False, True), repeat=len(ROLES)):
        roles = frozenset(role for role, is_theirs in zip(ROLES, chosen, strict=True) if is_theirs)
        for own in (organization, None):
            principal = Principal("somebody", roles, "", own)
            is_coordinator = "coordinator" in roles
            sees_all_seats = is_coordinator or ("auditor" in roles and "facilitator" not in roles)
            assert facilitator_of(principal) == (None if sees_all_seats else "somebody"), roles
            assert visibility_of(principal) == (EVERYBODY if is_coordinator else Visibility("somebody")), roles
            limit = organization_of(principal)
            assert limit is None if is_coordinator else limit == (own or limit) and limit is not None, roles


def test_who_may_read_names() -> None:
    """The coordination always, a facilitator while the consents stand, a delegate of those who agreed besides."""
    facilitator, delegate = Visibility(facilitator="somebody"), Visibility(organization_id=new_id())
    for stand, shown in product((False, True), repeat=2):
        assert may_read_names(EVERYBODY, consents_stand=stand, shown_to_organization=shown)
        assert may_read_names(facilitator, consents_stand=stand, shown_to_organization=shown) == stand
        assert may_read_names(delegate, consents_stand=stand, shown_to_organization=shown) == (stand and shown)
