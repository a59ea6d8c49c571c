"""What was left out and what was not kept is told in the preview and of the import that has ended."""

import io
from typing import Any
from uuid import UUID

import pytest
import xlsxwriter

from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.previewed_sheets import previewed, sent, shown, works
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import a_cohort
from tests.support.sites import Site


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources)


def with_hidden() -> bytes:
    """A workbook with a hidden row in its first tab, and a hidden second tab."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as workbook:
        people, draft = workbook.add_worksheet("Lista"), workbook.add_worksheet("BORRADOR")
        for number, line in enumerate(table([a_row(Cohorte=""), a_row(Cohorte="")])):
            people.write_row(number, 0, line)
        people.set_row(2, options={"hidden": True})
        draft.write_row(0, 0, ["borrador"])
        draft.hide()
    return content.getvalue()


def without_labels(told: dict[str, Any]) -> list[dict[str, Any]]:
    """What was left out, each with a label of its own."""
    assert len({one["label"] for one in told["left_out"]}) == len(told["left_out"])
    return [{name: value for name, value in one.items() if name != "label"} for one in told["left_out"]]


async def test_hidden_rows_and_tabs_are_told_before_and_after(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    left_out = [
        {"reason": "hidden_tab", "rows": 1, "places": [[2, 0]]},
        {"reason": "hidden", "rows": 1, "places": [[1, 3]]},
    ]
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, with_hidden(), cohort_id=str(cohort), hidden_rows="false")
        assert without_labels(await shown(coordinator, address)) == left_out
        await coordinator.post(f"{address}/commit")
        await works(resources)
        found = (await coordinator.get(address)).json()
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert (found["state"], found["tabs"], without_labels(found)) == ("done", ["Lista", "BORRADOR"], left_out)
    assert "Hojas ocultas: BORRADOR" in page
    assert "Filas ocultas o tachadas: Lista, fila 3" in page


async def test_a_phone_that_nobody_can_call_is_told_before_and_after(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    agreed = {"Cohorte": "", "Celular": "97612", "Acepta ser contactado": "Sí"}
    content = csv_of(table([a_row(**agreed), a_row(**agreed), a_row(**agreed | {"Celular": "976222333"})]))
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        [foreseen] = (await shown(coordinator, address))["not_kept"]
        await coordinator.post(f"{address}/commit")
        await works(resources)
        [told] = (await coordinator.get(address)).json()["not_kept"]
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert told == foreseen
    assert (told["heading"], told["field"], told["rows"]) == ("Celular", "phone", 2)
    assert told["places"] == [[1, 2], [1, 3]]
    assert told["detail"] in page


async def test_what_is_left_out_is_told_no_more_once_the_import_is_erased(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator") as coordinator:
        address = await sent(coordinator, resources, with_hidden(), cohort_id=str(cohort), hidden_rows="false")
        await resources.pool.execute("UPDATE jobs SET due_at = clock_timestamp() WHERE kind = 'imports.erase'")
        await works(resources)
        found = (await coordinator.get(address)).json()
    assert (found["state"], found["tabs"], found["left_out"]) == ("done", [], [])
