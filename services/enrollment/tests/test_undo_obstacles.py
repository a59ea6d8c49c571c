"""Nothing is undone where something depends on what an import gave, or has changed it since."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.jobs import Job
from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from contracts import sessions
from contracts.enrollment import Purpose
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.imports import undo
from services.enrollment.imports.commands import UndoImport
from services.enrollment.imports.domain import ImportState, Obstacle
from services.enrollment.imports.service import existing_import
from services.enrollment.people.domain import Visibility
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import ErasePerson, RectifyPerson
from services.enrollment.rights.service import erase_person, rectify_person
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import (
    a_cohort,
    applies,
    event_names,
    seats,
    unit_of_work,
    withdraws,
)
from services.enrollment.tests.test_imports import a_sheet, imported
from services.enrollment.tests.undone_imports import about, an_applicant, hears, obstacles, undone

Resources = EnrollmentResources


Happens = Callable[[Resources, UUID, UUID, dict[str, Any]], Awaitable[object]]
"""Something that happens to a person's enrollment after the import: the enrollment's id, the person's, their row."""


async def attends(resources: Resources, enrollment_id: UUID, _person_id: UUID, _row: dict[str, Any]) -> None:
    await hears(resources, about(sessions.AttendanceRecorded, enrollment_id))


async def completes(resources: Resources, enrollment_id: UUID, _person_id: UUID, _row: dict[str, Any]) -> None:
    await hears(resources, about(sessions.CompletionAchieved, enrollment_id, achieved=True))


async def withdraws_from_it(resources: Resources, enrollment_id: UUID, _person_id: UUID, _row: dict[str, Any]) -> None:
    await withdraws(resources, enrollment_id, datetime.now(UTC))


async def returns(resources: Resources, enrollment_id: UUID, person_id: UUID, row: dict[str, Any]) -> None:
    await withdraws_from_it(resources, enrollment_id, person_id, row)
    cohort = await resources.pool.fetchval("SELECT cohort_id FROM enrollments")
    outcome = await applies(resources, an_applicant(row, cohort), datetime.now(UTC))
    assert isinstance(outcome, Accepted)


async def enrolls_elsewhere(resources: Resources, _enrollment_id: UUID, _person_id: UUID, row: dict[str, Any]) -> None:
    await applies(resources, an_applicant(row, await a_cohort(resources)), datetime.now(UTC))


async def agrees_to_more(resources: Resources, _enrollment_id: UUID, _person_id: UUID, row: dict[str, Any]) -> None:
    elsewhere = an_applicant(row, await a_cohort(resources))
    agreements = (*elsewhere.consents, replace(elsewhere.consents[0], purpose=Purpose.IMAGE))
    await applies(resources, replace(elsewhere, consents=agreements), datetime.now(UTC))
    await withdraws(resources, elsewhere.enrollment_id, datetime.now(UTC))


async def is_corrected(resources: Resources, _enrollment_id: UUID, person_id: UUID, row: dict[str, Any]) -> None:
    asked = {
        "document": {"number": row["DNI"]},
        "given_names": "Rosalinda",
        "family_names": "Quispe",
        "reason": "mistake_found",
    }
    async with unit_of_work(resources, person_id, now=datetime.now(UTC)) as unit:
        await rectify_person(unit, RectifyPerson.model_validate(asked), resources, person_id)


async def is_known_apart(resources: Resources, _enrollment_id: UUID, _person_id: UUID, row: dict[str, Any]) -> None:
    elsewhere = await a_cohort(resources, facilitator="facilitator-0602")
    seen_by_nobody = Visibility(facilitator="facilitator-0602")
    await applies(resources, an_applicant(row, elsewhere), datetime.now(UTC), seen_by_nobody)


async def is_erased(resources: Resources, _enrollment_id: UUID, person_id: UUID, _row: dict[str, Any]) -> None:
    asked = ErasePerson.model_validate({"reason": "person_asked", "confirmed": True})
    async with unit_of_work(resources, person_id, now=datetime.now(UTC)) as unit:
        await erase_person(unit, asked, resources, person_id)


