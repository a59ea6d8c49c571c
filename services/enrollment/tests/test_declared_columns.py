"""What is declared about a sheet's columns: with the upload, in the answers of a preview, and for the next sheet."""

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest

from chassis.web.reads import Work
from services.enrollment.imports.service import sheets_naming
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.previewed_sheets import id_of, previewed, sent, shown, state, works
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from services.enrollment.tests.stories import a_cohort, seats
from services.enrollment.tests.test_rights import ROSA
from tests.support.sites import Site


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources)


async def test_what_can_be_answered_can_be_declared_with_the_upload(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """Headings are written as the sheet has them."""
    rows = [{"N° de identidad de la persona": row.pop("DNI"), **row} for row in (a_row(Cohorte=""), a_row(Cohorte=""))]
    content = csv_of([list(rows[0]), *(list(row.values()) for row in rows)])
    columns = {"N° de identidad de la persona": "document.number", "Sexo (M/F)": None}
    said = {"cohort_id": str(cohort), "date_order": "day_first", "columns": json.dumps(columns)}
    async with site.browser("coordinator") as coordinator:
        address = await sent(coordinator, resources, content, **said)
        assert await state(coordinator, address) == "done"
    assert await seats(resources, cohort) == {"accepted": 2}
    assert await resources.pool.fetchval("SELECT count(columns) FROM imports") == 0, "nobody needs them any more"


async def test_a_declared_heading_that_the_sheet_does_not_have_is_refused_by_name(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    content = csv_of(table([a_row(Cohorte="")]))
    said = {"cohort_id": str(cohort), "columns": json.dumps({"Apodo Zzyzx": "phone", "DNI": "document.number"})}
    async with site.browser("coordinator") as coordinator:
        failed = (await coordinator.get(await sent(coordinator, resources, content, **said))).json()
        waiting = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        body = {"columns": {"Apodo Zzyzx": "phone"}}
        answer = await coordinator.post(f"{waiting}/answers", json=body)
        told = (await shown(coordinator, await previewed(coordinator, resources, content, **said)))["faults"]
    assert (failed["state"], answer.status_code) == ("failed", 422)
    [fault], answered = failed["failure"]["faults"], answer.json()
    assert (fault["code"], fault["field"], fault["heading"]) == ("column_unknown", "columns", "apodo zzyzx")
    assert [(one["code"], one["heading"]) for one in told] == [("column_unknown", "apodo zzyzx")]
    assert (answered["code"], answered["field"]) == ("column_unknown", "columns.apodo zzyzx")
    assert fault["remedy"] == answered["remedy"] == "Escriba el encabezado como está en la hoja, o quítelo."
    assert await seats(resources, cohort) == {}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"columns": "{"}, "columns"),
        ({"columns": "[]"}, "columns"),
        ({"columns": '{"DNI": "no such field"}'}, "columns.DNI"),
        ({"columns": '{"D.N.I.": null, "d n i": "phone"}'}, "columns"),
        ({"columns": '{"—": null}'}, "columns.—"),
        ({"columns": json.dumps(dict.fromkeys(map(str, range(201))))}, "columns"),
        ({"order_of_dates": "day_first"}, "order_of_dates"),
    ],
)
async def test_what_cannot_be_declared_is_refused_with_its_field(
    site: Site[EnrollmentResources], resources: EnrollmentResources, said: dict[str, str], field: str
) -> None:
    async with site.browser("coordinator") as coordinator:
        files = {"file": ("hoja.csv", csv_of(table([a_row()])))}
        refused = await coordinator.post("/api/imports", files=files, data=said)
    assert (refused.status_code, refused.json().get("field")) == (422, field)


async def test_declared_columns_are_bounded_before_they_are_read(
    site: Site[EnrollmentResources], resources: EnrollmentResources
) -> None:
    async with site.browser("coordinator") as coordinator:
        files = {"file": ("hoja.csv", csv_of(table([a_row()])))}
        refused = await coordinator.post("/api/imports", files=files, data={"columns": "[" * 70_000})
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert "64 KB" in refused.json()["detail"]


