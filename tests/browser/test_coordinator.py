"""The coordinator's way: from a programme on paper to people who are enrolled and counted."""

import re
from uuid import uuid4

from playwright.async_api import Browser, expect

from tests.end_to_end.recounts import settled
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.visitors import Visitor, visiting
from tests.support.waiting import wait_until


async def test_from_a_programme_to_counted_people(chromium: Browser, trial: Trial) -> None:
    code, before = f"B{uuid4().hex[:8].upper()}", await settled(trial, "enrolled")
    trial.get("/enrollment/cohorts", "facilitator-0601")  # whoever comes is in the directory
    async with visiting(chromium, trial, "/enrollment/programmes", "coordinator") as coordinator:
        await publish_programme(coordinator, code)
        await open_cohort(coordinator, f"Cohorte {code}")
        await assign(coordinator, "Facilitación Cajamarca (demostración)")
        await send(coordinator, [row(f"Cohorte {code}", document()) for _ in range(12)])
        await coordinator.reads("Qué pasó con las filas")
        await expect(coordinator.page.locator("dl.facts")).to_contain_text(re.compile(r"Aceptadas\s*12"))
        await coordinator.looks()
        await coordinator.follow("Cohortes")
        await expect(coordinator.page.get_by_role("row", name=f"Cohorte {code}")).to_contain_text("12 de 40")
    await wait_until(lambda: trial.is_published("enrolled", before + 12))


async def test_refused_rows_come_back_with_what_to_do(chromium: Browser, trial: Trial) -> None:
    cohort = trial.cohort()
    flawed = [row(cohort.name, "123"), row(cohort.name, document(), consent="No")]
    async with visiting(chromium, trial, "/enrollment/imports", "coordinator") as coordinator:
        await send(coordinator, [row(cohort.name, document()), *flawed])
        await coordinator.reads("Filas por corregir")
        refused = coordinator.page.locator("tbody tr")
        await expect(refused).to_have_count(2)
        await expect(refused.first.get_by_role("rowheader", name="3", exact=True)).to_be_visible()
        for cell in ("DNI", "El DNI tiene exactamente 8 dígitos."):
            await expect(refused.first.get_by_role("cell", name=cell, exact=True)).to_be_visible()
        await expect(refused.nth(1)).to_contain_text("Pida el consentimiento")
        await coordinator.looks("import")
        content = (await coordinator.downloaded("Descargar en CSV")).decode()
        assert flawed[0].split(";")[0] in content
        assert "El DNI tiene exactamente 8 dígitos." in content


async def test_one_person_by_form_and_a_mistake_keeps_what_was_typed(chromium: Browser, trial: Trial) -> None:
    cohort = trial.cohort()
    path, before = f"/enrollment/cohorts/{cohort.cohort_id}", await settled(trial, "enrolled")
    async with visiting(chromium, trial, path, "coordinator") as coordinator:
        await coordinator.follow("Inscribir a una persona")
        await coordinator.fill(Número="1234", Nombres="Rosa Elvira", Apellidos="Chilón Ñontol")
        await coordinator.fill(Distrito_donde_vive_la_persona="Jesús (Cajamarca)")
        await coordinator.page.get_by_label("capacitación").first.check()
        await coordinator.press("Inscribir")
        summary = coordinator.page.get_by_role("alert")
        await expect(summary).to_contain_text("Número: el DNI tiene exactamente 8 dígitos.")
        await expect(coordinator.field("Nombres")).to_have_value("Rosa Elvira")
        await coordinator.looks("enroll-with-a-mistake")
        await summary.get_by_role("link").first.click()
        await expect(coordinator.field("Número")).to_be_focused()
        await coordinator.fill(Número=document())
        await coordinator.press("Inscribir")
        await coordinator.reads("La persona está inscrita y tiene vacante.")
        await expect(coordinator.page.get_by_role("row", name="Chilón Ñontol")).to_contain_text("Con vacante")
        await coordinator.looks()
    await wait_until(lambda: trial.is_published("enrolled", before + 1))


