"""The interface and the pages tell what undoing does, what stands in the way, and undo the rest."""

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from contracts import sessions
from services.enrollment.imports import undo
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import (
    a_cohort,
)
from services.enrollment.tests.test_imports import a_sheet, imported
from services.enrollment.tests.undone_imports import about, hears, undone
from tests.support.sites import Site

Resources = EnrollmentResources


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


async def test_neither_undoing_nothing_nor_correcting_an_undone_import_is_offered(
    site: Site[Resources],
) -> None:
    rows = a_sheet(a_row(Cohorte=""), a_row(Cohorte="", DNI="12"))
    found = await imported(site.resources, rows, await a_cohort(site.resources))
    enrollment_id = await site.resources.pool.fetchval(
        "SELECT enrollment_id FROM import_rows WHERE enrollment_id IS NOT NULL"
    )
    other = await imported(site.resources, a_sheet(a_row(Cohorte="", DNI="12")), await a_cohort(site.resources))
    await undone(site.resources, other.import_id)
    await hears(site.resources, about(sessions.AttendanceRecorded, enrollment_id))
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        obstructed = (await coordinator.get(f"/imports/{found.import_id}/undo")).text
        corrected = await coordinator.get(f"/imports/{other.import_id}/correct")
    assert 'name="partly"' not in obstructed and 'class="danger"' not in obstructed
    assert (corrected.status_code, "ya no inscribe a nadie" in corrected.text) == (409, True)


async def test_the_rows_of_an_import_are_in_the_trail(site: Site[Resources]) -> None:
    found = await imported(site.resources, a_sheet(a_row(Cohorte="")), await a_cohort(site.resources))
    async with site.browser("coordinator") as coordinator:
        assert (await coordinator.get(f"/api/imports/{found.import_id}/rows")).status_code == 200
    people = await site.resources.pool.fetch("SELECT person_id FROM import_rows")
    read = await site.resources.pool.fetchval("SELECT people FROM audit_trail WHERE subject = $1", str(found.import_id))
    assert list(read) == [one["person_id"] for one in people]


async def test_whoever_reads_what_stands_in_the_way_is_in_the_trail(site: Site[Resources]) -> None:
    found = await imported(
        site.resources, a_sheet(a_row(Cohorte=""), a_row(Cohorte="")), await a_cohort(site.resources)
    )
    [first, _other] = await site.resources.pool.fetch("SELECT enrollment_id, person_id FROM import_rows ORDER BY line")
    await hears(site.resources, about(sessions.AttendanceRecorded, first["enrollment_id"]))
    async with site.browser("coordinator") as coordinator:
        await coordinator.get(f"/api/imports/{found.import_id}/undo")
        await coordinator.get(f"/imports/{found.import_id}/undo")
    trail = await site.resources.pool.fetch("SELECT action, subject, shown, people FROM audit_trail")
    subject, people = str(found.import_id), [first["person_id"]]
    assert [tuple(one) for one in trail] == [("show_undo", subject, 1, people), ("new_undo", subject, 1, people)]


async def test_attendance_that_is_heard_after_the_undo_is_shown_until_the_person_is_enrolled_again(
    site: Site[Resources],
) -> None:
    cohort, row = await a_cohort(site.resources), a_row(Cohorte="")
    found = await imported(site.resources, a_sheet(row), cohort)
    await undone(site.resources, found.import_id)
    enrollment_id = await site.resources.pool.fetchval("SELECT enrollment_id FROM import_rows")
    recorded = about(sessions.AttendanceRecorded, enrollment_id)
    page, link = f"/imports/{found.import_id}", f"/sessions/corrections/{recorded.subject}"
    async with site.browser("coordinator") as coordinator:
        before = (await coordinator.get(page)).text
        await hears(site.resources, recorded)
        told, plan = (await coordinator.get(page)).text, (await coordinator.get(f"/api{page}/undo")).json()
        listed = (await coordinator.get(f"{page}/undo")).text
        assert (await imported(site.resources, a_sheet(row), cohort)).accepted == 1
        after = (await coordinator.get(f"/api{page}/undo")).json()

    notice = "Se supo de la asistencia de 1 fila después de deshacerla."
    assert (notice in before, notice in told) == (False, True)
    assert [(one["line"], one["obstacle"], one["link"]) for one in plan["recorded_since"]] == [(2, "attendance", link)]
    assert f'href="{link}"' in listed
    assert (plan["obstacles"], after["recorded_since"]) == ([], [])
