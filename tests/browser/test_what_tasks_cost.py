"""Tasks of a delegate, of a family, of a person and of the office about people cost what docs/reference/tasks.md tells.

Each begins on its page, and makes no mistake: what mistakes look like is tried with each page.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from playwright.async_api import Browser

from contracts.days import day_of
from tests.browser.test_delegate import ORGANIZATION, describe, register
from tests.browser.test_self_enrollment import agree, fill, shared
from tests.browser.test_staff import ABSENT, SUBSTITUTE
from tests.support.sheets import document
from tests.support.tasks import doing
from tests.support.trials import NewCohort, Trial
from tests.support.visitors import visiting

GIVEN, FAMILY = "Yma Ch'aska", "Ñahuincopa Güimac"


async def test_a_delegate_fills_a_seat_and_gives_it_to_another(chromium: Browser, trial: Trial) -> None:
    register(trial)
    cohort = trial.cohort()
    seats = f"/enrollment/cohorts/{cohort.cohort_id}/nominated-seats"
    async with visiting(chromium, trial, seats, "coordinator") as coordinator:
        async with doing(coordinator, "Give an organization seats"):
            await coordinator.fill(Organización=ORGANIZATION, Vacantes="1")
            await coordinator.press("Guardar las vacantes")
        await coordinator.reads("Las vacantes están guardadas.")
    async with visiting(chromium, trial, "/enrollment/", "delegate-patria-c") as delegate:
        async with doing(delegate, "Nominate a member"):
            await delegate.follow(f"Proponer a un integrante {cohort.name}")
            await describe(delegate, "Nélida")
            await delegate.press("Proponer a un integrante")
        await delegate.reads("El integrante tiene una vacante.")
        async with doing(delegate, "Give the seat of a member to another"):
            await delegate.follow("Sustituir Nélida")
            await delegate.tick("No puede asistir")
            await describe(delegate, "Wilder")
            await delegate.press("Sustituir a un integrante")
        await delegate.reads("La vacante pasó al otro integrante.")


async def test_a_family_enrolls_itself(chromium: Browser, trial: Trial) -> None:
    cohort = trial.cohort()
    address = await shared(chromium, trial, f"/enrollment/cohorts/{cohort.cohort_id}")
    async with visiting(chromium, trial, address) as family:
        async with doing(family, "Enroll oneself"):
            await fill(family, GIVEN, FAMILY)
            await family.fill(Distrito_donde_vive_la_persona="Chetilla (Cajamarca)", Teléfono="976 543 210")
            await agree(family)
            await family.press("Inscribir")
        await family.reads("Hay una vacante para esta persona.")
        async with doing(family, "Enroll the next of the family"):
            await family.follow("Inscribir a otra persona de la familia")
            await fill(family, "José", FAMILY)
            await agree(family)
            await family.press("Inscribir")
        await family.reads("Hay una vacante para esta persona.")


async def test_somebody_corrects_their_data_and_takes_a_consent_back(chromium: Browser, trial: Trial) -> None:
    number = document()
    enrolled(trial, trial.cohort(), number)
    async with visiting(chromium, trial, "/enrollment/my-data") as person:
        async with doing(person, "See one's own data"):
            await person.fill(Número=number, Fecha_de_nacimiento="12/05/1987")
            await person.press("Ver mis datos")
        await person.reads(FAMILY)
        async with doing(person, "Ask for a correction of them"):
            await person.follow("Pedir una corrección")
            await person.fill(Nombres="Yma Rosa")
            await person.press("Pedir la corrección")
        await person.reads("Por responder")
        async with doing(person, "Take one's own consent back"):
            await person.unfold("Retirar")
            await person.press("Sí, retirarlo")
        await person.reads("El consentimiento queda retirado.")


async def test_the_office_sets_a_person_right(chromium: Browser, trial: Trial) -> None:
    cohort = trial.cohort()
    person_id = enrolled(trial, cohort, document())
    async with visiting(chromium, trial, f"/enrollment/people/{person_id}", "coordinator") as coordinator:
        async with doing(coordinator, "Correct a person's data"):
            await coordinator.follow("Corregir los datos")
            await coordinator.fill(Nombres="Yma Rosa")
            await coordinator.tick("La oficina encontró un error")
            await coordinator.press("Corregir los datos")
        await coordinator.reads("Los datos están corregidos.")
        async with doing(coordinator, "Record a consent that was given later"):
            await coordinator.unfold("Registrar un consentimiento")
            await coordinator.tick("Acepta que se le llame")
            await coordinator.fill(Qué_día=day_of(datetime.now(UTC)).isoformat())
            await coordinator.press("Registrar el consentimiento")
        await coordinator.reads("El consentimiento quedó registrado.")
        async with doing(coordinator, "Take a person's consent back"):
            await coordinator.unfold("Retirar")
            await coordinator.press("Sí, retirarlo")
        await coordinator.reads("El consentimiento queda retirado.")
        async with doing(coordinator, "Erase a person's data"):
            await coordinator.follow("Borrar los datos")
            await coordinator.tick("La persona lo pidió")
            await coordinator.tick("Comparé a la persona con su documento")
            await coordinator.press("Borrar para siempre")
        await coordinator.reads("Los datos están borrados.")


async def test_the_office_moves_people_and_cohorts(chromium: Browser, trial: Trial) -> None:
    for user in ("facilitator-0603", "facilitator-0604"):
        trial.get("/enrollment/cohorts", user)  # whoever comes is in the directory
    here, there = trial.cohort(facilitator="facilitator-0603"), trial.cohort()
    enrolled(trial, here, document())
    today = day_of(datetime.now(UTC))
    async with visiting(chromium, trial, f"/enrollment/cohorts/{here.cohort_id}", "coordinator") as coordinator:
        async with doing(coordinator, "Transfer a person to another cohort"):
            await coordinator.follow(f"Trasladar {GIVEN}")
            place = coordinator.field("A qué cohorte")
            await place.select_option(str(there.cohort_id))
            coordinator.done["fields"] += 1
            await coordinator.press("Trasladar")
        await coordinator.reads("La persona")
        await coordinator.open("/enrollment/staff")
        async with doing(coordinator, "Hand over the cohorts of somebody who is absent"):
            await coordinator.follow(ABSENT)
            await coordinator.unfold("Registrar una ausencia")
            days = {"Primer_día": str(today), "Último_día": str(today + timedelta(days=14))}
            await coordinator.fill(Suplente=SUBSTITUTE, **days)
            await coordinator.tick("Vacaciones")
            await coordinator.press("Entregar las cohortes")
        await coordinator.reads("La ausencia quedó registrada.")
        async with doing(coordinator, "Give them back before the last day"):
            await coordinator.press(f"Terminar la ausencia de {ABSENT}")
        await coordinator.reads("La ausencia terminó.")


def enrolled(trial: Trial, cohort: NewCohort, number: str) -> UUID:
    body = cohort.enrollment(number, GIVEN, FAMILY)
    return UUID(trial.make("/enrollment/api/enrollments", body)["person_id"])
