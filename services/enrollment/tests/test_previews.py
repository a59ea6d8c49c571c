"""A sheet is shown before anything of it is written: questions are answered, and it is committed or discarded."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from services.enrollment.imports import jobs
from services.enrollment.imports.labels import FIELDS
from services.enrollment.imports.preview_form import answers_of
from services.enrollment.imports.preview_service import ShownPreview
from services.enrollment.imports.previews import ColumnPreview, Preview, RowsPreview, TablePreview
from services.enrollment.imports.service import (
    DISCARD_IMPORT,
)
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.questions import NOT_READ, Question, QuestionKind
from services.enrollment.tests.previewed_sheets import previewed, shown, state, works
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import a_cohort, an_application, applies, seats
from services.enrollment.tests.test_waiting_previews import spoken
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
    shown_rows = "SELECT shown FROM audit_trail WHERE action = 'show_preview'"
    assert await resources.pool.fetchval(shown_rows) == len(rows), "the trail tells of how many people it was"
    [understood] = preview["tables"]
    columns = {column["title"]: (column["field"], column["samples"]) for column in understood["columns"]}
    assert columns["Apellidos"] == ("family_names", ["Quispe Huamán"])
    assert columns["Apodo"] == (None, ["Chita"])
    assert preview["rows"] | {"accepted": 1, "refused": 1} == preview["rows"]
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
    assert preview["rows"] | {"accepted": 1, "refused": 2} == preview["rows"]
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
    assert before["rows"]["accepted"] == 0
    assert (refused.status_code, refused.json()["code"]) == (409, "import_not_ready")
    assert (after["questions"], after["rows"]["accepted"]) == ([], 2)
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
        form="", tabs=("",), tables=(table,), left_out=(), faults=(), questions=(question,), rows=RowsPreview(),
        reasons=(), is_remembered=False,
    )  # fmt: skip
    shown = ShownPreview(Declaration(), preview, datetime.now(UTC), is_outdated=False)
    assert answers_of({f"columns.{heading}": NOT_READ}, shown) == {"columns": {heading: None}}
    assert answers_of({}, shown) == {}


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
    assert (preview["declaration"]["consent"], preview["rows"]["accepted"]) == (True, 1)


async def test_a_page_offers_each_column_as_it_was_understood(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """So that whoever changes nothing imports what was shown, also the column of ages."""
    content = csv_of(table([a_row(Cohorte="", Edad="38")]))
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        page = (await coordinator.get(address.removeprefix("/api"))).text
    [offered] = re.findall(r'<select name="columns.edad".*?</select>', page, re.DOTALL)
    assert '<option value="age" selected>Edad</option>' in offered


@pytest.mark.parametrize("field", Field)
def test_each_field_can_be_chosen(field: Field) -> None:
    assert field in FIELDS


async def test_a_preview_says_when_it_was_made_and_is_made_again(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    """Somebody takes the last seat meanwhile."""
    cohort = await a_cohort(resources, capacity=1)
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="")])), cohort_id=str(cohort))
        page = address.removeprefix("/api")
        first, first_page = await shown(coordinator, address), (await coordinator.get(page)).text
        await applies(resources, an_application(cohort))
        second, second_page = await shown(coordinator, address), (await coordinator.get(page)).text
        await coordinator.post(f"{page}/answers", data={"cohort_id": str(cohort), "then": "judge"})
        await works(resources)
        third = await shown(coordinator, address)
    assert [one["is_outdated"] for one in (first, second, third)] == [False, True, False]
    assert first["previewed_at"] == second["previewed_at"] < third["previewed_at"]
    assert [(one["rows"]["accepted"], one["rows"]["waitlisted"]) for one in (second, third)] == [(1, 0), (0, 1)]
    assert f"Revisada el {spoken(datetime.fromisoformat(first['previewed_at']))}" in first_page
    changed = "Desde entonces cambiaron personas, cohortes u organizaciones"
    assert changed in second_page and changed not in first_page


async def test_whoever_changes_something_as_they_import_is_told_that_nothing_was_imported(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="", Apodo="Chita")])))
        page = address.removeprefix("/api")
        answers = {"cohort_id": str(cohort), "then": "commit"}
        told = await coordinator.post(f"{page}/answers", data=answers, follow_redirects=True)
        await works(resources)
        assert await state(coordinator, address) == "previewed"
    assert "Todavía no se importó nada, porque usted cambió algo" in told.text
