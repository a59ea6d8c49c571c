"""A reviewer sees what a row says beside what is stored of its person, if they may see that person."""

import re
from typing import Any
from uuid import UUID

import pytest

from services.enrollment.imports import jobs
from services.enrollment.imports.correction_rows import RowToCorrect
from services.enrollment.imports.correction_service import rows_to_correct
from services.enrollment.imports.service import existing_import
from services.enrollment.people.domain import EVERYBODY, Visibility
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import RectifyPerson
from services.enrollment.rights.service import rectify_person
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import LOOKING, a_cohort, unit_of_work
from services.enrollment.tests.test_imports import a_sheet, imported, received
from tests.support.sites import Site

KNOWN = {"Apellidos": "Quispe Huamán", "Nombres": "Rosa Elena", "Fecha de nacimiento": "25/12/1987", "Sexo (M/F)": "F"}


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources)


async def known(resources: EnrollmentResources, cohort_id: UUID) -> dict[str, Any]:
    """The row of somebody who was enrolled by a sheet."""
    row = a_row(Cohorte="", **KNOWN)
    assert (await imported(resources, a_sheet(row), cohort_id)).accepted == 1
    return row


async def to_review(resources: EnrollmentResources, cohort_id: UUID, row: dict[str, Any]) -> UUID:
    """The import of a row that contradicts what is stored."""
    job = await received(resources, a_sheet(row), cohort_id)
    await jobs.run(resources, job)
    import_id = UUID(job.payload["import_id"])
    assert (await existing_import(resources.pool, import_id)).review == 1
    return import_id


async def reviewed(resources: EnrollmentResources, import_id: UUID, visibility: Visibility = EVERYBODY) -> RowToCorrect:
    found = await existing_import(resources.pool, import_id)
    [row] = (await rows_to_correct(LOOKING, resources, found, visibility)).rows
    return row


@pytest.mark.parametrize(
    ("changed", "differing"),
    [
        ({"Nombres": "Segundo"}, ["given_names"]),
        ({"Apellidos": "Chávez Díaz", "Nombres": "Segundo"}, ["family_names", "given_names"]),
        ({"Fecha de nacimiento": "26/12/1987"}, ["birth_date"]),
        ({"Sexo (M/F)": "M"}, ["sex"]),
        ({"Nombres": "ROSA", "Sexo (M/F)": "M", "Fecha de nacimiento": ""}, ["sex"]),
        (
            {"Nombres": "Juana", "Fecha de nacimiento": "26/12/1988", "Sexo (M/F)": "M"},
            ["given_names", "birth_date", "sex"],
        ),
    ],
)
async def test_only_what_differs_is_told(
    resources: EnrollmentResources, cohort: UUID, changed: dict[str, Any], differing: list[str]
) -> None:
    row = await known(resources, cohort)
    found = await reviewed(resources, await to_review(resources, cohort, row | changed))
    assert found.evidence
    assert [one.field for one in found.evidence.differences] == differing
    assert [fault.field for fault in found.faults[1:]] == differing, "each is told at its cell"
    assert all(fault.column is not None for fault in found.faults[1:])


async def test_who_may_not_see_the_person_is_told_nothing_of_them(resources: EnrollmentResources, cohort: UUID) -> None:
    row = await known(resources, cohort)
    import_id = await to_review(resources, cohort, row | {"Nombres": "Segundo"})

    theirs = await reviewed(resources, import_id, Visibility(facilitator="facilitator-0601"))
    others = await reviewed(resources, import_id, Visibility(facilitator="facilitator-0602"))

    assert theirs.evidence is not None
    assert (others.evidence, others.columns, len(others.faults)) == (None, [], 1)


async def test_the_page_shows_both_side_by_side_and_the_trail_names_the_person(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    row = await known(resources, cohort)
    import_id = await to_review(resources, cohort, row | {"Nombres": "Segundo", "Fecha de nacimiento": "26/12/1987"})
    person_id = await resources.pool.fetchval("SELECT person_id FROM people")
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        page = re.sub(
            r">\s+|\s+<", lambda found: found[0].strip(), (await coordinator.get(f"/imports/{import_id}/correct")).text
        )
        sheet = (await coordinator.get(f"/api/imports/{import_id}/refused")).text
    trail = await resources.pool.fetch("SELECT action, people FROM audit_trail WHERE kind = 'read'")

    assert "<td>Segundo</td><td>Rosa Elena</td>" in page
    assert "<td>26 de diciembre de 1987</td><td>25 de diciembre de 1987</td>" in page
    assert "<td>Quispe Huamán</td>" not in page, "what agrees is not shown"
    assert f'href="/enrollment/reviews/rows/{import_id}/1/2"' in page
    assert "Rosa Elena" not in sheet and "1987-12-25" not in sheet
    assert "Nombres: El documento se conoce con otros nombres." in sheet
    assert [(one["action"], one["people"]) for one in trail] == [
        ("show_rows", [person_id]),
        ("download_rows_to_correct", [person_id]),
    ]


async def test_a_row_that_agrees_with_a_corrected_person_is_saved_again(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    row = await known(resources, cohort)
    import_id = await to_review(resources, cohort, row | {"Nombres": "Segundo"})
    person_id = await resources.pool.fetchval("SELECT person_id FROM people")
    right = {"given_names": "Segundo", "family_names": "Quispe Huamán", "reason": "mistake_found"}
    asked = RectifyPerson.model_validate(right | {"document": {"number": row["DNI"]}, "birth_date": "1987-12-25"})
    async with unit_of_work(resources, person_id) as unit:
        await rectify_person(unit, asked, resources, person_id)
    address = f"/imports/{import_id}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        page = (await coordinator.get(address)).text
        saved = await coordinator.post(f"{address}/1/2", data={"row": "1.2"})
    assert "Ya nada difiere" in page and "<table>" not in page
    assert saved.status_code == 303
    assert (await existing_import(resources.pool, import_id)).already_enrolled == 1
