"""The operator's way: records nobody can read, looked at, handled again, discarded; with and without scripts."""

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.test_garbage import dead_letters, produce_garbage
from tests.support.trials import Trial
from tests.support.visitors import NARROW, Scheme, Visitor, visiting
from tests.support.waiting import wait_until

LIST = "/media/operator/dead-letters"
TOPIC = "media.visits"


async def garbage_kept(trial: Trial) -> int:
    """The number of a new letter of media's."""
    known = {letter["id"] for letter in dead_letters(trial) if letter["service"] == "media"}
    produce_garbage(trial, TOPIC)

    def new() -> int | None:
        found = (letter for letter in dead_letters(trial) if letter["service"] == "media")
        return next((letter["id"] for letter in found if letter["id"] not in known), None)

    return await wait_until(new)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_a_record_is_looked_at_handled_again_and_discarded(
    chromium: Browser, trial: Trial, scripts: bool
) -> None:
    number = await garbage_kept(trial)
    async with visiting(chromium, trial, LIST, "operator", size=NARROW, scripts=scripts) as operator:
        await operator.looks()
        await operator.follow(str(number))
        await expect(operator.page.get_by_role("heading", level=1)).to_have_text(f"Registro {number}")
        await operator.looks()
        await operator.press("Volver a procesarlo")
        await operator.reads("Se volverá a procesar 1 registro.")
        await wait_until(lambda: tried_again(operator))
        await discard(operator)
        await operator.reads("Se envió como prueba")
        await expect(operator.page.get_by_role("button", name="Descartar")).to_have_count(0)
        await operator.looks()
        await operator.follow("Registros que no se pudieron procesar")
        await expect(operator.page.get_by_role("link", name=str(number), exact=True)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_operators_menu_leads_to_each_services_records(
    chromium: Browser, trial: Trial, scheme: Scheme
) -> None:
    await garbage_kept(trial)
    async with visiting(chromium, trial, "/operator/dead-letters", "operator", scheme=scheme) as operator:
        for name in ("Resultados", "Inscripciones", "Sesiones", "Difusión"):
            await operator.follow(f"Cola: {name}")
            await expect(operator.page.get_by_role("heading", level=1)).to_have_text(
                "Registros que no se pudieron procesar"
            )
            await operator.looks()
        await operator.page.locator("tbody a").last.click()
        await operator.looks("dead-letter" if scheme == "light" else None)


async def tried_again(operator: Visitor) -> bool:
    """Whether the worker has handled it a second time, and failed again."""
    await operator.page.reload()
    shown = await operator.page.locator("dl.facts").inner_text()
    return "Intentos\n2" in shown.replace("\n\n", "\n") and await operator.page.get_by_text("En espera").count() > 0


async def discard(operator: Visitor) -> None:
    await operator.unfold("Descartarlo")
    await operator.looks()
    await operator.press("Descartar")
    await expect(operator.page.get_by_role("alert")).to_be_visible()
    await operator.looks()
    await operator.page.get_by_label("Se envió como prueba").check()
    await operator.press("Descartar")
    await operator.reads("El registro se descartó.")
