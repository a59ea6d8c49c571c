"""An organization fills its seats of a cohort with members, gives a seat to another, and follows how they do."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from contracts.enrollment import EnrollmentStatus
from services.enrollment.enrollments.commands import CorrectEnrollment
from services.enrollment.enrollments.corrected import EnrollmentCorrectionReason
from services.enrollment.enrollments.corrections import correct_enrollment
from services.enrollment.enrollments.reinstatement import reinstate
from services.enrollment.nominations.commands import NominateMember, SubstituteMember
from services.enrollment.nominations.service import nominate, seats_of_organization, substitute
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    a_cohort,
    an_application,
    applies,
    corrects_cohort,
    gives_seats,
    seats,
    unit_of_work,
    withdraws,
)
from services.enrollment.tests.test_access import MESA, PATRIA, organizations
from tests.support.sites import Site


@pytest.fixture(autouse=True)
async def _registered(resources: EnrollmentResources) -> None:
    await organizations(resources)


def member(**changed: Any) -> dict[str, Any]:
    """What a delegate states of somebody nobody knows."""
    described = an_application(new_id())
    return {
        "enrollment_id": described.enrollment_id,
        "document": {"number": described.document.number},
        "given_names": "Rosa Elena",
        "family_names": "Quispe Huamán",
        "birth_date": "12/05/1987",
        "district": "060101",
        "consents": ["training"],
        "shown_to_organization": True,
    } | changed


async def nominates(resources: EnrollmentResources, cohort: UUID, organization: UUID = PATRIA, **changed: Any) -> UUID:
    command = NominateMember.model_validate(member(**changed) | {"cohort_id": cohort})
    async with unit_of_work(resources) as unit:
        return (await nominate(unit, command, organization, resources)).enrollment_id


async def substitutes(resources: EnrollmentResources, former: UUID, organization: UUID = PATRIA) -> UUID:
    command = SubstituteMember.model_validate(member() | {"reason": "cannot_come"})
    async with unit_of_work(resources) as unit:
        return (await substitute(unit, command, organization, former, resources)).enrollment_id


async def code_of(work: Any) -> str:
    with pytest.raises(RejectedError) as refused:
        await work
    return refused.value.rejection.code


async def statuses(resources: EnrollmentResources, *enrollments: UUID) -> list[str]:
    rows = await resources.pool.fetch("SELECT enrollment_id, status FROM enrollments")
    found = {row["enrollment_id"]: row["status"] for row in rows}
    return [found[one] for one in enrollments]


async def test_the_seats_of_an_organization_are_nobody_elses(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=3)
    await gives_seats(resources, cohort, PATRIA, 2)
    applications = [an_application(cohort) for _ in range(2)]
    for one in applications:
        await applies(resources, one)

    first, second = [await nominates(resources, cohort) for _ in range(2)]

    assert await statuses(resources, applications[0].enrollment_id, applications[1].enrollment_id) == [
        "accepted",
        "waitlisted",
    ]
    assert await statuses(resources, first, second) == ["accepted", "accepted"]
    assert await code_of(nominates(resources, cohort)) == "no_seat_left"
    assert await code_of(nominates(resources, cohort, MESA)) == "no_seat_left"


async def test_a_seat_that_a_member_gives_back_stays_the_organizations(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=1)
    await gives_seats(resources, cohort, PATRIA, 1)
    waiting = an_application(cohort)
    await applies(resources, waiting)
    former = await nominates(resources, cohort)

    await withdraws(resources, former)
    assert await statuses(resources, waiting.enrollment_id) == ["waitlisted"]
    async with unit_of_work(resources) as unit:
        assert await reinstate(unit, former) is EnrollmentStatus.ACCEPTED
    await withdraws(resources, former)

    assert (await statuses(resources, await nominates(resources, cohort), former)) == ["accepted", "withdrawn"]


async def test_seats_that_an_organization_loses_go_to_those_who_wait(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=2)
    await gives_seats(resources, cohort, PATRIA, 2)
    await nominates(resources, cohort)
    waiting = an_application(cohort)
    await applies(resources, waiting)

    assert await code_of(gives_seats(resources, cohort, PATRIA, 0)) == "members_nominated"
    await gives_seats(resources, cohort, PATRIA, 1)

    assert await statuses(resources, waiting.enrollment_id) == ["accepted"]


async def test_organizations_get_no_more_seats_than_are_free(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=3)
    await applies(resources, an_application(cohort))
    await gives_seats(resources, cohort, MESA, 1)

    with pytest.raises(RejectedError) as refused:
        await gives_seats(resources, cohort, PATRIA, 2)
    assert (refused.value.rejection.code, refused.value.rejection.values) == ("no_room", {"free": 1})
    await gives_seats(resources, cohort, PATRIA, 1)

    assert await code_of(corrects_cohort(resources, cohort, capacity=2)) == "seats_taken"


async def test_a_member_gives_the_seat_to_another_and_it_is_kept_who_why_and_when(
    resources: EnrollmentResources,
) -> None:
    cohort = await a_cohort(resources, capacity=1)
    await gives_seats(resources, cohort, PATRIA, 1)
    waiting = an_application(cohort)
    await applies(resources, waiting)
    former = await nominates(resources, cohort)

    new = await substitutes(resources, former)

    assert await statuses(resources, former, new, waiting.enrollment_id) == ["withdrawn", "accepted", "waitlisted"]
    row = await resources.pool.fetchrow("SELECT * FROM substitutions")
    assert row and (row["former_enrollment_id"], row["enrollment_id"]) == (former, new)
    assert (row["reason"], row["substituted_by"]) == ("cannot_come", "coordinator")
    assert await code_of(substitutes(resources, former)) == "seat_given_back"
    assert await seats(resources, cohort) == {"accepted": 1, "waitlisted": 1, "withdrawn": 1}


async def test_a_delegate_substitutes_nobody_whom_another_organization_nominated(
    resources: EnrollmentResources,
) -> None:
    cohort = await a_cohort(resources)
    await gives_seats(resources, cohort, PATRIA, 1)
    nominated = await nominates(resources, cohort)
    enrolled = an_application(cohort, organization_id=PATRIA)
    await applies(resources, enrolled)

    assert await code_of(substitutes(resources, nominated, MESA)) == "member_unknown"
    assert await code_of(substitutes(resources, enrolled.enrollment_id)) == "member_unknown"
    assert await statuses(resources, nominated, enrolled.enrollment_id) == ["accepted", "accepted"]


async def test_somebody_who_is_enrolled_is_not_nominated(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources)
    await gives_seats(resources, cohort, PATRIA, 2)
    known = an_application(cohort)
    await applies(resources, known)
    document = {"number": known.document.number}

    assert await code_of(nominates(resources, cohort, document=document)) == "enrolled_already"
    another = await nominates(resources, cohort, document=document, given_names="Juana", family_names="Chilón Tafur")

    people = await resources.pool.fetch("SELECT DISTINCT person_id FROM enrollments")
    assert len(people) == 2, "a delegate learns nothing of who has a document"
    assert await statuses(resources, another) == ["accepted"]


async def test_forty_nominations_at_once_fill_ten_seats(resources: EnrollmentResources) -> None:
    cohort = await a_cohort(resources, capacity=12)
    await gives_seats(resources, cohort, PATRIA, 10)

    outcomes = await asyncio.gather(
        *(nominates(resources, cohort) for _ in range(40)),
        *(applies(resources, an_application(cohort)) for _ in range(10)),
        return_exceptions=True,
    )

    refused = [one.rejection.code for one in outcomes if isinstance(one, RejectedError)]
    assert refused == ["no_seat_left"] * 30
    assert await seats(resources, cohort) == {"accepted": 12, "waitlisted": 8}
    [found] = await seats_of_organization(resources.pool, PATRIA)
    assert (found.filled, found.left) == (10, 0)


@pytest.mark.parametrize("missing", [{"shown_to_organization": False}, {"consents": []}])
async def test_a_member_has_to_agree(site: Site[EnrollmentResources], missing: dict[str, Any]) -> None:
    cohort = await a_cohort(site.resources)
    await gives_seats(site.resources, cohort, PATRIA, 1)
    body = member(enrollment_id=str(new_id()), **missing) | {"cohort_id": str(cohort)}
    async with site.browser("delegate-patria-c") as delegate:
        answer = await delegate.post(f"/api/organizations/{PATRIA}/nominations", json=body)

    assert (answer.status_code, answer.json()["field"]) == (422, next(iter(missing)))
    assert await seats(site.resources, cohort) == {}


async def test_a_delegate_has_work_and_answers_on_the_first_page(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await gives_seats(site.resources, cohort, PATRIA, 2)
    nominated = await nominates(site.resources, cohort)
    others = await nominates_of_another(site.resources, cohort)
    await site.resources.pool.execute(
        "INSERT INTO known_attendances (attendance_id, version, enrollment_id, state)"
        " SELECT uuidv7(), 1, $1, unnest(ARRAY['present', 'late', 'absent'])",
        nominated,
    )
    async with site.browser("delegate-patria-c", Accept="text/html") as delegate:
        page = (await delegate.get(f"/organizations/{PATRIA}")).text
        form = {name: value for name, value in member().items() if name not in {"document", "enrollment_id"}}
        sent = form | {"document.type": "dni", "document.number": "44556677", "reason": "cannot_come",
                       "shown_to_organization": "true"}  # fmt: skip
        origin = {"Origin": site.app.state.settings.public_url}
        address = f"/organizations/{PATRIA}/enrollments/{nominated}/substitute"
        shown = (await delegate.get(address)).text
        mistake = await delegate.post(address, data=sent | {"family_names": ""}, headers=origin)
        done = await delegate.post(address, data=sent, headers=origin)
        after = (await delegate.get(f"/organizations/{PATRIA}")).text
        members = (await delegate.get(f"/api/organizations/{PATRIA}/members")).json()["enrollments"]

    assert "1 vacante espera" in page and f"{nominated}/substitute" in page and str(others) not in page
    assert "Sustituir" in shown and mistake.status_code == 422
    assert "La vacante de Rosa Elena Quispe Huamán pasa" in shown and "si aceptó que se le contacte" in shown
    assert (done.status_code, done.headers["location"].split("?")[0]) == (303, f"/enrollment/organizations/{PATRIA}")
    assert "No puede asistir" in after and "Tenía la vacante" in after
    [progress] = [(one["attended"], one["has_completed"]) for one in members if one["enrollment_id"] == str(nominated)]
    assert progress == (2, False)


async def test_a_delegate_without_seats_reads_how_to_get_some(site: Site[EnrollmentResources]) -> None:
    await organizations(site.resources)
    pages = []
    for reader in ("delegate-patria-c", "coordinator"):
        async with site.browser(reader, Accept="text/html") as browser:
            pages.append((await browser.get(f"/organizations/{PATRIA}")).text)
    assert ["Pídalas a la coordinación" in page for page in pages] == [True, False]


async def test_the_cohort_tells_the_seats_that_are_kept_for_members(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await gives_seats(site.resources, cohort, PATRIA, 3)
    await nominates(site.resources, cohort)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        assert (
            "2 más se guardan para integrantes de organizaciones." in (await coordinator.get(f"/cohorts/{cohort}")).text
        )


async def nominates_of_another(resources: EnrollmentResources, cohort: UUID) -> UUID:
    await gives_seats(resources, cohort, MESA, 1)
    return await nominates(resources, cohort, MESA)


async def test_nobody_follows_a_member_whose_name_they_may_not_read(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    await applies(site.resources, an_application(cohort, organization_id=PATRIA))
    async with site.browser("delegate-patria-c") as delegate:
        [withheld] = (await delegate.get(f"/api/organizations/{PATRIA}/members")).json()["enrollments"]

    assert (withheld["attended"], withheld["has_completed"]) == (None, None)


async def test_the_coordination_gives_seats_on_a_page(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    origin = {"Origin": site.app.state.settings.public_url}
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = f"/cohorts/{cohort}/nominated-seats"
        done = await coordinator.post(address, data={"organization_id": str(PATRIA), "seats": "4"}, headers=origin)
        page = (await coordinator.get(address)).text
        too_many = await coordinator.post(address, data={"organization_id": str(MESA), "seats": "400"}, headers=origin)

    assert done.status_code == 303
    assert "PATRIA C" in page
    assert too_many.status_code == 409 and "26" in too_many.text


async def test_seats_that_somebody_else_set_meanwhile_are_not_overwritten(site: Site[EnrollmentResources]) -> None:
    cohort = await a_cohort(site.resources)
    address = f"/api/cohorts/{cohort}/nominated-seats"
    async with site.browser("coordinator") as coordinator:
        seen = (await coordinator.get(address)).headers["ETag"]
        body = {"organization_id": str(PATRIA), "seats": 4}
        on_seen = {"If-Match": seen}
        answers = [await coordinator.post(address, json=body | {"seats": one}, headers=on_seen) for one in (4, 2)]
        again = await coordinator.post(address, json=body, headers={"If-Match": answers[0].headers["ETag"]})
        [stored] = (await coordinator.get(address)).json()["seats"]
    assert [one.status_code for one in answers] == [200, 412]
    assert stored["seats"] == 4
    assert again.headers["ETag"] == answers[0].headers["ETag"], "the same seats again are no change"


@pytest.mark.parametrize("other", [None, MESA])
async def test_a_seat_of_an_organization_is_not_corrected_into_anothers(
    resources: EnrollmentResources, other: UUID | None
) -> None:
    cohort = await a_cohort(resources, capacity=3)
    await gives_seats(resources, cohort, PATRIA, 2)
    nominated = await nominates(resources, cohort)
    command = CorrectEnrollment(organization_id=other, reason=EnrollmentCorrectionReason.MISTAKE_FOUND)

    async with unit_of_work(resources) as unit:
        assert await code_of(correct_enrollment(unit, command, nominated)) == "seat_of_organization"
    async with unit_of_work(resources) as unit:
        await correct_enrollment(unit, command.model_copy(update={"organization_id": PATRIA}), nominated)
