"""The material of a module, from the coordinator's computer to the phone of whoever is taught."""

import re
from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, keep_picture, visiting

GUIDE = b"%PDF-1.7 the guide of the module"


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_coordinator_attaches_replaces_and_removes_a_material(
    chromium: Browser, trial: Trial, size: tuple[int, int]
) -> None:
    programme = a_programme(trial)
    async with visiting(
        chromium, trial, f"/enrollment/programmes/{programme}", "coordinator", size=size
    ) as coordinator:
        await coordinator.follow("Agregar un material")
        await coordinator.fill(Módulo="Del taller al presupuesto (1)", Título="Guía del presupuesto")
        await coordinator.attach("Archivo", "guía.pdf", b"<svg onload='alert(1)'/>")
        await coordinator.press("Agregar el material")
        await expect(coordinator.page.get_by_role("alert")).to_contain_text("no tiene un formato de material")
        await coordinator.looks()
        await coordinator.attach("Archivo", "guía.pdf", GUIDE)
        await coordinator.press("Agregar el material")
        await coordinator.reads("El material quedó agregado.")
        await coordinator.looks()
        await coordinator.follow("Corregir: Guía del presupuesto")
        await coordinator.fill(Título="Guía revisada")
        await coordinator.attach("Otro archivo en su lugar", "guía.pdf", GUIDE + b", revised")
        await coordinator.tick("Se revisó el contenido")
        await coordinator.looks()
        await coordinator.press("Corregir el material")
        await coordinator.reads(re.compile("^Guía revisada .*Documento PDF"))
        await coordinator.looks()
        await expects_a_download(chromium, trial, programme, size)
        await coordinator.follow("Retirar: Guía revisada")
        await coordinator.tick("La oficina encontró un error")
        await coordinator.looks()
        await coordinator.press("Retirar el material")
        await coordinator.reads("Ningún módulo tiene materiales todavía.")


async def expects_a_download(chromium: Browser, trial: Trial, programme: str, size: tuple[int, int]) -> None:
    """Expects that a citizen finds the revised guide on the programme's public page and downloads it."""
    async with visiting(chromium, trial, f"/enrollment/public/programmes/{programme}", size=size) as citizen:
        await citizen.looks()
        if size == WIDE:
            await citizen.page.locator("section.panel").first.scroll_into_view_if_needed()
            await keep_picture(citizen.page, "materials")
        assert await citizen.downloaded("Guía revisada") == GUIDE + b", revised"


async def test_a_facilitator_finds_the_materials_on_the_page_of_the_cohort(chromium: Browser, trial: Trial) -> None:
    cohort = trial.cohort()
    modules = f"/enrollment/api/programmes/{cohort.programme_id}/modules"
    module = trial.make(modules, {"title": "El presupuesto", "mechanism": "participatory_budget", "hours": 2})
    attach(trial, str(cohort.programme_id), module["module_id"])
    path = f"/enrollment/cohorts/{cohort.cohort_id}"
    async with visiting(chromium, trial, path, cohort.facilitator) as facilitator:
        await facilitator.unfold("Materiales del programa")
        await facilitator.looks()
        assert await facilitator.downloaded("Guía del módulo") == GUIDE


def a_programme(trial: Trial) -> str:
    """The id of a programme with a module."""
    described = {"code": f"M-{uuid4().hex[:12].upper()}", "title": "Participación ciudadana"}
    days = {"starts_on": "2099-04-01", "ends_on": "2099-12-30"}
    programme: str = trial.make("/enrollment/api/programmes", described | days)["programme_id"]
    module = {"title": "Del taller al presupuesto", "mechanism": "participatory_budget", "hours": 12}
    trial.make(f"/enrollment/api/programmes/{programme}/modules", module)
    return programme


def attach(trial: Trial, programme: str, module_id: str) -> None:
    """Attaches the guide to the module."""
    described = {"title": "Guía del módulo", "language": "qu", "module_id": module_id}
    answer = trial.post(f"/enrollment/api/programmes/{programme}/materials", data=described, files={"file": GUIDE})
    assert answer.is_success, answer.text
