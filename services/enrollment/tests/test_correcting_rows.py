"""Rows that were not imported are corrected where they stand, by several people at once."""

import asyncio
import re
import threading
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.enrollment.imports import correction_service, jobs
from services.enrollment.imports.correction_service import rows_to_correct
from services.enrollment.imports.row_service import opened_row
from services.enrollment.imports.service import existing_import
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.previewed_sheets import previewed, works
from services.enrollment.tests.sheets import a_row, csv_of, table, xlsx_of
from services.enrollment.tests.stories import LOOKING, a_cohort, seats
from services.enrollment.tests.test_imports import received
from tests.support.page_forms import KEY, read_page
from tests.support.sites import Site
from tests.support.waiting import wait_until


@pytest.fixture
async def cohort(resources: EnrollmentResources) -> UUID:
    return await a_cohort(resources)


async def to_correct(resources: EnrollmentResources, cohort_id: UUID, *rows: dict[str, Any]) -> str:
    """The address of an import of these rows."""
    job = await received(resources, csv_of(table([{**row, "Cohorte": ""} for row in rows])), cohort_id)
    await jobs.run(resources, job)
    return f"/imports/{job.payload['import_id']}"


async def form_of(coordinator: httpx.AsyncClient, page: str) -> dict[str, str]:
    """The fields of all rows, as they are shown to somebody who opens the page."""
    return fields_of((await coordinator.get(page)).text)


def fields_of(html: str) -> dict[str, str]:
    forms, _links = read_page(html)
    fields = [item for form in forms if "row" in form.values for item in form.values.items()]
    return {name: value for name, value in fields if name not in {KEY, "row"}}


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
        wrong = await coordinator.post(f"{page}/1/2", data={"row": "1.2", "cells.1.2.1": "13"})
        right = await coordinator.post(f"{page}/1/2", data={"row": "1.2", "cells.1.2.1": number})
        again = await coordinator.post(f"{page}/1/2", data={"row": "1.2", "cells.1.2.1": number})
        emptied = {"row": "1.3", "cells.1.3.7": "Sí", "cells.1.3.4": ""}
        assert (await coordinator.post(f"{page}/1/3", data=emptied)).status_code == 303
        too_long = await coordinator.post(f"{page}/1/3", data={"row": "1.3", "cells.1.3.1": "1" * 1001})
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
    """Only the row whose form was sent is saved."""
    job = await received(resources, csv_of(table([a_row(Cohorte="", DNI=f"{n}") for n in range(1, 4)])), cohort)
    await jobs.run(resources, job)
    page = f"/imports/{job.payload['import_id']}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        form = await form_of(coordinator, page)
        typed = form | {"cells.1.3.1": "3x", "cells.1.4.1": a_row()["DNI"]}
        pressed = await coordinator.post(f"{page}/1/2", data=typed | {"row": "1.4"})
        unnamed = await coordinator.post(f"{page}/1/2", data=form | {"cells.1.3.1": a_row()["DNI"]})
        entered = await coordinator.post(f"{page}/1/2", data=form | {"cells.1.3.1": "3x", "row": "1.3"})
        after = (await coordinator.get(f"{page}/1/3")).text
    assert (pressed.status_code, unnamed.status_code, entered.status_code) == (200, 422, 303)
    assert "Fila 4: aceptada<" in pressed.text and 'name="cells.1.3.1" value="3x"' in pressed.text
    assert 'name="cells.1.2.1" value="1"' in pressed.text and "cells.1.4.1" not in pressed.text
    assert 'name="cells.1.3.1" value="3x"' in after, "what is still wrong is stored as it was typed"
    assert f'href="/enrollment{page}"' in after, "the other rows can be reached"