async def test_each_change_of_a_cohort_has_a_way_back(chromium: Browser, trial: Trial) -> None:
    cohort = trial.cohort(capacity=1)
    async with visiting(chromium, trial, "/enrollment/imports", "coordinator") as coordinator:
        await send(coordinator, [row(cohort.name, document()) for _ in range(2)])
        await coordinator.open(f"/enrollment/cohorts/{cohort.cohort_id}")
        await coordinator.reads("1 de 1 vacantes están ocupadas.")

        await coordinator.follow("Corregir la cohorte")
        await coordinator.looks()
        await coordinator.fill(Vacantes="0")
        await coordinator.press("Corregir la cohorte")
        await expect(coordinator.page.get_by_role("alert")).to_contain_text("Vacantes")
        await coordinator.looks()
        await coordinator.fill(Vacantes="2")
        await coordinator.page.get_by_label("Hay lugar para más personas").check()
        await coordinator.press("Corregir la cohorte")
        await coordinator.reads("2 de 2 vacantes están ocupadas.")

        await coordinator.page.locator("tbody summary").first.click()
        await coordinator.page.locator("tbody details[open] button").click()
        await coordinator.reads("1 de 2 vacantes están ocupadas.")
        await coordinator.looks()
        await coordinator.page.get_by_role("button", name="Deshacer el retiro").click()
        await coordinator.reads("Se deshizo el retiro: la persona tiene de nuevo su vacante.")

        await coordinator.follow("Cerrar la cohorte")
        await coordinator.looks()
        await coordinator.press("Cerrar la cohorte")
        await coordinator.reads("La cohorte está cerrada.")
        await coordinator.press("Volver a abrirla")
        await coordinator.reads("La cohorte está abierta de nuevo.")


async def publish_programme(coordinator: Visitor, code: str) -> None:
    await coordinator.follow("Nuevo programa")
    await coordinator.looks()
    await coordinator.fill(Código=code, Título=f"Programa {code}", Primer_día="2025-04-01", Último_día="2025-12-31")
    await coordinator.press("Publicar el programa")
    await coordinator.reads("El programa está publicado.")
    await coordinator.looks()


async def open_cohort(coordinator: Visitor, name: str) -> None:
    await coordinator.follow("Abrir una cohorte")
    await coordinator.fill(
        Nombre=name, Provincia="Jaén", Vacantes="40", Primer_día="2025-05-01", Último_día="2025-12-01"
    )
    await coordinator.looks()
    await coordinator.press("Abrir la cohorte")
    await coordinator.reads("La cohorte está abierta.")


async def assign(coordinator: Visitor, facilitator: str) -> None:
    await coordinator.unfold("Asignar la cohorte")
    await coordinator.fill(Quien_facilita=facilitator)
    await coordinator.press("Asignar la cohorte")
    await coordinator.reads("La cohorte quedó asignada.")
    await coordinator.looks()


async def send(coordinator: Visitor, rows: list[str]) -> None:
    """Sends a sheet by the page, confirms how it was understood, and waits until the page says how it ended."""
    await upload(coordinator, "hoja.csv", sheet(rows))
    await coordinator.looks()
    await coordinator.press(f"Importar {len(rows)} filas")
    await ended(coordinator)


async def upload(coordinator: Visitor, name: str, content: bytes) -> None:
    """Sends a sheet by the page, and waits until it shows what was understood."""
    await coordinator.follow("Importaciones")
    await coordinator.follow("Enviar una hoja")
    await coordinator.looks()
    await coordinator.attach("Archivo", name, content)
    await coordinator.press("Enviar")
    await coordinator.reads("Cómo se entendieron las columnas")


async def ended(coordinator: Visitor) -> None:
    """Waits until the page says that the import has ended."""
    await expect(coordinator.page.locator(".lead .badge")).to_have_text("Terminada", timeout=180_000)
