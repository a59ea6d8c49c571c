"""The coordination shows, corrects and erases the data of a person, and takes a consent back, on a phone and a desk."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.async_api import Browser, expect

from contracts.days import day_of
from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, Scheme, Visitor, visiting
from tests.support.waiting import wait_until


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_consent_is_recorded_that_was_given_later(
    chromium: Browser, trial: Trial, size: tuple[int, int], scheme: Scheme
) -> None:
    """With a mistake first, which is named in the form that stays open."""
    body = trial.cohort().enrollment(document(), "Quyllur", "Ñahuincopa")
    person = trial.make("/enrollment/api/enrollments", body)["person_id"]
    here = f"/enrollment/people/{person}"
    async with visiting(chromium, trial, here, "coordinator", size=size, scheme=scheme) as coordinator:
        await coordinator.unfold("Registrar un consentimiento")
        await coordinator.looks()
        await coordinator.press("Registrar el consentimiento")
        await coordinator.reads("Hay 2 errores")
        await coordinator.looks()
        await coordinator.tick("Acepta que se le llame")
        await coordinator.fill(Qué_día=day_of(datetime.now(UTC)).isoformat())
        await coordinator.press("Registrar el consentimiento")
        await coordinator.reads("El consentimiento quedó registrado.")
        await coordinator.looks()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_person_is_shown_corrected_and_erased(chromium: Browser, trial: Trial, size: tuple[int, int]) -> None:
    number = document()
    person_id = enrolled(trial, number)
    async with visiting(chromium, trial, "/enrollment/people", "coordinator", size=size) as coordinator:
        await find(coordinator, number)
        await coordinator.follow("Ñahuincopa, Quyllur")
        for told in (number, "quyllur@ejemplo.pe", "Consentimientos"):
            await coordinator.reads(told)
        await coordinator.looks(None if size == NARROW else "person")
        await correct(coordinator, Nombres="Quyllur Rosa")
        await coordinator.reads("Quyllur Rosa Ñahuincopa")
        await coordinator.unfold("Retirar")
        await coordinator.looks()
        await coordinator.press("Sí, retirarlo")
        await coordinator.reads("El consentimiento queda retirado.")
        await coordinator.reads("Inscripciones que terminaron: 1")
        await wait_until(lambda: is_confirmed(trial, person_id))
        await coordinator.page.reload()
        effects = coordinator.page.get_by_role("heading", name="Dónde ya tienen efecto los retiros")
        await effects.evaluate("one => one.scrollIntoView()")
        await expect(coordinator.page.get_by_text("Espera desde el")).to_have_count(0)
        await coordinator.looks(None if size == NARROW else "withdrawals")
        await coordinator.follow("Borrar los datos")
        await coordinator.looks(None if size == NARROW else "erase")
        await erase(coordinator)
        await wait_until(lambda: is_finished(trial, person_id))
        await coordinator.page.reload()
        await coordinator.reads("Sin la clave nadie puede leer")
        await coordinator.looks()
        await coordinator.follow("Buscar personas")
        await find(coordinator, number)
        await coordinator.reads("No se encontró a nadie")


def enrolled(trial: Trial, number: str) -> UUID:
    contact = {"phone": "976 543 210", "email": "quyllur@ejemplo.pe"}
    consents = [{"purpose": "training"}, {"purpose": "contact"}]
    body = trial.cohort().enrollment(number, "Quyllur", "Ñahuincopa", **contact, consents=consents)
    return UUID(trial.make("/enrollment/api/enrollments", body)["person_id"])


def is_finished(trial: Trial, person_id: UUID) -> bool:
    record = trial.get(f"/enrollment/api/people/{person_id}/record", "coordinator").json()
    return bool(record["erasure"]["keys_destroyed_at"])


def is_confirmed(trial: Trial, person_id: UUID) -> bool:
    """Whether sessions and reporting have confirmed that the withdrawal took effect."""
    record = trial.get(f"/enrollment/api/people/{person_id}/record", "coordinator").json()
    [withdrawn] = [one for one in record["consents"] if one["withdrawn_at"]]
    return bool(withdrawn["applied_in_sessions_at"] and withdrawn["applied_in_reporting_at"])


async def find(coordinator: Visitor, number: str) -> None:
    await coordinator.fill(Nombres_o_documento=number)
    await coordinator.press("Buscar")


async def correct(coordinator: Visitor, **fields: str) -> None:
    """Corrects these fields; without a reason the form comes back with what was typed."""
    await coordinator.follow("Corregir los datos")
    await coordinator.fill(**fields)
    await coordinator.press("Corregir los datos")
    await expect(coordinator.page.get_by_role("alert")).to_contain_text("Por qué se corrigen los datos")
    await coordinator.looks()
    await coordinator.page.get_by_label("La oficina encontró un error").check()
    await coordinator.press("Corregir los datos")
    await coordinator.reads("Los datos están corregidos.")


async def erase(coordinator: Visitor) -> None:
    """Erases the person; without a confirmation nothing is erased."""
    await coordinator.page.get_by_label("La persona lo pidió").check()
    await coordinator.press("Borrar para siempre")
    await expect(coordinator.page.get_by_role("alert")).to_contain_text("marque la casilla")
    await coordinator.looks()
    await coordinator.page.get_by_label("Comparé a la persona con su documento").check()
    await coordinator.press("Borrar para siempre")
    await coordinator.reads("Los datos están borrados.")