@pytest.mark.parametrize(
    ("happens", "expected"),
    [
        (attends, Obstacle.ATTENDANCE),
        (completes, Obstacle.COMPLETION),
        (withdraws_from_it, Obstacle.WITHDRAWN),
        (returns, Obstacle.ENROLLED_AGAIN),
        (enrolls_elsewhere, Obstacle.ENROLLMENT),
        (agrees_to_more, Obstacle.CONSENT),
        (is_corrected, Obstacle.CORRECTION),
        (is_known_apart, Obstacle.MERGE),
        (is_erased, Obstacle.ERASURE),
    ],
    ids=lambda one: one.__name__ if callable(one) else str(one),
)
async def test_nothing_is_undone_where_something_depends_on_a_row(
    resources: Resources, happens: Happens, expected: Obstacle
) -> None:
    cohort, row, other = await a_cohort(resources), a_row(Cohorte=""), a_row(Cohorte="")
    found = await imported(resources, a_sheet(row, other), cohort)
    [concerned, _] = await resources.pool.fetch("SELECT enrollment_id, person_id FROM import_rows ORDER BY line")
    assert await obstacles(resources, found.import_id) == []
    await happens(resources, concerned["enrollment_id"], concerned["person_id"], row)
    events = await event_names(resources)

    with pytest.raises(RejectedError, match="undo_obstructed"):
        await undone(resources, found.import_id)
    assert await event_names(resources) == events
    assert await obstacles(resources, found.import_id) == [expected]

    rest = await undone(resources, found.import_id, partly=True)
    assert (rest.state, rest.undone, rest.accepted) == (ImportState.UNDONE, 1, 1)
    assert await obstacles(resources, found.import_id) == [expected]
    assert (await event_names(resources))[len(events) :] == ["EnrollmentWithdrawn", "ConsentWithdrawn"]


async def test_a_completion_that_was_revoked_stands_in_nobodys_way(resources: Resources) -> None:
    found = await imported(resources, a_sheet(a_row(Cohorte="")), await a_cohort(resources))
    enrollment_id = await resources.pool.fetchval("SELECT enrollment_id FROM enrollments")
    achieved = about(sessions.CompletionAchieved, enrollment_id, achieved=True)
    revoked = sessions.CompletionRevoked(**achieved.model_dump() | {"achieved": False})
    await hears(resources, achieved, revoked)
    assert await obstacles(resources, found.import_id) == []


async def test_both_rows_of_a_person_stay_where_one_has_to(resources: Resources) -> None:
    """Both rest on one consent."""
    first, second = [await a_cohort(resources) for _ in range(2)]
    for number, cohort in enumerate((first, second)):
        await resources.pool.execute("UPDATE cohorts SET name = $1 WHERE cohort_id = $2", f"Cohorte {number}", cohort)
    person = a_row()
    sheet = a_sheet({**person, "Cohorte": "Cohorte 0"}, {**person, "Cohorte": "Cohorte 1"}, a_row(Cohorte="Cohorte 1"))
    found = await imported(resources, sheet)
    attended = await resources.pool.fetchval("SELECT enrollment_id FROM enrollments WHERE cohort_id = $1", first)
    await hears(resources, about(sessions.AttendanceRecorded, attended))

    rest = await undone(resources, found.import_id, partly=True)

    assert (rest.undone, rest.accepted) == (1, 2)
    assert await seats(resources, first) == {"accepted": 1}
    assert await seats(resources, second) == {"accepted": 1, "withdrawn": 1}


async def test_what_comes_to_depend_on_a_row_while_the_import_is_undone_keeps_it(resources: Resources) -> None:
    found = await imported(resources, a_sheet(a_row(Cohorte=""), a_row(Cohorte="")), await a_cohort(resources))
    job = Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(found.import_id)}, attempts=1)
    async with unit_of_work(resources, found.import_id) as unit:
        await undo.request_undo(unit, UndoImport(), found.import_id)
    attended = await resources.pool.fetchval("SELECT enrollment_id FROM import_rows ORDER BY line LIMIT 1")
    await hears(resources, about(sessions.AttendanceRecorded, attended))

    await undo.undo(resources, job)

    after = await existing_import(resources.pool, found.import_id)
    assert (after.state, after.undone, after.accepted) == (ImportState.UNDONE, 1, 1)
