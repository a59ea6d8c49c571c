"""Past cohorts and sheets that are imported into them, for tests."""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from chassis.store.identifiers import new_id
from services.enrollment.past_cohorts.commands import StatePastCohort
from services.enrollment.past_cohorts.service import state_past_cohort
from services.enrollment.programmes.commands import PublishProgramme
from services.enrollment.programmes.service import publish_programme
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.sheets import a_row, csv_of
from services.enrollment.tests.stories import unit_of_work

FIRST, LAST = date(2023, 3, 6), date(2023, 6, 30)
_codes = count(1)


def a_statement(programme_id: UUID, **changed: Any) -> dict[str, Any]:
    """A past cohort that lacks nothing, called «Celendín 2023»."""
    return {
        "cohort_id": new_id(),
        "programme_id": programme_id,
        "name": "Celendín 2023",
        "province": "0603",
        "capacity": 40,
        "starts_on": FIRST,
        "ends_on": LAST,
        "list_name": "Padrón de capacitados 2023.xlsx",
        "kept_at": "Archivo de Planeamiento, caja 12",
        "vouched_by": "Subgerencia de Planeamiento",
        "vouched_on": date(2025, 5, 2),
    } | changed


async def a_past_programme(resources: EnrollmentResources) -> UUID:
    """A programme of the years from 2022 to 2026."""
    code = f"PAST-{next(_codes)}"
    command = PublishProgramme(code=code, title=code, starts_on=date(2022, 1, 1), ends_on=date(2026, 12, 31))
    async with unit_of_work(resources, command.programme_id) as unit:
        return await publish_programme(unit, command)


async def a_past_cohort(resources: EnrollmentResources, **changed: Any) -> UUID:
    """A past cohort of a programme of its own."""
    command = StatePastCohort(**a_statement(await a_past_programme(resources), **changed))
    async with unit_of_work(resources, command.cohort_id) as unit:
        return await state_past_cohort(unit, command)


def a_listed_row(**changed: Any) -> dict[str, Any]:
    """A row of a list, of somebody who completed, without a consent."""
    row = a_row(**{"Completó": "Sí"} | changed)
    return {title: cell for title, cell in row.items() if title not in {"Consentimiento", "Cohorte"}}


def a_list(*rows: dict[str, Any]) -> bytes:
    titles = list(dict.fromkeys(title for row in rows for title in row))
    return csv_of([titles, *([row.get(title, "") for title in titles] for row in rows)])
