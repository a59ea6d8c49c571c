"""A whole import is undone by events that compensate its own, and the same sheet goes in again."""

from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.imports import batches
from services.enrollment.imports.commands import CorrectRow
from services.enrollment.imports.correction_service import RowPlace, correct_row
from services.enrollment.imports.domain import ImportState
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import (
    a_cohort,
    an_application,
    applies,
    event_names,
    seats,
    unit_of_work,
    withdraws,
)
from services.enrollment.tests.test_imports import a_sheet, imported, received
from services.enrollment.tests.undone_imports import an_applicant, undone

Resources = EnrollmentResources


async def test_no_row_of_an_undone_import_is_corrected(resources: Resources) -> None:
    cohort = await a_cohort(resources)
    import_id = (await imported(resources, a_sheet(a_row(Cohorte=""), a_row(Cohorte="", DNI="1")), cohort)).import_id
    await undone(resources, import_id)
    command = CorrectRow(cells={1: a_row()["DNI"]})
    with pytest.raises(RejectedError, match="import_undone"):
        async with unit_of_work(resources, import_id) as unit:
            await correct_row(unit, command, import_id, RowPlace(0, 3), resources)
    assert await seats(resources, cohort) == {"withdrawn": 1}


async def test_seats_places_and_consents_are_withdrawn_and_the_sheet_goes_in_again(resources: Resources) -> None:
    cohort = await a_cohort(resources, capacity=2)
    content = a_sheet(*(a_row(Cohorte="") for _ in range(3)), a_row(Cohorte="", DNI="1"))
    first = await imported(resources, content, cohort)
    people = await resources.pool.fetchval("SELECT count(*) FROM people")

    found = await undone(resources, first.import_id)

    assert (found.state, found.undone, found.accepted, found.waitlisted, found.refused) == ("undone", 3, 0, 0, 1)
    assert await seats(resources, cohort) == {"withdrawn": 3}
    assert await resources.pool.fetchval("SELECT count(*) FROM consents WHERE withdrawn_at IS NULL") == 0
    names = await event_names(resources)
    assert (names.count("ConsentWithdrawn"), names.count("EnrollmentWithdrawn")) == (3, 3)
    assert names.count("EnrollmentAccepted") == 2, "nobody of the import moved up"

    again = await imported(resources, content, cohort)

    assert (again.accepted, again.accepted_new_people, again.waitlisted, again.refused) == (2, 2, 1, 1)
    assert await seats(resources, cohort) == {"accepted": 2, "waitlisted": 1}
    assert await resources.pool.fetchval("SELECT count(*) FROM people") == people
    assert await resources.pool.fetchval("SELECT count(*) FROM consents WHERE withdrawn_at IS NULL") == 3


async def test_a_sheet_with_days_of_long_ago_goes_in_again(resources: Resources) -> None:
    """The undone import withdrew the consents today; the people did not."""
    cohort = await a_cohort(resources)
    days = {"Fecha de inscripción": "02/05/2025", "Fecha de consentimiento": "02/05/2025"}
    content = a_sheet(a_row(Cohorte="", **days))
    first = await imported(resources, content, cohort)
    assert first.accepted == 1
    await undone(resources, first.import_id)

    assert (await imported(resources, content, cohort)).accepted == 1


async def test_a_withdrawal_of_before_the_import_still_binds_after_it_was_undone(resources: Resources) -> None:
    cohort = await a_cohort(resources)
    row = a_row(Cohorte="")
    application = an_applicant(row, cohort)
    await applies(resources, application)
    await withdraws(resources, application.enrollment_id)
    again = await imported(resources, a_sheet(row), cohort)
    assert again.accepted == 1
    await undone(resources, again.import_id)

    old = await imported(resources, a_sheet({**row, "Fecha de inscripción": "02/05/2025"}), cohort)

    assert (old.accepted, old.refused) == (0, 1)


