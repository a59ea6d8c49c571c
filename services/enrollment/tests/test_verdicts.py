"""A preview counts what its import then does, and tells once what holds all rows back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.imports.digests import DocumentDigests
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.previewed_sheets import previewed, sent, shown, works
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from services.enrollment.tests.stories import a_cohort, withdraws
from tests.support.sites import Site

OUTCOMES = ("accepted", "already_enrolled", "waitlisted", "review", "refused")


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources, capacity=5)


def a_sheet(*rows: dict[str, Any]) -> bytes:
    return csv_of(table([{**row, "Cohorte": ""} for row in rows]))


async def test_a_preview_counts_what_its_import_does(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """A sheet with every kind of row, for a cohort of five seats of which two are taken. Rows also follow from rows
    above them: one person twice, and one whose day of enrollment is before their withdrawal."""
    known, other, gone, placed, new = (a_row() for _ in range(5))
    somebody_else = {"Nombres": "Segundo Wilmer", "Apellidos": "Chávez Díaz"}
    rows = [
        known,
        other | somebody_else,
        gone | {"Fecha de inscripción": "15/01/2025"},
        placed,
        new,
        new,
        a_row(DNI="12"),
        a_row(Consentimiento="No"),
        a_row(**{"Fecha de nacimiento": "25/12/2020"}),
        a_row(),
        a_row(),
        a_row(),
    ]
    async with site.browser("coordinator") as coordinator:
        former = await sent(coordinator, resources, a_sheet(known, other, gone), cohort_id=str(cohort))
        enrolled = (await coordinator.get(f"{former}/rows")).json()["rows"]
        await withdraws(resources, UUID(enrolled[2]["enrollment_id"]))
        await sent(coordinator, resources, a_sheet(placed), cohort_id=str(await a_cohort(resources)))
        address = await previewed(coordinator, resources, a_sheet(*rows), cohort_id=str(cohort))
        preview = (await shown(coordinator, address))["rows"]
        known_people = {one["person_id"] for one in await resources.pool.fetch("SELECT person_id FROM people")}
        named = "SELECT people FROM audit_trail WHERE action = 'show_preview'"
        shown_people = await resources.pool.fetchval(named)
        await coordinator.post(f"{address}/commit")
        await works(resources)
        found = (await coordinator.get(address)).json()

    assert set(shown_people) == known_people, "each has a row in the sheet"
    assert found["done"] == len(rows)
    assert {one: preview[one] for one in OUTCOMES} == {one: found[one] for one in OUTCOMES}
    assert all(preview[one] for one in OUTCOMES), "each kind is in the sheet"


async def test_what_holds_all_rows_back_is_told_once(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """And not of each row, of which only what is wrong with itself is told."""
    rows = [a_row(), a_row(DNI="12"), a_row()]
    for row in rows:
        del row["Cohorte"], row["UBIGEO INEI"]
    content = csv_of([list(rows[0]), *(list(row.values()) for row in rows)])
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, content)
        preview = await shown(coordinator, address)
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert {one["kind"] for one in preview["questions"]} == {"cohort_id", "district"}
    assert (preview["rows"]["waiting"], preview["rows"]["refused"], preview["rows"]["accepted"]) == (2, 1, 0)
    assert [one["code"] for one in preview["reasons"]] == ["document_malformed"]
    assert "<dt>A la espera de una respuesta</dt><dd>2</dd>" in page


async def test_a_row_that_waits_for_an_answer_is_not_to_be_corrected(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """Nor does the page call a question optional without whose answer a row comes back."""
    waiting = {"Fecha de nacimiento": "05/06/1987", "Sexo": "M"}
    rows = [a_row(**waiting), a_row(**waiting, DNI="12"), a_row(**waiting | {"Fecha de nacimiento": "", "Sexo": ""})]
    for row in rows:
        del row["Sexo (M/F)"]
        row["Cohorte"] = ""
    content = csv_of([list(rows[0]), *(list(row.values()) for row in rows)])
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        preview = await shown(coordinator, address)
        page = (await coordinator.get(address.removeprefix("/api"))).text
        answers = {"date_order": "day_first", "sex_letters": "m_is_male"}
        await coordinator.post(f"{address}/answers", json=answers)
        await works(resources)
        answered = await shown(coordinator, address)
    assert {one["kind"]: (one["rows"], one["holds_all"]) for one in preview["questions"]} == {
        "date_order": (2, False),
        "sex_letters": (2, False),
    }
    assert preview["rows"] | {"waiting": 1, "refused": 1, "accepted": 1} == preview["rows"]
    assert [one["code"] for one in preview["reasons"]] == ["document_malformed"]
    assert answered["rows"] | {"waiting": 0, "refused": 1, "accepted": 2} == answered["rows"]
    assert "<dt>A la espera de una respuesta</dt><dd>1</dd>" in page
    assert "2 filas esperan la respuesta; sin ella se devuelven para corregir." in page
    assert "1 fila espera una respuesta: importada sin ella, se devuelve para corregir." in page
    assert "opcional" not in page


async def test_what_is_to_be_corrected_is_told_with_its_heading_and_its_lines(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    first = [{**a_row(DNI="12"), "Cohorte": ""}, {**a_row(), "Cohorte": ""}]
    second = [{**a_row(), "Cohorte": ""}, {**a_row(DNI="13"), "Cohorte": ""}]
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        content = xlsx_of(table(first), table(second))
        address = await previewed(coordinator, resources, content, cohort_id=str(cohort))
        [reason] = (await shown(coordinator, address))["reasons"]
        page = (await coordinator.get(address.removeprefix("/api"))).text
    assert (reason["heading"], reason["rows"], reason["places"]) == ("DNI", 2, [[1, 2], [2, 3]])
    assert "«DNI»: El DNI tiene exactamente 8 dígitos." in page
    assert "Sheet1, fila 2; Sheet2, fila 3" in page


async def test_each_document_is_digested_once_until_its_sheet_is_imported(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for one each time, by which the stored ones are proved."""
    computed: list[Document] = []
    documents = resources.blind.documents

    async def counting(asked: Sequence[Document]) -> list[bytes]:
        computed.extend(asked)
        return await documents(asked)

    monkeypatch.setattr(resources.blind, "documents", counting)
    rows = [a_row() for _ in range(4)]
    async with site.browser("coordinator") as coordinator:
        address = await previewed(coordinator, resources, a_sheet(*rows, rows[0]), cohort_id=str(cohort))
        await coordinator.post(f"{address}/answers", json={})
        await works(resources)
        await coordinator.post(f"{address}/commit")
        await works(resources)
        found = (await coordinator.get(address)).json()
    assert (found["accepted"], found["already_enrolled"]) == (4, 1)
    assert len(computed) == len(rows) + 2
    assert await resources.pool.fetchval("SELECT count(preview) FROM imports") == 0


async def test_digests_of_another_index_are_not_believed(resources: EnrollmentResources) -> None:
    document = Document(DocumentType.DNI, "60000001")
    digest = (await resources.blind.document(document)).hex()
    assert (await DocumentDigests.of(resources.blind, {"dni/60000001": digest})).stored == {"dni/60000001": digest}
    assert (await DocumentDigests.of(resources.blind, {"dni/60000001": "00" * 16})).stored == {}
