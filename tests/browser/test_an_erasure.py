"""An erasure from the wish on a phone to the key that is destroyed, as `docs/how-to/erase-a-person.md` shows it."""

from uuid import UUID

from playwright.async_api import Browser, Page, expect

from tests.browser.test_rights import is_finished
from tests.support.sheets import document
from tests.support.trials import NewCohort, Trial
from tests.support.visitors import NARROW, Visitor, keep_picture, visiting
from tests.support.waiting import wait_until


async def test_somebody_asks_to_be_erased_and_sees_that_it_was_done(chromium: Browser, trial: Trial) -> None:
    number, cohort = document(), trial.cohort()
    person_id = enrolled(trial, number, cohort)
    async with visiting(chromium, trial, "/enrollment/my-data", size=NARROW) as person:
        await ask_erasure(person, number)
        await grant(chromium, trial, person_id)
        await cohort_keeps_the_seat(chromium, trial, cohort)
        await person.open("/enrollment/my-data")
        await person.fill(Número=number, Fecha_de_nacimiento="12/05/1987")
        await person.press("Ver mis datos")
        await expect(person.page.get_by_role("alert")).to_contain_text("No encontramos a nadie")
        await person.looks("erasure-not-found")


def enrolled(trial: Trial, number: str, cohort: NewCohort) -> UUID:
    body = cohort.enrollment(number, "Yma Ch'aska", "Ñahuincopa Güimac")
    return UUID(trial.make("/enrollment/api/enrollments", body)["person_id"])


async def ask_erasure(person: Visitor, number: str) -> None:
    """The person asks for it on their own page; without the tick nothing is asked for."""
    await person.fill(Número=number, Fecha_de_nacimiento="12/05/1987")
    await person.press("Ver mis datos")
    await person.follow("Pedir que borren mis datos")
    await person.looks("erasure-asked")
    await person.press("Pedir que se borren")
    await expect(person.page.get_by_role("alert")).to_be_visible()
    await person.tick("Quiero que se borren mis datos")
    await person.press("Pedir que se borren")
    await person.reads("Por responder")
    await person.press("Ya terminé")


async def grant(chromium: Browser, trial: Trial, person_id: UUID) -> None:
    """The coordination sees what is erased and grants it; the person's page says when the key was destroyed."""
    async with visiting(chromium, trial, "/enrollment/data-requests?state=waiting", "coordinator") as coordinator:
        page = coordinator.page
        await page.get_by_role("link", name="Borrado").last.click()
        await coordinator.reads("Ñahuincopa Güimac, Yma Ch'aska")
        await coordinator.looks("erasure-request")
        await coordinator.follow("Ver qué se borra")
        await coordinator.reads("Nadie vuelve a encontrar a la persona.")
        await page.go_back()
        await coordinator.tick("Conceder: por el documento de identidad")
        await coordinator.press("Responder la solicitud")
        await coordinator.reads("La solicitud queda respondida.")
        await wait_until(lambda: is_finished(trial, person_id))
        await coordinator.open(f"/enrollment/people/{person_id}")
        await coordinator.reads("Los datos de esta persona se borraron.")
        await expect(page.get_by_text("Ñahuincopa")).to_have_count(0)
        await coordinator.looks("erasure-done")


async def cohort_keeps_the_seat(chromium: Browser, trial: Trial, cohort: NewCohort) -> None:
    """The seat stays counted, and nobody's name stands beside it."""
    path = f"/enrollment/cohorts/{cohort.cohort_id}"
    async with visiting(chromium, trial, path, "coordinator") as coordinator:
        await coordinator.reads("1 de 500 vacantes están ocupadas.")
        await coordinator.reads("Datos borrados")
        await show_people(coordinator.page)


async def show_people(page: Page) -> None:
    await page.get_by_text("Datos borrados").first.scroll_into_view_if_needed()
    await keep_picture(page, "erasure-in-the-cohort")
