"""A coordinator runs a cohort by pages alone: programme, cohort, plan, people, corrections, closing and another year.

What each step costs is what docs/reference/tasks.md tells of it.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from playwright.async_api import Browser, Locator, expect

from contracts.days import day_of
from tests.browser.test_coordinator import ended
from tests.browser.test_reviews import REASON
from tests.support.sheets import document, row, sheet
from tests.support.tasks import doing
from tests.support.trials import Trial
from tests.support.visitors import Visitor, visiting

MODULES = ("Ciudadanía y derecho a participar", "El presupuesto participativo paso a paso")


async def test_a_cohort_from_start_to_finish(chromium: Browser, trial: Trial) -> None:
    code = f"M{uuid4().hex[:8].upper()}"
    number, name = document(), f"Cajamarca {code}"
    trial.get("/enrollment/cohorts", "facilitator-0601")  # whoever comes is in the directory
    async with visiting(chromium, trial, "/enrollment/programmes", "coordinator") as coordinator:
        await announce(coordinator, code)
        await open_cohort(coordinator, name)
        await plan_sessions(coordinator, cohort_id := UUID(coordinator.page.url.rpartition("/")[2]))
        cohort = f"/enrollment/cohorts/{cohort_id}"
        await coordinator.open(cohort)
        await enroll_by_hand(coordinator, number)
        await enroll_by_sheet(coordinator, [row(name, document()), row(name, number, given="Segundo")])
        await decide_a_review(coordinator)
        await coordinator.open(cohort)
        await add_seats(coordinator)
        await withdraw_and_undo(coordinator)
        await close(coordinator)
        await coordinator.open("/enrollment/programmes")
        await copy_for_another_year(coordinator, f"Programa {code}")


async def announce(coordinator: Visitor, code: str) -> None:
    async with doing(coordinator, "Announce a programme"):
        await coordinator.follow("Nuevo programa")
        await coordinator.fill(Código=code, Título=f"Programa {code}", Primer_día=day(-30), Último_día=day(180))
        await coordinator.press("Publicar el programa")
    await coordinator.reads("El programa está publicado.")
    for title in MODULES:
        async with doing(coordinator, "Add a module"):
            await coordinator.fill(Título=title, Mecanismo_que_enseña="Participación ciudadana en general", Horas="4")
            await coordinator.press("Publicar el módulo")
        await expect(coordinator.page.get_by_role("rowheader", name=title)).to_be_visible()
    await coordinator.looks("programme")


async def open_cohort(coordinator: Visitor, name: str) -> None:
    async with doing(coordinator, "Open a cohort"):
        await coordinator.follow("Abrir una cohorte")
        await coordinator.fill(Nombre=name, Provincia="Cajamarca", Vacantes="2")
        await coordinator.fill(Primer_día=day(-7), Último_día=day(120))
        await coordinator.press("Abrir la cohorte")
    await coordinator.reads("La cohorte está abierta.")
    async with doing(coordinator, "Give it to a facilitator"):
        await coordinator.unfold("Asignar la cohorte")
        await coordinator.fill(Quien_facilita="Facilitación Cajamarca (demostración)")
        await coordinator.press("Asignar la cohorte")
    await coordinator.reads("La cohorte quedó asignada.")


async def plan_sessions(coordinator: Visitor, cohort_id: UUID) -> None:
    page = coordinator.page
    await coordinator.open(f"/sessions/cohorts/{cohort_id}")
    async with doing(coordinator, "Plan the sessions of a whole course"):
        await coordinator.follow("Programar todo el curso")
        await expect(page.locator("input[type=date]")).to_have_count(len(MODULES))
        await coordinator.fill(Empieza_a_las="15:00", Termina_a_las="18:00", Lugar="Local comunal")
        await coordinator.fill(Distrito="Cajamarca (Cajamarca)")
        await coordinator.press("Programar estas sesiones")
    await coordinator.reads("El curso está programado.")
    await coordinator.looks("plan")
    async with doing(coordinator, "Declare the plan complete"):
        await coordinator.press("El plan está completo")
    await coordinator.reads("El plan está completo.")
    await coordinator.follow("Ver el plan")
    await expect(page.get_by_role("cell", name="Coordinación (demostración)")).to_be_visible()
    await coordinator.looks()


async def enroll_by_hand(coordinator: Visitor, number: str) -> None:
    async with doing(coordinator, "Enroll one person"):
        await coordinator.follow("Inscribir a una persona")
        await coordinator.fill(Número=number, Nombres="Rosalía", Apellidos="Quispe Huamán")
        await coordinator.fill(Distrito_donde_vive_la_persona="Cajamarca (Cajamarca)")
        await coordinator.tick("capacitación")
        await coordinator.press("Inscribir")
    await coordinator.reads("La persona está inscrita y tiene vacante.")


async def enroll_by_sheet(coordinator: Visitor, rows: list[str]) -> None:
    async with doing(coordinator, "Enroll the people of a sheet"):
        await coordinator.follow("Importaciones")
        await coordinator.follow("Enviar una hoja")
        await coordinator.attach("Archivo", "padron.csv", sheet(rows))
        await coordinator.press("Enviar")
        await coordinator.press(f"Importar {len(rows)} filas")
    await ended(coordinator)


async def decide_a_review(coordinator: Visitor) -> None:
    async with doing(coordinator, "Decide whether two records are one person"):
        await coordinator.follow("Por revisar")
        await coordinator.follow("Quispe Huamán, Rosalía")
        await coordinator.tick(REASON)
        await coordinator.press("Es otra persona")
    await coordinator.reads("Fila 3: en lista de espera")


async def add_seats(coordinator: Visitor) -> None:
    async with doing(coordinator, "Change the seats of a cohort"):
        await coordinator.follow("Corregir la cohorte")
        await coordinator.fill(Vacantes="3")
        await coordinator.tick("Hay lugar para más personas")
        await coordinator.press("Corregir la cohorte")
    await coordinator.reads("3 de 3 vacantes están ocupadas.")
    await coordinator.looks("cohort-from-start-to-finish")


async def withdraw_and_undo(coordinator: Visitor) -> None:
    entry = coordinator.page.get_by_role("row", name="Rosalía")
    async with doing(coordinator, "Withdraw a person"):
        await click(coordinator, entry.locator("summary"))
        await click(coordinator, entry.get_by_role("button"))
    await coordinator.reads("2 de 3 vacantes están ocupadas.")
    async with doing(coordinator, "Undo the withdrawal"):
        await click(coordinator, entry.get_by_role("button", name="Deshacer el retiro"))
    await coordinator.reads("Se deshizo el retiro")


async def click(coordinator: Visitor, place: Locator) -> None:
    """Clicks what other rows of the list have under the same name."""
    await place.click()
    coordinator.done["clicks"] += 1


async def close(coordinator: Visitor) -> None:
    async with doing(coordinator, "Close a cohort"):
        await coordinator.follow("Cerrar la cohorte")
        await coordinator.press("Cerrar la cohorte")
    await coordinator.reads("La cohorte está cerrada.")


async def copy_for_another_year(coordinator: Visitor, title: str) -> None:
    async with doing(coordinator, "Copy a programme for another year"):
        await coordinator.follow(title)
        await coordinator.follow("Copiarlo para otro año")
        await coordinator.press("Copiar el programa")
    for module in MODULES:
        await expect(coordinator.page.get_by_role("rowheader", name=module)).to_be_visible()


def day(distance: int) -> str:
    """The day so many days from today, as a field of days takes it."""
    return (day_of(datetime.now(UTC)) + timedelta(days=distance)).isoformat()
