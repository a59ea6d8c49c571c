"""A sheet is shown before anything of it is written: questions are answered, and it is committed or discarded."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.imports import jobs
from services.enrollment.imports.preview_form import answers_of
from services.enrollment.imports.preview_service import ShownPreview
from services.enrollment.imports.previews import ColumnPreview, Preview, TablePreview
from services.enrollment.imports.service import (
    DISCARD_IMPORT,
)
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import NOT_READ, Question, QuestionKind
from services.enrollment.tests.previewed_sheets import previewed, shown, state, works
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import a_cohort, seats
from services.enrollment.tests.test_imports import received
from tests.support.sites import Site


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources)


def without(column: str, *rows: dict[str, Any]) -> bytes:
    """A sheet that lacks a column."""
    lines = table(rows)
    lacking = lines[0].index(column)
    return csv_of([[cell for number, cell in enumerate(line) if number != lacking] for line in lines])


async def test_a_preview_writes_nothing_and_says_how_the_sheet_was_understood(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    rows = [a_row(Cohorte="", Apodo="Chita"), a_row(Cohorte="", DNI="12", Consentimiento="tal vez")]
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table(rows)), cohort_id=str(cohort))
        preview = await shown(coordinator, address)

        assert await state(coordinator, address) == "previewed"
    [understood] = preview["tables"]
    columns = {column["title"]: (column["field"], column["samples"]) for column in understood["columns"]}
    assert columns["Apellidos"] == ("family_names", ["Quispe Huamán"])
    assert columns["Apodo"] == (None, ["Chita"])
    assert (preview["ready"], preview["refused"]) == (1, 1)
    assert {(one["code"], one["column"], one["rows"]) for one in preview["reasons"]} == {
        ("document_malformed", 1, 1),
        ("answer_unclear", 7, 1),
    }
    assert await seats(resources, cohort) == {}
    assert await resources.pool.fetchval("SELECT count(*) FROM import_rows") == 0


async def test_a_preview_says_what_an_enrollment_would_be_refused_for(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """A child without a guardian's consent, and somebody who did not consent."""
    rows = [a_row(Cohorte="", **{"Fecha de nacimiento": "25/12/2020"}), a_row(Cohorte="", Consentimiento="No"), a_row()]
    rows[2]["Cohorte"] = ""
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table(rows)), cohort_id=str(cohort))
        preview = await shown(coordinator, address)
    assert (preview["ready"], preview["refused"]) == (1, 2)
    assert {one["code"]: one["column"] for one in preview["reasons"]} == {
        "consent_missing": 7,
        "guardian_consent_missing": 7,
    }


