"""A whole import is undone by events that compensate its own, and the same sheet goes in again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.jobs import Job
from chassis.runtime.rejections import RejectedError
from chassis.store.identifiers import new_id
from contracts import examples, sessions
from contracts.enrollment import Purpose
from contracts.event import Event
from services.enrollment.app import service
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.imports import batches, undo
from services.enrollment.imports.commands import CorrectRow, UndoImport
from services.enrollment.imports.correction_service import RowPlace, correct_row
from services.enrollment.imports.domain import ImportState, Obstacle
from services.enrollment.imports.service import Import, existing_import
from services.enrollment.people.domain import Visibility
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import ErasePerson, RectifyPerson
from services.enrollment.rights.service import erase_person, rectify_person
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
from services.enrollment.tests.test_imports import a_sheet, a_worker, imported, received
from services.enrollment.tests.test_kept_counts import assert_counts_are_exact
from tests.support.reactions import deliver
from tests.support.records import record_of
from tests.support.sites import Site
from tests.support.waiting import wait_until

Resources = EnrollmentResources


async def undone(resources: Resources, import_id: UUID, *, partly: bool = False) -> Import:
    """The import once it was undone."""
    async with unit_of_work(resources, import_id, now=datetime.now(UTC)) as unit:
        await undo.request_undo(unit, UndoImport(partly=partly), import_id)
    await undo.undo(resources, Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(import_id)}, attempts=1))
    found = await existing_import(resources.pool, import_id)
    await assert_counts_are_exact(resources.pool)
    return found


async def obstacles(resources: Resources, import_id: UUID) -> list[Obstacle]:
    return [one.obstacle for one in (await undo.plan_undo(resources.pool, import_id)).obstacles]


def an_applicant(row: dict[str, Any], cohort_id: UUID) -> Any:
    """The application of the person of a row, made at a desk."""
    return an_application(cohort_id, document=Document(DocumentType.DNI, row["DNI"]), birth_date=None)


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


# What stands in the way ----------------------------------------------------------------------------------------------


def about(event_type: type[Event], enrollment_id: UUID, **changed: Any) -> Event:
    example = next(one for one in examples.EXAMPLES if isinstance(one, event_type))
    return example.model_copy(update={"enrollment_id": enrollment_id, **changed})


async def hears(resources: Resources, *events: Event) -> None:
    assert service.reactions is not None
    for version, event in enumerate(events, 1):
        assert await deliver(service.reactions, resources.pool, record_of(event, version)) == "handled"


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
    assert (await event_names(resources))[len(events) :] == ["ConsentWithdrawn", "EnrollmentWithdrawn"]


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


async def test_a_telephone_is_stored_no_longer_than_the_consent(resources: Resources) -> None:
    row = a_row(Cohorte="", **{"Teléfono": "976543210", "Autoriza contacto": "Sí"})
    found = await imported(resources, a_sheet(row), await a_cohort(resources))
    purposes = await resources.pool.fetch("SELECT purpose FROM consents ORDER BY purpose")
    assert [one["purpose"] for one in purposes] == ["contact", "training"]
    before = await resources.pool.fetchval("SELECT identity FROM people")

    await undone(resources, found.import_id)

    assert await resources.pool.fetchval("SELECT identity FROM people") != before


# A kill, two at once, and the interface ------------------------------------------------------------------------------


async def test_a_process_killed_again_and_again_undoes_each_row_once(
    resources: Resources, environment: dict[str, str]
) -> None:
    cohort = await a_cohort(resources, capacity=500)
    found = await imported(resources, a_sheet(*(a_row(Cohorte="") for _ in range(350))), cohort)
    job = Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(found.import_id)}, attempts=1)
    async with unit_of_work(resources, found.import_id) as unit:
        await undo.request_undo(unit, UndoImport(), found.import_id)

    for at_least in (1, 150):
        worker = await a_worker(job, environment, "undo")
        await wait_until(partial(has_undone, resources, found.import_id, at_least), pause=0.002)
        worker.kill()
        await worker.wait()
    await undo.undo(resources, job)

    assert await seats(resources, cohort) == {"withdrawn": 350}
    names = await event_names(resources)
    assert (names.count("EnrollmentWithdrawn"), names.count("ConsentWithdrawn")) == (350, 350)
    await assert_counts_are_exact(resources.pool)


async def has_undone(resources: Resources, import_id: UUID, rows: int) -> bool:
    return (await existing_import(resources.pool, import_id)).undone >= rows


async def test_two_workers_undo_each_row_once(resources: Resources) -> None:
    cohort = await a_cohort(resources, capacity=500)
    found = await imported(resources, a_sheet(*(a_row(Cohorte="") for _ in range(150))), cohort)
    async with unit_of_work(resources, found.import_id) as unit:
        await undo.request_undo(unit, UndoImport(), found.import_id)
    job = Job(new_id(), undo.UNDO_IMPORT, {"import_id": str(found.import_id)}, attempts=1)

    await asyncio.gather(*(undo.undo(resources, job) for _ in range(3)))

    assert (await event_names(resources)).count("EnrollmentWithdrawn") == 150
    await assert_counts_are_exact(resources.pool)


async def test_the_interface_tells_what_stands_in_the_way_and_undoes_the_rest(site: Site[Resources]) -> None:
    found = await imported(
        site.resources, a_sheet(a_row(Cohorte=""), a_row(Cohorte="")), await a_cohort(site.resources)
    )
    attended = await site.resources.pool.fetchval("SELECT enrollment_id FROM import_rows ORDER BY line LIMIT 1")
    recorded = about(sessions.AttendanceRecorded, attended)
    await hears(site.resources, recorded)
    address = f"/api/imports/{found.import_id}/undo"
    async with site.browser("coordinator") as coordinator:
        plan = (await coordinator.get(address)).json()
        refused = await coordinator.post(address)
        page = (await coordinator.get(f"/imports/{found.import_id}/undo")).text
        begun = await coordinator.post(address, params={"partly": True})
        again = await coordinator.post(address, params={"partly": True})

    counts = {name: plan[name] for name in ("accepted", "waitlisted", "consents", "obstructed")}
    assert counts == {"accepted": 1, "waitlisted": 0, "consents": 1, "obstructed": 1}
    link = f"/sessions/corrections/{recorded.subject}"
    assert [(one["line"], one["obstacle"], one["link"]) for one in plan["obstacles"]] == [(2, "attendance", link)]
    assert (refused.status_code, refused.json()["code"]) == (409, "undo_obstructed")
    assert f'href="{link}"' in page
    assert (begun.status_code, begun.json()["status"]) == (202, "undoing")
    assert again.json() == begun.json()
    assert await site.resources.pool.fetchval("SELECT count(*) FROM jobs WHERE kind = $1", undo.UNDO_IMPORT) == 1


async def test_the_pages_undo_an_import(site: Site[Resources]) -> None:
    found = await imported(site.resources, a_sheet(a_row(Cohorte="")), await a_cohort(site.resources))
    address = f"/imports/{found.import_id}"
    async with site.browser("coordinator") as coordinator:
        assert f'href="/enrollment{address}/undo"' in (await coordinator.get(address)).text
        sent = await coordinator.post(f"{address}/undo", headers={"Origin": "http://localhost:8000"})
        assert sent.status_code == 303
        progress = (await coordinator.get(f"{address}/progress")).json()
        assert progress == {"status": "running", "done": 0, "total": 1}
        await undo.undo(site.resources, Job(new_id(), "", {"import_id": str(found.import_id)}, attempts=1))
        assert f'href="/enrollment{address}/undo"' not in (await coordinator.get(address)).text