async def test_each_row_has_a_form_of_its_own_so_that_enter_saves_the_row_that_has_the_focus(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    page = f"{await to_correct(resources, cohort, a_row(**WRONG), a_row(**WRONG))}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        forms, _links = read_page((await coordinator.get(page)).text)
    rows = [form.values for form in forms if form.typed]
    assert [one["row"] for one in rows] == ["1.2", "1.3"]
    for one in rows:
        assert {name.rsplit(".", 1)[0] for name in one if name.startswith("cells.")} == {f"cells.{one['row']}"}


async def test_a_conflict_puts_the_focus_on_its_row(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    """Somebody leaves the row in conflict and types into another one: the row in conflict stays as it is."""
    page = f"{await to_correct(resources, cohort, *(a_row(**WRONG) for _ in range(3)))}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        opened = await form_of(coordinator, page)
        await coordinator.post(f"{page}/1/2", data=opened | {"row": "1.3", "cells.1.3.1": "13"})
        late = await coordinator.post(f"{page}/1/2", data=opened | {"row": "1.3", "cells.1.3.1": "14"})
        typed = fields_of(late.text) | {"row": "1.4", "cells.1.4.1": "15"}
        left = await coordinator.post(f"{page}/1/2", data=typed)
        stored = await form_of(coordinator, page)
    assert late.status_code == 412
    assert re.findall(r'<[^>]* name="([^"]*)"[^>]* autofocus', late.text) == ["cells.1.3.1"]
    assert 'tabindex="-1" autofocus' not in late.text, "what is wrong is said without taking the focus"
    assert (left.status_code, fields_of(left.text)["cells.1.3.1"]) == (200, "14"), "what was typed stays, unsaved"
    assert (stored["cells.1.3.1"], stored["cells.1.4.1"]) == ("13", "15")


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


async def test_the_loop_goes_on_while_rows_are_decrypted(
    resources: EnrollmentResources, cohort: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = await to_correct(resources, cohort, a_row(**WRONG))
    found = await existing_import(resources.pool, UUID(address.rsplit("/", 1)[1]))
    is_called, is_free = threading.Event(), threading.Event()

    def waits(*of: Any) -> Any:
        is_called.set()
        assert is_free.wait(20), "nothing else ran on the loop"
        return opened_row(*of)

    monkeypatch.setattr(correction_service, "opened_row", waits)
    reading = asyncio.create_task(rows_to_correct(LOOKING, resources, found, EVERYBODY))
    await wait_until(is_called.is_set)
    is_free.set()
    assert len((await reading).rows) == 1


# Two people correct one row ------------------------------------------------------------------------------------------

WRONG = {"DNI": "12", "Consentimiento": "tal vez"}
"""Two cells to correct: columns 1 and 7."""


async def test_of_two_who_correct_a_row_on_the_page_the_second_sees_both(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    page = f"{await to_correct(resources, cohort, a_row(**WRONG))}/correct"
    headers = {"Accept": "text/html"}
    async with site.browser("coordinator", **headers) as first, site.browser("coordinator", **headers) as second:
        opened, theirs = await form_of(first, page), await form_of(second, page)
        assert (await first.post(f"{page}/1/2", data=opened | {"row": "1.2", "cells.1.2.1": "13"})).status_code == 303
        typed = theirs | {"cells.1.2.1": "14", "cells.1.2.2": "Rojas", "row": "1.2"}
        late = await second.post(f"{page}/1/2", data=typed)
        assert late.status_code == 412
        stored = (await form_of(first, page))["cells.1.2.1"]
        after = fields_of(late.text)
        again = await second.post(
            f"{page}/1/2", data=after | {"row": "1.2", "cells.1.2.1": a_row()["DNI"], "cells.1.2.7": "Sí"}
        )

    assert stored == "13"
    assert "Otra persona guardó la fila 2" in late.text
    assert "Otra persona guardó: «13»" in re.sub(r"\s+", " ", late.text)
    assert (after["cells.1.2.1"], after["cells.1.2.2"]) == ("14", "Rojas"), "what was typed stays"
    assert again.status_code == 303, "who has seen both saves over it"
    assert await seats(resources, cohort) == {"accepted": 1}


async def test_what_nobody_typed_into_is_as_somebody_else_saved_it(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    page = f"{await to_correct(resources, cohort, a_row(**WRONG))}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        opened = await form_of(coordinator, page)
        await coordinator.post(f"{page}/1/2", data=opened | {"row": "1.2", "cells.1.2.1": a_row()["DNI"]})
        late = await coordinator.post(f"{page}/1/2", data=opened | {"row": "1.2", "cells.1.2.7": "Sí"})
        saved = await coordinator.post(f"{page}/1/2", data=fields_of(late.text) | {"row": "1.2"})
    assert (late.status_code, saved.status_code) == (412, 303)
    assert await seats(resources, cohort) == {"accepted": 1}, "the one corrected the document, the other the consent"


async def test_a_row_that_somebody_else_has_saved_meanwhile_shows_it_when_another_one_is_saved(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    page = f"{await to_correct(resources, cohort, a_row(**WRONG), a_row(**WRONG), a_row(**WRONG))}/correct"
    right = {"cells.1.4.1": a_row()["DNI"], "cells.1.4.7": "Sí"}
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        opened = await form_of(coordinator, page)
        await coordinator.post(f"{page}/1/2", data=opened | {"cells.1.2.1": "13", "row": "1.2"})
        await coordinator.post(f"{page}/1/2", data=opened | right | {"row": "1.4"})
        typed = opened | {"cells.1.2.1": "14", "cells.1.4.1": "15", "cells.1.3.1": "16", "row": "1.3"}
        shown = await coordinator.post(f"{page}/1/2", data=typed)
    text = re.sub(r"\s+", " ", shown.text)
    assert shown.status_code == 200
    assert "Otra persona guardó: «13»" in text and fields_of(shown.text)["cells.1.2.1"] == "14"
    assert "Lo que usted había escrito no se guardó" in text and "<dt>DNI</dt><dd>15</dd>" in text
    assert "cells.1.4.1" not in fields_of(shown.text)


async def test_of_two_who_correct_a_row_by_the_interface_the_second_is_refused(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    address = f"/api{await to_correct(resources, cohort, a_row(**WRONG), a_row())}/rows"
    place = f"{address}/1/2"
    async with site.browser("coordinator") as coordinator:
        [row, other] = (await coordinator.get(address)).json()["rows"]
        seen = {"If-Match": f'"{row["version"]}"'}
        first = await coordinator.post(place, json={"cells": {"1": "13"}}, headers=seen)
        second = await coordinator.post(place, json={"cells": {"1": "14"}}, headers=seen)
        assert (first.status_code, second.status_code) == (200, 412)
        current = {"If-Match": first.headers["ETag"]}
        right = {"cells": {"1": a_row()["DNI"], "7": "Sí"}}
        third = await coordinator.post(place, json=right, headers=current)
        done = await coordinator.post(place, json=right, headers=current)
    assert other["version"] is None
    assert (first.headers["ETag"], second.json()["code"]) == (f'"{first.json()["version"]}"', "outdated")
    assert (third.json()["outcome"], third.json()["version"], third.headers["ETag"]) == ("accepted", None, '"0"')
    assert done.status_code == 412


# Rows and columns that the sheet does not have ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field", ["cells.foo.1", "cells.9.2.1", "cells.1.9.1", "cells.1.02.1", "cells.1.2.01", "cells.1.2.150", "was.1"]
)
async def test_a_field_of_no_row_is_refused_before_anything_is_written(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID, field: str
) -> None:
    """In a workbook with two tabs, whose names are shown before the lines."""
    tabs = [table([a_row(**WRONG, Cohorte="")]), table([a_row(Cohorte="")])]
    job = await received(resources, xlsx_of(*tabs), cohort)
    await jobs.run(resources, job)
    page = f"/imports/{job.payload['import_id']}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        right = {"row": "1.2", "cells.1.2.1": a_row()["DNI"], "cells.1.2.7": "Sí"}
        refused = await coordinator.post(f"{page}/1/2", data=await form_of(coordinator, page) | right | {field: "x"})
    assert (refused.status_code, await seats(resources, cohort)) == (422, {"accepted": 1})
    assert "una fila o una columna que la hoja no tiene" in refused.text


@pytest.mark.parametrize("cells", [{"150": "hola"}, {"01": "1", "1": "2"}, {"+1": "1"}])
async def test_a_column_is_one_of_the_sheet_and_has_one_name(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID, cells: dict[str, str]
) -> None:
    address = await to_correct(resources, cohort, a_row(**WRONG))
    async with site.browser("coordinator") as coordinator:
        refused = await coordinator.post(f"/api{address}/rows/1/2", json={"cells": cells})
        stored = (await coordinator.get(f"/api{address}/refused")).text
    assert refused.status_code == 422
    assert stored.splitlines()[1].startswith("12;") and "hola" not in stored


# Cells that are too long to be typed ---------------------------------------------------------------------------------

LONG = "x" * 1_500


async def test_a_cell_that_is_too_long_stays_unless_it_is_replaced(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    address = await to_correct(resources, cohort, *(a_row(**WRONG, Nota=LONG) for _ in range(2)))
    page, number = f"{address}/correct", 1 + len(a_row())
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        opened = await form_of(coordinator, page)
        kept = await coordinator.post(f"{page}/1/2", data=opened | {"row": "1.2", "cells.1.2.1": "13"})
        replaced = await coordinator.post(f"{page}/1/2", data=opened | {"row": "1.3", f"cells.1.3.{number}": "y"})
        stored = (await coordinator.get(f"/api{address}/refused")).text
    assert opened[f"cells.1.2.{number}"] == ""
    assert (kept.status_code, replaced.status_code) == (303, 303)
    assert [line.split(";")[number - 1] for line in stored.splitlines()[1:]] == [LONG, "y"]


async def test_a_text_that_is_too_long_is_refused_at_its_cell(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    page = f"{await to_correct(resources, cohort, a_row(**WRONG))}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        opened = await form_of(coordinator, page)
        refused = await coordinator.post(
            f"{page}/1/2", data=opened | {"row": "1.2", "cells.1.2.2": LONG, "cells.1.2.1": "13"}
        )
    assert refused.status_code == 422
    assert '<a href="#cells.1.2.2">Fila 2, Apellidos: ' in refused.text
    assert 'id="cells.1.2.2-error"' in refused.text
    assert (fields_of(refused.text)["cells.1.2.2"], fields_of(refused.text)["cells.1.2.1"]) == (LONG, "13")


async def test_a_page_has_no_more_cells_than_a_form_can_send(
    site: Site[EnrollmentResources], resources: EnrollmentResources, cohort: UUID
) -> None:
    notes = {f"Nota {number}": "x" * 50 for number in range(150)}
    page = f"{await to_correct(resources, cohort, *(a_row(**WRONG, **notes) for _ in range(20)))}/correct"
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        shown = (await coordinator.get(page)).text
        saved = await coordinator.post(f"{page}/1/2", data=fields_of(shown) | {"row": "1.2", "cells.1.2.1": "13"})
    assert saved.status_code == 303
    assert 0 < shown.count('<section class="panel"') < 20 and 'rel="next"' in shown