async def test_others_who_wait_move_up(resources: Resources) -> None:
    cohort = await a_cohort(resources, capacity=2)
    first = await imported(resources, a_sheet(a_row(Cohorte=""), a_row(Cohorte="")), cohort)
    waiting = an_application(cohort)
    await applies(resources, waiting)

    await undone(resources, first.import_id)

    assert await seats(resources, cohort) == {"withdrawn": 2, "accepted": 1}
    assert (await event_names(resources, waiting.enrollment_id))[-1] == "EnrollmentAccepted"


async def test_as_many_move_up_in_each_cohort_as_seats_are_given_back(resources: Resources) -> None:
    """Those who applied first, also where the import had people waiting before them."""
    cohorts = [await a_cohort(resources, capacity=capacity) for capacity in (3, 1, 2)]
    for number, cohort in enumerate(cohorts):
        await resources.pool.execute("UPDATE cohorts SET name = $1 WHERE cohort_id = $2", f"Cohorte {number}", cohort)
    mine = [a_row(Cohorte=f"Cohorte {number}") for number in (0, 0, 1, 1, 2)]
    before = an_application(cohorts[2])
    await applies(resources, before)
    found = await imported(resources, a_sheet(*mine))
    assert (found.accepted, found.waitlisted) == (4, 1)
    waiting = {cohort: [an_application(cohort) for _ in range(4)] for cohort in cohorts}
    for application in (one for those in waiting.values() for one in those):
        await applies(resources, application)

    await undone(resources, found.import_id)

    assert [await seats(resources, cohort) for cohort in cohorts] == [
        {"withdrawn": 2, "accepted": 3, "waitlisted": 1},
        {"withdrawn": 2, "accepted": 1, "waitlisted": 3},
        {"withdrawn": 1, "accepted": 2, "waitlisted": 3},
    ]
    for those in waiting.values():
        statuses = [(await event_names(resources, one.enrollment_id))[-1] for one in those]
        assert statuses == sorted(statuses), "who applied first moves up first"


async def test_nobody_of_the_import_moves_up_from_batch_to_batch(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ROWS_PER_BATCH", 2)
    cohort = await a_cohort(resources, capacity=3)
    first = await imported(resources, a_sheet(*(a_row(Cohorte="") for _ in range(7))), cohort)

    await undone(resources, first.import_id)

    assert await seats(resources, cohort) == {"withdrawn": 7}
    assert (await event_names(resources)).count("EnrollmentAccepted") == 3


async def test_a_consent_of_before_stays(resources: Resources) -> None:
    row = a_row(Cohorte="")
    await applies(resources, an_applicant(row, await a_cohort(resources)))
    found = await imported(resources, a_sheet(row), await a_cohort(resources))

    await undone(resources, found.import_id)

    assert await resources.pool.fetchval("SELECT count(*) FROM consents WHERE withdrawn_at IS NULL") == 1
    assert "ConsentWithdrawn" not in await event_names(resources)


async def test_undoing_twice_changes_nothing(resources: Resources) -> None:
    found = await imported(resources, a_sheet(a_row(Cohorte="")), await a_cohort(resources))
    await undone(resources, found.import_id)
    events = await event_names(resources)

    again = await undone(resources, found.import_id)

    assert again.state is ImportState.UNDONE
    assert await event_names(resources) == events


async def test_an_import_that_writes_its_rows_is_not_undone(resources: Resources) -> None:
    job = await received(resources, a_sheet(a_row(Cohorte="")), await a_cohort(resources))
    with pytest.raises(RejectedError, match="import_not_written"):
        await undone(resources, UUID(job.payload["import_id"]))


async def test_a_telephone_is_stored_no_longer_than_the_consent(resources: Resources) -> None:
    row = a_row(Cohorte="", **{"Teléfono": "976543210", "Autoriza contacto": "Sí"})
    found = await imported(resources, a_sheet(row), await a_cohort(resources))
    purposes = await resources.pool.fetch("SELECT purpose FROM consents ORDER BY purpose")
    assert [one["purpose"] for one in purposes] == ["contact", "training"]
    before = await resources.pool.fetchval("SELECT identity FROM people")

    await undone(resources, found.import_id)

    assert await resources.pool.fetchval("SELECT identity FROM people") != before
