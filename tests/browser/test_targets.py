"""A target from the coordinator's form to the page that everybody reads."""

from playwright.async_api import Browser, expect

from tests.support.trials import Trial
from tests.support.visitors import visiting

NARROWED = "Provincia de Cajamarca · Sexo: Mujeres"
"""What the target that is set here is about, for its readers."""


async def test_a_target_is_set_read_exactly_by_its_author_and_corrected(
    chromium: Browser, demonstration: Trial
) -> None:
    async with visiting(chromium, demonstration, "/enrollment/targets/new", "coordinator") as coordinator:
        await coordinator.press("Fijar la meta")
        await coordinator.reads("Hay 2 errores")
        await coordinator.fill(Indicador="Personas inscritas", Meta="40", Provincia="Cajamarca", Grupo="Sexo: Mujeres")
        await coordinator.looks()
        await coordinator.press("Fijar la meta")
        await coordinator.reads("La meta está fijada.")
        await coordinator.looks()
        await coordinator.follow("Corregir la meta")
        await coordinator.fill(Meta="50")
        await coordinator.tick("Se cambió el plan")
        await coordinator.looks()
        await coordinator.press("Corregir la meta")
        await coordinator.reads("Correcciones")
        await coordinator.open("/targets")
        set_here = coordinator.page.locator("tr", has_text=NARROWED)
        await expect(set_here.locator("data")).not_to_have_text("reservado")
        await coordinator.looks()


async def test_everybody_reads_targets_beside_what_was_published(chromium: Browser, demonstration: Trial) -> None:
    async with visiting(chromium, demonstration) as anybody:
        await anybody.follow("Metas y avance")
        await anybody.reads("Demostración")
        content = anybody.page.locator("tr", has_text="Módulos del programa")
        await expect(content).to_contain_text("100")
        await anybody.looks("targets")
        assert "programme_content" not in (await anybody.downloaded("CSV, para programas")).decode()
