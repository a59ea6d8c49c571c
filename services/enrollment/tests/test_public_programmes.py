"""What everybody may read: programmes, whether their cohorts have seats, and the syllabus."""

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from chassis.web.file_types import FileType
from chassis.web.locale import Locale, using
from contracts.enrollment import Mechanism
from contracts.territory import TIME_ZONE
from services.enrollment.materials.domain import Audience
from services.enrollment.materials.service import Material
from services.enrollment.programmes.service import Module
from services.enrollment.public_programmes.service import PublicProgrammeInFull
from services.enrollment.public_programmes.syllabus import set_syllabus, syllabus_data
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies
from services.enrollment.tests.test_programmes import HTML, a_module, a_programme
from tests.support.sites import Site

LIGHT = 60_000
"""Bytes of a first view without compression: the page, its style sheet and its pictures."""


async def a_lasting_cohort(site: Site[EnrollmentResources], capacity: int = 1) -> tuple[str, UUID]:
    """The public address of a new programme, and its only cohort, which ends long after today."""
    cohort = await a_cohort(site.resources, capacity)
    await site.resources.pool.execute("UPDATE cohorts SET ends_on = '2099-12-31'")
    programme = await site.resources.pool.fetchval("SELECT programme_id FROM cohorts WHERE cohort_id = $1", cohort)
    return f"/public/programmes/{programme}", cohort


async def test_everybody_reads_the_last_edition_of_each_module(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator, site.browser() as nobody:
        programme = await a_programme(coordinator)
        for title, edition, hours in (("Presupuesto", 1, 8), ("Audiencias", 1, 4), ("Presupuesto", 2, 6)):
            outcomes = [f"Explica {title}, edición {edition}"]
            await a_module(
                coordinator, programme, title=title, edition=edition, hours=hours, learning_outcomes=outcomes
            )
        [listed] = (await nobody.get("/api/public/programmes")).json()["programmes"]
        shown = (await nobody.get(f"/api/public{programme}")).json()
        page = (await nobody.get(f"/public{programme}", headers=HTML)).text
        overview = (await nobody.get("/public/programmes", headers=HTML)).text

    assert (listed["hours"], listed["mechanisms"], listed["takes_enrollments"]) == (
        10, ["participatory_budget"], False,
    )  # fmt: skip
    assert [(one["title"], one["edition"]) for one in shown["modules"]] == [("Presupuesto", 2), ("Audiencias", 1)]
    assert "edición 2" in page and "Presupuesto, edición 1" not in page
    assert "10 horas" in page and "Presupuesto Participativo" in overview


async def test_a_cohort_says_whether_it_has_seats_and_no_number_of_people(site: Site[EnrollmentResources]) -> None:
    here, cohort = await a_lasting_cohort(site, capacity=2)

    async def told() -> tuple[str, str]:
        async with site.browser() as nobody:
            return (await nobody.get(here, headers=HTML)).text, (await nobody.get(f"/api{here}/cohorts")).text

    async def seats() -> str:
        page, answer = await told()
        [cohort] = json.loads(answer)["cohorts"]
        assert ("Hay vacantes</span>" in page) is (cohort["seats"] == "free")
        return str(cohort["seats"])

    nobody_enrolled = await told()
    await applies(site.resources, an_application(cohort))
    assert await told() == nobody_enrolled
    assert await seats() == "free"
    await applies(site.resources, an_application(cohort))
    assert await seats() == "full"
    one_waits = await told()
    await applies(site.resources, an_application(cohort))
    assert await told() != nobody_enrolled and await told() == one_waits


@pytest.mark.parametrize("change", ["status = 'closed'", "ends_on = '2025-12-31'"])
async def test_a_cohort_that_is_closed_or_over_takes_no_enrollments(
    site: Site[EnrollmentResources], change: str
) -> None:
    here, _ = await a_lasting_cohort(site)
    async with site.browser() as nobody:
        assert (await nobody.get("/api/public/programmes?takes_enrollments=yes")).json()["programmes"]
        await site.resources.pool.execute(f"UPDATE cohorts SET {change}")
        assert (await nobody.get("/api/public/programmes?takes_enrollments=yes")).json()["programmes"] == []
        assert (await nobody.get(f"/api{here}/cohorts")).json()["cohorts"] == []
        assert "ninguna cohorte recibe inscripciones" in (await nobody.get(here, headers=HTML)).text


async def test_the_first_view_is_light_without_compression(site: Site[EnrollmentResources]) -> None:
    here, _ = await a_lasting_cohort(site)
    assets = site.app.state.pages.assets.contents
    async with site.browser() as nobody:
        for path in ("/public/programmes", here):
            page = await nobody.get(path, headers=HTML)
            assert "<script" not in page.text
            assert len(page.content) + sum(len(assets[f]) for f in ("style.css", "minka.svg", "weave.svg")) < LIGHT


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_syllabus_is_printed_in_each_language(site: Site[EnrollmentResources], language: str) -> None:
    here, _ = await a_lasting_cohort(site)
    async with site.browser() as nobody:
        answer = await nobody.get(f"/api{here}/syllabus.pdf", params={"lang": language})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert f"/Lang({language})".encode() in answer.content


MATERIAL = UUID("0197a000-0000-7000-8000-00000000000a")


def a_syllabus(title: str) -> PublicProgrammeInFull:
    outcomes = ["Explica cómo se decide", "Ñahui qawan: prepara una idea"]
    module = Module(uuid4(), title, Mechanism.PARTICIPATORY_BUDGET, 8, 1, ["es", "qu"], 2, outcomes)
    added = datetime(2025, 4, 1, 15, tzinfo=UTC)
    kind = (FileType.PDF, "f" * 64, 120_000)
    programme_id, named = uuid4(), (title, f"Guía: {title}", "es")
    material = Material(MATERIAL, programme_id, module.module_id, *named, *kind, Audience.EVERYBODY, added)
    return PublicProgrammeInFull(
        programme_id, "PECJA0001", title, date(2025, 4, 1), date(2025, 12, 31), [module], [material]
    )


def test_the_syllabus_has_the_texts_of_the_readers_language() -> None:
    found = {}
    for tag in ("es-PE", "en"):
        with using(Locale(tag, TIME_ZONE)):
            found[tag] = json.loads(syllabus_data(a_syllabus("Presupuesto"), "http://localhost"))
    assert [found[tag]["extent"] for tag in found] == ["1 módulo · 8 horas", "1 module · 8 hours"]
    assert [found[tag]["modules"][0]["languages"] for tag in found] == ["Castellano, Quechua", "Spanish, Quechua"]
    assert found["es-PE"]["modules"][0]["learning_outcomes"][1] == "Ñahui qawan: prepara una idea"
    assert found["es-PE"]["modules"][0]["materials"] == [
        {"title": "Guía: Presupuesto", "address": f"http://localhost/api/public/materials/{MATERIAL}"}
    ]


def test_nothing_in_a_title_is_carried_out_as_markup() -> None:
    harmless, harmful = [
        set_syllabus(syllabus_data(a_syllabus(title), "http://localhost"))
        for title in ("Presupuesto", '#panic("x") #read("/etc/passwd") $x$ ]')
    ]
    assert harmful.startswith(b"%PDF-") and harmful != harmless