async def test_what_is_open_holds_all_rows_back_until_it_is_answered(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator") as coordinator:
        address = await previewed(
            coordinator, resources, without("Consentimiento", a_row(Cohorte=""), a_row(Cohorte=""))
        )
        before = await shown(coordinator, address)
        refused = await coordinator.post(f"{address}/commit")
        answers = {"cohort_id": str(cohort), "consent": True}
        assert (await coordinator.post(f"{address}/answers", json=answers)).status_code == 202
        assert await state(coordinator, address) == "reading"
        await works(resources)
        after = await shown(coordinator, address)
        assert (await coordinator.post(f"{address}/commit")).status_code == 202
        await works(resources)
        counts = (await coordinator.get(address)).json()

    assert [(one["kind"], one["holds_all"]) for one in before["questions"]] == [("consent", True)]
    assert before["ready"] == 0
    assert (refused.status_code, refused.json()["code"]) == (409, "import_not_ready")
    assert (after["questions"], after["ready"]) == ([], 2)
    assert (counts["state"], counts["accepted"]) == ("done", 2)
    assert await seats(resources, cohort) == {"accepted": 2}


async def test_without_a_preview_all_that_would_be_asked_is_refused_at_once(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    lines = [["DNI", "Apellidos", "Nombres", "UBIGEO"], ["60000001", "Quispe", "Ana", "060101"]]
    async with site.browser("coordinator") as coordinator:
        sent = await coordinator.post("/api/imports", files={"file": ("hoja.csv", csv_of(lines))})
        await works(resources)
        failure = (await coordinator.get(sent.headers["Location"].removeprefix("/enrollment"))).json()["failure"]
    asked = {"cohort_undeclared", "ubigeo_scheme_undeclared", "consent_column_missing"}
    assert {fault["code"] for fault in failure["faults"]} == asked
    assert all(fault["remedy"] for fault in failure["faults"])
    assert failure["code"] == failure["faults"][0]["code"]


async def test_what_nobody_commits_within_a_day_is_discarded(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator") as coordinator:
        left = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="")])), cohort_id=str(cohort))
        committed = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="")])), cohort_id=str(cohort))
        await coordinator.post(f"{committed}/commit")
        await works(resources)
        waiting = await resources.pool.fetch("SELECT due_at, payload FROM jobs WHERE kind = $1", DISCARD_IMPORT)
        for one in waiting:
            await jobs.discard(resources, Job(new_id(), DISCARD_IMPORT, one["payload"], 1))
        await works(resources)
        found = (await coordinator.get(left)).json()
        gone = await coordinator.get(f"{left}/preview")
        assert await state(coordinator, committed) == "done"

    assert len(waiting) == 2
    kept = await resources.pool.fetch("SELECT import_id FROM imports WHERE erased_at IS NULL")
    assert [str(one["import_id"]) for one in kept] == [committed.rsplit("/", 1)[1]]
    assert datetime.fromisoformat(found["requested_at"]) + timedelta(days=1) in {one["due_at"] for one in waiting}
    assert (found["state"], found["failure"]["code"]) == ("failed", "import_discarded")
    assert gone.status_code == 409
    row = await resources.pool.fetchrow("SELECT * FROM imports WHERE import_id = $1", UUID(left.rsplit("/", 1)[1]))
    assert row and row["preview"] is row["name"] is None and row["erased_at"]


async def test_a_sheet_is_discarded_by_hand(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="")])), cohort_id=str(cohort))
        assert (await coordinator.post(f"{address}/discard")).status_code == 200
        await works(resources)
        assert await state(coordinator, address) == "failed"
        assert (await coordinator.post(f"{address}/commit")).status_code == 409
    assert await seats(resources, cohort) == {}


async def test_a_row_is_corrected_where_it_stands(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """By what its sheet was understood as: the other row proves that days come first, and is not there any more."""
    rows = [a_row(Cohorte=""), a_row(Cohorte="", Consentimiento="tal vez", **{"Fecha de nacimiento": "05/12/1987"})]
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table(rows)), cohort_id=str(cohort))
        await coordinator.post(f"{address}/commit")
        await works(resources)
        place = f"{address}/rows/1/3"
        worse = (await coordinator.post(place, json={"cells": {"1": "12"}})).json()
        better = (await coordinator.post(place, json={"cells": {"1": rows[1]["DNI"], "7": "Sí"}})).json()
        again = await coordinator.post(place, json={"cells": {"7": "No"}})
        unknown = await coordinator.post(f"{address}/rows/1/99", json={"cells": {"7": "No"}})
        counts = (await coordinator.get(address)).json()

    assert [fault["code"] for fault in worse["faults"]] == ["document_malformed", "answer_unclear"]
    assert (better["outcome"], better["faults"]) == ("accepted", [])
    assert (again.status_code, again.json()["code"]) == (409, "row_not_to_correct")
    assert unknown.status_code == 404
    assert (counts["accepted"], counts["accepted_new_people"], counts["refused"], counts["done"]) == (2, 2, 0, 2)
    assert await seats(resources, cohort) == {"accepted": 2}
    assert await resources.pool.fetchval("SELECT count(cells) FROM import_rows") == 0