async def test_a_failure_shows_the_heading_that_the_database_does_not(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    row = a_row(Cohorte="")
    del row["Fecha de nacimiento"]
    content = csv_of([[*row, "Fecha nacimento (Zzyzx)"], [*row.values(), ""]])
    async with site.browser("coordinator") as coordinator:
        address = await sent(coordinator, resources, content, cohort_id=str(cohort))
        [fault] = (await coordinator.get(address)).json()["failure"]["faults"]
        page = (await coordinator.get(address.removeprefix("/api"), headers={"Accept": "text/html"})).text
        stored = await resources.pool.fetchval("SELECT string_agg(i::text, '') FROM imports i")
    assert (fault["code"], fault["column"], fault["heading"]) == ("heading_unclear", 8, "Fecha nacimento (Zzyzx)")
    assert "«Fecha nacimento (Zzyzx)»: " in page
    assert "zzyzx" not in stored.lower() and b"zzyzx".hex() not in stored


async def test_the_headings_of_a_failure_are_deleted_with_the_import(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator") as coordinator:
        content = csv_of(table([a_row(Cohorte="")]))
        address = await sent(coordinator, resources, content, columns=json.dumps({"Apodo": None}))
        await resources.pool.execute("UPDATE jobs SET due_at = clock_timestamp()")
        await works(resources)
        faults = (await coordinator.get(address)).json()["failure"]["faults"]
    assert ("column_unknown", None) in {(one["code"], one["heading"]) for one in faults}
    assert await resources.pool.fetchval("SELECT count(failure_headings) + count(columns) FROM imports") == 0


async def test_nothing_of_a_form_names_anybody(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    content = csv_of(table([a_row(Cohorte="", **{"Apodo Zzyzx": "Chita"})]))
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        answers = {"columns": {"apodo zzyzx": None}, "date_order": "day_first"}
        assert (await coordinator.post(f"{address}/answers", json=answers)).status_code == 202
        await works(resources)
        declared = (await shown(coordinator, address))["declaration"]["columns"]
        unknown = await coordinator.post(f"{address}/answers", json={"columns": {"apodo zzyzy": None}})
        await coordinator.post(f"{address}/commit")
    stored = await resources.pool.fetchval("SELECT string_agg(f::text, '') FROM sheet_forms f")
    assert "day_first" in stored and "zzyzx" not in stored.lower() and str(cohort) not in stored
    headings = ["apodo zzyzx", "\n".join(read_sheet(content).headings)]
    assert not any(hashlib.sha256(one.encode()).hexdigest() in stored for one in headings), "nobody can guess it"
    assert "zzyzx" not in (await resources.pool.fetchval("SELECT string_agg(i::text, '') FROM imports i")).lower()
    assert declared == {"apodo zzyzx": None}
    assert (unknown.status_code, unknown.json()["code"]) == (422, "column_unknown")


async def test_no_more_columns_are_declared_than_a_sheet_may_have(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    def answers(tab: int) -> dict[str, Any]:
        return {"columns": {f"nota {tab} {number}": None for number in range(150)}}

    def lines(tab: int) -> list[list[Any]]:
        row = a_row(Cohorte="")
        return [[*row, *answers(tab)["columns"]], [*row.values()], []]

    async with site.browser("coordinator") as coordinator:
        content = xlsx_of(lines(1), lines(2))
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        assert (await coordinator.post(f"{address}/answers", json=answers(1))).status_code == 202
        await works(resources)
        refused = await coordinator.post(f"{address}/answers", json=answers(2))
        assert (refused.status_code, refused.json().get("code")) == (422, "too_many_columns_declared")
        assert (await shown(coordinator, address))["rows"]["accepted"] == 2


async def test_what_a_column_was_in_a_former_sheet_is_asked(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """A form of the same headings may have other things below them: it is proposed, and nothing is read by it."""
    content = csv_of(table([a_row(Cohorte="", Apodo="61234567")]))
    answers = {"columns": {"apodo": "document.number", "dni": None}}
    async with site.browser("coordinator") as coordinator:
        first = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        assert (await coordinator.post(f"{first}/answers", json=answers)).status_code == 202
        await works(resources)
        await coordinator.post(f"{first}/commit")
        await works(resources)
        second = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        preview = await shown(coordinator, second)
        refused = await coordinator.post(f"{second}/commit")
        await coordinator.post(f"{second}/answers", json={"columns": {"apodo": None, "dni": "document.number"}})
        await works(resources)
        after = await shown(coordinator, second)
    columns = {column["title"]: column["field"] for column in preview["tables"][0]["columns"]}
    assert (columns["DNI"], columns["Apodo"]) == ("document.number", None)
    asked = {(one["title"], one["proposed"], one["is_remembered"]) for one in preview["questions"]}
    assert asked == {("DNI", "not_read", True), ("Apodo", "document.number", True)}
    assert (refused.status_code, preview["rows"]["accepted"]) == (409, 0)
    assert (after["questions"], after["rows"]["accepted"]) == ([], 1)


async def test_what_was_declared_is_remembered_for_the_next_sheet_of_its_form(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    def sheet() -> bytes:
        row = a_row(Cohorte="")
        row["Código"] = row.pop("UBIGEO INEI")
        row["Cod ubigeo"] = row.pop("Código")
        return csv_of([list(row), list(row.values())])

    async with site.browser("coordinator") as coordinator:
        first = await previewed(coordinator, resources, sheet(), cohort_id=str(cohort), ubigeo_scheme="inei")
        assert not (await shown(coordinator, first))["is_remembered"]
        await coordinator.post(f"{first}/commit")
        await works(resources)

        second = await shown(coordinator, await previewed(coordinator, resources, sheet(), cohort_id=str(cohort)))
        third = await previewed(coordinator, resources, sheet(), cohort_id=str(cohort))
        await coordinator.post(f"{third}/answers", json={"ubigeo_scheme": "reniec"})
        await works(resources)
        await coordinator.post(f"{third}/answers", json={"ubigeo_scheme": None})
        await works(resources)
        taken_back = await shown(coordinator, third)

    assert (second["is_remembered"], second["rows"]["accepted"], second["declaration"]["ubigeo_scheme"]) == (
        True,
        0,
        None,
    )
    asked = [(one["kind"], one["proposed"], one["is_remembered"]) for one in second["questions"]]
    assert asked == [("ubigeo_scheme", "inei", True)]
    assert [one["kind"] for one in taken_back["questions"]] == ["ubigeo_scheme"]


async def test_whom_a_failure_names_is_told_and_erased_with_it(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    columns = json.dumps({"Rosa Elena Quispe Huamán": None})
    async with site.browser("coordinator") as coordinator:
        naming = await sent(coordinator, resources, csv_of(table([a_row()])), columns=columns)
        await sent(coordinator, resources, csv_of(table([a_row()])), columns=json.dumps({"Rosa": None}))
    async with resources.pool.acquire() as connection:
        found = await sheets_naming(Work("test"), connection, resources, [], [ROSA])
    assert [one.import_id for one in found] == [id_of(naming)]


async def test_all_headings_that_the_sheet_does_not_have_are_told_at_once(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, csv_of(table([a_row(Cohorte="")])), cohort_id=str(cohort))
        answers = {"columns": {"Apodo": None, "DNI": None, "Alias": None}}
        problem = (await coordinator.post(f"{address}/answers", json=answers)).json()
    assert (problem["code"], problem["field"]) == ("column_unknown", "columns.apodo")
    assert [one["field"] for one in problem["errors"]] == ["columns.apodo", "columns.alias"]


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ('{"": "phone"}', "columns", "invalid"),
        ('{"(!)": null}', "columns.(!)", "invalid"),
        ('{"Apodo": "phone", "Apodo": null}', "Apodo", "key_repeated"),
        ('{"Apodo": "phone", "APODO": null}', "columns", "invalid"),
        ("[" * 60_000, "columns", "invalid"),
        ("{", "columns", "invalid"),
    ],
)
async def test_headings_that_cannot_be_told_apart_are_refused_by_name(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID, sent: str, field: str, code: str
) -> None:
    """The same in a form and in the body of answers; one that is no JSON is refused as a whole there."""
    async with site.browser("coordinator") as coordinator:
        content = csv_of(table([a_row(Cohorte="", Apodo="Chita")]))
        files = {"file": ("hoja.csv", content)}
        by_form = (await coordinator.post("/api/imports", files=files, data={"columns": sent})).json()
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        headers = {"Content-Type": "application/json"}
        body = f'{{"columns": {sent}}}'
        by_body = await coordinator.post(f"{address}/answers", content=body, headers=headers)
        assert by_body.status_code in (400, 422), by_body.text
        declared = (await shown(coordinator, address))["declaration"]["columns"]
    assert (by_form["field"], by_form["code"]) == (field, code)
    assert declared == {}
    if sent.endswith("}"):
        assert (by_body.json()["field"], by_body.json()["code"]) == (field, code)