async def test_the_page_asks_shows_and_imports(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """The questions are answered by what the form offers; whatever it says differently has the sheet judged again."""
    rows = [a_row(Cohorte="", Apodo="Chita"), a_row(Cohorte="", DNI="12")]
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        files = {"file": ("hoja.csv", without("Consentimiento", *rows))}
        sent = await coordinator.post("/imports/new", files=files, data={"cohort_id": str(cohort)})
        address = sent.headers["Location"].removeprefix("/enrollment")
        assert "Leyendo la hoja" in (await coordinator.get(address)).text
        await works(resources)
        asked = (await coordinator.get(address)).text
        assert "¿La oficina tiene el consentimiento firmado" in asked
        assert "Importar" not in asked
        await coordinator.post(f"{address}/answers", data={"consent": "true", "then": "judge"})
        await works(resources)
        answered = (await coordinator.get(address)).text
        assert "Importar 2 filas" in answered and "Chita" in answered
        changed = {"columns.apodo": "phone", "consent": "true", "cohort_id": str(cohort), "then": "commit"}
        await coordinator.post(f"{address}/answers", data=changed)
        await works(resources)
        again = (await coordinator.get(address)).text
        assert "Importar 2 filas" in again and '<option value="phone" selected>' in again
        await coordinator.post(f"{address}/answers", data=changed)
        await works(resources)
        done = (await coordinator.get(address)).text
    assert "Corregirlas aquí" in done
    assert await seats(resources, cohort) == {"accepted": 1}


def test_that_a_column_is_not_to_be_read_is_an_answer() -> None:
    heading, proposed = "f nacimento", (Field.BIRTH_DATE,)
    column = ColumnPreview(
        number=1, title=heading, heading=heading, field=None, meaning="", proposals=proposed, samples=()
    )
    table = TablePreview(tab=1, line=1, rows=1, columns=(column,), letterhead={}, scheme=None)
    question = Question(QuestionKind.COLUMN, 0, heading, proposed, proposed[0], 1)
    preview = Preview(
        form="", tabs=("",), tables=(table,), left_out=(), faults=(), questions=(question,), ready=0, refused=0,
        reasons=(), is_remembered=False,
    )  # fmt: skip
    shown = ShownPreview(Declaration(), preview)
    assert answers_of({f"columns.{heading}": NOT_READ}, shown) == {"columns": {heading: None}}
    assert answers_of({}, shown) == {}


async def test_rows_are_corrected_on_a_page(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    first, second = a_row(DNI="12"), a_row(Consentimiento="tal vez", **{"Fecha de nacimiento": "1987"})
    job = await received(resources, csv_of(table([first, second])), cohort)
    await resources.pool.execute("UPDATE cohorts SET name = 'Cohorte A'")
    await jobs.run(resources, job)
    page = f"/imports/{job.payload['import_id']}/correct"
    number = a_row()["DNI"]
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        before = (await coordinator.get(page)).text
        wrong = await coordinator.post(f"{page}/1/2", data={"cells.1.2.1": "13"})
        right = await coordinator.post(f"{page}/1/2", data={"cells.1.2.1": number})
        again = await coordinator.post(f"{page}/1/2", data={"cells.1.2.1": number})
        emptied = {"cells.1.3.7": "Sí", "cells.1.3.4": ""}
        assert (await coordinator.post(f"{page}/1/3", data=emptied)).status_code == 303
        too_long = await coordinator.post(f"{page}/1/3", data={"cells.1.3.1": "1" * 1001})
        nothing = await coordinator.post(f"{page}/1/3", data={"row": "x"})
        after = (await coordinator.get(page)).text

    assert before.count('<section class="panel"') == 2
    assert 'name="cells.1.2.1" value="12"' in before and "El DNI tiene exactamente 8 dígitos." in before
    assert [one.headers["location"].split("/", 2)[2] for one in (wrong, right)] == [f"{page}/1/2"[1:]] * 2
    assert (again.status_code, "ya no hay nada que corregir" in again.text) == (409, True)
    assert (too_long.status_code, nothing.status_code) == (422, 422)
    assert "No hay nada que corregir." in after
    assert await seats(resources, cohort) == {"accepted": 2}


async def test_what_was_typed_into_other_rows_stays(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """A button saves its row; the Enter key saves the first row into which something was typed."""
    job = await received(resources, csv_of(table([a_row(Cohorte="", DNI=f"{n}") for n in range(1, 4)])), cohort)
    await jobs.run(resources, job)
    page = f"/imports/{job.payload['import_id']}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        shown = (await coordinator.get(page)).text
        form = dict(re.findall(r'name="((?:cells|was)[.0-9]+)" value="([^"]*)"', shown))
        typed = form | {"cells.1.3.1": "3x", "cells.1.4.1": a_row()["DNI"]}
        pressed = await coordinator.post(f"{page}/1/2", data=typed | {"row": "1.4"})
        entered = await coordinator.post(f"{page}/1/2", data=typed | {"cells.1.4.1": form["cells.1.4.1"]})
        after = (await coordinator.get(f"{page}/1/3")).text
    assert (pressed.status_code, entered.status_code) == (200, 303)
    assert "Fila 4: aceptada<" in pressed.text and 'name="cells.1.3.1" value="3x"' in pressed.text
    assert 'name="cells.1.2.1" value="1"' in pressed.text and "cells.1.4.1" not in pressed.text
    assert 'name="cells.1.3.1" value="3x"' in after, "what is still wrong is stored as it was typed"
    assert f'href="/enrollment{page}"' in after, "the other rows can be reached"


async def test_a_corrected_row_keeps_the_zeros_of_its_document(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """That a program left them out was proved by the other rows, which are not there any more."""
    rows = [a_row(Cohorte="", DNI=f"{number}183627") for number in range(1, 5)]
    job = await received(resources, csv_of(table([rows[0] | {"Consentimiento": "tal vez"}, *rows[1:]])), cohort)
    await jobs.run(resources, job)
    async with site.browser("coordinator") as coordinator:
        place = f"/api/imports/{job.payload['import_id']}/rows/1/2"
        assert (await coordinator.post(place, json={"cells": {"7": "Sí"}})).json()["outcome"] == "accepted"
        found = (await coordinator.post("/api/people/search", json={"text": "01183627"})).json()["enrollments"]
    assert [one["cohort_id"] for one in found] == [str(cohort)]


async def test_a_sheet_of_which_nothing_can_be_read_is_discarded_all_the_same(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """Whatever it says, it must not hold erasures up for longer than a day."""
    unreadable = 'UPDATE imports SET state = $1, declaration = \'{"columns": {"?": 1}}\''
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="")])), cohort_id=str(cohort))
        await resources.pool.execute(unreadable, "reading")
        job = Job(new_id(), DISCARD_IMPORT, {"import_id": address.rsplit("/", 1)[1]}, 1)
        await jobs.discard(resources, job)
        assert await state(coordinator, address) == "failed"

        address = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="")])), cohort_id=str(cohort))
        await resources.pool.execute(f"{unreadable} WHERE state = 'previewed'", "previewed")
        assert (await coordinator.post(f"{address}/discard")).status_code == 200


async def test_a_document_is_disputed_until_the_other_row_is_corrected(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    rows = [
        a_row(Cohorte="", DNI="01183627", Consentimiento="tal vez"),
        a_row(Cohorte="", DNI="01183627", Apellidos="Poma", Nombres="Juan"),
    ]
    job = await received(resources, csv_of(table(rows)), cohort)
    await jobs.run(resources, job)
    address = f"/api/imports/{job.payload['import_id']}/rows/1"
    async with site.browser("coordinator") as coordinator:
        early = (await coordinator.post(f"{address}/2", json={"cells": {"7": "Sí"}})).json()
        other = (await coordinator.post(f"{address}/3", json={"cells": {"1": "01183628"}})).json()
        late = (await coordinator.post(f"{address}/2", json={"cells": {"7": "Sí"}})).json()
    assert [one["code"] for one in early["faults"]] == ["document_disputed"]
    assert (other["outcome"], late["outcome"]) == ("accepted", "accepted")


async def test_a_preview_notes_what_is_not_kept_and_which_day_counts(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    content = csv_of(table([a_row(Cohorte="", Celular="987654321")]))
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        notes = (await shown(coordinator, address))["notes"]
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert [(one["code"], one["field"]) for one in notes] == [
        ("enrolled_on_not_stated", "enrolled_on"),
        ("contact_not_asked", "phone"),
    ]
    assert page.count("vale el día de la importación") == page.count("No se guarda: ninguna columna") == 1


async def test_an_answer_stays_in_sight_and_is_changed_until_the_sheet_is_committed(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    content = without("Consentimiento", a_row(Cohorte=""))
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort), consent="false")
        page = (await coordinator.get(address.removeprefix("/api"), headers={"Accept": "text/html"})).text
        await coordinator.post(f"{address.removeprefix('/api')}/answers", data={"consent": "true"})
        await works(resources)
        preview = await shown(coordinator, address)
    assert '<option value="false" selected>' in page and f'<option value="{cohort}" selected>' in page
    assert (preview["declaration"]["consent"], preview["ready"]) == (True, 1)
